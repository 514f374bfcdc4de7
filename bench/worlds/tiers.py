"""python -m bench.worlds.tiers --partners N: a vendor with N partners and twelve deals of each; prints its ids.

A few partners of a told past stand for all: their rows are copied by their tables' owner. No protection ends soon and
no reminder is due, so that the worker has the tiers alone to do.
"""

import argparse
import json
import sys

from django.db import connections, models
from django.utils import timezone

from hansa.accounts.models import Organization, Vendor
from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.partnerships.models import Enrollment, Partnership
from hansa.programs.models import Program
from hansa.simulator.tell import Size, tell_new_vendor
from hansa.tiers.models import TierTerms

TOLD, EACH = 300, 12
COPIED = ("accounts_organization", "partnerships_partnership", "partnerships_enrollment", "deals_deal")


def columns(model: type[models.Model], **anew: str) -> tuple[str, str]:
    """The columns of a table, and what is selected for them from its row `told`."""
    names = [field.column for field in model._meta.concrete_fields]
    return ", ".join(names), ", ".join(anew.get(name, f"told.{name}") for name in names)


def copies(partners: int) -> list[str]:
    """The statements that make the partners, each with the deals of one that was told of."""
    organization = columns(Organization, id="made.organization", name="'Partner ' || made.number")
    partnership = columns(
        Partnership, id="made.partnership", organization_id="made.organization", status="'active'", banned="false"
    )
    enrollment = columns(Enrollment, id="gen_random_uuid()", partnership_id="made.partnership", status="'active'")
    deal = columns(
        Deal,
        id="gen_random_uuid()",
        partnership_id="made.partnership",
        submission="NULL",
        amount_minor="1 + (random() * 3000000)::bigint",
        closed_at="told.submitted_at + random() * interval '30 days'",
        outcome="CASE WHEN random() < 0.4 THEN 'won' ELSE 'open' END",
        owner_id="NULL",
        reminded_days="0",
    )
    first = "(SELECT * FROM {} ORDER BY id LIMIT 1) AS told"
    return [
        (
            "CREATE TEMP TABLE made AS"
            " SELECT number, gen_random_uuid() AS organization, gen_random_uuid() AS partnership"
            f" FROM generate_series(1, {partners}) AS number"
        ),
        (
            f"INSERT INTO accounts_organization ({organization[0]}) SELECT {organization[1]} FROM made,"
            f" {first.format('accounts_organization')}"
        ),
        (
            f"INSERT INTO partnerships_partnership ({partnership[0]}) SELECT {partnership[1]} FROM made,"
            f" {first.format('partnerships_partnership')}"
        ),
        (
            f"INSERT INTO partnerships_enrollment ({enrollment[0]}) SELECT {enrollment[1]} FROM made,"
            f" {first.format('partnerships_enrollment')}"
        ),
        (
            f"INSERT INTO deals_deal ({deal[0]}) SELECT {deal[1]} FROM made,"
            " (SELECT * FROM deals_deal WHERE protected_until IS NOT NULL"
            f" ORDER BY protected_until DESC LIMIT {EACH}) AS told"
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--partners", type=int, required=True)
    partners = parser.parse_args().partners
    tell_new_vendor("bench", Size(seed=7, partners=20, registrations=TOLD, months=3), timezone.now())
    with connections["owner"].cursor() as cursor:
        for table in COPIED[1:]:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")
        for statement in copies(partners):
            cursor.execute(statement)
        for table in COPIED[1:]:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER")
        for table in COPIED:
            cursor.execute(f"VACUUM ANALYZE {table}")
    vendor = Vendor.objects.get().pk
    with acting(System("bench", vendor)):
        program = Program.objects.get(vendor_id=vendor)
        TierTerms.objects.create(vendor_id=vendor, program=program, running=True)
    print(json.dumps({"vendor": str(vendor), "program": str(program.pk)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
