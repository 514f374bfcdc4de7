"""python -m bench.worlds.sweep --due N: a vendor with N protections that have run out; prints the vendor's id.

A few hundred registrations of a told past stand for all: their rows are copied by their table's owner.
"""

import argparse
import json
import sys

from django.db import connections
from django.utils import timezone

from hansa.accounts.models import Vendor
from hansa.deals.models import Deal
from hansa.simulator.tell import Size, tell_new_vendor

TOLD = 300
COLUMNS = [field.column for field in Deal._meta.concrete_fields]
MADE_ANEW = {
    "id": "gen_random_uuid()",
    "status": "'approved'",
    "outcome": "'open'",
    "submission": "NULL",
    "notice_given_at": "NULL",
    "closed_at": "NULL",
    "protected_until": "now() - random() * interval '5 minutes'",
}
COPY = f"""
INSERT INTO deals_deal ({", ".join(COLUMNS)})
SELECT {", ".join(MADE_ANEW.get(column, f"deal.{column}") for column in COLUMNS)}
FROM deals_deal deal, generate_series(1, %s) LIMIT %s
"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--due", type=int, required=True)
    due = parser.parse_args().due
    tell_new_vendor("bench", Size(seed=7, partners=60, registrations=TOLD, months=3), timezone.now())
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE deals_deal NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")
        cursor.execute("UPDATE deals_deal SET status = 'rejected'")
        cursor.execute(COPY, [due // TOLD + 1, due])
        cursor.execute("ALTER TABLE deals_deal FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE deals_deal")
    print(json.dumps({"vendor": str(Vendor.objects.get().pk)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
