"""python -m bench.worlds.registration --companies N --seed S: a vendor with 64 partners and so many known companies.

A second run adds companies to the same vendor. Prints, as JSON, what clients need: keys, product lines, the vendor.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone
from psycopg import Cursor, sql

from bench.companies import World
from hansa.accounts.actions import create_api_key
from hansa.accounts.models import Vendor, Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.events import unheard
from hansa.core.tenancy import acting
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.matching.identity import identity_key
from hansa.customers.matching.keys import stored_keys
from hansa.customers.matching.profile import describe_stored
from hansa.kernel.ids import new_id
from hansa.programs.models import ProductLine
from hansa.simulator.tell import Size, tell_new_vendor

PARTNERS = 64
TABLES = {
    "customers_company": ("id", "vendor_id", "name", "country", "domain", "city", "industry", "vat", "duns", "lei",
                          "in_crm", "created_at"),
    "customers_identitykey": ("id", "vendor_id", "key", "company_id"),
    "customers_matchkey": ("vendor_id", "key", "company_id"),
}  # fmt: skip
AT_ONCE = 50_000
Rows = dict[str, list[tuple[Any, ...]]]
REFERRED_TO = "customers_company"  # its constraints stay; those of the others are cheaper to check at the end


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--companies", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args()
    if not Vendor.objects.exists():
        tell_new_vendor("bench", Size(given.seed, PARTNERS, 0, 1), timezone.now())
        Vendor.objects.update(registrations_per_day=10_000_000)
    vendor = Vendor.objects.get()
    load_companies(vendor.pk, given.companies, given.seed)
    with acting(System("bench", vendor.pk)):
        lines = [line.public_id for line in ProductLine.objects.filter(vendor=vendor)]
    keys = [key_for(workspace) for workspace in Workspace.objects.filter(partnership_id__isnull=False)]
    print(json.dumps({"vendor": str(vendor.pk), "currency": vendor.currency, "lines": lines, "keys": keys}))
    return 0


def key_for(workspace: Workspace) -> str:
    """The secret of a new key with which a partner's machine registers deals."""
    actor = System("bench", workspace.vendor_id)
    with unheard():
        key = create_api_key(actor, workspace, name="bench", roles=[Role.PARTNER_SALES.value])
    return str(key.secret)


def load_companies(vendor_id: UUID, count: int, seed: int) -> None:
    """Write them as the tables' owner by COPY, with indexes and references made at the end."""
    with connections["owner"].cursor() as wrapped:
        cursor: Cursor = wrapped.cursor
        rebuild = [statement for table in TABLES for statement in take_down(cursor, table)]
        cursor.execute("SELECT key FROM customers_identitykey")
        taken = {row[0] for row in cursor.fetchall()}
        for batch in batches(companies(vendor_id, World(count, seed), taken)):
            for table, columns in TABLES.items():
                names = sql.SQL(", ").join(map(sql.Identifier, columns))
                with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
                    for written in batch:
                        for row in written[table]:
                            copy.write_row(row)
        walls = [f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in TABLES]
        for statement in (*rebuild, *walls):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE " + ", ".join(TABLES))


def companies(vendor_id: UUID, world: World, taken: set[str]) -> Iterator[Rows]:
    """The rows of each company whose identity nobody has yet."""
    at = timezone.now()
    for _, (name, url, country) in world.known():
        domain = (registrable_domain(url) if url else None) or ""
        identity = identity_key(name, domain, country)
        if identity in taken:
            continue
        taken.add(identity)
        id = new_id()
        yield {
            "customers_company": [(id, vendor_id, name, country, domain, "", "", "", "", "", False, at)],
            "customers_identitykey": [(new_id(), vendor_id, identity, id)],
            "customers_matchkey": [
                (vendor_id, key, id) for key in set(stored_keys(describe_stored(name, domain, country)))
            ],
        }


def batches(rows: Iterator[Rows]) -> Iterator[list[Rows]]:
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def take_down(cursor: Cursor, table: str) -> list[str]:
    """Let the owner write past the walls, without checks row by row; the statements that bring those checks back."""
    cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    rebuild: list[str] = []
    if table != REFERRED_TO:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('f', 'p', 'u') ORDER BY contype DESC",
            [table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            rebuild.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute(
            "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass",
            [table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
            rebuild.append(definition)
    return rebuild


if __name__ == "__main__":
    sys.exit(main())
