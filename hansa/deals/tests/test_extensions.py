from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import (
    announce_end,
    approve_extension,
    decline_extension,
    expire_deal,
    extend_deal,
    request_extension,
    win_deal,
    withdraw_deal,
)
from hansa.deals.models import Deal, EndReason, ExtensionRequest, Protection, Status, WinReason
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.notices.models import Notice
from hansa.rulebook.models import Decision
from hansa.testing.cast import Cast, Person
from hansa.testing.databases import move_clock
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

DEALS, HOME = "/w/northwind-fabrikam/deals", "/w/northwind"


def ask(cast: Cast, deal: Deal, days: int = 30) -> ExtensionRequest:
    extension: ExtensionRequest = request_extension(
        cast.partner_rep.actor, deal, days=days, reason="The budget comes in March."
    )
    return extension


def ends(cast: Cast, deal: Deal) -> set[datetime | None]:
    """The ends of the deal and of each of its protections."""
    with acting(cast.system):
        held = Protection.objects.filter(deal=deal).values_list("during", flat=True)
        return {during.upper for during in held} | {Deal.objects.get(pk=deal.pk).protected_until}


def titles(cast: Cast, person: Person) -> list[str]:
    run_jobs()
    with acting(cast.system):
        told = Notice.objects.filter(recipient=person.membership).order_by("created_at", "id")
        return list(told.values_list("title", flat=True))


def test_an_extension_moves_every_end_and_is_written_down(cast: Cast) -> None:
    deal = cast.register(lines=[cast.analytics, cast.planner])
    extension = ask(cast, deal)
    approve_extension(cast.deal_desk.actor, extension, note="Good luck")
    assert deal.protected_until
    assert ends(cast, deal) == {deal.protected_until + timedelta(days=30)}
    with acting(cast.partner_rep.actor):
        decision = Decision.objects.get(subject_id=extension.pk)
        events = Event.objects.filter(name__in=["extension.requested", "extension.approved", "deal.extended"])
        assert [event.name for event in events.order_by("id")] == [
            "extension.requested",
            "extension.approved",
            "deal.extended",
        ]
    assert (decision.made_by, decision.note, decision.outputs) == (
        "Dana Desk",
        "Good luck",
        {"status": "approved", "days": 30},
    )


def test_it_may_be_granted_for_fewer_days_and_never_for_more(cast: Cast) -> None:
    deal = cast.register()
    extension = ask(cast, deal)
    with pytest.raises(DomainError, match="grant that or fewer"):
        approve_extension(cast.deal_desk.actor, extension, days=31)
    approve_extension(cast.deal_desk.actor, extension, days=10)
    assert deal.protected_until
    assert ends(cast, deal) == {deal.protected_until + timedelta(days=10)}


def test_a_declined_wish_leaves_the_end_and_may_be_repeated(cast: Cast) -> None:
    deal = cast.register()
    decline_extension(cast.deal_desk.actor, ask(cast, deal), note="Not yet.")
    assert ends(cast, deal) == {deal.protected_until}
    assert "Contoso Logistics: no extension" in titles(cast, cast.partner_rep)
    ask(cast, deal)


def test_one_wish_waits_at_a_time(cast: Cast) -> None:
    deal = cast.register()
    ask(cast, deal)
    for act in (
        lambda: ask(cast, deal),
        lambda: extend_deal(cast.channel_manager.actor, deal, days=5),
    ):
        with pytest.raises(DomainError) as refusal, acting(cast.system):
            act()
        assert refusal.value.code == "extension_pending"


def test_it_is_extended_as_often_as_the_terms_say(cast: Cast) -> None:
    deal = cast.register()
    approve_extension(cast.deal_desk.actor, ask(cast, deal))
    extend_deal(cast.channel_manager.actor, deal, days=60)
    with pytest.raises(DomainError, match=r"^This protection is extended 2 times at most\.$"):
        ask(cast, deal)
    with pytest.raises(DomainError, match=r"^This protection is extended 2 times at most\.$"):
        extend_deal(cast.channel_manager.actor, deal, days=1)
    assert deal.protected_until
    assert ends(cast, deal) == {deal.protected_until + timedelta(days=90)}


@pytest.mark.parametrize("days", [0, 61])
def test_no_extension_is_longer_than_the_terms_say(cast: Cast, days: int) -> None:
    with pytest.raises(DomainError, match="1 to 60 days"):
        ask(cast, cast.register(), days)


def test_what_has_ended_is_not_extended(committed: Cast) -> None:
    deal = committed.register()
    extension = ask(committed, deal)
    move_clock("91 days")
    with pytest.raises(DomainError) as refusal:
        approve_extension(committed.deal_desk.actor, extension)
    assert refusal.value.code == "not_extendable"
    expire_deal(committed.system, deal)
    run_jobs()
    with acting(committed.system):
        assert ExtensionRequest.objects.get().status == ExtensionRequest.Status.LAPSED


def test_a_wish_comes_to_nothing_when_the_end_is_announced(cast: Cast) -> None:
    deal = cast.register()
    ask(cast, deal)
    soon = {"ends_on": timezone.now().date() + timedelta(days=20), "reason": EndReason.NO_ACTIVITY, "note": "Silence."}
    announce_end(cast.channel_manager.actor, deal, **soon)
    run_jobs()
    with acting(cast.system):
        assert ExtensionRequest.objects.get().status == ExtensionRequest.Status.LAPSED


@pytest.mark.parametrize("end", [withdraw_deal, lambda actor, deal: win_deal(actor, deal, reason=WinReason.FIT)])
def test_a_wish_comes_to_nothing_when_the_deal_is_closed(cast: Cast, end: Any) -> None:
    deal = cast.register()
    ask(cast, deal)
    end(cast.partner_rep.actor, deal)
    run_jobs()
    with acting(cast.system):
        assert ExtensionRequest.objects.get().status == ExtensionRequest.Status.LAPSED


def test_only_a_protection_is_extended(cast: Cast) -> None:
    waiting = cast.register(domain="")
    assert waiting.status == Status.UNDER_REVIEW
    with pytest.raises(DomainError, match="Only a protection that holds"):
        ask(cast, waiting)


def test_the_partner_does_not_extend_and_the_vendor_does_not_ask(cast: Cast) -> None:
    deal = cast.register()
    with pytest.raises(NotPermitted):
        extend_deal(cast.partner_admin.actor, deal, days=5)
    with pytest.raises(NotPermitted):
        request_extension(cast.channel_manager.actor, deal, days=5, reason="They need it.")
    with pytest.raises(NotPermitted):
        approve_extension(cast.partner_rep.actor, ask(cast, deal))


def test_on_the_pages_the_rep_asks_and_the_channel_manager_grants(cast: Cast, browse: Any) -> None:
    deal, rep, desk = cast.register(), browse(cast.partner_rep), browse(cast.channel_manager)
    assert "Ask for more time" in rep.get(f"{DEALS}/{deal.public_id}/").content.decode()
    assert rep.post(f"{DEALS}/{deal.public_id}/extension/", {"days": "70", "reason": "x"}).status_code == 422
    rep.post(f"{DEALS}/{deal.public_id}/extension/", {"days": "30", "reason": "The budget comes in March."})
    assert "You asked for 30 more days" in rep.get(f"{DEALS}/{deal.public_id}/").content.decode()
    assert "They ask for more time" in desk.get(f"{HOME}/").content.decode()
    assert "The budget comes in March." in desk.get(f"{HOME}/registrations/{deal.public_id}/").content.decode()
    desk.post(f"{HOME}/registrations/{deal.public_id}/extension/", {"days": "20", "note": "Twenty will do."})
    told = rep.get(f"{DEALS}/{deal.public_id}/").content.decode()
    assert "Protection extended until" in told
    assert "Twenty will do." in told
    assert titles(cast, cast.partner_rep)[-1] == "Contoso Logistics: protection extended"
    assert titles(cast, cast.channel_manager)[-1] == "Contoso Logistics: Fabrikam Consulting asks for 30 more days"


def test_on_the_pages_a_wish_is_declined_with_a_reason(cast: Cast, browse: Any) -> None:
    deal, desk = cast.register(), browse(cast.channel_manager)
    address = f"{HOME}/registrations/{deal.public_id}/extension/decline/"
    assert desk.get(address).status_code == 404
    ask(cast, deal)
    assert desk.post(address, {"note": ""}).status_code == 422
    desk.post(address, {"note": "Not yet."})
    assert "Extension declined: Not yet." in browse(cast.partner_rep).get(f"{DEALS}/{deal.public_id}/").content.decode()


def test_machines_ask_grant_and_extend(cast: Cast) -> None:
    deal, partner, vendor = cast.register(), machine(cast.partner_admin), machine(cast.vendor_admin)
    wish = {"deal": deal.public_id, "days": 30, "reason": "The budget comes in March."}
    asked = partner.post("/extensions", wish)
    assert asked.status_code == 201, asked.content
    assert partner.get(asked["Location"].removeprefix("/api/v1")).content == asked.content
    assert partner.post("/extensions", wish).json()["code"] == "extension_pending"
    assert machine(cast.rival_admin).post("/extensions", wish).status_code == 422
    assert partner.post(f"/extensions/{asked.json()['id']}/approval", {}).status_code == 403
    granted = vendor.post(f"/extensions/{asked.json()['id']}/approval", {"days": 7}).json()
    assert (granted["status"], granted["granted_days"]) == ("approved", 7)
    extended = vendor.post(f"/deal-registrations/{deal.public_id}/extension", {"days": 5}).json()
    assert deal.protected_until
    assert extended["protected_until"][:10] == str((deal.protected_until + timedelta(days=12)).date())
    listed = vendor.get("/extensions", {"status": "approved", "deal": deal.public_id}).json()["data"]
    assert [(one["days"], one["reason"]) for one in listed] == [(5, ""), (30, "The budget comes in March.")]
