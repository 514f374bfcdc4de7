"""What deals tell of a partner for its tier, and when to look at it again."""

from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.models import Party
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
    WHERE deal.vendor_id = %(vendor)s AND deal.program_id = %(program)s AND deal.submitted_at < %(at)s WHO
    GROUP BY deal.partnership_id
), beside AS (
    SELECT party.beside_id AS partnership_id, sum(deal.amount_minor) AS influenced
    FROM deals_party party JOIN deals_deal deal ON deal.vendor_id = party.vendor_id AND deal.id = party.deal_id
    WHERE party.vendor_id = %(vendor)s AND deal.program_id = %(program)s AND deal.outcome = 'won'
      AND deal.closed_at >= %(revenue_influenced)s AND deal.closed_at < %(at)s
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
        of="deal.partnership_id",
    )
)


@on("deal.registered", "deal.approved", "deal.won", "deal.party_added", "deal.party_removed", "amendment.approved")
def look_at_tiers_again(event: Event) -> None:
    """A partner's numbers have changed, and those of who stands beside the deal."""
    deal_parties = Party.objects.filter(vendor_id=event.vendor_id, deal_id=event.subject_id)
    beside = deal_parties.values_list("beside_id", flat=True)
    partners = {event.partnership_id, *beside} - {None}
    look_again(event.vendor_id, sorted(filter(None, partners)))
