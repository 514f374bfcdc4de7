"""Terms of review and business hours, for pages and for the API."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.kernel.days import day_of
from hansa.programs.calendar_text import DAYS, write_clock, write_hours
from hansa.programs.models import Calendar, Program
from hansa.programs.review_terms import calendar_of

HOLIDAYS_SHOWN = 4


def calendar_row(actor: Actor) -> Calendar:
    """The vendor's calendar; unsaved, with the usual week, where there is none."""
    kept: Calendar | None = Calendar.objects.visible_to(actor).first()
    return kept or Calendar(vendor_id=actor.vendor_id, timezone=str(calendar_of(actor.vendor_id).zone))


def calendar_facts(actor: Actor) -> dict[str, Any]:
    """Zone, hours by day and the next holidays, in words."""
    calendar = calendar_row(actor)
    today = str(day_of(moment(), ZoneInfo(calendar.timezone)))
    coming = [(day, name) for day, name in sorted(calendar.holidays.items()) if day >= today]
    return {
        "timezone": calendar.timezone.replace("_", " "),
        "days": [
            {"name": name.capitalize(), "hours": write_hours(hours).replace("-", " to ") or "closed"}
            for name, hours in zip(DAYS, calendar.hours, strict=True)
        ],
        "coming": [{"day": date.fromisoformat(day), "name": name} for day, name in coming[:HOLIDAYS_SHOWN]],
    }


def show_calendar(actor: Actor) -> dict[str, Any]:
    """`CalendarShown`."""
    calendar = calendar_row(actor)
    return {
        "timezone": calendar.timezone,
        "hours": {
            name: {"opens": write_clock(hours[0]), "closes": write_clock(hours[1])} if hours else None
            for name, hours in zip(DAYS, calendar.hours, strict=True)
        },
        "holidays": [{"day": date.fromisoformat(day), "name": name} for day, name in sorted(calendar.holidays.items())],
    }


def show_answers(program: Program) -> dict[str, Any]:
    """`AnswersShown`."""
    times = [write_clock(minutes) for minutes in program.answer_times]
    return {"id": program.public_id, "together": bool(times), "times": times}


def show_review(program: Program) -> dict[str, Any]:
    """`ReviewShown`."""
    return {
        "id": program.public_id,
        "review_hours": program.review_hours,
        "reminders": program.reminders,
        "on_breach": str(program.on_breach),
        "escalation_role": str(program.escalation_role),
        "escalate_after": program.escalate_after,
        "answer_days": program.answer_days,
        "on_silence": str(program.on_silence),
    }
