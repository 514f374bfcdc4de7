"""Who is who among a million companies: recall@5 and the time of a lookup, beside a trigram index on the same table."""

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import quantiles
from typing import Any
from uuid import UUID

import psycopg

from bench import Result
from bench.companies import Probe, World
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.matching.keys import asked_keys, stored_keys
from hansa.customers.matching.lookup import CANDIDATES_SQL, Row, rank
from hansa.customers.matching.names import normalise_name
from hansa.customers.matching.profile import Profile, describe, describe_stored
from hansa.customers.matching.scoring import SAME, SIMILAR

SIZE = 1_000_000
PROBES = 2000
PEER_PROBES = 300
TUNED_SEED, UNSEEN_SEED = 42, 1669
SCHEMA, ROLE = "bench_matcher", "bench_matcher_app"
VENDOR = UUID(int=7)

TABLES = f"""
DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
CREATE SCHEMA {SCHEMA};
SET search_path TO {SCHEMA}, public;
CREATE TABLE customers_company (
    id uuid, vendor_id uuid NOT NULL, name text NOT NULL, domain text, country text, normal_name text
);
CREATE TABLE customers_matchkey (vendor_id uuid NOT NULL, key bigint NOT NULL, company_id uuid NOT NULL);
"""
# Under the walls that the product has: row-level security, for a role that owns nothing.
INDEXES = f"""
ALTER TABLE customers_company ADD PRIMARY KEY (vendor_id, id);
ALTER TABLE customers_matchkey ADD PRIMARY KEY (vendor_id, key, company_id);
CREATE TABLE customers_companyname (vendor_id uuid, company_id uuid, name text, UNIQUE (vendor_id, company_id, name));
CREATE TABLE customers_identitykey AS
    SELECT vendor_id, id AS company_id, 'd:' || domain AS key FROM customers_company WHERE domain IS NOT NULL;
CREATE INDEX ON customers_identitykey (vendor_id, company_id);
DO $$ BEGIN CREATE ROLE {ROLE}; EXCEPTION WHEN duplicate_object THEN END $$;
GRANT {ROLE} TO CURRENT_USER;
GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE};
GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {ROLE};
ALTER TABLE customers_company ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers_matchkey ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers_companyname ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers_identitykey ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON customers_company USING (vendor_id = current_setting('bench.vendor')::uuid);
CREATE POLICY tenant ON customers_matchkey USING (vendor_id = current_setting('bench.vendor')::uuid);
CREATE POLICY tenant ON customers_companyname USING (vendor_id = current_setting('bench.vendor')::uuid);
CREATE POLICY tenant ON customers_identitykey USING (vendor_id = current_setting('bench.vendor')::uuid);
"""
PEER_INDEX = """
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE INDEX company_name_trigrams ON customers_company USING gin (normal_name gin_trgm_ops);
"""
# It is given our normalised names, and told to prefer an equal domain.
PEER_SQL = """
SELECT id FROM customers_company WHERE normal_name %% %(name)s AND country = %(country)s
ORDER BY similarity(normal_name, %(name)s) + coalesce(domain = %(domain)s, false)::int DESC LIMIT 5
"""


def run(size: int | None = None) -> list[Result]:
    """Measure with the seed that the model was tuned on and with one that it never saw."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        try:
            return [
                result
                for seed in (TUNED_SEED, UNSEEN_SEED)
                for result in _measure(connection, World(size or SIZE, seed, PROBES), seed)
            ]
        finally:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; DROP ROLE IF EXISTS {ROLE}")


def _measure(connection: psycopg.Connection, world: World, seed: int) -> list[Result]:
    context = load(connection, world) | {"seed": seed}
    probes = list(world.probes())
    strangers = list(world.strangers(len(probes)))
    placeless = [replace(probe, written=probe.written._replace(country="")) for probe in probes]
    gc.freeze()  # the generator's million objects are no part of a lookup
    with _as_application(connection):
        ours = Sitting(probes, strangers, _ours(connection))
        limit = Sitting(probes, [], _statement_alone(connection))
        context |= _thresholds(connection, [*probes, *strangers])
        context |= {"recall_without_country": Sitting(placeless, [], _ours(connection)).recall}
    peer = _peer(connection, probes[:PEER_PROBES], strangers[: PEER_PROBES // 10])
    context |= {"probes": len(probes), "peer_probes": len(peer.milliseconds), "recall_by_noise": ours.recall_by_noise()}
    name = "matcher" if seed == TUNED_SEED else "matcher, unseen seed"
    return [
        Result(f"{name}: recall@5", "share", ours.recall, 0.98, peer.recall, limit.recall, True, context),
        Result(f"{name}: p50", "ms", ours.percentile(50), None, peer.percentile(50), limit.percentile(50)),
        Result(f"{name}: p99", "ms", ours.percentile(99), 8, peer.percentile(99), limit.percentile(99)),
    ]


class Sitting:
    """Every probe looked up once, alone, after others have warmed the caches."""

    def __init__(self, probes: list[Probe], warm_up: list[Probe], lookup: Callable[[Probe], list[UUID]]):
        for probe in warm_up:
            lookup(probe)
        self.milliseconds: list[float] = []
        self._asked: Counter[str] = Counter()
        self._hits: Counter[str] = Counter()
        for probe in probes:
            start = time.perf_counter()
            found = lookup(probe)
            self.milliseconds.append((time.perf_counter() - start) * 1000)
            kinds = {"all", *probe.noise}
            self._asked.update(kinds)
            if UUID(int=probe.truth) in found:
                self._hits.update(kinds)

    @property
    def recall(self) -> float:
        return self._hits["all"] / self._asked["all"]

    def recall_by_noise(self) -> dict[str, list[float]]:
        """Kind of noise → [recall@5, number of probes]."""
        return {kind: [round(self._hits[kind] / n, 4), n] for kind, n in sorted(self._asked.items())}

    def percentile(self, share: int) -> float:
        return quantiles(self.milliseconds, n=100)[share - 1]


def load(connection: psycopg.Connection, world: World) -> dict[str, Any]:
    """Write the known companies and their keys; say how long it took and how large it is."""
    start, count, keys = time.perf_counter(), 0, 0
    connection.execute(TABLES)
    with (
        psycopg.connect(os.environ["DATABASE_URL"]) as second,
        connection.cursor().copy(f"COPY {SCHEMA}.customers_company FROM STDIN (FORMAT binary)") as companies,
        second.cursor().copy(f"COPY {SCHEMA}.customers_matchkey FROM STDIN (FORMAT binary)") as matchkeys,
    ):
        companies.set_types(["uuid", "uuid", "text", "text", "text", "text"])
        matchkeys.set_types(["uuid", "int8", "uuid"])
        for number, (name, url, country) in world.known():
            company_id, domain = UUID(int=number), registrable_domain(url) if url else None
            companies.write_row((company_id, VENDOR, name, domain, country, normalise_name(name)))
            stored = stored_keys(describe_stored(name, domain, country))
            for key in stored:
                matchkeys.write_row((VENDOR, key, company_id))
            count, keys = count + 1, keys + len(stored)
    connection.execute(INDEXES)
    connection.execute(
        "VACUUM ANALYZE customers_company, customers_matchkey, customers_companyname, customers_identitykey"
    )
    [[size]] = connection.execute("SELECT pg_total_relation_size('customers_matchkey')").fetchall()
    return {
        "companies": count,
        "keys_per_company": round(keys / count, 2),
        "key_table_megabytes": size >> 20,
        "load_seconds": round(time.perf_counter() - start, 1),
    }


@contextmanager
def _as_application(connection: psycopg.Connection) -> Iterator[None]:
    connection.execute(f"SET bench.vendor = '{VENDOR}'; SET ROLE {ROLE}")
    yield
    connection.execute("RESET ROLE")


def _candidates(connection: psycopg.Connection, profile: Profile) -> list[Row]:
    given = {"vendor": VENDOR, "keys": asked_keys(profile)}
    return connection.execute(CANDIDATES_SQL, given, prepare=True, binary=True).fetchall()


def _ours(connection: psycopg.Connection) -> Callable[[Probe], list[UUID]]:
    def lookup(probe: Probe) -> list[UUID]:
        profile = describe(*probe.written)
        return [found.company_id for found in rank(profile, _candidates(connection, profile), at_least=0)]

    return lookup


def _statement_alone(connection: psycopg.Connection) -> Callable[[Probe], list[UUID]]:
    """The limit: all candidates of a lookup count as found, and nothing is spent on scoring them."""

    def lookup(probe: Probe) -> list[UUID]:
        return [row[0] for row in _candidates(connection, describe(*probe.written))]

    return lookup


def _thresholds(connection: psycopg.Connection, probes: list[Probe]) -> dict[str, dict[str, float]]:
    """What SIMILAR and SAME mean here: of each kind of probe the share whose best match reaches them, and precision."""
    best = []
    for probe in probes:
        profile = describe(*probe.written)
        found = rank(profile, _candidates(connection, profile), limit=1, at_least=SIMILAR)
        right = bool(found) and probe.truth is not None and found[0].company_id == UUID(int=probe.truth)
        best.append((found[0].match.score if found else 0.0, right, probe))
    told = {}
    for name, threshold in {"similar": SIMILAR, "same": SAME}.items():
        reached = [(right, probe) for score, right, probe in best if score >= threshold]
        strangers = Counter(noise for _, probe in reached for noise in probe.noise if probe.truth is None)
        asked = Counter(noise for probe in probes for noise in probe.noise if probe.truth is None)
        right_ones = sum(right for right, _ in reached)
        told[name] = {
            "threshold": threshold,
            "recall": round(right_ones / sum(probe.truth is not None for probe in probes), 4),
            "precision": round(right_ones / len(reached), 4),
            "unknown_companies": round(strangers["unknown company"] / asked["unknown company"], 4),
            "subsidiaries": round(strangers["subsidiary"] / asked["subsidiary"], 4),
        }
    return told


def _peer(connection: psycopg.Connection, probes: list[Probe], warm_up: list[Probe]) -> Sitting:
    connection.execute(PEER_INDEX)

    def lookup(probe: Probe) -> list[UUID]:
        name, url, country = probe.written
        domain = registrable_domain(url) if url else None
        given = {"name": normalise_name(name), "domain": domain, "country": country}
        return [row[0] for row in connection.execute(PEER_SQL, given, prepare=True)]

    return Sitting(probes, warm_up, lookup)
