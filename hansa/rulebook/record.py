"""From an answer to its record: what was decided, shown to the partner and to the vendor in their own shares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from hansa.core.actors import Actor
from hansa.kernel.ids import new_id
from hansa.rulebook.dmn.values import to_json
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.policies import TOGETHER, Answer

MANUAL, BY_POLICY = "manual", "policy"


def decided(
    actor: Actor,
    partnership_id: UUID,
    subject_id: UUID,
    answers: Sequence[Answer],
    *,
    evidence: Sequence[dict[str, Any]],
    at: datetime,
) -> tuple[Decision, DecisionEvidence]:
    """The unsaved record of an automatic decision; the first answer is the one that explains it.

    Each answer stands in it by itself, with its policy, version, row and outputs: in the partner's share as partners
    are told it, in the vendor's as it was. The version that partners read is the one in force, also where the
    built-in table answered in its place: else it would tell what that rests on.
    """
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
        version=_in_force(main),
        facts=shown,
        outputs={name: value for answer in answers for name, value in answer.told_outputs.items()},
        fired=[f"{answer.rules.policy.name}: {row}" for answer in answers for row in answer.told_ids],
        answers=[told_of(answer) for answer in answers],
        note=main.told.note,
        hint=main.told.hint,
        made_by=BY_POLICY,
        at=at,
    )
    fired = [fired_of(answer) for answer in answers]
    return decision, DecisionEvidence(
        id=new_id(),
        vendor_id=actor.vendor_id,
        decision_id=decision.pk,
        facts=facts,
        evidence=[*fired, *evidence],
        answers=[kept_of(answer, facts) for answer in answers],
    )


def told_of(answer: Answer) -> dict[str, Any]:
    """An answer as its partner's share keeps it."""
    row, outputs = TOGETHER.join(answer.told_ids), {name: to_json(value) for name, value in answer.told_outputs.items()}
    return {"policy": answer.rules.policy.name, "version": _in_force(answer), "row": row, "outputs": outputs}


def kept_of(answer: Answer, together: dict[str, Any]) -> dict[str, Any]:
    """An answer as the vendor's share keeps it: `asked` where another version was in force, `facts` where one of its
    own is not what stands in the record's facts `together`.
    """
    outputs = {name: to_json(value) for name, value in answer.outputs.items()}
    kept = {
        "policy": answer.rules.policy.name,
        "version": answer.rules.version,
        "row": answer.row_id,
        "outputs": outputs,
    }
    if answer.asked:
        kept["asked"] = answer.asked.version
    own = {name: value for name, value in answer.facts_for("vendor").items() if together[name] != value}
    return kept | ({"facts": own} if own else {})


def _in_force(answer: Answer) -> str:
    return (answer.asked or answer.rules).version


def fired_of(answer: Answer) -> dict[str, str]:
    """The row that fired as the vendor's evidence keeps it; `why` where partners read another."""
    why = answer.row.note if answer.rests_on_the_vendor else ""
    return {"table": answer.rules.policy.name, "row": answer.row_id, "why": why}


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
