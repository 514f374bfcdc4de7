"""How often a registration waits for the database: that, and not the work, is most of its time."""

from typing import Any

from django.db import close_old_connections

from hansa.testing.cast import Cast
from hansa.testing.machine import Machine, machine, registration
from hansa.testing.roundtrips import counting_round_trips

AT_MOST = 7


def test_registering_through_the_api_takes_at_most_seven_round_trips(committed: Cast) -> None:
    partner = machine(committed.partner_admin)
    assert register(committed, partner, "warm").status_code == 201
    with counting_round_trips() as relay:
        close_old_connections()  # as each request begins: the connection is tried out once more
        assert register(committed, partner, "new").json()["status"] == "approved"
        assert 0 < relay.turns <= AT_MOST


def test_the_relay_counts_each_time_that_somebody_waits(committed: Cast) -> None:
    partner = machine(committed.partner_admin)
    partner.get("/me")
    with counting_round_trips() as relay:
        partner.get("/me")
        once = relay.turns
        partner.get("/me")
        assert relay.turns == 2 * once > 0


def register(cast: Cast, partner: Machine, name: str) -> Any:
    customer = {"name": f"{name} company", "domain": f"{name}-company.example", "country": "NL"}
    return partner.post("/deal-registrations", registration(cast, customer=customer), idempotency_key=name)
