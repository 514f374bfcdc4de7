"""Facts, answers and what would have turned them, in plain English: the one place where they become sentences."""

from collections.abc import Sequence
from typing import Any

from hansa.rulebook.dmn.turning import Change, Turn
from hansa.rulebook.dmn.values import BadValue, Kind, Value, from_json
from hansa.rulebook.policies import Policy, PolicyFact, PolicyOutput
from hansa.rulebook.shown import value_in_words


def sentence(policy: Policy, turn: Turn) -> str:
    """What would have turned a decision: "With evidence, this would have been approved at once."."""
    facts = {fact.name: fact for fact in policy.vocabulary}
    there = [_with(facts[change.fact], change) for change in turn.changes if change.to is not False]
    gone = [_without(facts[change.fact]) for change in turn.changes if change.to is False]
    said = [f"with {listed(there)}"] if there else []
    said += [f"without {listed(gone, 'or')}"] if gone else []
    return _begun(f"{' and '.join(said)}, {would(policy, turn.answer)}.")


def would(policy: Policy, answer: Value) -> str:
    """What another answer would have meant."""
    known = policy.would.get(answer)
    return known or f"the answer would have been {answer_said(policy, policy.outputs[0], answer)}"


def fact_said(fact: PolicyFact, value: Any) -> tuple[str, str]:
    """What a fact is and what it was, from a record: ("From today to the expected close", "70 days")."""
    try:
        read = None if value is None else from_json(fact.kind, value)
    except BadValue:
        return fact.description, str(value)
    return fact.description, _value(fact, read)


def answer_said(policy: Policy, output: PolicyOutput, value: Any) -> str:
    """What an output says, as a person reads it."""
    if output is policy.outputs[0] and value in policy.words:
        return policy.words[value]
    if value is None:
        return "nothing"
    return str(value).replace("_", " ") if output.kind is Kind.STRING else value_in_words(value)


def listed(words: Sequence[str], last: str = "and") -> str:
    """One, two and three."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _with(fact: PolicyFact, change: Change) -> str:
    value = f"{_value(fact, change.to)} {change.side}".strip()
    if not fact.phrase:
        return f"“{fact.description}”: {value}"
    return fact.phrase.format(value)


def _without(fact: PolicyFact) -> str:
    return fact.phrase or f"“{fact.description}”"


def _value(fact: PolicyFact, value: Value) -> str:
    unit = fact.unit.removesuffix("s") if value == 1 else fact.unit
    return value_in_words(value, unit)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
