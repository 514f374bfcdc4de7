"""Many protections that have run out at once: from the sweep's job to the last that is expired, with one worker."""

import time

import psycopg
from psycopg.types.json import Jsonb

from bench import Result
from bench.load import Installation, machine, processor_seconds

DUE = 100_000
LONGEST = 900.0
JOB_SQL = """
SELECT procrastinate_defer_jobs_v1(ARRAY[
    ROW('default', 'sweep_expired', 0, NULL, NULL, %s, NULL)::procrastinate_job_to_defer_v1])
"""
CONTEXT_SQL = "SELECT set_config('hansa.vendor', %s, false), set_config('hansa.side', 'vendor', false)"
LEFT_SQL = "SELECT count(*) FROM deals_deal WHERE status = 'approved' AND outcome = 'open'"
EVENTS_SQL = "SELECT count(*), count(DISTINCT subject_id) FROM core_event WHERE name = 'deal.expired'"


def run(size: int | None = None) -> list[Result]:
    """Each leaves its own event and its reactions, which begin beside the rest."""
    due = size or DUE
    found = machine()
    with Installation() as installation:
        vendor = installation.fill("sweep", due=due)["vendor"]
        with psycopg.connect(installation.url, autocommit=True) as database, installation.working() as worker:
            database.execute(CONTEXT_SQL, [vendor])
            began, before = time.perf_counter(), processor_seconds(worker.pid)
            database.execute(JOB_SQL, [Jsonb({"vendor_id": vendor})])
            while database.execute(LEFT_SQL).fetchone() != (0,) and time.perf_counter() - began < LONGEST:
                time.sleep(0.5)
            took, busy = time.perf_counter() - began, processor_seconds(worker.pid) - before
            assert database.execute(EVENTS_SQL).fetchone() == (due, due)
    context = found | {
        "due": due,
        "per_second": round(due / took),
        "processor_seconds_of_the_worker": round(busy, 1),
    }
    return [Result("sweep of expired protections", "s", took, 60 if due >= DUE else None, context=context)]
