"""The queue over the API by its due time."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hansa.deals.models import Deal
from hansa.testing.cast import Cast
from hansa.testing.machine import Machine, machine


def due_before(client: Machine, days: int, **more: Any) -> list[str]:
    at = (timezone.now() + timedelta(days=days)).isoformat()
    return [one["id"] for one in client.get("/deal-registrations", {"due_before": at, **more}).json()["data"]]


def test_what_waits_is_found_by_when_somebody_has_to_act(cast: Cast) -> None:
    cast.register()
    waits: Deal = cast.register(customer="Litware", domain="")
    desk = machine(cast.vendor_admin)
    assert due_before(desk, 0) == []
    assert due_before(desk, 30) == due_before(desk, 30, status="under_review") == [waits.public_id]
    assert due_before(machine(cast.rival_admin), 30) == []


def test_a_time_without_its_zone_is_refused(cast: Cast) -> None:
    answer = machine(cast.vendor_admin).get("/deal-registrations", {"due_before": "2027-01-01T12:00:00"})
    assert answer.status_code == 422
