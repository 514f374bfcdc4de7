import pytest

from hansa.deals.models import Status
from hansa.testing.cast import Cast
from hansa.testing.machine import Machine, machine, registration


@pytest.fixture
def partner(cast: Cast) -> Machine:
    return machine(cast.partner_admin)


@pytest.fixture
def vendor(cast: Cast) -> Machine:
    return machine(cast.vendor_admin)


@pytest.fixture
def rival(cast: Cast) -> Machine:
    return machine(cast.rival_admin)


def test_a_registration_is_answered_at_once_with_its_decision(cast: Cast, partner: Machine) -> None:
    answer = partner.post("/deal-registrations", registration(cast))
    assert answer.status_code == 201, answer.content
    deal = answer.json()
    assert deal["status"] == Status.APPROVED
    assert deal["amount"] == {"amount": "84000.00", "currency": "EUR"}
    assert [decision["policy"] for decision in deal["decisions"]] == ["registration-approval"]
    assert answer["Location"] == f"/api/v1/deal-registrations/{deal['id']}"


def test_what_registering_shows_is_what_reading_shows(cast: Cast, partner: Machine) -> None:
    registered = partner.post("/deal-registrations", registration(cast))
    read = partner.get(f"/deal-registrations/{registered.json()['id']}")
    assert read.content == registered.content
    assert read["ETag"] == registered["ETag"]


def test_the_rival_learns_that_the_customer_is_taken_and_nothing_else(
    cast: Cast, partner: Machine, rival: Machine
) -> None:
    first = partner.post("/deal-registrations", registration(cast)).json()
    answer = rival.post("/deal-registrations", registration(cast))
    assert answer.json()["status"] == Status.DUPLICATE
    for secret in ("Fabrikam", first["id"], first["protected_until"], "company_", '"score"'):
        assert secret not in answer.content.decode()
    assert rival.get(f"/deal-registrations/{first['id']}").status_code == 404


def test_the_evidence_is_for_the_vendor_alone(cast: Cast, partner: Machine, vendor: Machine, rival: Machine) -> None:
    first = partner.post("/deal-registrations", registration(cast)).json()
    second = rival.post("/deal-registrations", registration(cast)).json()
    path = f"/deal-registrations/{second['id']}/evidence"
    clues = vendor.get(path).json()["data"][0]["evidence"]
    assert first["id"] in [clue.get("subject") for clue in clues]
    assert rival.get(path).status_code == 404


def test_a_stage_moves_only_for_one_who_has_seen_the_last_one(cast: Cast, partner: Machine) -> None:
    registered = partner.post("/deal-registrations", registration(cast))
    path = f"/deal-registrations/{registered.json()['id']}"
    moved = partner.patch(path, {"stage": "proposal"}, if_match=registered["ETag"])
    assert (moved.status_code, moved.json()["stage"]) == (200, "proposal")
    late = partner.patch(path, {"stage": "discovery"}, if_match=registered["ETag"])
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert partner.get(path).json()["stage"] == "proposal"


def test_deals_are_found_by_status_stage_outcome_and_partner(
    cast: Cast, partner: Machine, vendor: Machine, rival: Machine
) -> None:
    won = partner.post("/deal-registrations", registration(cast)).json()
    partner.post(f"/deal-registrations/{won['id']}/win", {"reason": "price"})
    taken = rival.post("/deal-registrations", registration(cast)).json()

    def found(**wanted: str) -> list[str]:
        return [deal["id"] for deal in vendor.get("/deal-registrations", wanted).json()["data"]]

    assert found() == [taken["id"], won["id"]]
    assert found(status="duplicate") == [taken["id"]]
    assert found(outcome="won") == [won["id"]]
    assert found(stage="proposal") == []
    assert found(partner=won["partner"]) == [won["id"]]


def test_the_vendor_does_not_register_and_the_partner_does_not_decide(
    cast: Cast, partner: Machine, vendor: Machine
) -> None:
    assert vendor.post("/deal-registrations", registration(cast)).status_code == 403
    waiting = partner.post(
        "/deal-registrations", registration(cast, customer={"name": "Contoso Logistics", "country": "NL"})
    ).json()
    for verb in ("approval", "duplicate-mark"):
        assert partner.post(f"/deal-registrations/{waiting['id']}/{verb}", {}).status_code == 403
    assert vendor.post(f"/deal-registrations/{waiting['id']}/approval", {}).json()["status"] == Status.APPROVED


def test_the_daily_cap_counts_before_anything_is_looked_up(cast: Cast, partner: Machine) -> None:
    cast.partner_rep.workspace.vendor.registrations_per_day = 1
    cast.partner_rep.workspace.vendor.save()
    assert partner.post("/deal-registrations", registration(cast)).status_code == 201
    refused = partner.post("/deal-registrations", registration(cast))
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert int(refused["Retry-After"]) > 3600


BAD = {
    "a NUL": {"customer": {"name": "Con\0toso"}},
    "a name of a megabyte": {"customer": {"name": "x" * 1_000}},
    "an amount as a number": {"amount": {"amount": 84000.0, "currency": "EUR"}},
    "a huge amount": {"amount": {"amount": "9" * 400, "currency": "EUR"}},
    "an amount of not a number": {"amount": {"amount": "NaN", "currency": "EUR"}},
    "a fraction of a cent": {"amount": {"amount": "1.005", "currency": "EUR"}},
    "an unknown currency": {"amount": {"amount": "1", "currency": "ZZZ"}},
    "nothing at all": {"amount": {"amount": "0", "currency": "EUR"}},
    "the year 9999": {"expected_close": "9999-12-31"},
    "the past": {"expected_close": "2001-01-01"},
    "no day": {"expected_close": "2027-02-30"},
    "a day in other figures": {"expected_close": "２０２７-03-31"},
    "an id of another kind": {"product_lines": ["deal_01kaj3e5xq9m2v7c4t8w6y0r1s"]},
    "an id beyond 128 bits": {"product_lines": ["line_zzzzzzzzzzzzzzzzzzzzzzzzzz"]},
    "a line that is not there": {"product_lines": ["line_01kaj3e5xq9m2v7c4t8w6y0r1s"]},
    "an unknown field": {"color": "red"},
    "a country in words": {"customer": {"name": "Contoso", "country": "Netherlands"}},
}


@pytest.mark.parametrize("wrong", BAD.values(), ids=BAD.keys())
def test_bad_input_is_malformed_and_nothing_is_stored(cast: Cast, partner: Machine, wrong: dict) -> None:
    answer = partner.post("/deal-registrations", registration(cast, **wrong))
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert partner.get("/deal-registrations").json()["data"] == []


@pytest.mark.parametrize("body", [b"{", b'"\\ud800"', b"\xff\xfe", b"[" * 5_000, b"[]", b"null", b"1e400"])
def test_what_is_not_our_json_is_malformed(cast: Cast, partner: Machine, body: bytes) -> None:
    answer = partner.client.post(
        "/api/v1/deal-registrations",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {partner.secret}"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("currency", ["XXX", "GBP", "JPY"])
def test_amounts_are_in_the_vendors_currency(cast: Cast, partner: Machine, currency: str) -> None:
    body = registration(cast, amount={"amount": "84000", "currency": currency})
    answer = partner.post("/deal-registrations", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "currency_not_accepted")


def test_a_close_in_a_far_century_is_asked_about(cast: Cast, partner: Machine) -> None:
    answer = partner.post("/deal-registrations", registration(cast, expected_close="2099-12-31"))
    assert (answer.status_code, answer.json()["code"]) == (422, "close_too_far_away")
