"""What tests of deciding in time share: a fixed week in Amsterdam, and the database's clock within it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hansa.core.tenancy import acting
from hansa.deals.clock_jobs import sweep_clocks
from hansa.deals.models import Deal
from hansa.programs.actions import change_calendar, change_review
from hansa.programs.calendar_text import parse_hours
from hansa.programs.models import Program
from hansa.testing.cast import Cast
from hansa.testing.databases import move_clock
from hansa.testing.queue import run_jobs

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = [parse_hours("9:00-17:00")] * 5 + [None, None]
MONDAY = datetime(2027, 3, 1, 8, tzinfo=AMSTERDAM)


def at(moment: datetime) -> None:
    """Set the database's clock."""
    move_clock(f"{(moment - datetime.now(UTC)).total_seconds()} seconds")


def calendar(cast: Cast, **holidays: str) -> None:
    days = {name.removeprefix("d").replace("_", "-"): why for name, why in holidays.items()}
    vendor = cast.vendor_admin.workspace.vendor
    change_calendar(cast.vendor_admin.actor, vendor, timezone="Europe/Amsterdam", hours=OFFICE, holidays=days)


def terms(cast: Cast, **changes: Any) -> None:
    names = ("review_hours", "reminders", "on_breach", "escalation_role", "escalate_after", "answer_days", "on_silence")
    with acting(cast.system):
        program = Program.objects.get(pk=cast.program.pk)
    change_review(cast.vendor_admin.actor, program, **{name: getattr(program, name) for name in names} | changes)


def waiting(cast: Cast, **facts: Any) -> Deal:
    """A registration without a web address, which a person decides."""
    close = MONDAY.date() + timedelta(days=70)
    return cast.register(**{"domain": "", "expected_close": close, **facts})


def local(day: int, hour: int, month: int = 3, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=AMSTERDAM)


def now(cast: Cast, deal: Deal) -> Deal:
    with acting(cast.system):
        found: Deal = Deal.objects.get(pk=deal.pk)
        return found


def sweep(cast: Cast, moment: datetime) -> None:
    at(moment)
    sweep_clocks.func(str(cast.system.vendor_id))
    run_jobs()
