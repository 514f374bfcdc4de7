"""What an exception brings, and no more; and how it is recorded and told."""

from datetime import timedelta

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.core.web.said import day_in_words
from hansa.notices.models import Notice
from hansa.programs.models import Calendar
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs
from hansa.testing.reading import text_of
from hansa.tiers.actions import grant_exception
from hansa.tiers.rules import CRITERIA
from hansa.tiers.tests.running import certify, evaluated, place, publish, run_tiers, standing, tier, today

REASON = "They move offices."
NO_LAST_ROW = (["certifications"], [((">= 9",), {"rank": "3"}, "Gold.")])


def grant(cast: Cast, rank: int, days: int = 30) -> None:
    until = today(cast) + timedelta(days=days)
    grant_exception(cast.channel_manager.actor, place(cast), tier=tier(cast, rank), until=until, reason=REASON)


def last_decision(cast: Cast) -> Decision:
    with acting(cast.partner_rep.actor):
        rows = Decision.objects.visible_to(cast.partner_rep.actor).filter(subject_id=standing(cast).pk)
        found: Decision = rows.latest("at", "id")
        return found


def test_an_exception_lets_nobody_through_to_a_tier_that_a_person_approves(cast: Cast) -> None:
    run_tiers(cast, approve_promotion=True)
    certify(cast, 5)
    certify_a_win(cast)
    assert standing(cast).proposed.rank == 3
    grant(cast, 2)
    assert (place(cast).tier.rank, standing(cast).proposed.rank) == (2, 3)
    evaluated(cast)
    assert (place(cast).tier.rank, standing(cast).proposed.rank) == (2, 3)


def certify_a_win(cast: Cast) -> None:
    """Gold takes a deal won beside the certifications; here another table asks for none."""
    publish(cast, CRITERIA, ["certifications"], [((">= 5",), {"rank": "3"}, "Gold."), (("-",), {"rank": "1"}, "All.")])
    evaluated(cast)


@pytest.mark.parametrize("without_a_row", [False, True])
def test_what_an_exception_brings_is_recorded_as_that(cast: Cast, without_a_row: bool) -> None:
    run_tiers(cast)
    if without_a_row:
        publish(cast, CRITERIA, *NO_LAST_ROW)
    grant(cast, 3)
    decision = last_decision(cast)
    assert (decision.outputs, decision.note) == ({"rank": 3}, f"By exception. {REASON}")
    assert (decision.version, decision.made_by) == ("manual", "Jonas Weber")


def test_an_exception_that_ends_a_grace_says_that_and_not_that_the_criteria_are_met(cast: Cast, browse) -> None:
    run_tiers(cast)
    certify(cast, 2)
    certify(cast, 1)
    grant(cast, 2)
    assert standing(cast).status == "qualified"
    page = browse(cast.partner_rep).get("/w/northwind-fabrikam/tier/").content.decode()
    assert f"No longer below Silver: By exception. {REASON}" in page
    run_jobs()
    with acting(cast.partner_admin.actor):
        titles = set(Notice.objects.visible_to(cast.partner_admin.actor).values_list("title", flat=True))
    assert "You are no longer below Silver" in titles
    assert not [title for title in titles if title.startswith("You meet")]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_the_partner_reads_the_last_day_of_an_exception_as_the_vendor_gave_it(cast: Cast, browse, zone: str) -> None:
    with acting(cast.system):
        Calendar.objects.update_or_create(vendor_id=cast.system.vendor_id, defaults={"timezone": zone})
    run_tiers(cast)
    evaluated(cast)
    day = today(cast) + timedelta(days=30)
    grant(cast, 2)
    run_jobs()
    with acting(cast.partner_admin.actor):
        told = Notice.objects.visible_to(cast.partner_admin.actor).get(title__startswith="You have Silver up to")
    assert told.title == f"You have Silver up to and including {day:%-d %B %Y}"
    page = browse(cast.partner_rep).get("/w/northwind-fabrikam/tier/").content.decode()
    assert f'<time datetime="{day}">' in page


def test_a_fall_to_an_excepted_tier_is_said_to_be_the_exceptions(cast: Cast, browse) -> None:
    run_tiers(cast, approve_demotion=True, demotion="at_once", days_below=0, grace_days=0)
    certify(cast, 5)
    certify_a_win(cast)
    grant(cast, 2)
    certify(cast, 1)
    assert (standing(cast).proposed.rank, standing(cast).qualified) == (2, 1)
    page = text_of(browse(cast.partner_rep).get("/w/northwind-fabrikam/tier/"))
    assert "The exception grants Silver, since" in page
    assert "The criteria say" not in page


def test_pages_and_news_say_the_same_last_day_of_a_grace(cast: Cast, browse) -> None:
    run_tiers(cast, cycle="month", days_below=0, grace_days=1)
    certify(cast, 2)
    certify(cast, 1)
    run_jobs()
    begun = standing(cast)
    last = begun.grace_until - timedelta(days=1)
    assert (begun.status, begun.grace_until.day) == ("in_grace", 1)
    with acting(cast.partner_admin.actor):
        titles = Notice.objects.visible_to(cast.partner_admin.actor).values_list("title", flat=True)
        assert f"You keep Silver until {last:%-d %B %Y}" in titles
    page = browse(cast.partner_rep).get("/w/northwind-fabrikam/tier/").content.decode()
    assert f'kept until <time datetime="{last:%Y-%m-%d}">' in page
    listed = text_of(browse(cast.channel_manager).get("/w/northwind/tiers/?show=falling"))
    assert f"keeps its tier until {day_in_words(last.date(), today(cast))}" in listed


def test_news_of_a_tier_say_what_was_so_when_it_happened_and_lead_to_its_program(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 2)
    certify(cast, 5)
    certify(cast, 1)
    grant(cast, 3)
    run_jobs()
    with acting(cast.partner_admin.actor):
        news = Notice.objects.visible_to(cast.partner_admin.actor).order_by("id")
        told = [(one.title, one.path) for one in news if "tier" in one.path]
    path = f"tier/?place={place(cast).public_id}"
    assert ("You have the tier Silver", path) in told
    assert ("You are below what Silver asks for", path) in told
    assert ("You have the tier Gold", path) in told


def test_each_event_carries_why(cast: Cast) -> None:
    run_tiers(cast)
    certify(cast, 2)
    with acting(cast.system):
        event = Event.objects.get(name="tier.promoted", subject_id=standing(cast).pk)
    assert event.data["note"] == "Silver: two certifications."
