"""The tiers of ten thousand partners: from the daily job's beginning to its end, and again when nothing changed."""

import time

import psycopg
from psycopg.types.json import Jsonb

from bench import Result
from bench.load import Installation, machine, processor_seconds

PARTNERS, TARGET, LONGEST = 10_000, 10.0, 120.0
JOB_SQL = """
SELECT procrastinate_defer_jobs_v1(ARRAY[
    ROW('default', 'evaluate_tiers', 0, NULL, NULL, %s, NULL)::procrastinate_job_to_defer_v1])
"""
CONTEXT_SQL = "SELECT set_config('hansa.vendor', %s, false), set_config('hansa.side', 'vendor', false)"
DONE_SQL = "SELECT count(*) FROM tiers_tierstanding WHERE evaluated_at > %s"
MOVED_SQL = "SELECT count(*) FROM core_event WHERE name = 'tier.promoted'"
NOW_SQL = "SELECT hansa_now()"
# The same facts of the same partners, counted and compared by PostgreSQL alone: nothing is kept or told.
PLAIN_SQL = """
SELECT count(*) FILTER (WHERE sourced >= 15000000 AND approved >= 10 AND won >= 6),
       count(*) FILTER (WHERE sourced >= 6000000 AND approved >= 5 AND won >= 3)
FROM (SELECT deal.partnership_id,
             sum(amount_minor) FILTER (WHERE outcome = 'won' AND closed_at >= now() - interval '12 months') AS sourced,
             count(*) FILTER (WHERE protected_until IS NOT NULL
                              AND decided_at >= now() - interval '12 months') AS approved,
             count(*) FILTER (WHERE outcome = 'won' AND closed_at >= now() - interval '12 months') AS won
      FROM deals_deal deal JOIN partnerships_enrollment place
        ON place.vendor_id = deal.vendor_id AND place.partnership_id = deal.partnership_id
       AND place.program_id = deal.program_id
      WHERE deal.vendor_id = %s GROUP BY deal.partnership_id) AS counted
"""


def run(size: int | None = None) -> list[Result]:
    """The first run makes every standing and moves whoever qualifies; the second finds everybody where they were."""
    partners = size or PARTNERS
    found = machine()
    with Installation() as installation:
        vendor = installation.fill("tiers", partners=partners)["vendor"]
        with psycopg.connect(installation.url, autocommit=True) as database, installation.working() as worker:
            database.execute(CONTEXT_SQL, [vendor])
            before = processor_seconds(worker.pid)
            first = evaluated(database, vendor, partners)
            busy = processor_seconds(worker.pid) - before
            moved = database.execute(MOVED_SQL).fetchone()
            rest(database)
            before = processor_seconds(worker.pid)
            again = evaluated(database, vendor, partners)
            less = processor_seconds(worker.pid) - before
            plain = min(counted(database, vendor) for _ in range(3))
    context = found | {
        "partners": partners,
        "promoted": moved[0] if moved else 0,
        "processor_seconds_of_the_worker": [round(busy, 1), round(less, 1)],
        "peer": "the same facts counted and compared in one SQL statement, nothing kept",
    }
    target = TARGET if partners >= PARTNERS else None
    return [
        Result("tiers, the first evaluation", "s", first, target, peer=plain, context=context),
        Result("tiers, the day after", "s", again, target, peer=plain, context=context),
    ]


def evaluated(database: psycopg.Connection, vendor: str, partners: int) -> float:
    """Seconds from the job's queueing until every standing is written."""
    since = database.execute(NOW_SQL).fetchone()
    began = time.perf_counter()
    database.execute(JOB_SQL, [Jsonb({"vendor_id": vendor})])
    while (database.execute(DONE_SQL, since).fetchone() or (0,))[0] < partners:
        if time.perf_counter() - began > LONGEST:
            raise TimeoutError(f"{partners} partners were not evaluated within {LONGEST} s")
        time.sleep(0.1)
    return time.perf_counter() - began


def rest(database: psycopg.Connection) -> None:
    """Take away what the worker would do next, which is to tell those who moved; the day after that is long done."""
    database.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    while database.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'").fetchone() != (0,):
        time.sleep(0.1)


def counted(database: psycopg.Connection, vendor: str) -> float:
    """Seconds that PostgreSQL takes for the plain statement."""
    began = time.perf_counter()
    database.execute(PLAIN_SQL, [vendor]).fetchone()
    return time.perf_counter() - began
