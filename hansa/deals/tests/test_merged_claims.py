"""Two companies turn out to be one while registrations wait at them."""

from typing import Any

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.customers.models import Company, Lead
from hansa.deals.actions import approve_deal, cancel_deal, merge_companies
from hansa.deals.models import Deal, EndReason, Status
from hansa.notices.models import Notice
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

LIKE_IT: dict[str, Any] = {"domain": "contoso-freight.com"}
OTHER: dict[str, Any] = {"customer": "Kontoso Freight", "domain": "kontoso-freight.com"}


def status(cast: Cast, deal: Deal) -> str:
    with acting(cast.system):
        return Deal.objects.get(pk=deal.pk).status


def merge(cast: Cast, kept: Deal, merged: Deal) -> None:
    """Merge when everything else has had its effect, and let the merge have its own."""
    run_jobs()
    with acting(cast.system):
        into, away = Company.objects.get(pk=kept.company_id), Company.objects.get(pk=merged.company_id)
    merge_companies(cast.deal_desk.actor, into, merged=away)
    run_jobs()


def two_that_wait(cast: Cast) -> tuple[Deal, Deal]:
    """An earlier and a later registration of companies much alike, each of them free of any other conflict by now."""
    known = cast.register(lines=[cast.planner])
    with acting(cast.system):
        lead = Lead.objects.create(
            vendor_id=known.vendor_id, external_id="1", company_id=known.company_id, moved_on=known.submitted_at
        )
    first = cast.register(cast.rival_rep, **LIKE_IT)
    with acting(cast.system):
        Lead.objects.filter(pk=lead.pk).update(is_open=False)
    second = cast.register()
    assert (first.status, second.status) == (Status.UNDER_REVIEW, Status.UNDER_REVIEW)
    return first, second


@pytest.mark.parametrize("keep_the_first", [True, False], ids=["into the first", "into the second"])
def test_the_earlier_registration_wins_whichever_company_is_kept(cast: Cast, keep_the_first: bool) -> None:
    first, second = two_that_wait(cast)
    kept, merged = (first, second) if keep_the_first else (second, first)
    merge(cast, kept, merged)
    assert (status(cast, first), status(cast, second)) == (Status.APPROVED, Status.DUPLICATE)


def test_what_only_resembled_a_customer_that_is_taken_is_a_duplicate_now(cast: Cast) -> None:
    held, like_it = cast.register(), cast.register(cast.rival_rep, **LIKE_IT)
    assert like_it.status == Status.UNDER_REVIEW
    merge(cast, held, like_it)
    assert (status(cast, held), status(cast, like_it)) == (Status.APPROVED, Status.DUPLICATE)
    with acting(cast.rival_rep.actor):
        assert Notice.objects.filter(title="Contoso Logistics: this customer is taken").exists()


def test_the_new_decision_is_recorded_at_its_own_time_with_the_merge_as_cause(cast: Cast) -> None:
    held, like_it = cast.register(), cast.register(cast.rival_rep, **LIKE_IT)
    merge(cast, held, like_it)
    with acting(cast.system):
        before, after = Decision.objects.filter(subject_id=like_it.pk).order_by("at")
        merged = Event.objects.get(name="company.took_over")
        assert Event.objects.get(name="deal.reconsidered", subject_id=like_it.pk).cause_id == merged.id
    assert (before.outputs["status"], after.outputs["status"]) == (Status.UNDER_REVIEW, Status.DUPLICATE)
    assert after.at > merged.at > before.at


def test_what_a_person_has_to_decide_goes_on_waiting_and_the_later_behind_it(cast: Cast) -> None:
    second_line = [cast.analytics, cast.planner]
    first = cast.register(expected_close=cast.far_away, **OTHER)
    second = cast.register(cast.rival_rep, lines=second_line, expected_close=cast.far_away)
    merge(cast, second, first)
    assert status(cast, first) == status(cast, second) == Status.UNDER_REVIEW
    approve_deal(cast.deal_desk.actor, first)
    run_jobs()
    assert status(cast, second) == Status.DUPLICATE


def test_nobody_loses_to_a_later_registration_without_a_persons_word(cast: Cast) -> None:
    first = cast.register(cast.rival_rep, expected_close=cast.far_away)
    later = cast.register(**OTHER)
    merge(cast, first, later)
    assert (status(cast, first), status(cast, later)) == (Status.UNDER_REVIEW, Status.APPROVED)
    with acting(cast.system):
        later.refresh_from_db()
    cancel_deal(cast.channel_manager.actor, later, reason=EndReason.RULES_BROKEN)
    approve_deal(cast.deal_desk.actor, first)
    assert status(cast, first) == Status.APPROVED


def test_what_was_decided_already_stays_so(cast: Cast) -> None:
    held = cast.register(lines=[cast.analytics])
    taken = cast.register(cast.rival_rep, lines=[cast.analytics])
    other = cast.register(cast.rival_rep, lines=[cast.planner], **OTHER)
    merge(cast, held, other)
    assert [status(cast, deal) for deal in (held, taken, other)] == [Status.APPROVED, Status.DUPLICATE, Status.APPROVED]
