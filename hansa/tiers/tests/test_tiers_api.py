"""Tiers over the API."""

from datetime import timedelta
from typing import Any

from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.tiers.rules import BENEFITS
from hansa.tiers.tests.running import certify, evaluated, place, publish, run_tiers, standing, tier, today
from hansa.tiers.tests.test_benefits import LIBRARY


def test_a_partner_reads_its_own_standing_in_full(cast: Cast) -> None:
    run_tiers(cast)
    publish_benefits(cast)
    certify(cast, 2)
    partner = machine(cast.partner_admin)
    [row] = partner.get("/tier-standings").json()["data"]
    assert (row["tier"], row["held"], row["standing"]) == ("Silver", 2, "qualified")
    full = partner.get(f"/tier-standings/{row['id']}").json()
    assert (full["facts"]["certifications"], full["facts"]["satisfaction"]) == ("2", None)
    certifications, won = full["up"][0]["criteria"]
    assert (certifications["least"], certifications["missing"], won["missing"]) == ("5", "3", "1")
    assert (full["benefits"]["margin"], full["benefits_next"]["margin"]) == (None, "30")
    assert machine(cast.rival_admin).get(f"/tier-standings/{row['id']}").status_code == 404


def publish_benefits(cast: Cast) -> None:
    columns, rows = LIBRARY
    publish(cast, BENEFITS, columns, rows)


def test_what_if_answers_with_a_tier_and_refuses_what_it_does_not_know(cast: Cast) -> None:
    run_tiers(cast)
    here = f"/tier-standings/{evaluated(cast).public_id}/what-if"
    partner = machine(cast.partner_admin)
    answer = partner.get(f"{here}?more=certifications:5,won_deals:1").json()
    assert (answer["rank"], answer["tier"], answer["rises"], answer["up"]) == (3, "Gold", True, [])
    assert partner.get(f"{here}?more=charm:2").json()["code"] == "fact_unknown"
    assert partner.get(f"{here}?more=certifications").status_code == 422


def test_a_machine_of_the_vendor_enters_numbers_and_grants_exceptions(cast: Cast) -> None:
    run_tiers(cast)
    boss, about = machine(cast.vendor_admin), {"standing": evaluated(cast).public_id}
    number = {**about, "fact": "certifications", "value": "2", "dated": str(today(cast))}
    assert boss.post("/tier-facts", number).json()["value"] == "2.00"
    assert place(cast).tier.rank == 2
    wish = {
        **about,
        "tier": tier(cast, 3).public_id,
        "until": str(today(cast) + timedelta(days=3)),
        "reason": "Launch.",
    }
    granted = boss.post("/tier-exceptions", wish)
    assert (granted.status_code, place(cast).tier.rank) == (201, 3)
    ended = boss.post(f"/tier-exceptions/{granted.json()['id']}/end")
    assert ended.json()["ended_at"]
    assert boss.post(f"/tier-exceptions/{granted.json()['id']}/end").json()["code"] == "over_already"
    assert machine(cast.partner_admin).post("/tier-facts", number).status_code == 404


def test_what_waits_is_approved_or_declined(cast: Cast) -> None:
    run_tiers(cast, approve_promotion=True)
    certify(cast, 2)
    boss, here = machine(cast.vendor_admin), f"/tier-standings/{standing(cast).public_id}"
    [row] = boss.get("/tier-standings?show=waiting").json()["data"]
    assert row["proposed_tier"] == "Silver"
    assert boss.post(f"{here}/approval", {}).json()["tier"] == "Silver"
    assert boss.post(f"{here}/refusal", {"reason": "No."}).json()["code"] == "nothing_proposed"
    assert boss.post(f"{here}/evaluation").json()["standing"] == "qualified"


def test_terms_are_changed_in_part(cast: Cast) -> None:
    boss, here = machine(cast.vendor_admin), f"/programs/{cast.program.public_id}/tier-terms"
    assert boss.get(here).json()["periods"]["won_deals"] == "rolling:12"
    changed: Any = boss.patch(here, {"periods": {"won_deals": "year"}, "custom": {"custom_2": {"label": "Talks"}}})
    assert changed.json()["periods"]["won_deals"] == "year"
    assert changed.json()["custom"] == {"custom_2": {"label": "Talks", "unit": ""}}
    assert boss.patch(here, {"periods": {"charm": "year"}}).status_code == 422
    assert machine(cast.partner_admin).get(here).status_code == 200
    assert machine(cast.partner_admin).patch(here, {"running": True}).status_code == 404
