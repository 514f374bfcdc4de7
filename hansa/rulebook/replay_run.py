"""A replay at work: the draft decides every recorded decision anew, and what differs becomes the report.

Few decisions are decided by PostgreSQL itself, many by DuckDB from the copy; both by the same expression. What differs
is summed up by DuckDB either way. Only jobs that work on many cases import this module.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import duckdb
import pyarrow.compute as compute
from django.db import connection
from django.db.models import Q
from psycopg import Cursor, sql

from hansa.accounts.models import Vendor
from hansa.core.actors import Actor
from hansa.core.database import ask_together
from hansa.core.tenancy import acting
from hansa.kernel.ids import new_id
from hansa.rulebook.actions import finish_replay
from hansa.rulebook.dmn.to_ibis import restored
from hansa.rulebook.dmn.values import Kind, to_json
from hansa.rulebook.policies import POLICIES, Policy
from hansa.rulebook.replay_copy import NO_LIMIT, Copy, bring_up_to_date, copy_out, engine_in, own_folder, read_csv
from hansa.rulebook.replay_expression import RELATION, Question, statement
from hansa.rulebook.replay_found import REASONS, Change, Missing
from hansa.rulebook.replay_models import Replay, ReplayCases
from hansa.rulebook.replay_relation import DUCKDB, relation
from hansa.rulebook.replay_subjects import Replayed, replayed
from hansa.rulebook.scope import decided_elsewhere

SMALL = 20_000
"""Up to so many decisions PostgreSQL decides by itself; ADR 34 has the figures."""

CASES_AT_ONCE = 4_000
ASKED_BY_ID = 5_000
LINES_TOGETHER = 512

ENDS_SQL = "SELECT min(at), max(at) FROM rulebook_decision WHERE vendor_id = %(vendor)s"
COUNT_SQL = """SELECT count(*) FROM (SELECT FROM rulebook_decision decision
WHERE vendor_id = %(vendor)s AND at >= %(since)s AND at < %(until)s{} LIMIT %(most)s) AS first"""
REACHED_SQL, ELSEWHERE_SQL = "decision.partnership_id = ANY(%(reached)s)", "decision.subject_id <> ALL(%(elsewhere)s)"


@dataclass(slots=True)
class Work:
    """A replay and what it works with; `folder` is its own, within the vendor's."""

    actor: Actor
    report: Replay
    policy: Policy
    question: Question
    folder: Path
    engine: duckdb.DuckDBPyConnection

    @property
    def known(self) -> Replayed:
        return self.question.known


def replay_now(actor: Actor, report: Replay) -> None:
    """Make the report; `actor` is Hansa itself at the vendor. Nothing is left of an attempt that ends midway."""
    policy = POLICIES[report.policy]
    copy = Copy(report.vendor_id, policy)
    question = Question(policy, policy.read(report.dmn.encode()), replayed(policy.name))
    folder = own_folder(copy.vendors_folder / "runs")
    try:
        with engine_in(copy.vendors_folder) as engine:
            work = Work(actor, report, policy, question, folder, engine)
            by_postgres = _many(work) <= SMALL
            if by_postgres:
                _decide_in_postgres(work)
            else:
                _decide_in_duckdb(work, copy)
            _told(work, "Summing up")
            _find_amounts(work)
            _sum_up(work)
            _finish(work, "PostgreSQL" if by_postgres else "DuckDB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_large(actor: Actor) -> list[str]:
    """Bring the copies up to date where there is more than PostgreSQL decides itself; returns the policies' names.

    Of what was copied before only the last month is looked at: each replay compares the others.
    """
    with acting(actor, NO_LIMIT, (ENDS_SQL, {"vendor": actor.vendor_id})) as [_, [(first, last)]]:
        if first is None or _counted(actor, first, last + timedelta(days=1)) <= SMALL:
            return []
    for policy in POLICIES.values():
        copy = Copy(actor.vendor_id, policy)
        bring_up_to_date(actor, copy, copy.whole_until(first, last), last, lambda *_: None)
    return [*POLICIES]


def _many(work: Work) -> int:
    """How many decisions there are in this time, counted to one more than PostgreSQL decides itself."""
    _told(work, "Counting")
    report = work.report
    with acting(work.actor, NO_LIMIT):
        return _counted(work.actor, report.since, report.until, report.partners)


def _counted(actor: Actor, since: datetime, until: datetime, partners: list[UUID] | None = None) -> int:
    only = f" AND {REACHED_SQL}" if partners is not None else ""
    span = {"vendor": actor.vendor_id, "since": since, "until": until, "most": SMALL + 1, "reached": partners}
    [[(many,)]] = ask_together((COUNT_SQL.format(only), span))
    return int(many)


def _elsewhere(work: Work) -> list[Any]:
    """What the reached partners have in programs in which another version decides about them."""
    report, known = work.report, work.known
    if report.partners is None or known.model is None or not known.program:
        return []
    rows = known.model.objects.visible_to(work.actor).filter(partnership__in=report.partners)
    with acting(work.actor, NO_LIMIT):
        if report.within:
            return list(rows.exclude(**{known.program: report.within}).values_list("pk", flat=True))
        there = decided_elsewhere(work.actor, report.version, report.partners, report.until)
        pairs = [Q(**{known.program: program, "partnership__in": ids}) for program, ids in there.items()]
        return list(rows.filter(reduce(or_, pairs)).values_list("pk", flat=True)) if pairs else []


def _decide_in_postgres(work: Work) -> None:
    """The table `found`, and `later` and `recorded`, from what PostgreSQL decides on its own rows."""
    _told(work, "Deciding")
    report, policy = work.report, work.policy
    only, given = [], {}
    if report.partners is not None:
        only, given = [REACHED_SQL, ELSEWHERE_SQL], {"reached": report.partners, "elsewhere": _elsewhere(work)}
    query = relation(policy, report.vendor_id, report.since, report.until, *only, **given)
    outputs = len(policy.outputs)
    with acting(work.actor, NO_LIMIT), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {RELATION} ON COMMIT DROP AS {query[0]}", query[1])
        copy_out((statement(work.question, "postgres").replace("%", "%%"), {}), work.folder / "found.csv")
        later = f"SELECT subject, made_at, t0::text FROM {RELATION} WHERE manual AND t0 IS NOT NULL"
        copy_out((later, {}), work.folder / "later.csv")
        [[(recorded,)]] = ask_together((f"SELECT count(*) FROM {RELATION} WHERE NOT manual", []))
        cursor.execute(f"DROP TABLE {RELATION}")
    said = {f"{letter}{at}": DUCKDB[policy.outputs[at].kind] for letter in "tn" for at in range(outputs)}
    own = {"decision": "UUID", "subject": "UUID", "partnership": "UUID", "made_at": "TIMESTAMP"}
    types = {**own, **said, "side": "VARCHAR", "fired": "BIGINT", "reason": "VARCHAR", "amount": "BIGINT"}
    work.engine.execute(f"CREATE TABLE found AS {read_csv(work.folder / 'found.csv', types)}")
    manual = {"subject": "UUID", "made_at": "TIMESTAMP", "said": "VARCHAR"}
    work.engine.execute(f"CREATE TABLE manual AS {read_csv(work.folder / 'later.csv', manual)}")
    _only_answers(work)
    work.engine.execute("CREATE TABLE recorded AS SELECT ?::BIGINT AS many", [recorded])


def _decide_in_duckdb(work: Work, copy: Copy) -> None:
    """The same, from the copy, which is brought up to date first."""
    report, engine = work.report, work.engine
    bring_up_to_date(
        work.actor, copy, report.since, report.until, lambda done, total: _told(work, "Copying facts", done, total)
    )
    _told(work, "Deciding")
    span = " AND ".join(
        f"made_at {sign} TIMESTAMP '{at.replace(tzinfo=None)}'"
        for sign, at in ((">=", report.since), ("<", report.until))
    )
    if report.partners is not None:
        for name, ids in (("reached", report.partners), ("elsewhere", _elsewhere(work))):
            engine.execute(f"CREATE TABLE {name} AS SELECT unnest(?::UUID[]) AS id", [ids])
        span += " AND partnership IN (FROM reached) AND subject NOT IN (FROM elsewhere)"
    with copy.files(report.since, report.until) as files:
        engine.execute(f"CREATE VIEW {RELATION} AS SELECT * FROM read_parquet({files}) WHERE {span}")
        engine.execute(f"CREATE TABLE found AS {statement(work.question, 'duckdb')}")
        engine.execute(
            f"CREATE TABLE manual AS SELECT subject, made_at, t0::VARCHAR AS said FROM {RELATION}"
            " WHERE manual AND t0 IS NOT NULL"
        )
        engine.execute(f"CREATE TABLE recorded AS SELECT count(*) AS many FROM {RELATION} WHERE NOT manual")
    _only_answers(work)


def _only_answers(work: Work) -> None:
    """Of what people decided, leave what answers the policy's question."""
    if allowed := work.known.decided_by_people(work.policy.outputs[0]):
        work.engine.execute("DELETE FROM manual WHERE said NOT IN (SELECT unnest(?))", [[*map(str, allowed)]])


def _find_amounts(work: Work) -> None:
    """The table `amounts`, as it stands now, of what those found decisions are about that did not record it."""
    known, types = work.known, {"subject": "UUID", "amount": "BIGINT", "currency": "VARCHAR"}
    [(many,)] = _rows(work, "SELECT count(DISTINCT subject) FROM found WHERE amount IS NULL")
    if known.model is None or not known.amount or not many:
        work.engine.execute("CREATE TABLE amounts (subject UUID, amount BIGINT, currency VARCHAR)")
        return
    given: dict[str, Any] = {"vendor": work.report.vendor_id}
    table = known.model._meta.db_table
    line = f"id || ',' || {known.amount} || ',' || {known.currency}"
    # By itself each line would cost the client more than the database: they come some thousand together.
    some = f"uuid_hash(id) & {LINES_TOGETHER - 1}"
    query = f"SELECT string_agg({line}, E'\\n') FROM {table} WHERE vendor_id = %(vendor)s"
    if many <= ASKED_BY_ID:
        query += " AND id = ANY(%(ids)s)"
        given["ids"] = [id for (id,) in _rows(work, "SELECT DISTINCT subject FROM found WHERE amount IS NULL")]
    query += f" GROUP BY {some}"
    with acting(work.actor, NO_LIMIT), connection.cursor() as cursor:
        cursor.execute(query, given)
        file = work.folder / "amounts.csv"
        file.touch(mode=0o600)
        with file.open("w") as stream:
            stream.writelines(f"{lines}\n" for (lines,) in cursor)
    work.engine.execute(f"CREATE TABLE amounts AS {read_csv(work.folder / 'amounts.csv', types)}")


def _sum_up(work: Work) -> None:
    """The tables `kinds` and `cases`: what was found, with its kind, its amount, and what a person decided after it."""
    names = ", ".join(_names(work.policy))
    blank = ", ".join(f"CASE WHEN reason IS NULL THEN {name} END AS {name}" for name in _names(work.policy))
    same = " AND ".join(f"each.{name} IS NOT DISTINCT FROM kind.{name}" for name in (*_names(work.policy), "reason"))
    work.engine.execute(
        f"""
        CREATE TABLE each AS SELECT found.decision, found.partnership, {blank.replace("reason", "found.reason")},
            found.side, coalesce(found.fired, -1) AS fired, found.reason,
            coalesce(found.amount, amounts.amount, 0) AS amount,
            CASE WHEN found.amount IS NULL THEN coalesce(amounts.currency, '') ELSE ? END AS currency,
            after.said AS later
        FROM found LEFT JOIN amounts USING (subject) LEFT JOIN (
            SELECT found.decision, arg_min(manual.said, manual.made_at) AS said
            FROM found JOIN manual ON manual.subject = found.subject AND manual.made_at >= found.made_at GROUP BY 1
        ) after USING (decision)""",
        [_currency(work)],
    )
    work.engine.execute(f"""
        CREATE TABLE kinds AS
        SELECT row_number() OVER (ORDER BY reason IS NOT NULL, many DESC, reason, {names}) - 1 AS kind, *
        FROM (SELECT reason, any_value(side) AS side, {names}, count(*) AS many FROM each GROUP BY reason, {names})""")
    work.engine.execute(f"""
        CREATE TABLE cases AS SELECT kind.kind, each.decision, each.partnership, each.fired, each.amount, each.currency,
            each.later FROM each JOIN kinds AS kind ON {same}""")


def _currency(work: Work) -> str:
    """That of recorded amounts: registrations are in the vendor's own."""
    with acting(work.actor):
        return str(Vendor.objects.get(pk=work.report.vendor_id).currency)


def _finish(work: Work, engine: str) -> None:
    changes, missing = _changes(work), _missing(work)
    [(recorded,)] = work.engine.execute("SELECT many FROM recorded").fetchall()
    counts = {
        "recorded": recorded,
        "changed": sum(each.many for each in changes),
        "missing": sum(each.many for each in missing),
    }
    with acting(work.actor):
        _keep(work, _chunks(work))
        finish_replay(
            work.actor,
            work.report,
            engine=engine,
            counts=counts,
            changes=[each.kept() for each in changes],
            missing=[each.kept() for each in missing],
        )


def _changes(work: Work) -> list[Change]:
    policy, many = work.policy, len(work.policy.outputs)
    money: dict[int, dict[str, int]] = defaultdict(dict)
    later: dict[int, dict[str, int]] = defaultdict(dict)
    for kind, currency, amount in _rows(work, "SELECT kind, currency, sum(amount) FROM cases GROUP BY 1, 2 ORDER BY 2"):
        money[kind][currency] = int(amount)
    after = "SELECT kind, later, count(*) FROM cases WHERE later IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 2"
    for kind, said, count in _rows(work, after):
        later[kind][_plain(said) if policy.outputs[0].kind is Kind.NUMBER else said] = count
    found = []
    listed = ", ".join(_names(policy))
    for kind, side, count, *said in _rows(
        work,
        f"SELECT kind, side, many, {listed} FROM kinds WHERE reason IS NULL ORDER BY kind",
    ):
        then, now = _said(policy, said[:many]), _said(policy, said[many:])
        found.append(Change(then, now, side, count, _known(money[kind]), later[kind]))
    return found


def _missing(work: Work) -> list[Missing]:
    rows = _rows(work, "SELECT reason, many FROM kinds WHERE reason IS NOT NULL ORDER BY kind")
    return [
        Missing(many, reason=reason) if reason in REASONS else Missing(many, tuple(filter(None, reason.split(","))))
        for reason, many in rows
    ]


def _plain(text: str) -> str:
    """A number without the zeros that its column gives it."""
    return f"{Decimal(text).normalize():f}"


def _said(policy: Policy, values: Sequence[Any]) -> dict[str, Any]:
    return {
        output.name: to_json(restored(output.kind, value)) for output, value in zip(policy.outputs, values, strict=True)
    }


def _known(money: dict[str, int]) -> dict[str, int]:
    return {currency: amount for currency, amount in money.items() if currency}


def _chunks(work: Work) -> Iterator[tuple[Any, ...]]:
    """Rows of `ReplayCases`, kind by kind and partner by partner, in each the largest amounts first.

    The lists are slices of DuckDB's own columns: nothing here happens for each case.
    """
    together = "kind, partnership, later IS NOT NULL, currency"
    query = f"SELECT decision, fired::INTEGER, amount FROM cases ORDER BY {together}, amount DESC, decision"
    found = work.engine.sql(query).to_arrow_table()
    decisions, fired, amounts = (column.combine_chunks() for column in found.columns)
    packed = _bytes(decisions.storage, 16), _bytes(fired, 4), _bytes(amounts, 8)
    begins = place = 0
    for *own, many in _rows(work, f"SELECT {together}, count(*) FROM cases GROUP BY ALL ORDER BY {together}"):
        for start in range(begins, begins + many, CASES_AT_ONCE):
            size = min(CASES_AT_ONCE, begins + many - start)
            parts = [bytes(view[start * width : (start + size) * width]) for view, width in packed]
            yield place, *own, size, compute.sum(amounts.slice(start, size)).as_py(), *parts
            place += 1
        begins += many


def _bytes(column: Any, width: int) -> tuple[memoryview, int]:
    """A column without nulls, as it lies in memory: so many bytes a value."""
    _, values = column.buffers()
    return memoryview(values)[column.offset * width :], width


def _keep(work: Work, chunks: Iterator[tuple[Any, ...]]) -> None:
    """Write the report's cases in few large rows; COPY cannot write below row-level security."""
    names = ("id", "vendor_id", "replay_id", "place", "kind", "partnership_id", "later", "currency", "many",
             "amount_minor", "decisions", "fired", "amounts")  # fmt: skip
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(ReplayCases._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.SQL("%b")] * len(names)),
    )
    report = work.report
    with connection.cursor() as held:
        cursor = cast("Cursor[Any]", held)
        cursor.execute(*NO_LIMIT)
        cursor.executemany(statement, ((new_id(), report.vendor_id, report.pk, *chunk) for chunk in chunks))


def _names(policy: Policy) -> list[str]:
    return [f"{letter}{place}" for letter in "tn" for place in range(len(policy.outputs))]


def _rows(work: Work, query: str) -> list[tuple[Any, ...]]:
    return work.engine.execute(query).fetchall()


def _told(work: Work, step: str, done: int = 0, total: int = 0) -> None:
    with acting(work.actor):
        running = Replay.objects.visible_to(work.actor).filter(pk=work.report.pk, status=Replay.Status.RUNNING)
        running.update(step=step, done=done, total=total)
