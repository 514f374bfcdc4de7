"""Somebody stands in for a channel manager for a time, and then no longer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting, moment
from hansa.deals.actions import approve_deal
from hansa.deals.queue import Day, counted, narrowed
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.notices.models import Notice
from hansa.partnerships.actions import appoint_deputy, assign_manager, may_look_into, revoke_deputy, start_looking
from hansa.partnerships.models import Deputyship, Partnership
from hansa.programs.review_terms import calendar_of
from hansa.testing.cast import Cast, Person
from hansa.testing.databases import move_clock
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

PAGE = "/w/northwind/partners/deputies/"


def second_manager(cast: Cast) -> Person:
    """A channel manager who looks after nobody."""
    kim = cast.deal_desk
    kim.membership.roles = [Role.CHANNEL_MANAGER]
    kim.membership.save(update_fields=["roles"])
    return kim


@pytest.fixture
def kim(cast: Cast) -> Person:
    return second_manager(cast)


def today() -> date:
    return timezone.now().date()


def appoint(cast: Cast, kim: Person, *, days: int = 7, after: int = 0, **changes: Any) -> Deputyship:
    start = today() + timedelta(days=after)
    facts = {"deputy": kim.membership, "starts_on": start, "ends_on": start + timedelta(days=days), **changes}
    cover: Deputyship = appoint_deputy(cast.channel_manager.actor, cast.channel_manager.membership, **facts)
    return cover


def mine(person: Person) -> set[str]:
    """Of whom registrations are shown to somebody as theirs; what the queue counts is the same."""
    with acting(person.actor):
        shown = list(narrowed(person.actor, "mine", None))
        day = Day.of(calendar_of(person.actor.vendor_id), moment())
        assert counted(person.actor, day, "").by_show["mine"] == len(shown)
        return {deal.partnership.organization.name for deal in shown}


def told(person: Person) -> list[str]:
    with acting(person.actor):
        return list(Notice.objects.filter(recipient=person.membership).values_list("title", flat=True))


def both_register(cast: Cast) -> None:
    cast.register(domain="")
    cast.register(cast.rival_rep, customer="Tailwind Freight", domain="")


def test_a_deputy_is_told_and_sees_the_queue_as_theirs_until_it_ends_by_itself(committed: Cast) -> None:
    cast, kim = committed, second_manager(committed)
    both_register(cast)
    assert mine(kim) == set()
    appoint(cast, kim)
    assert mine(kim) == {"Fabrikam Consulting", "Proseware"}
    run_jobs()
    assert any("Contoso" in title for title in told(kim))
    move_clock("10 days")
    assert mine(kim) == set()
    assert mine(cast.channel_manager) == {"Fabrikam Consulting", "Proseware"}
    before = len(told(kim))
    cast.register(customer="Adventure Works", domain="")
    run_jobs()
    assert len(told(kim)) == before


def test_it_begins_on_its_day_and_with_the_partner_that_it_is_about(committed: Cast) -> None:
    cast, kim = committed, second_manager(committed)
    both_register(cast)
    appoint(cast, kim, after=2, partnership=cast.partnership)
    assert mine(kim) == set()
    move_clock("3 days")
    assert mine(kim) == {"Fabrikam Consulting"}


def test_a_deputy_for_a_time_and_one_for_always_are_told_alike(cast: Cast, kim: Person) -> None:
    assign_manager(
        cast.vendor_admin.actor,
        cast.partnership,
        channel_manager=cast.channel_manager.membership,
        deputy=cast.vendor_admin.membership,
    )
    appoint(cast, kim)
    cast.register(domain="")
    run_jobs()
    news = [
        {title for title in told(one) if "Contoso" in title} for one in (cast.vendor_admin, kim, cast.channel_manager)
    ]
    assert news[0] == news[1] == news[2] != set()
    assert mine(kim) == mine(cast.vendor_admin) == {"Fabrikam Consulting"}


def test_a_partner_who_gets_another_manager_is_out_of_it(cast: Cast, kim: Person) -> None:
    both_register(cast)
    appoint(cast, kim)
    assign_manager(cast.vendor_admin.actor, cast.partnership, channel_manager=cast.vendor_admin.membership)
    assert mine(kim) == {"Proseware"}


def test_a_deputy_may_look_as_the_manager_may_and_no_longer_than_they_stand_in(cast: Cast, kim: Person) -> None:
    cover = appoint(cast, kim)
    with acting(kim.actor):
        partner = Partnership.objects.get(pk=cast.partnership.pk)
        assert may_look_into(kim.actor, partner)
    look = start_looking(kim.actor, partner, person=cast.partner_rep.membership, reason="Case 7")
    revoke_deputy(cast.channel_manager.actor, cover)
    with acting(kim.actor):
        look.refresh_from_db()
        assert look.stopped_at
        assert not may_look_into(kim.actor, partner)
    assert mine(kim) == set()
    with pytest.raises(DomainError, match="over already"):
        revoke_deputy(cast.channel_manager.actor, cover)


def test_a_manager_appoints_for_themself_and_an_administrator_for_everybody(cast: Cast, kim: Person) -> None:
    days = {"starts_on": today(), "ends_on": today()}
    with pytest.raises(NotPermitted):
        appoint_deputy(kim.actor, cast.channel_manager.membership, deputy=kim.membership, **days)
    with pytest.raises(NotPermitted):
        appoint_deputy(cast.partner_admin.actor, cast.channel_manager.membership, deputy=kim.membership, **days)
    cover = appoint_deputy(cast.vendor_admin.actor, cast.channel_manager.membership, deputy=kim.membership, **days)
    with pytest.raises(NotPermitted):
        revoke_deputy(kim.actor, cover)
    with acting(cast.system):
        event = Event.objects.get(name="deputy.appointed")
    assert event.data["person"] == str(kim.user)
    assert event.partnership_id is None  # no partner reads who is away


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"days": -1}, "ends_before_it_starts"),
        ({"after": -3}, "in_the_past"),
        ({"days": 400}, "too_long"),
        ({"deputy": "channel_manager"}, "same_person"),
        ({"deputy": "partner_rep"}, "not_found"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, kim: Person, changes: dict[str, Any], code: str) -> None:
    if "deputy" in changes:
        changes = {"deputy": getattr(cast, changes["deputy"]).membership}
    with pytest.raises(DomainError) as refused:
        appoint(cast, kim, **changes)
    assert refused.value.code == code


def test_nobody_stands_in_twice_at_a_time(cast: Cast, kim: Person) -> None:
    cover = appoint(cast, kim)
    with pytest.raises(DomainError, match="stands in already"):
        appoint(cast, kim, after=3)
    revoke_deputy(cast.channel_manager.actor, cover)
    appoint(cast, kim, after=3)


def test_the_pages_from_the_partner_to_the_list_and_back(cast: Cast, kim: Person, browse: Any) -> None:
    jonas, partner = browse(cast.channel_manager), f"/w/northwind/partners/{cast.partnership.public_id}/"
    assert f"deputies/appoint/?partner={cast.partnership.public_id}" in jonas.get(partner).content.decode()
    form = {
        "manager": cast.channel_manager.membership.public_id,
        "deputy": kim.membership.public_id,
        "partner": cast.partnership.public_id,
        "starts_on": str(today()),
        "ends_on": str(today() - timedelta(days=1)),
    }
    assert "comes after it" in jonas.post(f"{PAGE}appoint/", form).content.decode()
    assert jonas.post(f"{PAGE}appoint/", {**form, "ends_on": str(today())}).url == PAGE
    assert "Dana Desk" in jonas.get(partner).content.decode()
    assert "Dana Desk" in jonas.get(PAGE).content.decode()
    with acting(cast.system):
        address = f"{PAGE}{Deputyship.objects.get().public_id}/revoke/"
    assert "Revoke" in jonas.get(address).content.decode()
    assert jonas.post(address).url == PAGE
    assert jonas.post(address).status_code == 409
    assert "Revoked" in browse(cast.vendor_admin).get(PAGE).content.decode()
    assert browse(cast.partner_admin).get(PAGE).status_code == 404


def test_both_are_told(cast: Cast, kim: Person) -> None:
    day = {"starts_on": today(), "ends_on": today()}
    cover = appoint_deputy(cast.vendor_admin.actor, cast.channel_manager.membership, deputy=kim.membership, **day)
    run_jobs()
    assert told(kim) == ["You stand in for Jonas Weber"]
    assert told(cast.channel_manager) == ["Dana Desk stands in for you"]
    revoke_deputy(cast.vendor_admin.actor, cover)
    run_jobs()
    assert "You stand no longer in for Jonas Weber" in told(kim)


def test_a_program_appoints_lists_and_revokes(cast: Cast, kim: Person) -> None:
    boss = machine(cast.vendor_admin)
    body = {
        "manager": cast.channel_manager.membership.public_id,
        "deputy": kim.membership.public_id,
        "starts_on": str(today() + timedelta(days=1)),
        "ends_on": str(today() + timedelta(days=2)),
    }
    made = boss.post("/deputyships", body)
    assert made.status_code == 201, made.content
    assert (made.json()["status"], made.json()["partner"]) == ("coming", None)
    assert boss.post("/deputyships", body).status_code == 409
    assert [one["id"] for one in boss.get("/deputyships").json()["data"]] == [made.json()["id"]]
    revoked = boss.post(f"/deputyships/{made.json()['id']}/revocation")
    assert revoked.json()["status"] == "revoked"
    assert boss.get(f"/deputyships/{made.json()['id']}").json()["status"] == "revoked"
    assert machine(cast.partner_admin).get("/deputyships").status_code == 404


def test_what_the_deputy_decides_is_theirs(cast: Cast, kim: Person) -> None:
    appoint(cast, kim)
    deal = cast.register(domain="")
    approve_deal(kim.actor, deal)
    with acting(cast.system):
        assert Event.objects.get(name="deal.approved").actor_label == str(kim.user)
