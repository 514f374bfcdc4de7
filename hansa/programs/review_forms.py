"""What the vendor's people fill in about deciding in time."""

from typing import Any

from django import forms

from hansa.accounts.roles import VENDOR_ROLES, Role
from hansa.core.web.forms import SuggestInput
from hansa.programs.calendar_text import (
    DAYS,
    known_zone,
    parse_clock,
    parse_holidays,
    parse_hours,
    write_holidays,
    write_hours,
    zones,
)
from hansa.programs.models import Calendar, OnBreach, OnSilence

LEADERS = [("", "Nobody else"), *((role.value, role.label) for role in Role if role in VENDOR_ROLES)]


class ReviewForm(forms.Form):
    review_hours = forms.IntegerField(
        label="Within how many business hours is a registration decided?", min_value=1, max_value=1_000
    )
    reminders = forms.CharField(
        label="At which shares of that time is the channel manager reminded?",
        help_text="In percent, separated by commas: 50, 80. Left empty, nobody is reminded.",
        required=False,
        max_length=40,
    )
    on_breach = forms.ChoiceField(
        label="What happens if nobody decides in time?",
        help_text="Nothing is ever approved by itself that looks like a known or claimed customer.",
        choices=OnBreach.choices,
        widget=forms.RadioSelect,
    )
    escalation_role = forms.ChoiceField(
        label="Who is told after the deputy?", choices=LEADERS, required=False, help_text="Everybody with this role."
    )
    escalate_after = forms.IntegerField(label="How many business hours later?", min_value=0, max_value=1_000)
    answer_days = forms.IntegerField(
        label="How many days is a partner usually given to answer a question?", min_value=1, max_value=90
    )
    on_silence = forms.ChoiceField(
        label="What happens if the partner does not answer?", choices=OnSilence.choices, widget=forms.RadioSelect
    )

    def clean_reminders(self) -> list[int]:
        """The shares as numbers."""
        parts = [part.strip(" %") for part in self.cleaned_data["reminders"].split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 99 for part in parts):
            raise forms.ValidationError("Write numbers from 1 to 99, separated by commas.")
        return [int(part) for part in parts]


class AnswersForm(forms.Form):
    AT_ONCE, TOGETHER = "at_once", "together"

    how = forms.ChoiceField(
        label="When is a partner told what became of a registration?",
        choices=[
            (AT_ONCE, "At once, as soon as it is decided"),
            (TOGETHER, "Together with all others, at set times: until then every registration is under review"),
        ],
        widget=forms.RadioSelect,
    )
    answer_times = forms.CharField(
        label="At which times of the day?",
        help_text="Like 17:00, or 11:00, 17:00. On working days, in the time zone of your calendar.",
        required=False,
        max_length=60,
    )

    def clean_answer_times(self) -> list[int]:
        """Minutes after midnight."""
        try:
            times = [parse_clock(part) for part in self.cleaned_data["answer_times"].split(",") if part.strip()]
        except ValueError:
            raise forms.ValidationError("Write times like 17:00, separated by commas.") from None
        return [minutes % (24 * 60) for minutes in times]

    def clean(self) -> dict[str, Any]:
        """The times alone; none for answers at once."""
        cleaned = super().clean() or {}
        together = cleaned.get("how") == self.TOGETHER
        if together and not cleaned.get("answer_times", True):
            self.add_error("answer_times", "Write at least one time, like 17:00.")
        return {"answer_times": cleaned.get("answer_times", []) if together else []}


class CalendarForm(forms.Form):
    timezone = forms.CharField(label="Time zone", help_text="Region and city: Europe/Amsterdam.", max_length=60)
    holidays = forms.CharField(
        label="Holidays",
        help_text="One a line, the day first: 2026-12-25 Christmas Day. Paste a whole list if you have one.",
        required=False,
        max_length=100_000,
        widget=forms.Textarea({"rows": 8}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["timezone"].widget = SuggestInput(zones())
        hint = "Like 9:00-17:00; empty for a day off."
        days = {
            day: forms.CharField(label=day.capitalize(), help_text="" if n else hint, required=False, max_length=20)
            for n, day in enumerate(DAYS)
        }
        self.fields = {"timezone": self.fields["timezone"], **days, "holidays": self.fields["holidays"]}

    @staticmethod
    def initial_of(calendar: Calendar) -> dict[str, str]:
        """A calendar as its fields begin."""
        hours = {day: write_hours(hours) for day, hours in zip(DAYS, calendar.hours, strict=True)}
        return {"timezone": calendar.timezone, **hours, "holidays": write_holidays(calendar.holidays)}

    def clean_timezone(self) -> str:
        """A zone that there is."""
        zone: str = self.cleaned_data["timezone"].strip().replace(" ", "_")
        if not known_zone(zone):
            raise forms.ValidationError("Write it as region and city, like Europe/Amsterdam.")
        return zone

    def clean_holidays(self) -> dict[str, str]:
        """{day: name}."""
        try:
            return parse_holidays(self.cleaned_data["holidays"])
        except ValueError as line:
            raise forms.ValidationError(f"“{line}” has no day and name, like 2026-12-25 Christmas Day.") from None

    def clean(self) -> dict[str, Any]:
        """The hours of all days as `hours`."""
        cleaned: dict[str, Any] = super().clean() or {}
        week = []
        for day in DAYS:
            try:
                week.append(parse_hours(cleaned.pop(day, "")))
            except ValueError:
                self.add_error(day, "Write from when until when, like 9:00-17:00.")
        return {**cleaned, "hours": week}
