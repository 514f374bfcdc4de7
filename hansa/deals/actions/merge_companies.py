"""Two rows that are one customer become one."""

from typing import Any, cast

from django.db import connection

from hansa.accounts.roles import DEAL_DESK
from hansa.core.actions import action, also, difference, lock
from hansa.core.actors import Actor
from hansa.core.database import ask_together, locking_each
from hansa.customers.models import Company, CompanyName, IdentityKey, Lead, Opportunity
from hansa.customers.resolve import index_anew
from hansa.deals.actions.decide_deal import locked
from hansa.deals.models import Deal
from hansa.kernel.errors import DomainError, Invalid

FACTS = ("country", "domain", "city", "industry", "vat", "duns", "lei")

CONFLICTS_SQL = """
SELECT DISTINCT line.name, kept_partner.name, other_partner.name
FROM deals_protection kept
JOIN deals_protection other ON other.vendor_id = kept.vendor_id AND other.company_id = %(merged)s
 AND other.product_line_id = kept.product_line_id AND upper(other.during) > hansa_now()
JOIN programs_productline line ON line.vendor_id = kept.vendor_id AND line.id = kept.product_line_id
JOIN partnerships_partnership kept_partnership
  ON kept_partnership.vendor_id = kept.vendor_id AND kept_partnership.id = kept.partnership_id
JOIN accounts_organization kept_partner ON kept_partner.id = kept_partnership.organization_id
JOIN partnerships_partnership other_partnership
  ON other_partnership.vendor_id = other.vendor_id AND other_partnership.id = other.partnership_id
JOIN accounts_organization other_partner ON other_partner.id = other_partnership.organization_id
WHERE kept.vendor_id = %(vendor)s AND kept.company_id = %(kept)s AND upper(kept.during) > hansa_now()
ORDER BY 1, 2, 3
"""

# Ended protections overlap nothing that counts, but the constraint knows no difference. So a live one starts where the
# ended ones of the kept company leave off, and an ended one that overlaps any of them stays where it was.
MOVE_LIVE_SQL = """
UPDATE deals_protection AS moved SET company_id = %(kept)s, during = tstzrange(
    greatest(lower(moved.during), (
        SELECT max(upper(ended.during)) FROM deals_protection ended
        WHERE ended.vendor_id = moved.vendor_id AND ended.company_id = %(kept)s
          AND ended.product_line_id = moved.product_line_id AND ended.during && moved.during)),
    upper(moved.during))
WHERE moved.vendor_id = %(vendor)s AND moved.company_id = %(merged)s AND upper(moved.during) > hansa_now()
"""
MOVE_ENDED_SQL = """
UPDATE deals_protection AS moved SET company_id = %(kept)s
WHERE moved.vendor_id = %(vendor)s AND moved.company_id = %(merged)s AND NOT EXISTS (
    SELECT FROM deals_protection other
    WHERE other.vendor_id = moved.vendor_id AND other.company_id = %(kept)s
      AND other.product_line_id = moved.product_line_id AND other.during && moved.during)
"""


@action("company.merge", emits="company.merged", by=DEAL_DESK, creates=True)
def merge_companies(actor: Actor, kept: Company, *, merged: Company) -> Company:
    """Make a company part of another: its deals, protections, leads, opportunities, names and domains go there.

    Raises `protections_conflict` while both are protected on one product line; the message says what to settle first.
    One event is about the company merged, which is returned as it is now, and one about the company kept.
    """
    kept, merged = _lock_both(actor, kept, merged)
    _refuse_conflicts(kept, merged)
    before = kept.snapshot()
    _move_records(kept, merged)
    _take_over(kept, merged)
    index_anew(kept, merged)
    also("company.took_over", actor, kept, difference(before, kept.snapshot()))
    return merged


def _lock_both(actor: Actor, kept: Company, merged: Company) -> tuple[Company, Company]:
    """Both rows, held with every lock that somebody takes who is about to use one of them.

    First the rows, theirs and the deals', then the keys of the merged one, each in one order for all; the locks on the
    companies last: a registration holds the key of a company while it waits for the company, a decision its deal.
    """
    if kept.pk == merged.pk:
        raise Invalid("same_company", "Choose another company.", "merged")
    first, second = (lock(actor, company) for company in sorted((kept, merged), key=lambda company: company.pk))
    kept, merged = (first, second) if first.pk == kept.pk else (second, first)
    for company in (kept, merged):
        if company.merged_into_id:
            raise DomainError("already_merged", f"{company.name} was merged into another company already.")
    vendor = kept.vendor_id
    locked(Deal.objects.filter(vendor_id=vendor, company=merged))
    keys = IdentityKey.objects.filter(vendor_id=vendor, company=merged).values_list("key", flat=True)
    ask_together(
        locking_each("company key", vendor, keys),
        locking_each("company tree", vendor, ["parents"]),
        locking_each("company", vendor, [kept.pk, merged.pk]),
    )
    return kept, merged


def _refuse_conflicts(kept: Company, merged: Company) -> None:
    [rows] = ask_together((CONFLICTS_SQL, _ids(kept, merged)))
    if not rows:
        return
    clashes = "; ".join(f"{line}: {kept.name} by {ours}, {merged.name} by {theirs}" for line, ours, theirs in rows)
    clashes = clashes.removesuffix(".")
    raise DomainError(
        "protections_conflict",
        f"Both companies are protected on one product line: {clashes}. On each such line, end one of the two first.",
    )


def _move_records(kept: Company, merged: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MOVE_LIVE_SQL, _ids(kept, merged))
        cursor.execute(MOVE_ENDED_SQL, _ids(kept, merged))
    for model in (Deal, Lead, Opportunity, IdentityKey):
        rows = cast(Any, model).objects.filter(vendor_id=kept.vendor_id, company=merged)
        rows.update(company=kept)
    subsidiaries = Company.objects.filter(vendor_id=kept.vendor_id, parent=merged).exclude(pk=kept.pk)
    subsidiaries.update(parent=kept)


def _take_over(kept: Company, merged: Company) -> None:
    """Names and facts: what the kept company lacks, it gets from the merged one."""
    aliases = CompanyName.objects.filter(vendor_id=kept.vendor_id, company=merged)
    names = {merged.name, *aliases.values_list("name", flat=True)} - {kept.name}
    aliases.delete()
    CompanyName.objects.bulk_create(
        (CompanyName(vendor_id=kept.vendor_id, company=kept, name=name) for name in sorted(names)),
        ignore_conflicts=True,
    )
    for fact in FACTS:
        setattr(kept, fact, getattr(kept, fact) or getattr(merged, fact))
    kept.in_crm = kept.in_crm or merged.in_crm
    if kept.parent_id == merged.pk:
        kept.parent = merged.parent
    kept.save()
    merged.merged_into, merged.parent, merged.in_crm = kept, None, False
    merged.save()


def _ids(kept: Company, merged: Company) -> dict[str, Any]:
    return {"vendor": kept.vendor_id, "kept": kept.pk, "merged": merged.pk}
