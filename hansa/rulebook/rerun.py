"""Make a decision of the past again, from its record and the version that decided it, and compare."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from hansa.core.actors import Actor
from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.values import BadValue, Value, from_json, to_json
from hansa.rulebook.kept import rules_as_of
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.policies import TOGETHER, Answer, Rules, policy_named
from hansa.rulebook.record import BY_POLICY, MANUAL
from hansa.rulebook.words import version_said

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Again:
    """One answer of a decision, and what the same version says to the same facts now; `problem` where it says nothing.

    `told` marks an answer of which only the partner's share is kept.
    """

    policy: str
    version: str
    row: str
    outputs: Mapping[str, Any]
    row_now: str = ""
    outputs_now: Mapping[str, Any] | None = None
    problem: str = ""
    told: bool = False

    @property
    def title(self) -> str:
        """What the policy decides."""
        known = policy_named(self.policy)
        return known.title if known else self.policy

    @property
    def rules(self) -> str:
        """The version in words."""
        return version_said(self.version)

    @property
    def same(self) -> bool:
        """Whether it is the answer that was recorded."""
        return not self.problem and (self.row, self.outputs) == (self.row_now, self.outputs_now)


@dataclass(frozen=True, slots=True)
class Rerun:
    """A decision made again."""

    decision: Decision
    answers: Sequence[Again]

    @property
    def same(self) -> bool:
        """Whether every answer is the one that was recorded; a record without answers proves nothing."""
        return bool(self.answers) and all(each.same for each in self.answers)


def rerun(decision: Decision, proof: DecisionEvidence | None) -> Rerun:
    """Make one automatic decision again, within `acting` as the vendor."""
    facts = {**decision.facts, **(proof.facts if proof else {})}
    again = [_again(each, facts, told="whole" not in each) for each in answers_of(decision, proof)]
    return Rerun(decision, again)


def rerun_all(actor: Actor, *, since: datetime | None = None) -> Iterator[Rerun]:
    """Make every automatic decision again that the actor sees, the oldest first, within `acting` as the vendor."""
    rows = Decision.objects.visible_to(actor).filter(made_by=BY_POLICY).exclude(version=MANUAL)
    rows = rows.filter(at__gte=since) if since else rows
    found = iter(rows.order_by("at", "id").iterator(AT_ONCE))
    while chunk := list(islice(found, AT_ONCE)):
        proofs = proofs_of(actor, chunk)
        yield from (rerun(decision, proofs.get(decision.pk)) for decision in chunk)


def proofs_of(actor: Actor, decisions: Sequence[Decision]) -> dict[Any, DecisionEvidence]:
    """The vendor's share of each decision, by the decision's id; nothing for partners."""
    rows = DecisionEvidence.objects.visible_to(actor).filter(decision__in=[one.pk for one in decisions])
    return {row.decision_id: row for row in rows}


def answers_of(decision: Decision, proof: DecisionEvidence | None) -> list[dict[str, Any]]:
    """The answers of a decision, the deciding one first: those in the vendor's share, `whole`, and those of which only
    the partner's share is kept.
    """
    kept = [{**each, "whole": True} for each in proof.answers] if proof else []
    known = {each["policy"] for each in kept}
    rest = [each for each in told_answers(decision) if each["policy"] not in known]
    own = bool(kept) and kept[0]["policy"] == decision.policy
    return [*kept, *rest] if own else [*rest, *kept]


def told_answers(decision: Decision) -> list[dict[str, Any]]:
    """The answers of a decision as its partner's share keeps them; of an older record, the deciding one."""
    if decision.answers or decision.made_by != BY_POLICY or not decision.fired:
        return list(decision.answers)
    policy, _, row = str(decision.fired[0]).rpartition(": ")
    known = policy_named(policy)
    names = {output.name for output in known.outputs} if known else set()
    outputs = {name: value for name, value in decision.outputs.items() if name in names}
    return [{"policy": policy, "version": decision.version, "row": row, "outputs": outputs}]


def _again(kept: Mapping[str, Any], facts: Mapping[str, Any], *, told: bool) -> Again:
    words = {name: kept[name] for name in ("policy", "version", "row", "outputs")}
    policy = policy_named(kept["policy"])
    rules = rules_as_of(policy, kept["version"]) if policy else None
    if rules is None:
        return Again(**words, told=told, problem="Its table is not kept here.")
    try:
        case = _case(rules, {**facts, **kept.get("facts", {})})
        explained = rules.compiled.explain(case)
    except (BadValue, NoAnswer) as wrong:
        return Again(**words, told=told, problem=f"{wrong}.")
    if not explained.fired and not rules.policy.adds_up:
        return Again(**words, told=told, problem="No row covers the recorded facts.")
    answer = Answer(rules, explained.fired, case)
    outputs = answer.told_outputs if told else answer.outputs
    row = TOGETHER.join(answer.told_ids) if told else answer.row_id
    now = {name: to_json(value) for name, value in outputs.items()}
    return Again(**words, told=told, row_now=row, outputs_now=now)


def _case(rules: Rules, facts: Mapping[str, Any]) -> dict[str, Value]:
    """The recorded facts as the table reads them; what it does not ask about may be absent. Raises BadValue."""
    return {
        fact.name: None if facts[fact.name] is None else from_json(fact.kind, facts[fact.name])
        for fact in rules.table.facts
        if fact.name in rules.asked and fact.name in facts
    }
