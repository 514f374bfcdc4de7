"""What would have turned a decision: the smallest change of its case, for the partner and for the vendor.

Nothing of it is stored. It follows from the record and the version's table, so it is worked out when somebody reads it,
and remembered for as long as the process lives.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.boxes import Spent
from hansa.rulebook.dmn.certain import Certain
from hansa.rulebook.dmn.syntax import Fact
from hansa.rulebook.dmn.turning import Case, Turn, Turns, turns
from hansa.rulebook.dmn.values import BadValue, Value, from_json
from hansa.rulebook.policies import Policy, Rules

REMEMBERED = 2_000

Items = tuple[tuple[str, Value], ...]


def better_turn(rules: Rules, row: str, shown: Mapping[str, Any]) -> Turn | None:
    """The smallest change that would have brought the partner a better answer; None where there is none to tell.

    `row` is the one that the partner reads, `shown` are the facts that it sees, as JSON keeps them. Nothing else goes
    in, so two cases that look alike to the partner have the same. Only facts that it could have made otherwise are
    changed, and only what is sure is said: whatever the hidden facts are with which this row fires, the answer is the
    better one. A row that stands for one that rests on the vendor's facts has none.
    """
    place = rules.place_of(row)
    if place is None or not rules.is_told(row):
        return None
    try:
        return _better(rules, place, _items(rules.policy, shown))
    except (BadValue, KeyError):
        return None


def other_turns(rules: Rules, facts: Mapping[str, Any]) -> Turns:
    """For the vendor: the smallest change to each other answer that the policy has, by whichever facts.

    `facts` are all of them, as JSON keeps them.
    """
    try:
        return _others(rules, _items(rules.policy, facts))
    except (BadValue, KeyError):
        return Turns((), whole=False)


def read_facts(policy: Policy, facts: Mapping[str, Any]) -> dict[str, Value]:
    """The policy's facts out of a record. Raises BadValue."""
    return dict(_items(policy, facts))


@lru_cache(REMEMBERED)
def _better(rules: Rules, place: int, shown: Items) -> Turn | None:
    policy, case = rules.policy, dict(shown)
    changeable = [
        Fact(fact.name, fact.kind, fact.nullable)
        for fact in policy.vocabulary
        if fact.changeable and fact.audience == "partner" and fact.name in case
    ]
    better = better_than(policy, rules.table.rows[place].values[0])
    if not better or not changeable:
        return None
    certain = Certain(rules.table, case, place)

    def asked(now: Case) -> Any:
        answer = certain.answer(now)
        return None if answer == policy.settles and _may_be_settled(rules, certain, now) else answer

    found = turns([rules.table], asked, case, facts=changeable).found
    return next((turn for turn in found if turn.answer in better), None)


@lru_cache(REMEMBERED)
def _others(rules: Rules, facts: Items) -> Turns:
    def asked(now: Case) -> Any:
        try:
            return rules.decide(now).first
        except (BadValue, NoAnswer, LookupError):
            return None

    policy = rules.policy
    tables = [rules.table, *([policy.built_in.table] if policy.settled and rules is not policy.built_in else [])]
    vocabulary = [Fact(fact.name, fact.kind, fact.nullable) for fact in policy.vocabulary]
    return turns(tables, asked, dict(facts), facts=vocabulary)


def better_than(policy: Policy, answer: Value) -> tuple[Value, ...]:
    """The answers that a partner would rather have, the best first: those named before this one."""
    allowed = policy.outputs[0].allowed
    return allowed[: allowed.index(answer)] if answer in allowed else ()


def _may_be_settled(rules: Rules, certain: Certain, now: Case) -> bool:
    """Whether one of the facts that no table may pass over may be true; the built-in table would answer then."""
    try:
        return any(now[name] if name in now else certain.may_be(name, True) for name in rules.policy.settled)
    except Spent:
        return True


def _items(policy: Policy, facts: Mapping[str, Any]) -> Items:
    return tuple(
        (fact.name, None if facts[fact.name] is None else from_json(fact.kind, facts[fact.name]))
        for fact in policy.vocabulary
        if fact.name in facts
    )
