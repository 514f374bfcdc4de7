"""Facts and what would have turned an answer, in plain English: the one place where they become sentences."""

from collections.abc import Sequence
from typing import Any

from hansa.rulebook.dmn.turning import Change, Turn
from hansa.rulebook.dmn.values import BadValue, Value, from_json
from hansa.rulebook.policies import Policy, PolicyFact
from hansa.rulebook.words import answer_said, unit_of, value_in_words


def sentence(policy: Policy, turn: Turn, currency: str) -> str:
    """What would have turned a decision: "With evidence, this would have been approved at once.". `currency` is the one
    in which its amounts are.
    """
    facts = {fact.name: fact for fact in policy.vocabulary}
    there = [_with(facts[change.fact], change, currency) for change in turn.changes if change.to is not False]
    gone = [_without(facts[change.fact]) for change in turn.changes if change.to is False]
    said = [f"with {listed(there)}"] if there else []
    said += [f"without {listed(gone, 'or')}"] if gone else []
    return _begun(f"{' and '.join(said)}, {would(policy, turn.answer)}.")


def would(policy: Policy, answer: Value) -> str:
    """What another answer would have meant."""
    known = policy.would.get(answer)
    return known or f"the answer would have been {answer_said(policy, policy.outputs[0], answer)}"


def fact_said(fact: PolicyFact, value: Any, currency: str, tiers: tuple[str, ...] = ()) -> tuple[str, str]:
    """What a fact is and what it was, from a record: ("From today to the expected close", "70 days")."""
    try:
        read = None if value is None else from_json(fact.kind, value)
    except BadValue:
        return fact.description, str(value)
    return fact.description, value_in_words(read, unit_of(fact, currency, tiers))


def listed(words: Sequence[str], last: str = "and") -> str:
    """One, two and three."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _with(fact: PolicyFact, change: Change, currency: str) -> str:
    value = f"{value_in_words(change.to, unit_of(fact, currency))} {change.side}".strip()
    if not fact.phrase:
        return f"“{fact.description}”: {value}"
    return fact.phrase.format(value)


def _without(fact: PolicyFact) -> str:
    return fact.phrase or f"“{fact.description}”"


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
