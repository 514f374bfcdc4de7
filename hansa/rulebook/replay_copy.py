"""A copy of what was recorded, in Parquet, beside the database: a file for each vendor, policy and month.

It only makes replays quicker, so it may be thrown away at any time. Before each one it is compared with PostgreSQL:
which decisions were written since, whether any came late into a month that was copied, and whether the last one that it
saw is still there, which it is not once a backup was restored. A vendor's folder is all that an engine opens. It holds
facts and ids, never names. Only jobs that work on many cases import this module.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from time import time
from typing import Any, cast
from uuid import UUID

import duckdb
from django.conf import settings
from django.db import connection
from psycopg import Cursor

from hansa.core.actors import Actor
from hansa.core.database import Query, ask_together
from hansa.core.tenancy import acting
from hansa.kernel.ids import new_id
from hansa.rulebook.policies import Policy
from hansa.rulebook.replay_relation import columns, fingerprint, relation

FIRST_ID = UUID(int=0)
THREADS, MEMORY = 2, "1GB"
LOCK = "lock"
KEPT_FOR = timedelta(hours=1)
NO_LIMIT: Query = ("SELECT set_config('statement_timeout', '0', true)", [])

TOTALS_SQL = """
SELECT width_bucket(at, %(begins)s::timestamptz[]), count(*) FROM rulebook_decision
WHERE vendor_id = %(vendor)s AND at >= %(since)s AND at < %(until)s GROUP BY 1
"""
MONTHS_SQL = """
SELECT month.place, found.known, found.seen
FROM unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[], %(known)s::uuid[]) WITH ORDINALITY
    AS month (begins, ends, known, place),
LATERAL (SELECT count(*) FILTER (WHERE id <= month.known) AS known, count(*) FILTER (WHERE id <= %(top)s) AS seen
    FROM rulebook_decision WHERE vendor_id = %(vendor)s AND at >= month.begins AND at < month.ends) found
ORDER BY month.place
"""
KEPT_SQL = "SELECT id FROM rulebook_decision WHERE vendor_id = %s AND id = ANY(%s::uuid[])"
TOP_SQL = "SELECT id FROM rulebook_decision WHERE vendor_id = %s ORDER BY id DESC LIMIT 1"

Told = Callable[[int, int], None]
"""Is told how many decisions of how many are copied."""


@dataclass(frozen=True, slots=True)
class Month:
    """What a file holds: of `seen` decisions of any policy, those with ids up to the copy's `known`."""

    seen: int
    known: str
    file: str


class Copy:
    """The copy of one policy's decisions at one vendor."""

    def __init__(self, vendor_id: UUID, policy: Policy):
        self.vendor_id, self.policy = vendor_id, policy
        self.vendors_folder = folder_of(vendor_id)
        self.folder = private(self.vendors_folder / policy.name)
        self.manifest = self.folder / "manifest.json"

    def months(self) -> dict[str, Month]:
        """What is copied, by the first day of its month; nothing if it was made for other columns."""
        try:
            said = json.loads(self.manifest.read_text())
        except (OSError, ValueError):
            return {}
        if said.get("columns") != fingerprint(self.policy):
            return {}
        known = {month: Month(**each) for month, each in said["months"].items()}
        return {month: each for month, each in known.items() if (self.folder / each.file).exists()}

    def whole_until(self, first: datetime, last: datetime) -> datetime:
        """The beginning of the last month of those copied without a gap from `first` on, which may have grown since."""
        copied = self.months()
        whole = [*takewhile(copied.__contains__, _months(first, last))]
        return _begins(whole[-1]) if whole else first

    def keep(self, months: dict[str, Month]) -> None:
        """Let these files be the copy, in one step, and throw away all others."""
        text = json.dumps(
            {"columns": fingerprint(self.policy), "months": {month: asdict(each) for month, each in months.items()}}
        )
        draft = self.folder / f"{new_id()}.json"
        draft.touch(mode=0o600)
        draft.write_text(text)
        draft.replace(self.manifest)
        keep = {self.manifest.name, LOCK, *(each.file for each in months.values())}
        for file in self.folder.iterdir():
            if file.name not in keep:
                file.unlink()

    @contextmanager
    def files(self, since: datetime, until: datetime) -> Iterator[list[str]]:
        """The files of the months that this time touches; they stay for as long as they are read."""
        with _holding(self.folder / LOCK, fcntl.LOCK_SH):
            copied = self.months()
            yield [str(self.folder / copied[month].file) for month in _months(since, until) if month in copied]


def folder_of(vendor_id: UUID) -> Path:
    """A vendor's own folder, for this installation's user alone."""
    private(Path(settings.REPLAY_COPIES))
    return private(Path(settings.REPLAY_COPIES) / str(UUID(str(vendor_id))))


def private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def own_folder(runs: Path) -> Path:
    """A new folder in this one, for one attempt; what those left that were killed long ago is thrown away."""
    for left in private(runs).iterdir():
        with suppress(FileNotFoundError):
            if time() - left.stat().st_mtime > KEPT_FOR.total_seconds():
                shutil.rmtree(left)
    return private(runs / str(new_id()))


@contextmanager
def engine_in(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB, which can open files of this folder and no others, whatever it is asked."""
    config: dict[str, Any] = {
        "threads": THREADS,
        "memory_limit": MEMORY,
        "temp_directory": str(private(folder / "spill")),
    }
    with duckdb.connect(config=config) as engine:
        engine.execute(f"SET allowed_directories = ['{folder}/']")
        engine.execute("SET enable_external_access = false")
        # Pushed down, a condition on the answers would have them worked out twice.
        engine.execute("SET disabled_optimizers = 'filter_pushdown'")
        engine.execute("SET arrow_lossless_conversion = true")
        engine.execute("SET lock_configuration = true")
        yield engine


def bring_up_to_date(actor: Actor, copy: Copy, since: datetime, until: datetime, told: Told) -> None:
    """Copy what the months of this time lack. `actor` is Hansa itself at the vendor; a second one waits for the first.

    A month of which PostgreSQL has other decisions than were copied is copied anew.
    """
    with _holding(copy.folder / LOCK, fcntl.LOCK_EX):
        months = copy.months()
        behind = [each for each in _in_postgres(actor, copy, since, until) if each.behind or each.wrong]
        total, done = sum(each.behind for each in behind), 0
        if not behind:
            return
        with engine_in(copy.vendors_folder) as engine:
            for each in behind:
                months[each.name] = _copy_month(actor, copy, engine, each)
                copy.keep(months)
                done += each.behind
                told(done, total)


@dataclass(frozen=True, slots=True)
class _Found:
    """A month as PostgreSQL has it: `seen` decisions with ids up to `top`; `base` is the copy that they go on from.

    It is `wrong` where there is a copy of other decisions than PostgreSQL has.
    """

    name: str
    seen: int
    top: UUID
    base: Month | None
    wrong: bool

    @property
    def behind(self) -> int:
        return self.seen - (self.base.seen if self.base else 0)


def _in_postgres(actor: Actor, copy: Copy, since: datetime, until: datetime) -> list[_Found]:
    """The months of which PostgreSQL has other decisions than the copy, as it has them."""
    copied, names = copy.months(), list(_months(since, until))
    begins = [*map(_begins, names)]
    span = {"vendor": actor.vendor_id, "begins": begins, "since": begins[0], "until": _ends(names[-1])}
    known = [actor.vendor_id, list({each.known for each in copied.values()})]
    with acting(actor, NO_LIMIT, (TOTALS_SQL, span), (KEPT_SQL, known)) as [_, totals, kept]:
        now = {names[place - 1]: many for place, many in totals}
        there = {str(id) for (id,) in kept}
        gone = {name for name, each in copied.items() if each.seen and each.known not in there}
        seen = {name: each.seen for name, each in copied.items()}
        names = [name for name in names if name in gone or now.get(name, 0) != seen.get(name, 0)]
        if not names:
            return []
        [tops] = ask_together((TOP_SQL, [actor.vendor_id]))
        top = tops[0][0] if tops else FIRST_ID
        known = [copied[name].known if name in copied else str(FIRST_ID) for name in names]
        given = {"begins": [*map(_begins, names)], "ends": [*map(_ends, names)], "known": known}
        [rows] = ask_together((MONTHS_SQL, {"vendor": actor.vendor_id, "top": top, **given}))
    found = []
    for name, (_, old, many) in zip(names, rows, strict=True):
        before = copied.get(name)
        wrong = before is not None and (before.seen != old or name in gone)
        found.append(_Found(name, many, top, None if wrong else before, wrong))
    return found


def _copy_month(actor: Actor, copy: Copy, engine: duckdb.DuckDBPyConnection, month: _Found) -> Month:
    """Write the month's file: what the one before it holds, and what PostgreSQL has beyond it."""
    written, file = copy.folder / f"{new_id()}.csv", f"{month.name}-{new_id()}.parquet"
    query = relation(
        copy.policy,
        copy.vendor_id,
        _begins(month.name),
        _ends(month.name),
        "decision.id > %(known)s",
        "decision.id <= %(top)s",
        known=month.base.known if month.base else FIRST_ID,
        top=month.top,
    )
    try:
        with acting(actor, NO_LIMIT):
            copy_out(query, written)
        before = f"SELECT * FROM read_parquet('{copy.folder / month.base.file}') UNION ALL " if month.base else ""
        target = copy.folder / file
        engine.execute(f"COPY ({before}{csv_sql(copy.policy, written)}) TO '{target}' (FORMAT parquet)")
        target.chmod(0o600)
    finally:
        written.unlink(missing_ok=True)
    return Month(month.seen, str(month.top), file)


def copy_out(query: Query, file: Path) -> None:
    """Write what the statement selects as CSV, for this installation's user alone; within `acting`."""
    statement, parameters = query
    file.touch(mode=0o600, exist_ok=False)
    with file.open("wb") as stream, connection.cursor() as held:
        cursor = cast("Cursor[Any]", held)
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)".encode(), parameters) as rows:
            stream.writelines(rows)


def csv_sql(policy: Policy, file: Path) -> str:
    """The relation that `copy_out` wrote, as DuckDB reads it."""
    return read_csv(file, columns(policy))


def read_csv(file: Path, types: Mapping[str, str]) -> str:
    """A file of CSV with columns of these types, as DuckDB reads it: empty is null, and "" a text without letters."""
    listed = ", ".join(f"'{name}': '{type}'" for name, type in types.items())
    how = "header = false, auto_detect = false, quote = '\"', escape = '\"', allow_quoted_nulls = false"
    return f"SELECT * FROM read_csv('{file}', columns = {{{listed}}}, {how})"


@contextmanager
def _holding(file: Path, how: int) -> Iterator[None]:
    file.touch(mode=0o600)
    with file.open("a") as stream:
        fcntl.flock(stream, how)
        yield


def _months(since: datetime, until: datetime) -> Iterator[str]:
    """The months of this time, as 2026-03, the first to the last."""
    first, last = (at.astimezone(UTC) for at in (since, until))
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{number // 12}-{number % 12 + 1:02}"


def _begins(month: str) -> datetime:
    return datetime.fromisoformat(f"{month}-01T00:00:00+00:00")


def _ends(month: str) -> datetime:
    begins = _begins(month)
    return begins.replace(year=begins.year + begins.month // 12, month=begins.month % 12 + 1)
