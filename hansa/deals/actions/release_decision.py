"""Tell partners what was decided, in a program that answers all registrations together."""

from datetime import datetime
from typing import cast

from hansa.accounts.roles import DEAL_DESK
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.inserts import insert
from hansa.deals.actions.conclude import COLUMNS, verdict_of
from hansa.deals.models import UNDECIDED, Deal, Status, Verdict
from hansa.kernel.errors import DomainError
from hansa.kernel.ids import new_id
from hansa.programs.models import Program
from hansa.rulebook.models import Decision, DecisionEvidence

MOVES = {Status.APPROVED: "approve", Status.REJECTED: "reject", Status.DUPLICATE: "mark_duplicate"}
EVENTS = {
    Status.APPROVED: "deal.approved",
    Status.REJECTED: "deal.rejected",
    Status.DUPLICATE: "deal.marked_duplicate",
}


@action("deal.release_decision", emits="deal.decision_released", by=DEAL_DESK)
def release_decision(actor: Actor, deal: Deal) -> None:
    """Tell the partner now what was decided, without waiting for the time at which all are told."""
    verdict = verdict_of(deal)
    if verdict is None or not verdict.held or deal.status not in UNDECIDED:
        raise DomainError("nothing_held", "Nothing about this registration waits to be told.")
    before, becomes = deal.status, Status(verdict.becomes)
    Deal.LIFECYCLE.apply(deal, MOVES[becomes])
    deal.reason, deal.reason_text, deal.note = verdict.reason, verdict.reason_text, verdict.note
    deal.decided_at, deal.protected_until = verdict.decided_at, verdict.protected_until
    deal.told_at = verdict.told_at = now()
    deal.save(update_fields=[*COLUMNS, "told_at"])
    _write_down(verdict)
    verdict.save(update_fields=["told_at"])
    also("verdict.released", actor, verdict)
    also(EVENTS[becomes], actor, deal, {"status": [before, deal.status], "decided_by": ["", _by(verdict)]})


@action("program.release_answers", emits="program.answers_released", by=DEAL_DESK)
def release_answers(actor: Actor, program: Program) -> None:
    """Tell all partners of a program now what was decided, without waiting for the set time."""
    if not program.answer_times:
        raise DomainError("nothing_held", "Each registration of this program is answered at once.")


def _write_down(verdict: Verdict) -> None:
    """The decision as it was made, in the partner's share and the vendor's."""
    deal = verdict.deal
    decision = Decision(
        id=new_id(),
        vendor_id=deal.vendor_id,
        partnership_id=deal.partnership_id,
        subject_id=deal.pk,
        at=cast(datetime, verdict.decided_at),
        **verdict.decision,
    )
    proof = DecisionEvidence(id=new_id(), vendor_id=deal.vendor_id, decision_id=decision.pk, **verdict.proof)
    insert(decision, *([proof] if verdict.proof else ()))


def _by(verdict: Verdict) -> str:
    """Who decided, as the history says it."""
    made_by: str = verdict.decision["made_by"]
    return "by the rules of engagement" if made_by == "policy" else made_by
