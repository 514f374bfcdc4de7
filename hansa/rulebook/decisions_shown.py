"""A decision as people read it: what was decided by which row, on which facts, and what would have turned it.

The partner's projection is made of the partner's share alone; the vendor's also of what only the vendor may see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from hansa.core.actors import Actor, Side
from hansa.core.web.said import reader_locale
from hansa.rulebook.counterfactual import better_turn, other_turns, read_facts
from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.turning import Turn
from hansa.rulebook.dmn.values import BadValue
from hansa.rulebook.kept import rules_as_of
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.policies import TOGETHER, Policy, Rules, policy_named
from hansa.rulebook.record import BY_POLICY
from hansa.rulebook.rerun import answers_of, told_answers
from hansa.rulebook.sentences import fact_said, sentence
from hansa.rulebook.shown import ShownCell, ShownRow, show
from hansa.rulebook.tier_names import tier_names
from hansa.rulebook.words import BUILT_IN, Words, answer_said, version_said

REMEMBERED = 500
TONES = {
    "approved": "good",
    "granted": "good",
    "under_review": "wait",
    "rejected": "bad",
    "declined": "bad",
    "duplicate": "bad",
}


@dataclass(frozen=True, slots=True)
class Summand:
    """A row of a policy that adds up, and what it brought."""

    number: int
    note: str
    brought: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One policy's answer: its version, the row that fired as this side reads it, and what it said.

    `conditions` are what the row asked; a row that is `hidden` says neither those nor a note. `instead_of` is the
    version in force, where the built-in table answered in its place. Of a policy that adds up there are `summands`
    instead of one row.
    """

    policy: str
    title: str
    version: str
    row: str
    number: int | None
    note: str
    conditions: Sequence[ShownCell]
    outputs: Sequence[Mapping[str, str]]
    instead_of: str = ""
    hidden: bool = False
    summands: Sequence[Summand] = ()

    @property
    def rules(self) -> str:
        """The version in words."""
        return version_said(self.version)

    @property
    def passed_over(self) -> str:
        """`instead_of` in words."""
        return version_said(self.instead_of)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another answer that the table could have given: what would have brought it, and which row would have fired."""

    answer: str
    text: str
    number: int | None
    note: str


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """`change` is what would have turned it: the row's own hint first, else `turn`, the smallest change in a sentence.
    `facts` are those of the deciding policy, `further` those of the others; each has a label and a value.
    """

    decision: Decision
    automatic: bool
    by: str
    title: str
    outcome: str
    note: str
    change: str
    turn: str
    tone: str = "calm"
    answers: Sequence[ShownAnswer] = ()
    facts: Sequence[Mapping[str, str]] = ()
    further: Sequence[Mapping[str, str]] = ()
    alternatives: Sequence[Alternative] = ()
    why: str = ""

    @property
    def by_rules(self) -> str:
        """Which rules made it, to those who keep several versions."""
        said = version_said(self.decision.version)
        return said if self.decision.version.startswith(BUILT_IN) else f"the rules, {said}"

    @property
    def at(self) -> datetime:
        """When it was made."""
        return self.decision.at


def listed(decision: Decision, currency: str, proof: DecisionEvidence | None = None) -> ShownDecision:
    """A decision in a list: what it was, why, and what would have turned it, within `acting`. `currency` is that of
    its amounts.
    """
    policy, automatic = policy_named(decision.policy), decision.made_by == BY_POLICY
    first = proof.evidence[0] if proof and proof.evidence else {}
    turn = turn_said(decision, currency)
    return ShownDecision(
        decision=decision,
        automatic=automatic,
        by="the rules" if automatic else decision.made_by,
        title=policy.title if policy else "",
        outcome=outcome_of(decision),
        note=decision.note,
        change=decision.hint or turn,
        turn=turn,
        tone=TONES.get(str(decided(decision)), "calm"),
        why=str(first.get("why", "")),
    )


def explained(actor: Actor, decision: Decision, currency: str, proof: DecisionEvidence | None = None) -> ShownDecision:
    """A decision in full for the actor's side, within `acting`. `proof` is the vendor's share, which partners do not
    have.
    """
    answers = answers_of(decision, proof)
    facts = {**decision.facts, **(proof.facts if proof else {})}
    tiers = tier_names(actor)
    first, others = _facts(answers or [{"policy": decision.policy}], facts, (actor.side, currency, tiers))
    return replace(
        listed(decision, currency, proof),
        outcome=outcome_of(decision, tiers),
        answers=[shown_answer(each, currency, tiers) for each in answers],
        facts=first,
        further=others,
        alternatives=_alternatives(decision, currency, proof),
    )


def change_of(decision: Decision, currency: str) -> str:
    """What the partner reads about how it would have come out better: the row's own hint, else the smallest change."""
    return decision.hint or turn_said(decision, currency)


def turn_said(decision: Decision, currency: str) -> str:
    """The smallest change that would have brought the partner a better answer, in a sentence; nothing if none."""
    found, policy = turn_of(decision), policy_named(decision.policy)
    return sentence(policy, found, currency) if policy and found else ""


def turn_of(decision: Decision) -> Turn | None:
    """The smallest change that would have brought the partner a better answer, from the partner's share alone."""
    answers = told_answers(decision)
    policy = policy_named(decision.policy)
    if not answers or policy is None or decision.made_by != BY_POLICY or answers[0]["policy"] != policy.name:
        return None
    rules = rules_as_of(policy, answers[0]["version"])
    return better_turn(rules, answers[0]["row"], decision.facts) if rules else None


def outcome_of(decision: Decision, tiers: tuple[str, ...] = ()) -> str:
    """What was decided, in a word or two."""
    policy, value = policy_named(decision.policy), decided(decision)
    words = Words(policy, tiers=tiers) if policy and value else None
    said = words.answer(policy.outputs[0].name, value) if policy and words else str(value or "").replace("_", " ")
    return said[:1].upper() + said[1:]


def decided(decision: Decision) -> Any:
    """The value of what was decided: of the policy's first output, or what a person's decision has for it."""
    policy = policy_named(decision.policy)
    names = [*([policy.outputs[0].name] if policy else []), "status", "result"]
    return next((decision.outputs[name] for name in names if name in decision.outputs), None)


def asked(decision: Decision, proof: DecisionEvidence | None) -> tuple[Rules, dict[str, Any]] | None:
    """For the vendor: the rules that were asked and decided, and all their facts; None where not kept, or where no row
    of them decided.
    """
    answers = answers_of(decision, proof) if proof else []
    policy = policy_named(decision.policy) if answers and answers[0]["policy"] == decision.policy else None
    rules = rules_as_of(policy, answers[0].get("asked") or answers[0]["version"]) if policy else None
    if proof is None or policy is None or rules is None:
        return None
    return rules, {**decision.facts, **proof.facts, **answers[0].get("facts", {})}


def _alternatives(decision: Decision, currency: str, proof: DecisionEvidence | None) -> list[Alternative]:
    """The other answers of the deciding table, the nearest first, with their rows."""
    if (case := asked(decision, proof)) is None:
        return []
    rules, facts = case
    return [_alternative(rules, facts, turn, currency) for turn in other_turns(rules, facts).found]


def _alternative(rules: Rules, facts: Mapping[str, Any], turn: Turn, currency: str) -> Alternative:
    policy = rules.policy
    changed = {**read_facts(policy, facts), **{change.fact: change.to for change in turn.changes}}
    said, text = answer_said(policy, policy.outputs[0], turn.answer), sentence(policy, turn, currency)
    try:
        then = rules.decide(changed)
    except (BadValue, NoAnswer, LookupError):
        return Alternative(said, text, None, "")
    number = then.place + 1 if then.rules is rules else None
    return Alternative(said, text, number, then.row.note)


def shown_answer(kept: Mapping[str, Any], currency: str, tiers: tuple[str, ...] = ()) -> ShownAnswer:
    """One answer in words: the vendor's `whole` one, or as partners read it, by the row's number for them."""
    policy = policy_named(kept["policy"])
    rules = rules_as_of(policy, kept["version"]) if policy else None
    adds_up = policy is not None and policy.adds_up
    number, row = None, None
    if rules and not adds_up:
        number, row = _fired(rules, kept["row"], Words(rules.policy, currency, tiers), whole="whole" in kept)
    return ShownAnswer(
        policy=kept["policy"],
        title=policy.title if policy else kept["policy"],
        version=kept["version"],
        row=kept["row"],
        number=number,
        note=row.note if row else "",
        conditions=row.conditions if row else (),
        hidden=row is None,
        outputs=[_output(policy, name, value, tiers) for name, value in kept["outputs"].items() if value is not None],
        instead_of=kept.get("asked", ""),
        summands=_summands(rules, kept["row"]) if rules and adds_up else (),
    )


def _summands(rules: Rules, named: str) -> list[Summand]:
    """The rows that were added up, of a policy whose facts are all for partners to read."""
    places = [place for row in named.split(TOGETHER) if (place := rules.place_of(row)) is not None]
    rows, output = rules.table.rows, rules.policy.outputs[0]
    return [
        Summand(place + 1, rows[place].note, answer_said(rules.policy, output, rows[place].values[0]))
        for place in places
    ]


def _fired(rules: Rules, row: str, words: Words, *, whole: bool) -> tuple[int | None, ShownRow | None]:
    """The row's number and the row; to partners neither how many rows a neutral one hides, nor what those ask."""
    place, rows = rules.place_of(row), _rows(rules, words, reader_locale())
    if whole:
        return (None, None) if place is None else (place + 1, rows[place])
    number = rules.told_order.index(row) + 1 if row in rules.told_order else None
    return number, rows[place] if place is not None and rules.is_told(row) else None


@lru_cache(REMEMBERED)
def _rows(rules: Rules, words: Words, locale: str) -> Sequence[ShownRow]:
    """The table's rows as readers of this locale read them."""
    return show(rules.table, words).rows


def _output(policy: Policy | None, name: str, value: Any, tiers: tuple[str, ...]) -> dict[str, str]:
    known = next((output for output in policy.outputs if output.name == name), None) if policy else None
    if policy is None or known is None:
        return {"label": name, "value": str(value)}
    return {"label": known.description, "value": Words(policy, tiers=tiers).answer(name, value)}


def _facts(
    answers: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], reader: tuple[Side, str, tuple[str, ...]]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The facts of the deciding policy in words, and those of the other policies that are not among them."""
    names: set[str] = set()
    side, currency, tiers = reader
    found: list[list[dict[str, str]]] = []
    for answer in answers:
        policy = policy_named(answer["policy"])
        vocabulary = policy.vocabulary if policy else ()
        new = [fact for fact in vocabulary if fact.name in facts and fact.name not in names]
        names.update(fact.name for fact in new)
        shown = [fact for fact in new if side == "vendor" or fact.audience == "partner"]
        said = [fact_said(fact, facts[fact.name], currency, tiers) for fact in shown]
        found.append([{"label": label, "value": value} for label, value in said])
    return (found[0] if found else []), _joined(found[1:])


def _joined(lists: Iterable[list[dict[str, str]]]) -> list[dict[str, str]]:
    return [each for one in lists for each in one]
