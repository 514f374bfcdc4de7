"""A machine walks the whole way of a deal, knowing nothing but its key and the OpenAPI document."""

from typing import Any

import orjson
import pytest
from django.test import Client

from hansa.testing.cast import Cast
from hansa.testing.machine import machine

DOCUMENT = "/api/v1/openapi.json"


class Reader:
    """Finds addresses in the document by operation, and links what one answer names with what the next one takes."""

    def __init__(self, secret: str):
        self.client = Client()
        self.headers = {"authorization": f"Bearer {secret}"}
        document = self.client.get(DOCUMENT).json()
        self.base = document["servers"][0]["url"].rstrip("/")
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        }

    def __call__(self, operation_id: str, body: Any = None, **path: str) -> Any:
        method, address, operation = self.operations[operation_id]
        response = self.client.generic(
            method.upper(),
            self.base + address.format(**path),
            orjson.dumps(body) if body is not None else b"",
            "application/json",
            headers=self.headers,
        )
        assert str(response.status_code) in operation["responses"], response.content
        return response.json()


@pytest.fixture
def partner(cast: Cast) -> Reader:
    return Reader(machine(cast.partner_admin).secret)


@pytest.fixture
def vendor(cast: Cast) -> Reader:
    return Reader(machine(cast.vendor_admin).secret)


def claim(partner: Reader, name: str, **customer: str) -> Any:
    lines = [line["id"] for line in partner("list_lines")["data"] if not line["retired"]]
    return partner(
        "register_deal",
        {
            "customer": {"name": name, "country": "NL", **customer},
            "product_lines": lines[:1],
            "amount": {"amount": "84000.00", "currency": "EUR"},
            "expected_close": "2027-03-31",
        },
    )


def test_a_partners_machine_registers_works_and_wins(partner: Reader) -> None:
    assert partner("show_me")["workspace"]["side"] == "partner"
    deal = claim(partner, "Contoso Logistics", domain="contoso-logistics.example")
    assert (deal["status"], deal["stage"], deal["outcome"]) == ("approved", "qualified", "open")
    assert partner("change_deal", {"stage": "proposal"}, deal_id=deal["id"])["stage"] == "proposal"
    assert partner("win_deal", {"reason": "product_fit"}, deal_id=deal["id"])["outcome"] == "won"
    assert partner("show_one_deal", deal_id=deal["id"])["protected_until"] == deal["protected_until"]
    names = [event["name"] for event in partner("list_deal_events", deal_id=deal["id"])["data"]]
    assert sorted(names) == ["deal.approved", "deal.registered", "deal.stage_moved", "deal.won"]


def test_a_partners_machine_withdraws_and_loses(partner: Reader) -> None:
    first = claim(partner, "Contoso Logistics", domain="contoso-logistics.example")
    assert partner("withdraw_deal", deal_id=first["id"])["status"] == "withdrawn"
    second = claim(partner, "Contoso Logistics", domain="contoso-logistics.example")
    assert partner("lose_deal", {"reason": "price"}, deal_id=second["id"])["outcome"] == "lost"


def test_a_vendors_machine_decides_with_the_evidence_at_hand(vendor: Reader, partner: Reader) -> None:
    waiting = [claim(partner, f"Contoso {name}") for name in ("Alpha", "Beta", "Gamma", "Delta")]
    assert {deal["status"] for deal in waiting} == {"under_review"}
    queue = [deal["id"] for deal in vendor("list_deals")["data"]]
    assert queue == [deal["id"] for deal in reversed(waiting)]
    assert vendor("list_evidence", deal_id=queue[0])["data"][0]["facts"]["has_web_address"] is False
    assert vendor("approve_deal", {"note": "Go ahead"}, deal_id=queue[0])["status"] == "approved"
    assert vendor("reject_deal", {"reason": "too_early"}, deal_id=queue[1])["reason"] == "too_early"
    assert vendor("mark_duplicate", {}, deal_id=queue[2])["status"] == "duplicate"
    assert vendor("cancel_deal", {"reason": "customer_wish"}, deal_id=queue[3])["status"] == "canceled"
    told = partner("show_one_deal", deal_id=queue[1])["decisions"][0]
    assert told["outputs"]["reason"] == "too_early"


def test_a_vendors_machine_runs_the_program(vendor: Reader) -> None:
    invited = vendor(
        "invite_partner",
        {"company": "Litware", "email": "lea@litware.example", "name": "Lea", "partner_types": ["reseller"]},
    )
    assert invited["status"] == "invited"
    me = next(member for member in vendor("list_members")["data"] if member["roles"] == ["vendor_admin"])
    assigned = vendor("assign_manager", {"channel_manager": me["id"]}, partner_id=invited["id"])
    assert assigned["channel_manager"] == me["id"]
    assert vendor("end_partnership", partner_id=invited["id"])["status"] == "ended"
    program = vendor("list_programs")["data"][0]
    changed = vendor("change_rules", {"protection_days": 60}, program_id=program["id"])
    assert (changed["protection_days"], changed["name"]) == (60, program["name"])
    line = vendor("add_line", {"code": "cold-chain", "name": "Cold Chain"})
    assert vendor("retire_line", line_id=line["id"])["retired"] is True
    assert vendor("add_territory", {"name": "Benelux", "countries": ["BE", "NL", "LU"]})["countries"][0] == "BE"


def test_an_administrators_machine_runs_the_team(partner: Reader) -> None:
    invitation = partner("invite_member", {"email": "new@fabrikam.example", "name": "New", "roles": ["partner_sales"]})
    assert partner("revoke_invitation", invitation_id=invitation["id"])["status"] == "revoked"
    rep = next(member for member in partner("list_members")["data"] if member["roles"] == ["partner_sales"])
    changed = partner("change_roles", {"roles": ["partner_sales", "partner_support"]}, member_id=rep["id"])
    assert changed["roles"] == ["partner_sales", "partner_support"]
    key = partner("create_key", {"name": "CRM", "roles": ["partner_sales"], "scopes": ["read"]})
    other = Reader(key["secret"])
    assert other("show_me")["scopes"] == ["read"]
    assert other("list_deals")["data"] == []
    assert partner("revoke_key", key_id=key["id"])["revoked_at"]
    assert other("show_me")["code"] == "not_authenticated"
    assert partner("offboard_member", member_id=rep["id"])["status"] == "deprovisioned"
