"""What people do about tiers: set the terms, enter numbers, say yes or no to a change, grant an exception."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hansa.accounts.roles import CHANNEL_TEAM, PROGRAM_ADMINS
from hansa.core.actions import action, also, difference, instead
from hansa.core.actors import Actor, System
from hansa.core.events import enqueue
from hansa.core.inserts import insert
from hansa.core.tenancy import moment
from hansa.kernel.errors import DomainError, Invalid
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Program, Tier
from hansa.programs.review_terms import calendar_of
from hansa.rulebook.record import overridden
from hansa.tiers.evaluate import BY_CRITERIA, EVALUATE_ALL, evaluate, forget
from hansa.tiers.facts import BY_NAME, SLOTS, enterable
from hansa.tiers.models import EVALUATED, EnteredFact, TierException, TierStanding, TierTerms
from hansa.tiers.periods import PERIODS
from hansa.tiers.rules import CRITERIA

TERMS = (
    "running",
    "cycle",
    "promotion",
    "demotion",
    "approve_promotion",
    "approve_demotion",
    "days_below",
    "grace_days",
    "periods",
    "custom",
)
NOT_EVALUATED = "The tiers of this program are set by hand, or this partner is not active."
LONGEST_LABEL, LONGEST_REASON = 60, 2_000
LONGEST_EXCEPTION = timedelta(days=731)
MOST = Decimal(10) ** 13
NOBODY: frozenset[str] = frozenset()


@action("tier_terms.change", emits="tier_terms.changed", by=PROGRAM_ADMINS)
def change_tier_terms(actor: Actor, program: Program, **terms: Any) -> TierTerms:
    """Say by which terms the tiers of a program are won and lost, and over which time each fact is counted.

    A job evaluates all partners by them, where the tiers are evaluated. Where they no longer are, nothing waits for
    somebody's word any more.
    """
    found = terms_of(program)
    before, ran = found.snapshot(), found.running
    for name in TERMS:
        setattr(found, name, terms.get(name, getattr(found, name)))
    for fact, period in found.periods.items():
        if fact not in BY_NAME or period not in PERIODS:
            raise Invalid("period_unknown", f"{fact} cannot be counted by {period}.", "periods")
    found.custom = _custom(found.custom)
    found.save()
    if found.running:
        enqueue(EVALUATE_ALL, vendor_id=found.vendor_id)
    elif ran:
        forget(TierStanding.objects.filter(vendor_id=found.vendor_id, enrollment__program=program))
    instead("tier_terms.changed", actor, found, difference(before, found.snapshot()))
    return found


@action("tier_fact.enter", emits="tier_fact.entered", by=CHANNEL_TEAM, creates=True)
def enter_fact(actor: Actor, enrollment: Enrollment, *, fact: str, value: Decimal, dated: date) -> EnteredFact:
    """Enter a number about a partner as of a day; another one of that day takes its place."""
    check_number(fact, value, dated, today_of(actor))
    about = {"vendor_id": actor.vendor_id, "partnership_id": enrollment.partnership_id, "enrollment_id": enrollment.pk}
    new = {"value": value, "entered_by": actor.label, "entered_at": moment()}
    rows = EnteredFact.objects.select_for_update(no_key=True)
    entered: EnteredFact
    entered, made = rows.get_or_create(**about, fact=fact, dated=dated, defaults=new)
    if not made:
        before = entered.snapshot()
        for name, said in new.items():
            setattr(entered, name, said)
        entered.save(update_fields=list(new))
        instead("tier_fact.entered", actor, entered, difference(before, entered.snapshot()))
    _follow(actor, enrollment)
    return entered


@action("tier.evaluate", emits="tier.evaluated", by=CHANNEL_TEAM)
def evaluate_standing(actor: Actor, standing: TierStanding) -> TierStanding:
    """Evaluate one partner's tier now."""
    if not _follow(actor, standing.enrollment):
        raise DomainError("not_evaluated", NOT_EVALUATED)
    standing.refresh_from_db()
    return standing


@action("tier.approve", emits="tier.approved", by=CHANNEL_TEAM)
def approve_change(actor: Actor, standing: TierStanding, *, note: str = "") -> TierStanding:
    """Let a proposed tier take the place of the one that the partner has."""
    proposed = _proposed(standing)
    rises = proposed.rank > standing.held
    said = _short(note) or ("Approved: the criteria are met." if rises else "The grace period is over.")
    _recorded(actor, standing, proposed.rank, said)
    Enrollment.objects.filter(vendor_id=actor.vendor_id, pk=standing.enrollment_id).update(tier=proposed)
    standing.tier, standing.held = proposed, proposed.rank
    standing.proposed = standing.proposed_at = standing.below_since = standing.grace_until = standing.declined = None
    if standing.status != TierStanding.Status.QUALIFIED:
        TierStanding.LIFECYCLE.apply(standing, "recover")
    standing.since = moment()
    standing.save()
    also("tier.promoted" if rises else "tier.demoted", actor, standing)
    return standing


@action("tier.decline", emits="tier.declined", by=CHANNEL_TEAM)
def decline_change(actor: Actor, standing: TierStanding, *, reason: str) -> None:
    """Say no to a proposed tier. It is not proposed again before the period ends, or another tier is due."""
    standing.declined = _proposed(standing).rank
    _recorded(actor, standing, standing.held, _said(reason))
    standing.proposed = standing.proposed_at = None
    standing.save(update_fields=["declined", "proposed", "proposed_at", "note"])


@action("tier.grant_exception", emits="tier.exception_granted", by=CHANNEL_TEAM, creates=True)
def grant_exception(actor: Actor, enrollment: Enrollment, *, tier: Tier, until: date, reason: str) -> TierException:
    """Let a partner have a tier up to and including a day, whatever the criteria say; the partner reads why."""
    if tier.program_id != enrollment.program_id:
        raise DomainError("tier_of_another_program", "This tier belongs to another program.", "tier")
    zone = _zone(actor)
    ends = datetime(until.year, until.month, until.day, tzinfo=zone) + timedelta(days=1)
    if not moment() < ends <= moment() + LONGEST_EXCEPTION:
        raise Invalid("until_unfit", "An exception ends on a day to come, within two years.", "until")
    granted = TierException.objects.create(
        vendor_id=actor.vendor_id,
        partnership_id=enrollment.partnership_id,
        enrollment_id=enrollment.pk,
        tier=tier,
        until=ends,
        reason=_said(reason),
        granted_by=actor.label,
        granted_at=moment(),
    )
    _follow(actor, enrollment)
    return granted


@action("tier.end_exception", emits="tier.exception_ended", by=CHANNEL_TEAM)
def end_exception(actor: Actor, exception: TierException) -> None:
    """End an exception before its day."""
    if exception.ended_at or exception.until <= moment():
        raise DomainError("over_already", "This exception is over already.")
    exception.ended_at = moment()
    exception.save(update_fields=["ended_at"])
    _follow(actor, exception.enrollment)


@action("tier.promote", emits="tier.promoted", by=NOBODY)
def promote(actor: Actor, standing: TierStanding) -> None:
    """A partner qualifies for a higher tier, or an exception grants it, and has it."""


@action("tier.demote", emits="tier.demoted", by=NOBODY)
def demote(actor: Actor, standing: TierStanding) -> None:
    """A partner's grace period is over and it has a lower tier."""


@action("tier.slip", emits="tier.slipped", by=NOBODY)
def slip(actor: Actor, standing: TierStanding) -> None:
    """A partner no longer meets the criteria of its tier."""


@action("tier.begin_grace", emits="tier.grace_began", by=NOBODY)
def begin_grace(actor: Actor, standing: TierStanding) -> None:
    """A partner is below its tier for long enough that it counts, and keeps the tier for a time."""


@action("tier.recover", emits="tier.recovered", by=NOBODY)
def recover(actor: Actor, standing: TierStanding) -> None:
    """A partner meets the criteria of its tier again, or has it by exception."""


@action("tier.propose", emits="tier.proposed", by=NOBODY)
def propose(actor: Actor, standing: TierStanding) -> None:
    """A partner's change of tier waits for somebody's word."""


TERMS_CHANGING = (change_tier_terms,)
CARING = (enter_fact, evaluate_standing, approve_change, decline_change, grant_exception, end_exception)


def check_number(fact: str, value: Decimal, dated: date, today: date) -> None:
    """Raises Invalid for a number that cannot be entered."""
    if fact not in {one.name for one in enterable()}:
        raise Invalid("fact_unknown", f"{fact} is no fact that you enter.", "fact")
    if not value.is_finite() or not 0 <= value < MOST or value != round(value, 2):
        raise Invalid("value_unfit", "Write a number from 0 on, with two decimals at most.", "value")
    if dated > today:
        raise Invalid("in_the_future", "This day has not come yet.", "dated")


def today_of(actor: Actor) -> date:
    """The day that it is where the vendor works. Inside `acting`."""
    return moment().astimezone(_zone(actor)).date()


def terms_of(program: Program) -> TierTerms:
    """The terms of a program; unsaved usual ones where it has none. Inside `acting`."""
    found = TierTerms.objects.filter(vendor_id=program.vendor_id, program=program).first()
    return found or TierTerms(vendor_id=program.vendor_id, program=program)


def _proposed(standing: TierStanding) -> Tier:
    """The tier that waits for somebody's word. Raises DomainError where none does, or the criteria decide no more."""
    place = Enrollment.objects.filter(EVALUATED, vendor_id=standing.vendor_id, pk=standing.enrollment_id)
    if not (place.exists() and terms_of(standing.enrollment.program).running):
        raise DomainError("not_evaluated", NOT_EVALUATED)
    if standing.proposed is None:
        raise DomainError("nothing_proposed", "No change of this tier waits for you.")
    return standing.proposed


def _follow(actor: Actor, enrollment: Enrollment) -> int:
    """Evaluate the partner at once, where tiers are evaluated; returns how many were looked at."""
    terms = terms_of(enrollment.program)
    return evaluate(_criteria(actor), terms, [enrollment.partnership_id]) if terms.running else 0


def _criteria(actor: Actor) -> Actor:
    return System(BY_CRITERIA, actor.vendor_id)


def _recorded(actor: Actor, standing: TierStanding, rank: int, note: str) -> None:
    """What somebody said about a tier, as a decision; the standing keeps the words."""
    outputs, standing.note = {"rank": rank}, note
    insert(
        overridden(
            actor,
            standing.partnership_id,
            standing.pk,
            policy=CRITERIA.name,
            outputs=outputs,
            note=note,
            at=moment(),
        )
    )


def _zone(actor: Actor) -> ZoneInfo:
    return calendar_of(actor.vendor_id).zone


def _custom(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The named facts of the vendor's own."""
    kept = {}
    for slot, said in given.items():
        label, unit = str(said.get("label", "")).strip(), str(said.get("unit", "")).strip()
        if slot not in SLOTS or len(label) > LONGEST_LABEL or len(unit) > LONGEST_LABEL:
            raise Invalid("custom_unfit", f"Names have at most {LONGEST_LABEL} characters.", "custom")
        if label:
            kept[slot] = {"label": label, "unit": unit}
    return kept


def _said(reason: str) -> str:
    if not (said := _short(reason)):
        raise Invalid("reason_missing", "Say why: the partner reads it.", "reason")
    return said


def _short(text: str) -> str:
    if len(text) > LONGEST_REASON:
        raise Invalid("too_long", f"Keep it under {LONGEST_REASON:,} characters.", "reason")
    return text.strip()
