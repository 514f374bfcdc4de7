"""Decide a registration by hand, or look at it anew when what it waited for is settled."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from hansa.accounts.roles import DEAL_DESK
from hansa.core.actions import action, also, instead
from hansa.core.actors import Actor
from hansa.core.database import advisory_lock, ask_together, locking_company, now
from hansa.customers.matching.lookup import Found, rank
from hansa.customers.resolve import Sought
from hansa.deals.actions.conclude import conclude, leave_to_a_person, refuse_what_is_held, verdict_of
from hansa.deals.actions.impartial import refuse_own_interest
from hansa.deals.actions.register_deal import EVENTS, Case, decide, decision_of, protect, settle
from hansa.deals.evidence import clues, standing_of, standing_query
from hansa.deals.follow_ups import kept
from hansa.deals.models import Deal, RejectReason, Status
from hansa.deals.proof import MISSING, has_proof
from hansa.deals.reasons import reason_called
from hansa.deals.rules import APPROVAL, TAKEN_NOTE, Ruling
from hansa.deals.terms import terms_at_registration
from hansa.kernel.errors import DomainError, Invalid
from hansa.programs.reasons import ReasonsFor
from hansa.rulebook.models import Decision
from hansa.rulebook.record import overridden

NOBODY: frozenset[str] = frozenset()
LINES_SQL = "SELECT product_line_id FROM deals_dealline WHERE vendor_id = %s AND deal_id = %s ORDER BY product_line_id"


@action("deal.approve", emits="deal.approved", by=DEAL_DESK)
def approve_deal(actor: Actor, deal: Deal, *, note: str = "") -> None:
    """Protect the deal on each of its product lines from now until the policy's end.

    Raises `already_protected` when another registration or this partner holds one of them, `evidence_missing` while the
    program asks for evidence and there is none, and `own_interest` for who works for this partner too.
    """
    refuse_own_interest(actor, deal)
    refuse_what_is_held(deal)
    lines, at = locked_lines(deal)
    case = case_of(deal, lines, at=at)
    if case.standing.partnership_status != "active":
        raise DomainError("partnership_inactive", "This partner is not active.")
    if case.taken:
        raise DomainError("already_protected", TAKEN_NOTE)
    if deal.evidence_needed and not case.proven:
        raise DomainError("evidence_missing", MISSING)
    Deal.LIFECYCLE.apply(deal, "approve")
    deal.decided_at = at
    deal.protected_until = at + timedelta(days=decide(case).protection_days)
    deal.note = note.strip()
    protect(deal, lines, case.kept)
    conclude(actor, deal, decision_by_hand(actor, deal))


@action("deal.reject", emits="deal.rejected", by=DEAL_DESK)
def reject_deal(actor: Actor, deal: Deal, *, reason: str, note: str = "") -> None:
    """Turn the registration down for a coded reason that the partner reads."""
    called = reason_called(actor, deal, ReasonsFor.REJECT, reason)
    check_note(reason, note)
    Deal.LIFECYCLE.apply(deal, "reject")
    _close(actor, deal, reason, note, called)


@action("deal.mark_duplicate", emits="deal.marked_duplicate", by=DEAL_DESK)
def mark_duplicate(actor: Actor, deal: Deal, *, note: str = "") -> None:
    """Say that the customer is taken; the partner learns no more than that, and how to dispute it."""
    Deal.LIFECYCLE.apply(deal, "mark_duplicate")
    _close(actor, deal, "", note or TAKEN_NOTE)


@action("deal.reconsider", emits="deal.reconsidered", by=NOBODY)
def reconsider_deal(actor: Actor, deal: Deal) -> None:
    """Decide anew a registration that waited, now that an earlier one is settled or its company is another's.

    What a merge put behind a later registration that is protected goes on waiting: a person decides which one stays.
    In a program that answers all together this is also how the rules look at a registration for the first time.
    """
    if deal.status != Status.UNDER_REVIEW:
        return
    if (verdict := verdict_of(deal)) and verdict.held:
        instead("verdict.reviewed", actor, verdict)
        return
    lines, at = locked_lines(deal)
    case = case_of(deal, lines, at=at)
    ruling = decide(case)
    decision, proof = decision_of(actor, case, ruling.answers, at=at)
    if goes_on_waiting(case, ruling):
        if deal.program.answer_times:
            leave_to_a_person(actor, deal, proof)
        return
    settle(deal, ruling)
    deal.decided_at = at
    if deal.status == Status.APPROVED:
        deal.protected_until = at + timedelta(days=ruling.protection_days)
    protect(deal, lines, case.kept)
    if conclude(actor, deal, decision, proof):
        also(EVENTS[ruling.status], actor, deal, {"status": [Status.UNDER_REVIEW, deal.status]})


def check_note(reason: str, note: str) -> None:
    """Raises Invalid where neither the reason nor the note says anything."""
    if reason == RejectReason.OTHER and not note.strip():
        raise Invalid("note_missing", "Say in the note why.", "note")


def case_of(deal: Deal, lines: list[UUID], *, at: datetime, lock: bool = True) -> Case:
    """What the deal is decided on today; only claims submitted before it count against it."""
    sought = Sought(deal.vendor_id, deal.customer_name, deal.customer_domain, deal.customer_country)
    asked = standing_query(deal.vendor_id, deal.partnership_id, deal.program_id, lines)
    [row], candidates = ask_together(asked, sought.candidates)
    standing = standing_of(row)
    similar: list[Found] = [one for one in rank(sought.probe, candidates) if one.company_id != deal.company_id]
    against = clues(
        deal.vendor_id,
        deal.company_id,
        similar,
        lines,
        deal_id=deal.pk,
        at=at,
        before=deal.submitted_at,
        stale_after_days=standing.stale_after_days,
        paused=(deal.partnership_id, terms_at_registration(deal, standing).pause_days(standing.cooling_off_days)),
        lock=lock,
    )
    return Case(deal, standing, similar, against, kept(deal, lines, at=at), proven=has_proof(deal))


def lines_of(deal: Deal) -> list[UUID]:
    """The ids of the deal's product lines, in the order in which they are locked."""
    [rows] = ask_together((LINES_SQL, [deal.vendor_id, deal.pk]))
    return [line for (line,) in rows]


def locked_lines(deal: Deal) -> tuple[list[UUID], datetime]:
    """The deal's product lines, and the time under the company's lock; as `lines_of` and `locked_now`, at once."""
    lock = locking_company(deal.vendor_id, deal.company_id)
    rows, [(_, at)] = ask_together((LINES_SQL, [deal.vendor_id, deal.pk]), lock)
    return [line for (line,) in rows], at


def locked(deals: QuerySet[Deal]) -> list[Deal]:
    """The rows, locked in the order in which they came; who needs several does so before it locks their company."""
    return list(deals.order_by("submitted_at", "id").select_for_update(no_key=True))


def locked_now(deal: Deal) -> datetime:
    """The time under the company's lock; a deal's row is always locked before its company."""
    advisory_lock("company", deal.vendor_id, deal.company_id)
    return now()


def goes_on_waiting(case: Case, ruling: Ruling) -> bool:
    """Whether a person has to decide: the rules say so, a later claim holds the customer, or the partner is stopped.

    What the rules would say then is not written down: the partner would read it before anybody has decided.
    """
    stopped = case.standing.partnership_status != "active"
    return ruling.status == Status.UNDER_REVIEW or overtaken(case) or (stopped and ruling.status == Status.APPROVED)


def overtaken(case: Case) -> bool:
    """Whether what protects the customer for another partner was registered later than this."""
    deal = case.deal
    rivals = [
        clue.subject_id
        for clue in case.clues
        if clue.kind == "protection"
        and clue.company_id == deal.company_id
        and clue.partnership_id != deal.partnership_id
    ]
    earlier = Deal.objects.filter(vendor_id=deal.vendor_id, pk__in=rivals, submitted_at__lte=deal.submitted_at)
    return bool(rivals) and not earlier.exists()


def _close(actor: Actor, deal: Deal, reason: str, note: str, called: str = "") -> None:
    deal.reason, deal.reason_text, deal.note, deal.decided_at = reason, called, note.strip(), now()
    conclude(actor, deal, decision_by_hand(actor, deal))


def decision_by_hand(actor: Actor, deal: Deal, *, at: datetime | None = None) -> Decision:
    """The unsaved record of what a person decided about this deal, at its `decided_at` unless `at` says when."""
    return overridden(
        actor,
        deal.partnership_id,
        deal.pk,
        policy=APPROVAL.name,
        outputs={"status": deal.status, "reason": deal.reason},
        note=deal.note,
        at=at or deal.decided_at or now(),
    )
