"""A registration's receipt, on the pages of both sides and over the API."""

import json
from typing import Any

from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.history.models import Seal
from hansa.history.sealing import seal_all
from hansa.testing.cast import Cast
from hansa.testing.machine import machine

PORTAL, CONSOLE = "/w/northwind-fabrikam/deals/", "/w/northwind/"


def sealed(cast: Cast) -> Deal:
    """Our deal, sealed after a rival's."""
    cast.register(cast.rival_rep, customer="Rival's secret", domain="rivals-secret.example")
    deal = cast.register()
    seal_all(cast.partnership.vendor_id)
    return deal


def text(answer: Any) -> str:
    assert answer.status_code == 200
    content = b"".join(answer) if answer.streaming else answer.content
    return content.decode()


def test_until_it_is_sealed_both_sides_read_that_it_will_be(cast: Cast, browse) -> None:
    deal = cast.register()
    assert "Not sealed yet. In a few minutes" in text(browse(cast.partner_rep).get(f"{PORTAL}{deal.public_id}/"))
    assert "Not sealed yet" in text(browse(cast.deal_desk).get(f"{CONSOLE}registrations/{deal.public_id}/"))
    early = browse(cast.partner_rep).get(f"{PORTAL}{deal.public_id}/receipt/")
    assert early.status_code == 409
    assert "Try again in a few minutes" in early.content.decode()
    answer = machine(cast.partner_admin).get(f"/deal-registrations/{deal.public_id}/receipt").json()
    assert answer == {"deal": deal.public_id, "sealed": False, "receipt": None}


def test_both_sides_and_the_api_give_the_same_receipt(cast: Cast, browse) -> None:
    deal = sealed(cast)
    page = text(browse(cast.partner_rep).get(f"{PORTAL}{deal.public_id}/"))
    with acting(cast.system):
        seal = Seal.objects.get(position=3)
    assert "Entry 3 of Northwind's sealed history" in page
    assert seal.hash_text in page
    assert seal.hash_text in text(browse(cast.deal_desk).get(f"{CONSOLE}registrations/{deal.public_id}/"))
    file = browse(cast.partner_rep).get(f"{PORTAL}{deal.public_id}/receipt/")
    assert file.headers["Content-Disposition"] == f'attachment; filename="{deal.public_id}-receipt.json"'
    receipt = json.loads(text(file))
    assert receipt["entry"]["event"]["subject"] == deal.public_id
    assert receipt["what"]["facts"]["data"]["customer"] == "Contoso Logistics"
    assert json.loads(text(browse(cast.deal_desk).get(f"{CONSOLE}deals/{deal.public_id}/receipt/"))) == receipt
    for person in (cast.partner_admin, cast.vendor_admin):
        answer = machine(person).get(f"/deal-registrations/{deal.public_id}/receipt").json()
        assert answer == {"deal": deal.public_id, "sealed": True, "receipt": receipt}


def test_a_receipt_tells_nothing_of_rivals_and_nothing_to_them(cast: Cast, browse) -> None:
    deal = sealed(cast)
    receipt = text(browse(cast.partner_rep).get(f"{PORTAL}{deal.public_id}/receipt/"))
    with acting(cast.system):
        rivals = Deal.objects.get(customer_name="Rival's secret")
    for secret in ("Rival", "Remo", "Proseware", rivals.public_id, cast.rivals.public_id):
        assert secret not in receipt
    assert browse(cast.rival_rep).get(f"/w/northwind-proseware/deals/{deal.public_id}/receipt/").status_code == 404
    assert browse(cast.stranger).get(f"/w/wingtip/deals/{deal.public_id}/receipt/").status_code == 404
    assert machine(cast.rival_admin).get(f"/deal-registrations/{deal.public_id}/receipt").status_code == 404
