"""Recorded decisions as a relation with typed columns, projected by PostgreSQL from what they keep as JSON.

A row is an automatic decision in which the policy answered, or with `manual` a person's. What was decided is read
from the answer in the vendor's share, which is as it was and not as partners are told; records from before answers were
kept apart have it among the outputs of the whole decision. Its columns: `decision`, `subject`, `partnership`, `made_at`
in UTC; `t0…` the recorded outputs in the policy's order; `f0…` the facts in the order of the vocabulary; and `absent`,
the places of the facts that were not recorded, or not as what they are now, as ",3,7,"; a fact that was recorded as
null and may be null is not absent.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from hansa.core.database import Query
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import Policy, PolicyFact
from hansa.rulebook.record import MANUAL

POSTGRES = {
    Kind.STRING: 'text COLLATE "C"', Kind.NUMBER: "numeric(28, 6)", Kind.BOOLEAN: "boolean", Kind.DATE: "date",
    Kind.DATE_TIME: "timestamp", Kind.DURATION: "bigint",
}  # fmt: skip
DUCKDB = {
    Kind.STRING: "VARCHAR", Kind.NUMBER: "DECIMAL(28, 6)", Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE",
    Kind.DATE_TIME: "TIMESTAMP", Kind.DURATION: "BIGINT",
}  # fmt: skip
OWN = {"decision": "UUID", "subject": "UUID", "partnership": "UUID", "made_at": "TIMESTAMP", "manual": "BOOLEAN"}

NUMBER, DAY = r"^-?\d{1,22}(\.\d{1,6})?$", r"^(19|2\d)\d\d-\d\d-\d\d"
# How JSON carries each kind (`dmn.values.to_json`): the type, what a text of it looks like, and the value of a text.
READ = {
    Kind.STRING: ("string", "", "{}"),
    Kind.BOOLEAN: ("boolean", "", "({})::boolean"),
    Kind.DATE: ("string", f"{DAY}$", "({})::date"),
    Kind.DATE_TIME: ("string", rf"{DAY}T.*Z$", "({})::timestamptz AT TIME ZONE 'UTC'"),
    Kind.DURATION: ("string", r"^-?P\d{1,6}D$", "translate({}, 'PD', '')::bigint"),
}

# OFFSET 0 keeps the lateral part from being worked out anew for each column.
FROM = """FROM rulebook_decision decision
LEFT JOIN rulebook_decisionevidence evidence
  ON evidence.vendor_id = decision.vendor_id AND evidence.decision_id = decision.id
CROSS JOIN LATERAL (SELECT coalesce(answer.kept -> 'outputs', decision.outputs) AS outputs,
    CASE WHEN answer.kept ? 'facts' THEN evidence.facts || (answer.kept -> 'facts') ELSE evidence.facts END AS facts
  FROM (SELECT jsonb_path_query_first(evidence.answers, '$[*] ? (@.policy == $name)', %(named)s::jsonb) AS kept) answer
  OFFSET 0) said
WHERE decision.vendor_id = %(vendor)s AND decision.at >= %(since)s AND decision.at < %(until)s
  AND CASE WHEN evidence.answers <> '[]' THEN evidence.answers @> %(answered)s::jsonb
    ELSE decision.policy = %(policy)s OR evidence.evidence @> %(fired)s::jsonb END"""


def columns(policy: Policy) -> dict[str, str]:
    """The relation's columns with DuckDB's types."""
    said = {f"t{place}": DUCKDB[output.kind] for place, output in enumerate(policy.outputs)}
    facts = {f"f{place}": DUCKDB[fact.kind] for place, fact in enumerate(policy.vocabulary)}
    return {**OWN, **said, "absent": "VARCHAR", **facts}


def fingerprint(policy: Policy) -> str:
    """What changes with the relation's columns and their meaning, so that a copy of another kind is not used."""
    facts = [(fact.name, fact.kind, fact.nullable) for fact in policy.vocabulary]
    return sha256(json.dumps([select_sql(policy), FROM, facts, columns(policy)]).encode()).hexdigest()


def select_sql(policy: Policy) -> str:
    """The relation's columns as PostgreSQL selects them."""
    said = [
        f"{_value(_field('said.outputs', output.name), output.kind)} AS t{place}"
        for place, output in enumerate(policy.outputs)
    ]
    facts = [
        f"{_value(_field('said.facts', fact.name), fact.kind)} AS f{place}"
        for place, fact in enumerate(policy.vocabulary)
    ]
    missing = " || ".join(
        f"CASE WHEN {_whole(fact)} THEN '' ELSE ',{place}' END" for place, fact in enumerate(policy.vocabulary)
    )
    absent = f"{missing or repr('')} || ',' AS absent"
    own = (
        "decision.id AS decision, decision.subject_id AS subject, decision.partnership_id AS partnership,"
        f" decision.at AT TIME ZONE 'UTC' AS made_at, decision.version = '{MANUAL}' AS manual"
    )
    return f"SELECT {', '.join([own, *said, absent, *facts])}"


def relation(policy: Policy, vendor_id: UUID, since: datetime, until: datetime, *further: str, **given: Any) -> Query:
    """The statement for the decisions of this time; `further` are conditions on `decision`."""
    also = "".join(f" AND {condition}" for condition in further)
    parameters = {"vendor": vendor_id, "since": since, "until": until, "policy": policy.name, **given}
    parameters |= {
        "named": json.dumps({"name": policy.name}),
        "answered": json.dumps([{"policy": policy.name}]),
        "fired": json.dumps([{"table": policy.name}]),
    }
    return f"{select_sql(policy).replace('%', '%%')} {FROM}{also}", parameters


def places(names: Sequence[str], policy: Policy) -> list[int]:
    """The places of these facts in the vocabulary."""
    return [place for place, fact in enumerate(policy.vocabulary) if fact.name in names]


def _field(of: str, name: str) -> tuple[str, str]:
    """The part as JSON and as text. Names are the policy's own, letters and underscores."""
    quoted = name.replace("'", "''")
    return f"({of} -> '{quoted}')", f"({of} ->> '{quoted}')"


def _value(part: tuple[str, str], kind: Kind) -> str:
    return f"CASE WHEN {_fits(part, kind)} THEN {_read(part[1], kind)} END"


def _whole(fact: PolicyFact) -> str:
    part = _field("said.facts", fact.name)
    null = f" OR jsonb_typeof{part[0]} = 'null'" if fact.nullable else ""
    return f"coalesce({_fits(part, fact.kind)}{null}, false)"


def _fits(part: tuple[str, str], kind: Kind) -> str:
    raw, text = part
    if kind is Kind.NUMBER:
        return f"jsonb_typeof{raw} IN ('number', 'string') AND {text} ~ '{NUMBER}'"
    type, pattern, _ = READ[kind]
    return f"jsonb_typeof{raw} = '{type}'" + (f" AND {text} ~ '{pattern}'" if pattern else "")


def _read(text: str, kind: Kind) -> str:
    if kind is Kind.NUMBER:
        return f"{text}::numeric(28, 6)"
    if kind is Kind.STRING:
        return f'{text} COLLATE "C"'
    return READ[kind][2].format(text)
