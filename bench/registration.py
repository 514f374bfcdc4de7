"""Registering deals over the API, beside a plain-SQL program that writes the same rows on the same server."""

import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from bench import Result
from bench.companies import World, Written
from bench.load import Connection, Installation, Sitting, in_parallel, machine, request, sit

COMPANIES = 1_000_000
CLIENTS = 8
WARM_UP, SECONDS, ALONE = 3.0, 20.0, 6.0
TENTH_SEED, REST_SEED, CUSTOMERS_SEED = 42, 43, 1669
CUSTOMERS = 60_000

# What one registration writes, {table: condition on the deal `%(deal)s`}.
WRITTEN = {
    "customers_company": "id = (SELECT company_id FROM deals_deal WHERE id = %(deal)s)",
    "customers_identitykey": "company_id = (SELECT company_id FROM deals_deal WHERE id = %(deal)s)",
    "customers_matchkey": "company_id = (SELECT company_id FROM deals_deal WHERE id = %(deal)s)",
    "deals_deal": "id = %(deal)s",
    "deals_dealline": "deal_id = %(deal)s",
    "rulebook_decision": "subject_id = %(deal)s",
    "rulebook_decisionevidence": "decision_id = (SELECT id FROM rulebook_decision WHERE subject_id = %(deal)s)",
    "deals_protection": "deal_id = %(deal)s",
    "core_event": "subject_id = %(deal)s",
    "core_idempotencykey": "body LIKE '%%' || %(name)s || '%%'",
}
JOB_SQL = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW('reactions', 'react', 0, NULL, NULL, args, NULL)::procrastinate_job_to_defer_v1))
FROM unnest(%s::jsonb[]) AS asked (args)
"""
CONTEXT_SQL = "SELECT set_config('hansa.vendor', %s, true), set_config('hansa.side', 'vendor', true)"
COUNT_SQL = """
INSERT INTO core_counter AS counter (bucket, count, ends_at) VALUES (%s, 1, now() + interval '60s')
ON CONFLICT (bucket) DO UPDATE SET count = counter.count + 1 RETURNING count
"""


def run(size: int | None = None) -> list[Result]:
    """A tenth of the companies first, one client; then all of them, one client and eight, and the peer."""
    companies = size or COMPANIES
    found = machine()
    with Installation() as installation:
        world = installation.fill("registration", companies=companies // 10, seed=TENTH_SEED)
        customers = Customers(world)
        with installation.serving():
            tenth = alone(installation.port, customers)
        world = installation.fill("registration", companies=companies - companies // 10, seed=REST_SEED)
        customers.keys = itertools.cycle(world["keys"])
        with installation.serving():
            whole = alone(installation.port, customers)
            together = sit(installation.port, customers, clients=CLIENTS, seconds=SECONDS)
            together.check(201)
            sample = customers.one_approved(installation.port)
        with psycopg.connect(installation.url) as connection:
            statuses = _statuses(connection, world["vendor"])
        peer = Peer(installation.url, UUID(world["vendor"]), sample).sit()
    context = found | {
        "companies": companies,
        "partners": len(world["keys"]),
        "clients": CLIENTS,
        "p50_ms_together": round(together.milliseconds(50), 1),
        "p99_ms_together": round(together.milliseconds(99), 1),
        "statuses": statuses,
        "peer": "a program of eight threads that inserts the same rows in one transaction each, and checks nothing",
    }
    slower = whole.milliseconds(50) / tenth.milliseconds(50)
    return [
        Result("registration: rate", "per second", together.rate, 150, peer.rate, more_is_better=True, context=context),
        Result("registration: share of plain SQL", "share", together.rate / peer.rate, 0.5, more_is_better=True),
        Result("registration: p50, one client", "ms", whole.milliseconds(50), 12, peer.milliseconds(50)),
        Result("registration: p50 against a tenth of the companies", "times", slower, 1.5),
    ]


def alone(port: int, customers: "Customers") -> Sitting:
    """One client, after a warm-up."""
    sit(port, customers, clients=CLIENTS, seconds=WARM_UP).check(201)
    sitting = sit(port, customers, clients=1, seconds=ALONE)
    sitting.check(201)
    return sitting


class Customers:
    """An endless line of registrations of customers nobody knows, or one in ten of one registered before."""

    def __init__(self, world: dict[str, Any]) -> None:
        self.random = random.Random(CUSTOMERS_SEED)
        self.currency, self.lines = world["currency"], world["lines"]
        self.keys: Iterator[str] = itertools.cycle(world["keys"])
        self.fresh = (written for _, written in World(CUSTOMERS, CUSTOMERS_SEED).known())
        self.met: list[Written] = []

    def __iter__(self) -> "Customers":
        return self

    def __next__(self) -> bytes:
        if self.met and self.random.random() < 0.1:
            return self.wire(self.random.choice(self.met))
        written = next(self.fresh)
        self.met.append(written)
        return self.wire(written)

    def wire(self, customer: Written) -> bytes:
        """The request that registers this customer, by the next partner in turn."""
        body = {
            "customer": {"name": customer.name, "domain": customer.domain or "", "country": customer.country},
            "product_lines": [self.random.choice(self.lines)],
            "amount": {"amount": f"{self.random.randrange(5_000, 500_000)}.00", "currency": self.currency},
            "expected_close": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 70 * 86_400)),
        }
        return request(
            "POST",
            "/api/v1/deal-registrations",
            json.dumps(body).encode(),
            Authorization=f"Bearer {next(self.keys)}",
            Content_Type="application/json",
            Idempotency_Key=str(uuid7()),
        )

    def one_approved(self, port: int) -> str:
        """The name of a customer whose registration was approved at once: what the peer copies."""
        connection = Connection(port)
        for number in itertools.count():
            name = f"Quizzaciously Vexed {number} Ltd"
            _, body = connection.ask(self.wire(Written(name, f"quizzaciously-vexed-{number}.example", "GB")))
            if json.loads(body)["status"] == "approved":
                return name
        raise AssertionError


class Peer:
    """Eight threads of plain SQL: the rows of one registration again and again, each time with ids of their own."""

    def __init__(self, url: str, vendor: UUID, customer: str) -> None:
        self.url, self.vendor = url, vendor
        with psycopg.connect(url) as connection:
            connection.execute(CONTEXT_SQL, [str(vendor)])
            found = connection.execute("SELECT id FROM deals_deal WHERE customer_name = %s", [customer]).fetchone()
            assert found
            given = {"deal": found[0], "name": customer}
            self.tables = {table: _rows(connection, table, where, given) for table, where in WRITTEN.items()}
        own = {row["id"] for rows in self.tables.values() for row in rows if "id" in row}
        self.own = sorted(own)

    def sit(self) -> Sitting:
        """As many registrations as they write in the time that the API had."""
        sitting, lock, began = Sitting(), threading.Lock(), time.perf_counter()

        def work() -> None:
            with psycopg.connect(self.url) as connection:
                connection.prepare_threshold = 1
                while time.perf_counter() - began < SECONDS:
                    start = time.perf_counter()
                    self.register(connection)
                    with lock:
                        sitting.seconds.append(time.perf_counter() - start)

        in_parallel(work, CLIENTS)
        sitting.took = time.perf_counter() - began
        return sitting

    def register(self, connection: psycopg.Connection) -> None:
        """Count, commit; then all rows of one registration in one transaction, in one round trip."""
        fresh = {id: uuid7() for id in self.own}
        connection.execute(COUNT_SQL, [str(fresh[self.own[0]])])
        connection.commit()
        with connection.pipeline():
            connection.execute(CONTEXT_SQL, [str(self.vendor)])
            for table, rows in self.tables.items():
                for row in rows:
                    connection.execute(_insert(table, row), [_renewed(name, v, fresh) for name, v in row.items()])
            events = [fresh[row["id"]] for row in self.tables["core_event"]]
            args = [Jsonb({"event_id": str(id), "vendor_id": str(self.vendor)}) for id in events]
            connection.execute(JOB_SQL, [args])
        connection.commit()


def _rows(connection: psycopg.Connection, table: str, where: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        rows = cursor.execute(f"SELECT * FROM {table} WHERE {where}", given).fetchall()
    assert rows, f"a registration leaves no row in {table}"
    return rows


def _insert(table: str, row: dict[str, Any]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})"


def _renewed(column: str, value: Any, fresh: dict[UUID, UUID]) -> Any:
    if column == "key":
        return random.getrandbits(62) if isinstance(value, int) else str(uuid7())
    if isinstance(value, dict | list):
        return Jsonb(value)
    return fresh.get(value, value) if isinstance(value, UUID) else value


def _statuses(connection: psycopg.Connection, vendor: str) -> dict[str, int]:
    connection.execute(CONTEXT_SQL, [vendor])
    return dict(Counter(row[0] for row in connection.execute("SELECT status FROM deals_deal")))
