"""From an answer to its record: what was decided, shown to the partner and to the vendor in their own shares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hansa.core.actors import Actor
from hansa.kernel.ids import new_id
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.policies import Answer

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
        facts |= answer.facts_for("vendor")
        shown |= answer.facts_for("partner")
    decision = Decision(
        id=new_id(),
        vendor_id=actor.vendor_id,
        partnership_id=partnership_id,
        subject_id=subject_id,
        policy=main.rules.policy.name,
        version=main.rules.version,
        facts=shown,
        outputs={name: value for answer in answers for name, value in answer.outputs.items()},
        fired=[f"{answer.rules.policy.name}: {answer.told.id}" for answer in answers],
        note=main.told.note,
        hint=main.told.hint,
        made_by="policy",
        at=at,
    )
    fired = [fired_of(answer) for answer in answers]
    return decision, DecisionEvidence(
        id=new_id(), vendor_id=actor.vendor_id, decision_id=decision.pk, facts=facts, evidence=[*fired, *evidence]
    )


def fired_of(answer: Answer) -> dict[str, str]:
    """The row that fired as the vendor's evidence keeps it; `why` where partners read another."""
    why = answer.row.note if answer.rests_on_the_vendor else ""
    return {"table": answer.rules.policy.name, "row": answer.row.id, "why": why}


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
