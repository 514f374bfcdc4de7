"""One decision about many registrations: begun by a person, worked through by a job, stopped and gone on with."""

from collections.abc import Sequence
from uuid import UUID

from hansa.accounts.models import Vendor
from hansa.accounts.roles import DEAL_DESK
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.events import enqueue
from hansa.core.inserts import insert
from hansa.deals.actions.assign_registration import NOT_THEIRS, assign_registration, reviewers
from hansa.deals.actions.decide_deal import approve_deal, check_note, reject_deal
from hansa.deals.models import BulkDecision, BulkItem, RejectReason
from hansa.deals.reasons import shared_reasons
from hansa.kernel.errors import Invalid, NotPermitted
from hansa.programs.reasons import ReasonsFor

NOBODY: frozenset[str] = frozenset()
RUN = "run_bulk_decision"
MOST = 5000
JOBS = 3
ACTS = {
    BulkDecision.Kind.APPROVE: approve_deal,
    BulkDecision.Kind.REJECT: reject_deal,
    BulkDecision.Kind.ASSIGN: assign_registration,
}


@action("bulk.start", emits="bulk.started", by=DEAL_DESK, creates=True)
def decide_in_bulk(
    actor: Actor,
    vendor: Vendor,
    *,
    kind: str,
    deals: Sequence[UUID],
    reason: str = "",
    note: str = "",
    to: UUID | None = None,
) -> BulkDecision:
    """Approve, reject or assign many registrations in one go, one after the other in the order given.

    `deals` are registrations that the actor sees, `to` is to whom they are assigned. A job does it, each as by itself;
    what cannot be done is kept with the reason.
    """
    if kind not in ACTS:
        raise Invalid("unknown_decision", f"Choose among {', '.join(ACTS)}.", "decision")
    if not actor.may(ACTS[BulkDecision.Kind(kind)]) or actor.id is None:
        raise NotPermitted("not_permitted", "Your role may not decide registrations like this.")
    chosen = list(dict.fromkeys(deals))
    if not chosen:
        raise Invalid("nothing_chosen", "Choose the registrations first.", "deals")
    if len(chosen) > MOST:
        raise Invalid(
            "too_many", f"At most {MOST:,} registrations are decided in one go. Narrow the list down.", "deals"
        )
    if kind == BulkDecision.Kind.ASSIGN and not (to and reviewers(actor.vendor_id).filter(pk=to).exists()):
        raise Invalid("not_found", NOT_THEIRS, "person")
    if kind == BulkDecision.Kind.REJECT:
        _check_reason(actor, chosen, reason)
        check_note(reason, note)
    run: BulkDecision = BulkDecision.objects.create(
        vendor_id=actor.vendor_id,
        kind=kind,
        reason=reason if kind == BulkDecision.Kind.REJECT else "",
        note=note.strip(),
        assignee_id=to if kind == BulkDecision.Kind.ASSIGN else None,
        by_kind=actor.kind,
        by_id=actor.id,
        by_label=actor.label,
        total=len(chosen),
    )
    insert(
        *(
            BulkItem(vendor_id=actor.vendor_id, run_id=run.pk, number=number, deal_id=deal)
            for number, deal in enumerate(chosen, 1)
        )
    )
    _work(run)
    return run


@action("bulk.stop", emits="bulk.stopped", by=DEAL_DESK)
def stop_bulk(actor: Actor, run: BulkDecision, *, problem: str = "") -> None:
    """Stop a decision about many registrations; what is decided stays so, the rest waits as before."""
    BulkDecision.LIFECYCLE.apply(run, "stop")
    run.problem = problem
    run.save(update_fields=["status", "problem"])


@action("bulk.resume", emits="bulk.resumed", by=DEAL_DESK)
def resume_bulk(actor: Actor, run: BulkDecision) -> None:
    """Go on with a decision that was stopped, in one's own name, from where it stopped."""
    if not actor.may(ACTS[BulkDecision.Kind(run.kind)]) or actor.id is None:
        raise NotPermitted("not_permitted", "Your role may not decide registrations like this.")
    BulkDecision.LIFECYCLE.apply(run, "resume")
    run.problem, run.by_kind, run.by_id, run.by_label = "", actor.kind, actor.id, actor.label
    run.save(update_fields=["status", "problem", "by_kind", "by_id", "by_label"])
    _work(run)


@action("bulk.finish", emits="bulk.finished", by=NOBODY)
def finish_bulk(actor: Actor, run: BulkDecision, *, decided: int, refused: int) -> None:
    """Say once, for all registrations, how many were decided."""
    BulkDecision.LIFECYCLE.apply(run, "finish")
    run.decided, run.refused = decided, refused
    run.save(update_fields=["status", "decided", "refused"])


def _check_reason(actor: Actor, deals: Sequence[UUID], reason: str) -> None:
    """Raises Invalid unless every program among the registrations offers this reason."""
    if reason in shared_reasons(actor, deals, ReasonsFor.REJECT):
        return
    known = reason in RejectReason.values
    text = "Not every program of these registrations offers this reason. Choose another one." if known else ""
    raise Invalid("reason_unknown", text or "Choose a reason.", "reason")


def _work(run: BulkDecision) -> None:
    """Three jobs for each run, of the four that a worker has in hand: reactions to what they did run in the other."""
    for _ in range(JOBS):
        enqueue(RUN, run_id=run.pk, vendor_id=run.vendor_id)
