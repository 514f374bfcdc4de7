from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import withdraw_deal
from hansa.deals.jobs import sweep_reminders
from hansa.deals.models import Deal
from hansa.notices.models import Notice
from hansa.programs.actions import change_terms
from hansa.programs.models import Program
from hansa.testing.cast import Cast
from hansa.testing.databases import move_clock
from hansa.testing.queue import run_jobs


def sweep(cast: Cast) -> int:
    return sweep_reminders.func(str(cast.system.vendor_id))


def set_terms(cast: Cast, **changes: Any) -> None:
    """Change some terms of the cast's program."""
    with acting(cast.system):
        program = Program.objects.get(pk=cast.program.pk)
    terms = {
        name: getattr(program, name)
        for name in ("reminder_days", "extensions_max", "extension_days", "cooling_off_days", "notice_days")
    }
    change_terms(cast.vendor_admin.actor, program, **terms | changes)


def told(cast: Cast) -> list[str]:
    """The titles of the reminders that the rep got, in their order."""
    run_jobs()
    with acting(cast.system):
        reminders = Event.objects.filter(name="deal.ending_soon").values_list("pk", flat=True)
        notices = Notice.objects.filter(recipient=cast.partner_rep.membership, event_id__in=list(reminders))
        return list(notices.order_by("created_at").values_list("title", flat=True))


def test_each_reminder_is_given_once(committed: Cast) -> None:
    committed.register()
    given = []
    for shift in ("75 days", "77 days", "77 days", "86 days", "88 days", "89 days", "91 days"):
        move_clock(shift)
        given.append(sweep(committed))
        titles = told(committed)
    assert given == [0, 1, 0, 0, 1, 0, 0]
    assert titles == ["Contoso Logistics: 12 days left", "Contoso Logistics: 1 day left"]


def test_after_three_days_down_only_the_latest_reminder_is_given(committed: Cast) -> None:
    set_terms(committed, reminder_days=[14, 13, 12])
    committed.register()
    move_clock("79 days")
    assert [sweep(committed), sweep(committed)] == [1, 0]
    assert told(committed) == ["Contoso Logistics: 10 days left"]


def test_a_reminder_whose_protection_has_ended_is_not_given(committed: Cast) -> None:
    deal = committed.register()
    move_clock("88 days")
    assert sweep(committed) == 1
    withdraw_deal(committed.partner_rep.actor, deal)
    assert told(committed) == []


def test_who_is_protected_for_less_than_the_reminder_is_not_reminded_at_once(committed: Cast) -> None:
    set_terms(committed, reminder_days=[90, 89, 3])
    committed.register()
    assert sweep(committed) == 0
    move_clock("36 hours")
    assert sweep(committed) == 1


def test_nobody_is_reminded_where_the_terms_say_so(committed: Cast) -> None:
    set_terms(committed, reminder_days=[])
    committed.register()
    move_clock("89 days")
    assert sweep(committed) == 0


@pytest.mark.parametrize(("days", "shown"), [(20, set()), (10, {"Contoso Logistics"})])
def test_the_list_shows_what_ends_soon(cast: Cast, browse: Any, days: int, shown: set[str]) -> None:
    deal = cast.register()
    with acting(cast.system):
        Deal.objects.filter(pk=deal.pk).update(protected_until=timezone.now() + timedelta(days=days, hours=1))
    page = browse(cast.partner_rep).get("/w/northwind-fabrikam/deals/?show=soon")
    assert {row.customer_name for row in page.context["page"]} == shown
    assert (f"Ends soon, {days} days left" in page.content.decode()) == bool(shown)
