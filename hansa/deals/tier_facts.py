"""What deals tell of a partner for its tier, and when to look at it again."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.models import Outcome, Party
from hansa.kernel.ids import parse_public_id
from hansa.partnerships.models import Partnership
from hansa.tiers.evaluate import look_again
from hansa.tiers.facts import TIER_FACTS, Supplier

# A deal counts for the partner that registered it; beside it another one may have stood.
DEALS_SQL = """
WITH own AS (
    SELECT deal.partnership_id,
           coalesce(sum(deal.amount_minor) FILTER (WHERE won AND deal.closed_at >= %(revenue_sourced)s), 0) AS sourced,
           count(*) FILTER (WHERE deal.submitted_at >= %(registrations)s) AS registered,
           count(*) FILTER (WHERE deal.protected_until IS NOT NULL AND deal.decided_at < %(at)s
                            AND deal.decided_at >= %(approved_registrations)s) AS approved,
           count(*) FILTER (WHERE won AND deal.closed_at >= %(won_deals)s) AS won
    FROM deals_deal deal CROSS JOIN LATERAL (SELECT deal.outcome = 'won' AND deal.closed_at < %(at)s) AS result (won)
    WHERE deal.vendor_id = %(vendor)s AND deal.program_id = %(program)s AND deal.submitted_at < %(at)s
      WHO(deal.partnership_id)
    GROUP BY deal.partnership_id
), beside AS (
    SELECT party.beside_id AS partnership_id, sum(deal.amount_minor) AS influenced
    FROM deals_party party JOIN deals_deal deal ON deal.vendor_id = party.vendor_id AND deal.id = party.deal_id
    WHERE party.vendor_id = %(vendor)s AND deal.program_id = %(program)s AND deal.outcome = 'won'
      AND deal.closed_at >= %(revenue_influenced)s AND deal.closed_at < %(at)s
      WHO(party.beside_id)
    GROUP BY party.beside_id
)
SELECT partnership_id, coalesce(own.sourced, 0) / 10 ^ %(places)s::numeric,
       coalesce(beside.influenced, 0) / 10 ^ %(places)s::numeric,
       coalesce(own.registered, 0), coalesce(own.approved, 0), coalesce(own.won, 0)
FROM own FULL JOIN beside USING (partnership_id)
"""

TIER_FACTS.append(
    Supplier(
        ("revenue_sourced", "revenue_influenced", "registrations", "approved_registrations", "won_deals"),
        DEALS_SQL,
    )
)


@on("deal.registered", "deal.approved", "deal.protection_granted", "deal.won")
def look_at_tiers_again(event: Event) -> None:
    """A partner's numbers have changed, and of a deal won also those of who stands beside it."""
    partners = {event.partnership_id}
    if event.name == "deal.won":
        partners.update(_beside(event))
    look_again(event.vendor_id, sorted(filter(None, partners)))


@on("deal.party_added", "deal.party_removed")
def look_at_who_stood_beside(event: Event) -> None:
    """A deal that was won while somebody stood beside it counts for them, and no longer once they are off it."""
    if event.data["outcome"] == Outcome.WON:
        look_again(event.vendor_id, sorted({*_beside(event), *_gone(event)}))


def _gone(event: Event) -> Iterable[UUID]:
    """Who was taken off the deal; earlier events say it by name alone, and so may mean several."""
    if "beside_partner" in event.changes:
        return [parse_public_id(Partnership.id_prefix, event.changes["beside_partner"][0])]
    name, _ = event.changes["beside"]
    named = Partnership.objects.filter(vendor_id=event.vendor_id, organization__name=name)
    return named.values_list("pk", flat=True)


def _beside(event: Event) -> QuerySet[Party, UUID]:
    return Party.objects.filter(vendor_id=event.vendor_id, deal_id=event.subject_id).values_list("beside_id", flat=True)
