"""What a draft would have decided, beside what was recorded: one Ibis expression for PostgreSQL and DuckDB.

Only jobs that work on many cases import this module. It reads the relation of `replay_relation`, and only where every
fact that the draft uses was recorded does the draft decide: an absent fact is never taken as null.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, or_
from typing import Any

import ibis
import ibis.expr.types as ir

from hansa.rulebook.dmn.syntax import Table, names_in
from hansa.rulebook.dmn.to_ibis import NOT_ALLOWED, TYPES, decided
from hansa.rulebook.dmn.values import Kind, Value
from hansa.rulebook.policies import Policy
from hansa.rulebook.replay_found import NO_ROW, TWO_ROWS
from hansa.rulebook.replay_found import NOT_ALLOWED as VALUE_NOT_ALLOWED
from hansa.rulebook.replay_relation import places
from hansa.rulebook.replay_subjects import LESS, MORE, Replayed

RELATION = "replayed_decisions"
BUILT_IN_FIRED = -2


@dataclass(frozen=True, slots=True)
class Question:
    """A draft's table, beside the one that answers where none may decide."""

    policy: Policy
    table: Table
    known: Replayed


def statement(question: Question, dialect: str) -> str:
    """The SQL for the cases that would change and those that cannot be replayed.

    Columns: `decision`, `subject`, `partnership`, `made_at`, `t0…` as recorded, `n0…` as the draft says, `side`,
    `fired`, the `amount` if it was recorded, and `reason` where there is no answer: names of facts with a comma after
    each, or a word of `replay_found.REASONS`.
    """
    return str(ibis.to_sql(expression(question), dialect=dialect))


def expression(question: Question) -> ir.Table:
    """The expression over the relation of that name."""
    policy = question.policy
    outputs = {f"t{place}": TYPES[output.kind] for place, output in enumerate(policy.outputs)}
    facts = {f"f{place}": TYPES[fact.kind] for place, fact in enumerate(policy.vocabulary)}
    own = {"decision": "uuid", "subject": "uuid", "partnership": "uuid", "made_at": "timestamp", "manual": "boolean"}
    cases: Any = ibis.table({**own, **outputs, "absent": "string", **facts}, name=RELATION)
    cases = cases.filter(~cases.manual)
    cases = _answered(cases, question.table, policy, "d")
    if policy.settled:
        cases = _answered(cases, policy.built_in.table, policy, "b")
        cases = _settled(cases, policy)
    cases = cases.rename(fired="dfired", reason="dreason", **{f"n{at}": f"d{at}" for at in range(len(policy.outputs))})
    differs = [~cases[f"t{at}"].identical_to(cases[f"n{at}"]) for at in range(len(policy.outputs))]
    found = cases.filter(cases.reason.notnull() | reduce(or_, differs))
    side = _side(found, policy, question.known)
    names = [f"{letter}{at}" for letter in "tn" for at in range(len(policy.outputs))]
    return found.mutate(side=side, amount=_amount(found, question)).select(
        "decision", "subject", "partnership", "made_at", *names, "side", "fired", "reason", "amount"
    )


def _answered(cases: Any, table: Table, policy: Policy, letter: str) -> Any:
    """The cases with what the table says, in the policy's order: `{letter}0…`, its `fired` and its `reason`."""
    own, names = list(cases.columns), [output.name for output in table.outputs]
    found: Any = decided(table, cases)
    used = {name for each in table.inputs for name in names_in(each.expression)}
    reason = ibis.coalesce(_absent(found, used, policy), _unanswered(found))
    values = {f"{letter}{place}": found[f"o{names.index(output.name)}"] for place, output in enumerate(policy.outputs)}
    without = {name: ibis.ifelse(reason.isnull(), value, ibis.null(value.type())) for name, value in values.items()}
    none = ibis.null("int64")  # rows that are added up have no place that one number could say
    fired = none if policy.adds_up else ibis.ifelse(reason.isnull(), found.fired, none)
    return found.mutate(**{f"{letter}reason": reason, f"{letter}fired": fired}, **without).select(
        *own, f"{letter}reason", f"{letter}fired", *without
    )


def _absent(cases: Any, used: set[str], policy: Policy) -> Any:
    """The names of the facts among these that the case lacks, or null."""
    said = [
        ibis.ifelse(cases.absent.contains(f",{place},"), f"{policy.vocabulary[place].name},", "")
        for place in places(sorted(used), policy)
    ]
    return reduce(add, said).nullif("") if said else ibis.null("string")


def _unanswered(cases: Any) -> Any:
    """Why a case whose facts are whole has no answer, or null: a row that fires, or a value for where none does."""
    values = [cases[name] for name in cases.columns if name.startswith("o") and name[1:].isdecimal()]
    nothing = cases.fired.isnull() & reduce(lambda left, right: left & right, [each.isnull() for each in values])
    return ibis.cases(
        (cases.problem == NOT_ALLOWED, VALUE_NOT_ALLOWED),
        (cases.problem.notnull(), TWO_ROWS),
        (nothing, NO_ROW),
        else_=ibis.null("string"),
    )


def _settled(cases: Any, policy: Policy) -> Any:
    """The cases in which the built-in table's answer takes the place of the draft's, as `Rules.decide` has it."""
    facts = places(policy.settled, policy)
    said = (cases.d0 == _literal(policy.settles, policy.outputs[0].kind)).fill_null(False)
    lacking = _absent(cases, set(policy.settled), policy)
    held = reduce(or_, [cases[f"f{place}"].fill_null(False) for place in facts])
    names = [str(place) for place in range(len(policy.outputs))]
    unsure, taken = said & ~held & lacking.notnull(), said & held
    none = {name: ibis.null(cases[f"d{name}"].type()) for name in names}
    return cases.mutate(
        dreason=ibis.cases((unsure, lacking), (taken, cases.breason), else_=cases.dreason),
        dfired=ibis.cases(
            (unsure, ibis.null("int64")), (taken, BUILT_IN_FIRED - cases.bfired), else_=cases.dfired
        ),
        **{f"d{name}": ibis.cases((unsure, none[name]), (taken, cases[f"b{name}"]), else_=cases[f"d{name}"])
           for name in names},
    )  # fmt: skip


def _amount(cases: Any, question: Question) -> Any:
    recorded = places([question.known.amount], question.policy)
    return cases[f"f{recorded[0]}"].cast("int64") if recorded else ibis.null("int64")


def _side(cases: Any, policy: Policy, known: Replayed) -> Any:
    """Whether the partner gains or loses: by the first output that differs and has a better and a worse."""
    branches = [(cases.reason.notnull(), "neither")]
    for place, output in enumerate(policy.outputs):
        order = known.better.get(output.name)
        if order is None:
            continue
        then, now = (_worth(cases[f"{letter}{place}"], order, output.kind) for letter in "tn")
        branches += [(now > then, "gain"), (now < then, "lose")]
    return ibis.cases(*branches, else_="neither")


def _worth(value: Any, order: Sequence[Value] | str, kind: Kind) -> Any:
    """A number that is larger the better the value is for the partner."""
    if order == MORE:
        return value
    if order == LESS:
        return -value
    none = [len(order) - place for place, each in enumerate(order) if each is None]
    known = [
        (value == _literal(each, kind), len(order) - place) for place, each in enumerate(order) if each is not None
    ]
    return ibis.cases(*known, (value.isnull(), none[0] if none else 0), else_=0)


def _literal(value: Value, kind: Kind) -> Any:
    return ibis.literal(value, TYPES[kind])
