"""A distributor beside its reseller on one registration: both see it, one owns it."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.http import Http404

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import add_party, move_stage, remove_party, win_deal
from hansa.deals.models import Deal, DealLine, Party, WinReason
from hansa.kernel.errors import DomainError
from hansa.notices.models import Notice
from hansa.partnerships.actions import end_partnership, set_distributors
from hansa.partnerships.models import Partnership
from hansa.testing.cast import Cast, Person, distributor_of
from hansa.testing.machine import machine, registration
from hansa.testing.queue import run_jobs

HOME = "/w/northwind-woodgrove"
FORM = {
    "customer": "Contoso Logistics",
    "domain": "contoso-logistics.example",
    "country": "NL",
    "amount": "84000",
    "deal_type": "new",
    "contact_name": "Carla Contact",
}


@pytest.fixture
def woodgrove(cast: Cast) -> Person:
    return distributor_of(cast)


def beside(person: Person) -> Any:
    return person.workspace.partnership_id


def shared(person: Person) -> list[Deal]:
    with acting(person.actor):
        return list(Deal.objects.shared_with(person.actor))


def titles(person: Person) -> list[str]:
    run_jobs()
    with acting(person.actor):
        return list(Notice.objects.visible_to(person.actor).order_by("id").values_list("title", flat=True))


def test_the_reseller_names_its_distributor_as_it_registers(cast: Cast, woodgrove: Person, browse: Any) -> None:
    mine, page = browse(cast.partner_rep), "/w/northwind-fabrikam/deals/register/"
    assert "Woodgrove (distributor)" in mine.get(page).content.decode()
    named = machine_id(woodgrove)
    form = FORM | {"product_lines": cast.analytics.public_id, "expected_close": "2027-03-31", "beside": named}
    assert "Woodgrove" in mine.post(page, form, follow=True).content.decode()
    theirs = browse(woodgrove)
    listed = theirs.get(f"{HOME}/deals/?show=beside").content.decode()
    assert "Contoso Logistics" in listed
    assert "Fabrikam Consulting" in listed
    [deal] = shared(woodgrove)
    seen = theirs.get(f"{HOME}/deals/{deal.public_id}/").content.decode()
    assert "Protected until" in seen
    assert "You are its distributor" in seen
    assert "Carla Contact" not in seen
    assert "Mara Lindqvist" not in seen
    assert titles(woodgrove) == [
        "Contoso Logistics is approved for Fabrikam Consulting",
        "Fabrikam Consulting brings you in at Contoso Logistics",
    ]


def test_who_stands_beside_changes_nothing_even_in_the_database(cast: Cast, woodgrove: Person) -> None:
    deal = cast.register()
    add_party(cast.partner_rep.actor, deal, beside=beside(woodgrove))
    with pytest.raises(Http404):
        move_stage(woodgrove.actor, deal, stage="proposal")
    with pytest.raises(Http404):
        remove_party(woodgrove.actor, deal)
    with acting(woodgrove.actor):
        assert Deal.objects.filter(pk=deal.pk).update(stage="proposal") == 0
        assert DealLine.objects.filter(deal=deal).count() == 1
        plant = Party(vendor_id=deal.vendor_id, partnership_id=deal.partnership_id, deal=deal, role="distributor")
        plant.beside_id, plant.since = beside(woodgrove), deal.submitted_at
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            plant.save(force_insert=True)


def test_what_becomes_of_it_is_told_and_what_is_talked_about_is_not(cast: Cast, woodgrove: Person) -> None:
    deal = cast.register()
    add_party(cast.partner_rep.actor, deal, beside=beside(woodgrove))
    move_stage(cast.partner_rep.actor, deal, stage="proposal")
    win_deal(cast.partner_rep.actor, deal, reason=WinReason.PRICE, note="They wanted it cheap")
    assert titles(woodgrove)[-1] == "Fabrikam Consulting has won Contoso Logistics"
    seen = machine(woodgrove).get(f"/shared-deals/{deal.public_id}").json()
    assert (seen["owner"], seen["role"], seen["outcome"]) == ("Fabrikam Consulting", "distributor", "won")
    assert [one["name"] for one in seen["happened"]] == [
        "deal.won",
        "deal.stage_moved",
        "deal.party_added",
        "deal.approved",
        "deal.registered",
    ]
    assert not {"contact", "need", "note", "reason", "owner_id"} & set(seen)
    with acting(woodgrove.actor):
        assert Event.objects.filter(subject_id=deal.pk, name="deal.won").exists()


def test_off_the_deal_is_out_of_sight_at_once(cast: Cast, woodgrove: Person, browse: Any) -> None:
    deal, page = cast.register(), browse(woodgrove)
    add_party(cast.channel_manager.actor, deal, beside=beside(woodgrove))
    assert page.get(f"{HOME}/deals/{deal.public_id}/").status_code == 200
    remove_party(cast.partner_rep.actor, deal)
    assert page.get(f"{HOME}/deals/{deal.public_id}/").status_code == 404
    with acting(woodgrove.actor):
        assert not Deal.objects.filter(pk=deal.pk).exists()
        assert not Event.objects.filter(subject_id=deal.pk).exists()


def test_the_end_of_either_partnership_parts_them(cast: Cast, woodgrove: Person, browse: Any) -> None:
    deal, page = cast.register(), browse(woodgrove)
    add_party(cast.partner_rep.actor, deal, beside=beside(woodgrove))
    with acting(cast.system):
        distributor = Partnership.objects.get(pk=beside(woodgrove))
    end_partnership(cast.vendor_admin.actor, distributor)
    assert page.get(f"{HOME}/deals/{deal.public_id}/").status_code == 404
    run_jobs()
    with acting(cast.partner_rep.actor):
        assert not Party.objects.exists()
        assert Deal.objects.get(pk=deal.pk).beside_name == ""


def test_only_who_is_tied_can_be_brought_in_and_one_at_a_time(cast: Cast, woodgrove: Person) -> None:
    deal, rival = cast.register(), cast.rivals.pk
    with pytest.raises(DomainError, match="buys through"):
        add_party(cast.partner_rep.actor, deal, beside=rival)
    add_party(cast.partner_rep.actor, deal, beside=beside(woodgrove))
    with pytest.raises(DomainError, match="already"):
        add_party(cast.partner_rep.actor, deal, beside=beside(woodgrove))
    set_distributors(cast.channel_manager.actor, cast.partnership, distributors=[])
    other = cast.register(customer="Adventure Works", domain="adventure-works.example")
    with pytest.raises(DomainError, match="buys through"):
        add_party(cast.partner_rep.actor, other, beside=beside(woodgrove))


def test_a_distributor_registers_and_its_reseller_reads_along(cast: Cast, woodgrove: Person) -> None:
    body = registration(cast, beside=cast.partnership.public_id)
    made = machine(woodgrove).post("/deal-registrations", body).json()
    assert made["beside"] == {"id": cast.partnership.public_id, "company": "Fabrikam Consulting", "role": "reseller"}
    [deal] = shared(cast.partner_rep)
    assert (deal.public_id, deal.whose) == (made["id"], "Woodgrove")


def test_with_a_stranger_beside_it_nothing_is_registered(cast: Cast, woodgrove: Person) -> None:
    facts = registration(cast, beside=cast.rivals.public_id)
    assert machine(cast.partner_admin).post("/deal-registrations", facts).status_code == 422
    with acting(cast.system):
        assert not Deal.objects.exists()


def test_the_channel_manager_names_the_distributors_of_a_partner(cast: Cast, woodgrove: Person, browse: Any) -> None:
    desk, partner = browse(cast.channel_manager), f"/w/northwind/partners/{cast.partnership.public_id}/"
    assert "Distributor: it buys through them" in desk.get(partner).content.decode()
    page = desk.get(f"{partner}distributors/").content.decode()
    assert "Woodgrove" in page
    assert "Proseware" not in page
    desk.post(f"{partner}distributors/", {})
    assert "Woodgrove" not in desk.get(partner).content.decode()


def machine_id(person: Person) -> str:
    return Partnership(pk=beside(person)).public_id
