"""Approving many registrations in one go: from the request to the last of them, with one worker."""

import json
import time
from typing import Any

import psycopg

from bench import Result
from bench.load import Connection, Installation, machine, processor_seconds, request

REGISTRATIONS = 1000
LONGEST = 600.0
LEFT_SQL = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = 'react'"


def run(size: int | None = None) -> list[Result]:
    """Each with its own decision, event, lock and transaction; the reactions to the first run beside the rest."""
    count = size or REGISTRATIONS
    found = machine()
    with Installation() as installation:
        world = installation.fill("bulk", registrations=count)
        with installation.serving(), installation.working() as worker:
            connection = Connection(installation.port)
            began, before = time.perf_counter(), processor_seconds(worker.pid)
            asked = {"decision": "approve", "registrations": world["registrations"]}
            shown = ask(connection, world["key"], "POST", "/api/v1/bulk-decisions", asked)
            while shown["status"] == "running" and time.perf_counter() - began < LONGEST:
                time.sleep(0.25)
                shown = ask(connection, world["key"], "GET", f"/api/v1/bulk-decisions/{shown['id']}")
            took, busy = time.perf_counter() - began, processor_seconds(worker.pid) - before
            settle(installation.url, began)
            settled = time.perf_counter() - began
    assert (shown["status"], shown["decided"]) == ("done", len(world["registrations"])), shown
    context = found | {
        "approvals": shown["decided"],
        "approvals_per_second": round(shown["decided"] / took, 1),
        "processor_seconds_of_the_worker": round(busy, 1),
        "until_all_reactions_ran_s": round(settled, 1),
    }
    return [Result("bulk approval", "s", took, 20 if count >= REGISTRATIONS else None, context=context)]


def ask(connection: Connection, key: str, method: str, path: str, given: Any = None) -> dict[str, Any]:
    """What the API answers."""
    body = json.dumps(given).encode() if given else b""
    headers = {"Authorization": f"Bearer {key}", "Content_Type": "application/json"}
    status, answered = connection.ask(request(method, path, body, **headers))
    assert status in (200, 201), answered
    shown: dict[str, Any] = json.loads(answered)
    return shown


def settle(url: str, began: float) -> None:
    """Wait until nobody has anything to react to."""
    with psycopg.connect(url, autocommit=True) as database:
        while database.execute(LEFT_SQL).fetchone() != (0,) and time.perf_counter() - began < LONGEST:
            time.sleep(0.25)
