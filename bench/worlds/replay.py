"""python -m bench.worlds.replay --registrations N: a vendor with so many recorded registrations; prints its key.

Some are told by the simulator, and these are multiplied in the database by their tables' owner: deals, decisions and
evidence, each with ids and a time of its own. No protection ends soon, so that the worker has the replays alone to do.
"""

import argparse
import json
import sys

from django.db import connections
from django.utils import timezone

from hansa.accounts.actions import create_api_key
from hansa.accounts.models import Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.events import unheard
from hansa.core.tenancy import acting
from hansa.deals.rules import APPROVAL
from hansa.rulebook.actions import draft_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.policies import POLICIES
from hansa.simulator.tell import Size, tell_new_vendor

TOLD, MONTHS, PARTNERS = 4_000, 18, 40
TABLES = {
    "deals_deal": ("id", "submitted_at"),
    "rulebook_decision": ("id", "subject_id", "at"),
    "rulebook_decisionevidence": ("id", "decision_id"),
}
COPIED = "overlay({0}::text PLACING substr(md5({0}::text || n), 1, 12) FROM 25)::uuid"
"""Another id of the same moment, the same wherever it is made of the same id and number."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--registrations", type=int, required=True)
    wanted = parser.parse_args().registrations
    told = min(wanted, TOLD)
    tell_new_vendor("bench", Size(seed=7, partners=PARTNERS, registrations=told, months=MONTHS), timezone.now())
    multiply(wanted // told)
    workspace = Workspace.objects.get(partnership_id__isnull=True)
    actor = System("bench", workspace.vendor_id)
    table = write_table(APPROVAL.built_in.table).decode()
    with unheard():
        key = create_api_key(actor, workspace, name="bench", roles=[Role.VENDOR_ADMIN.value])
        with acting(actor):
            draft = draft_policy(
                actor, workspace.vendor, policy=APPROVAL, dmn=table.replace("&gt; 365", "&gt; 100"), summary="Sooner."
            )
    made = {"key": str(key.secret), "version": draft.public_id, "vendor": str(workspace.vendor_id)}
    print(json.dumps(made | {"policies": [*POLICIES]}))
    return 0


def multiply(times: int) -> None:
    """Write every deal, decision and evidence so many times less one more."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table, own in TABLES.items():
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")
            cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table])
            names = [name for (name,) in cursor.fetchall() if not name.startswith("....")]
            said = {name: COPIED.format(f"old.{name}") for name in own if name.endswith("id")}
            said |= {name: f"old.{name} - n * interval '1 minute'" for name in own if name.endswith("at")}
            said["protected_until"] = "CASE WHEN old.protected_until IS NOT NULL THEN now() + interval '5 years' END"
            chosen = ", ".join(said.get(name, f"old.{name}") for name in names)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {chosen} FROM {table} old, generate_series(1, %s) n",
                [times - 1],
            )
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER")
            cursor.execute(f"VACUUM ANALYZE {table}")


if __name__ == "__main__":
    sys.exit(main())
