"""python -m bench.worlds.queue --waiting N: a vendor with so many registrations that wait; prints a manager's session.

The registrations of a told past are set back to waiting by their tables' owner, each with the time by which it is due.
"""

import argparse
import json
import sys

from django.db import connections
from django.test import Client
from django.utils import timezone

from hansa.accounts.models import User, Workspace
from hansa.simulator.tell import Size, tell_new_vendor

WAITING = """
UPDATE deals_deal SET status = 'under_review', outcome = 'open', decided_at = NULL, closed_at = NULL,
  protected_until = NULL, due_at = submitted_at + interval '2 days'
"""
TABLES = ("deals_deal", "deals_protection")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--waiting", type=int, required=True)
    let_wait(parser.parse_args().waiting)
    workspace = Workspace.objects.get(partnership_id__isnull=True)
    manager = User.objects.filter(memberships__roles__contains=["channel_manager"]).order_by("created_at").first()
    client = Client()
    client.force_login(manager)
    print(json.dumps({"workspace": workspace.slug, "session": client.cookies["sessionid"].value}))
    return 0


def let_wait(count: int) -> None:
    """A vendor with 60 partners, whose registrations of 18 months all wait."""
    tell_new_vendor("bench", Size(seed=7, partners=60, registrations=count, months=18), timezone.now())
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM deals_protection")
        cursor.execute(WAITING)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE deals_deal, deals_protection")


if __name__ == "__main__":
    sys.exit(main())
