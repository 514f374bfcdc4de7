from datetime import timedelta

from django.utils import timezone

from hansa.accounts.jobs import tidy_all_vendors
from hansa.core.models import Counter, IdempotencyKey
from hansa.core.tenancy import acting
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs


def test_answers_are_kept_for_two_days_and_counters_for_their_window(cast: Cast) -> None:
    partner = machine(cast.partner_admin)
    body = {"email": "x@fabrikam.example", "roles": ["partner_sales"]}
    for key in ("old", "new"):
        assert partner.post("/invitations", body, idempotency_key=key).status_code == 201
    with acting(cast.system):
        old = timezone.now() - timedelta(hours=49)
        IdempotencyKey.objects.filter(vendor_id=cast.partnership.vendor_id, key="old").update(at=old)
    Counter.objects.create(bucket="ended", count=1, ends_at=timezone.now() - timedelta(seconds=1))
    tidy_all_vendors.func(0)
    run_jobs()
    with acting(cast.system):
        assert [kept.key for kept in IdempotencyKey.objects.all()] == ["new"]
    assert not Counter.objects.filter(bucket="ended").exists()
    assert Counter.objects.exists()
