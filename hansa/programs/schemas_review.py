"""Terms of review and business hours, as the API says them."""

from datetime import date
from typing import Annotated, Any

from ninja import Field, Schema

from hansa.accounts.roles import VENDOR_ROLES, Role
from hansa.core.api.fields import Body, Day, OneOf, matching, text
from hansa.programs.calendar_text import DAYS, LONGEST_NAME, parse_clock
from hansa.programs.models import OnBreach, OnSilence

CLOCK_WORDS = "It must be a time of day, such as 09:30."
Clock = Annotated[str, matching("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", CLOCK_WORDS)]

LEADERS = tuple(role for role in Role if role in VENDOR_ROLES)

TimeOfDay = Annotated[str, matching("^([01][0-9]|2[0-3]):[0-5][0-9]$", CLOCK_WORDS)]


class ReviewShown(Schema):
    """Hours are business hours; reminders are percent of the time to decide.

    `escalation_role` is told besides where nobody has decided in time; "" is nobody else.
    """

    id: str
    review_hours: int
    reminders: list[int]
    on_breach: Annotated[str, OneOf(OnBreach)]
    escalation_role: Annotated[str, OneOf(LEADERS, or_none=True)]
    escalate_after: int
    answer_days: int
    on_silence: Annotated[str, OneOf(OnSilence)]


class ChangeReview(Body):
    """What is left out stays as it is; `escalation_role` "" is nobody else."""

    review_hours: Annotated[int, Field(ge=1, le=1_000)] | None = None
    reminders: Annotated[list[Annotated[int, Field(ge=1, le=99)]], Field(max_length=5)] | None = None
    on_breach: Annotated[str, OneOf(OnBreach)] | None = None
    escalation_role: Annotated[str, OneOf(LEADERS, or_none=True)] | None = None
    escalate_after: Annotated[int, Field(ge=0, le=1_000)] | None = None
    answer_days: Annotated[int, Field(ge=1, le=90)] | None = None
    on_silence: Annotated[str, OneOf(OnSilence)] | None = None


class AnswersShown(Schema):
    """Whether all registrations are answered together, and at which times of working days, in the calendar's zone."""

    id: str
    together: bool
    times: list[str]


class ChangeAnswers(Body):
    """Times such as "17:00"; an empty list answers each registration at once."""

    times: Annotated[list[TimeOfDay], Field(max_length=6)]


class OpenHours(Body):
    """From when until when, by the zone's wall clock; 24:00 is the midnight that ends the day."""

    opens: Clock
    closes: Clock


class Week(Body):
    """The hours of each weekday, null for a day off."""

    monday: OpenHours | None = None
    tuesday: OpenHours | None = None
    wednesday: OpenHours | None = None
    thursday: OpenHours | None = None
    friday: OpenHours | None = None
    saturday: OpenHours | None = None
    sunday: OpenHours | None = None

    def minutes(self) -> list[tuple[int, int] | None]:
        """Each weekday's hours in minutes after midnight."""
        days = [getattr(self, name) for name in DAYS]
        return [(parse_clock(day.opens), parse_clock(day.closes)) if day else None for day in days]


class Holiday(Body):
    day: Day
    name: Annotated[str, text(LONGEST_NAME, shortest=1)]


class HolidayShown(Schema):
    day: date
    name: str


class CalendarShown(Schema):
    """`timezone` is a name of the IANA database."""

    timezone: str
    hours: Week
    holidays: list[HolidayShown]


class ChangeCalendar(Body):
    """What is left out stays as it is."""

    timezone: Annotated[str, text(60, shortest=1)] | None = None
    hours: Week | None = None
    holidays: Annotated[list[Holiday], Field(max_length=1_000)] | None = None

    def over(self, present: dict[str, Any]) -> dict[str, Any]:
        """What `change_calendar` is told, with what is left out as it is in `CalendarShown`."""
        week = self.hours if self.hours is not None else Week(**present["hours"])
        given = None if self.holidays is None else [(str(one.day), one.name) for one in self.holidays]
        kept = [(str(one["day"]), one["name"]) for one in present["holidays"]]
        return {
            "timezone": self.timezone or present["timezone"],
            "hours": week.minutes(),
            "holidays": dict(kept if given is None else given),
        }
