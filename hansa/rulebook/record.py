"""From an answer to its record: what was decided, shown to the partner and to the vendor in their own shares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hansa.core.actors import Actor
from hansa.kernel.ids import new_id
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.tables import Answer

MANUAL = "manual"


def decided(
    actor: Actor,
    partnership_id: UUID,
    subject_id: UUID,
    answers: Sequence[Answer],
    *,
    evidence: Sequence[dict[str, Any]],
    at: datetime,
) -> tuple[Decision, DecisionEvidence]:
    """The unsaved record of an automatic decision; the first answer is the one that explains it."""
    main = answers[0]
    facts: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for answer in answers:
        facts |= answer.facts
        shown |= answer.facts_for("partner")
    decision = Decision(
        id=new_id(),
        vendor_id=actor.vendor_id,
        partnership_id=partnership_id,
        subject_id=subject_id,
        policy=main.table.name,
        version=main.table.version,
        facts=shown,
        outputs={name: value for answer in answers for name, value in answer.outputs.items()},
        fired=[f"{answer.table.name}: {answer.row.public_id}" for answer in answers],
        note=main.row.note,
        hint=main.row.hint,
        made_by="policy",
        at=at,
    )
    fired = [{"table": answer.table.name, "row": answer.row.id, "why": answer.row.why} for answer in answers]
    return decision, DecisionEvidence(
        id=new_id(), vendor_id=actor.vendor_id, decision_id=decision.pk, facts=facts, evidence=[*fired, *evidence]
    )


def overridden(
    actor: Actor,
    partnership_id: UUID,
    subject_id: UUID,
    *,
    policy: str,
    outputs: dict[str, Any],
    note: str,
    at: datetime,
) -> Decision:
    """The unsaved record of a person's decision, with the reason that the partner reads."""
    return Decision(
        id=new_id(),
        vendor_id=actor.vendor_id,
        partnership_id=partnership_id,
        subject_id=subject_id,
        policy=policy,
        version=MANUAL,
        outputs=outputs,
        note=note,
        made_by=actor.label,
        at=at,
    )
