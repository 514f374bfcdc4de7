"""What the vendor says about its program: rules of engagement, product lines, territories."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from hansa.accounts.actions import change_look
from hansa.accounts.models import Vendor
from hansa.accounts.roles import CHANNEL_TEAM, PROGRAM_ADMINS, VENDOR_ROLES
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.kernel import business_time
from hansa.kernel.errors import Invalid
from hansa.programs.calendar_text import known_zone
from hansa.programs.models import Calendar, OnBreach, OnSilence, ProductLine, Program, Territory
from hansa.programs.reasons import ReasonsFor, checked
from hansa.programs.requirements import MOST, REQUIREMENTS, EvidenceWhen, Requirable

LONGEST_RULES = 20_000
MOST_REMINDERS = 5
TERMS = ("reminder_days", "extensions_max", "extension_days", "cooling_off_days", "notice_days")
MOST_HOLIDAYS = 1_000
MOST_ANSWER_TIMES = 6


@action("program.change_rules", emits="program.rules_changed", by=CHANNEL_TEAM)
def change_rules(
    actor: Actor, program: Program, *, rules_of_engagement: str, protection_days: int, stale_after_days: int
) -> None:
    """Write what partners read as the rules of engagement, and the terms that the rules name."""
    if len(rules_of_engagement) > LONGEST_RULES:
        raise Invalid("too_long", f"Keep the rules under {LONGEST_RULES:,} characters.", "rules_of_engagement")
    program.rules_of_engagement = rules_of_engagement.strip()
    program.protection_days, program.stale_after_days = protection_days, stale_after_days
    program.save(update_fields=["rules_of_engagement", "protection_days", "stale_after_days"])


@action("program.change_terms", emits="program.terms_changed", by=PROGRAM_ADMINS)
def change_terms(
    actor: Actor,
    program: Program,
    *,
    reminder_days: list[int],
    extensions_max: int,
    extension_days: int,
    cooling_off_days: int,
    notice_days: int,
) -> None:
    """Set by which terms approved deals live on: reminders, extensions, cooling-off, and notice."""
    if len(set(reminder_days)) > MOST_REMINDERS or not all(1 <= days <= 365 for days in reminder_days):
        raise Invalid("reminders_out_of_range", f"At most {MOST_REMINDERS}, each of 1 to 365 days.", "reminder_days")
    program.reminder_days = sorted(set(reminder_days), reverse=True)
    program.extensions_max, program.extension_days = extensions_max, extension_days
    program.cooling_off_days, program.notice_days = cooling_off_days, notice_days
    program.save(update_fields=[*TERMS])


@action("program.change_requirements", emits="program.requirements_changed", by=PROGRAM_ADMINS)
def change_requirements(
    actor: Actor,
    program: Program,
    *,
    required_fields: Sequence[str],
    evidence: str,
    open_registrations_max: int,
    registrations_per_day: int,
) -> None:
    """Say what a registration needs, whether evidence is asked for, and how many one partner may register.

    It counts for new registrations; those that are there stay as they are.
    """
    if unknown := set(required_fields) - set(Requirable.values):
        raise Invalid("field_unknown", f"Nobody can ask for {', '.join(sorted(unknown))}.", "required_fields")
    if evidence not in EvidenceWhen.values:
        raise Invalid("evidence_unknown", "Choose when evidence is asked for.", "evidence")
    for name, cap in (
        ("open_registrations_max", open_registrations_max),
        ("registrations_per_day", registrations_per_day),
    ):
        if not 0 <= cap <= MOST:
            raise Invalid("cap_out_of_range", f"Allow from 0, which is no cap, to {MOST:,}.", name)
    program.required_fields = [field for field in Requirable.values if field in required_fields]
    program.evidence, program.open_registrations_max = evidence, open_registrations_max
    program.registrations_per_day = registrations_per_day
    program.save(update_fields=[*REQUIREMENTS])


@action("program.change_reasons", emits="program.reasons_changed", by=PROGRAM_ADMINS)
def change_reasons(actor: Actor, program: Program, *, reasons: Mapping[str, Mapping[str, str]]) -> None:
    """Choose the reasons that can be given from now on, and what they are called; their codes stay.

    `reasons` is {what for: {code: label}}; what is not in it stays as it is.
    """
    wanted = {what.value: checked(what, reasons[what]) for what in ReasonsFor if what in reasons}
    program.reasons = {what: labels for what, labels in {**program.reasons, **wanted}.items() if labels}
    program.save(update_fields=["reasons"])


@action("program.change_dispute_terms", emits="program.dispute_terms_changed", by=PROGRAM_ADMINS)
def change_dispute_terms(
    actor: Actor, program: Program, *, dispute_days: int, dispute_hours: int, appeal_days: int
) -> None:
    """Say for how long a decision can be disputed, within how many business hours that is decided, and appeals.

    It counts for disputes that are opened, decided or appealed from now on.
    """
    program.dispute_days, program.dispute_hours, program.appeal_days = dispute_days, dispute_hours, appeal_days
    program.save(update_fields=["dispute_days", "dispute_hours", "appeal_days"])


@action("product_line.add", emits="product_line.added", by=PROGRAM_ADMINS, creates=True)
def add_product_line(
    actor: Actor, vendor: Vendor, *, code: str, name: str, aliases: list[str] | None = None
) -> ProductLine:
    """Offer a product line for registration."""
    return ProductLine.objects.create(vendor=vendor, code=code, name=name.strip(), aliases=aliases or [])


@action("product_line.retire", emits="product_line.retired", by=PROGRAM_ADMINS)
def retire_product_line(actor: Actor, line: ProductLine) -> None:
    """Take a product line out of new registrations; what is protected stays so."""
    line.retired = True
    line.save(update_fields=["retired"])


@action("territory.add", emits="territory.added", by=PROGRAM_ADMINS, creates=True)
def add_territory(actor: Actor, vendor: Vendor, *, name: str, countries: list[str]) -> Territory:
    """Name a set of countries that partners can be confined to."""
    return Territory.objects.create(vendor=vendor, name=name.strip(), countries=sorted(set(countries)))


@action("program.change_review", emits="program.review_changed", by=PROGRAM_ADMINS)
def change_review(
    actor: Actor,
    program: Program,
    *,
    review_hours: int,
    reminders: Sequence[int],
    on_breach: str,
    escalation_role: str,
    escalate_after: int,
    answer_days: int,
    on_silence: str,
) -> None:
    """Say within how many business hours a registration is decided, who is reminded, and what happens if nobody does.

    It counts for what is sent to review from now on; a time that a partner was told stays.
    """
    if not 1 <= review_hours <= 1_000:
        raise Invalid("hours_out_of_range", "Decide within 1 to 1,000 business hours.", "review_hours")
    if len(reminders) > 5 or any(not 1 <= share <= 99 for share in reminders):
        raise Invalid("reminders_out_of_range", "Remind at up to five shares from 1 to 99 %.", "reminders")
    if on_breach not in OnBreach.values:
        raise Invalid("on_breach_unknown", "Choose what happens.", "on_breach")
    if escalation_role and escalation_role not in VENDOR_ROLES:
        raise Invalid("role_unknown", "Choose a role of your own people.", "escalation_role")
    if not 0 <= escalate_after <= 1_000:
        raise Invalid("hours_out_of_range", "Wait from 0 to 1,000 business hours.", "escalate_after")
    if not 1 <= answer_days <= 90:
        raise Invalid("days_out_of_range", "Give from 1 to 90 days to answer.", "answer_days")
    if on_silence not in OnSilence.values:
        raise Invalid("on_silence_unknown", "Choose what happens.", "on_silence")
    program.review_hours, program.reminders = review_hours, sorted(set(reminders))
    program.on_breach, program.escalation_role, program.escalate_after = on_breach, escalation_role, escalate_after
    program.answer_days, program.on_silence = answer_days, on_silence
    program.save()


@action("program.change_answers", emits="program.answers_changed", by=PROGRAM_ADMINS)
def change_answers(actor: Actor, program: Program, *, answer_times: Sequence[int]) -> None:
    """Answer all registrations together at set times, taken and free alike, or each at once.

    `answer_times` are minutes after midnight of your calendar's zone. Without any, what still waits is told at once.
    """
    if len(answer_times) > MOST_ANSWER_TIMES or not all(0 <= minute < 24 * 60 for minute in answer_times):
        raise Invalid("times_out_of_range", f"Choose up to {MOST_ANSWER_TIMES} times of the day.", "answer_times")
    program.answer_times = sorted(set(answer_times))
    program.save(update_fields=["answer_times"])


@action("calendar.change", emits="calendar.changed", by=PROGRAM_ADMINS, creates=True)
def change_calendar(
    actor: Actor,
    vendor: Vendor,
    *,
    timezone: str,
    hours: Sequence[tuple[int, int] | None],
    holidays: dict[str, str],
) -> Calendar:
    """Say when you work: time zone, hours of each weekday from Monday on in minutes after midnight, and holidays.

    It counts for clocks that start or go on from now on; a time that a partner was told stays.
    """
    if not known_zone(timezone):
        raise Invalid("timezone_unknown", "Choose a time zone.", "timezone")
    if len(holidays) > MOST_HOLIDAYS:
        raise Invalid(
            "too_many", f"Keep to {MOST_HOLIDAYS:,} holidays; leave out those that are long past.", "holidays"
        )
    try:
        business_time.Calendar(ZoneInfo(timezone), hours)
    except ValueError:
        raise Invalid("hours_unclear", "Open on one day at least, and each day before you close.", "hours") from None
    facts: dict[str, Any] = {
        "timezone": timezone,
        "hours": [list(day) if day else None for day in hours],
        "holidays": dict(sorted(holidays.items())),
    }
    Vendor.objects.filter(pk=vendor.pk).update(timezone=timezone)
    return Calendar.objects.update_or_create(vendor=vendor, defaults=facts)[0]


SETTING_UP = (
    change_rules,
    change_terms,
    change_dispute_terms,
    add_product_line,
    retire_product_line,
    add_territory,
    change_look,
    change_review,
    change_answers,
    change_calendar,
    change_requirements,
    change_reasons,
)
