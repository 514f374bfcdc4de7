"""A draft replayed over every recorded registration: from the click to the report."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from bench import Result
from bench.bulk import ask
from bench.load import Connection, Installation, machine

REGISTRATIONS, MONTHS, SITTINGS = 1_000_000, 24, 3
LONGEST, ASKED_EVERY = 600.0, 0.1
COPY = """
import django, sys; django.setup()
from datetime import timedelta
from uuid import UUID
from django.utils import timezone
from hansa.core.actors import System
from hansa.rulebook.policies import POLICIES
from hansa.rulebook.replay_copy import Copy, bring_up_to_date
vendor, policy, months = UUID(sys.argv[1]), POLICIES[sys.argv[2]], int(sys.argv[3])
until = timezone.now()
since = until - timedelta(days=31 * months)
bring_up_to_date(System("bench", vendor), Copy(vendor, policy), since, until, lambda *_: None)
"""
BY_HAND_POSTGRES = """
SELECT decision.partnership_id, count(*), sum(deal.amount_minor)
FROM rulebook_decision decision
JOIN rulebook_decisionevidence evidence ON evidence.decision_id = decision.id
JOIN deals_deal deal ON deal.id = decision.subject_id
WHERE decision.policy = 'registration-approval' AND decision.version <> 'manual'
  AND decision.outputs ->> 'status' = 'approved' AND (evidence.facts ->> 'days_to_close')::int > 100
GROUP BY 1
"""
BY_HAND_DUCKDB = """
SELECT partnership, count(*) FROM read_parquet('{}/*.parquet')
WHERE NOT manual AND t0 = 'approved' AND f10 > 100 GROUP BY 1
"""


def run(size: int | None = None) -> list[Result]:
    """The whole way through API, queue and worker, and the same counts by hand, all in one sitting."""
    count, found = size or REGISTRATIONS, machine()
    with Installation() as installation:
        world = installation.fill("replay", registrations=count)
        copying = _copy(installation, world["vendor"], world["policies"])
        with installation.serving(), installation.working():
            connection = Connection(installation.port)
            took, reports = zip(*[replay(connection, world) for _ in range(SITTINGS)], strict=True)
        report = reports[-1]
        limit, changed = _by_hand(installation, world["vendor"])
        peer = _in_postgres(installation.url)
    assert report["changed"] == changed, (report["changed"], changed)
    context = found | {
        "decisions": report["recorded"],
        "would_change": report["changed"],
        "partners": len(report["partners"]),
        "first_s": round(took[0], 2),
        "copying_before_s": copying,
        "peer": "one statement by hand on PostgreSQL's JSON, without cases",
        "limit": "one statement by hand on DuckDB over the copy, without amounts and cases",
    }
    target = 5 if count >= REGISTRATIONS else None
    return [Result("replay: click to report", "s", min(took), target, peer, limit, context=context)]


def replay(connection: Connection, world: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """Seconds from the request to the report that can be read, and the report."""
    began = time.perf_counter()
    shown = ask(
        connection, world["key"], "POST", f"/api/v1/policy-versions/{world['version']}/replays", {"months": MONTHS}
    )
    while shown["status"] == "running" and time.perf_counter() - began < LONGEST:
        time.sleep(ASKED_EVERY)
        shown = ask(connection, world["key"], "GET", f"/api/v1/policy-replays/{shown['id']}")
    took = time.perf_counter() - began
    assert shown["status"] == "done", shown
    return took, shown


def _copy(installation: Installation, vendor: str, policies: list[str]) -> dict[str, float]:
    """Seconds for the first copy of each policy's decisions, two at a time; the worker's own job finds nothing left."""

    def copied(policy: str) -> float:
        began = time.perf_counter()
        command = [sys.executable, "-c", COPY, vendor, policy, str(MONTHS)]
        subprocess.run(command, env=installation.environment, check=True)
        return round(time.perf_counter() - began, 1)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(policies, pool.map(copied, policies), strict=True))


def _by_hand(installation: Installation, vendor: str) -> tuple[float, int]:
    folder = Path(installation.home) / "replays" / vendor / "registration-approval"
    best, rows = LONGEST, []
    with duckdb.connect(config={"threads": 2}) as engine:
        for _ in range(SITTINGS):
            began = time.perf_counter()
            rows = engine.execute(BY_HAND_DUCKDB.format(folder)).fetchall()
            best = min(best, time.perf_counter() - began)
    return best, sum(many for _, many in rows)


def _in_postgres(url: str) -> float:
    best = LONGEST
    with psycopg.connect(url) as database:
        database.execute("SET row_security = off")
        for table in ("rulebook_decision", "rulebook_decisionevidence", "deals_deal"):
            database.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        for _ in range(2):
            began = time.perf_counter()
            database.execute(BY_HAND_POSTGRES).fetchall()
            best = min(best, time.perf_counter() - began)
        database.rollback()
    return best
