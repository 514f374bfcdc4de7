"""Nobody grants what is their own: who registered a deal, owns it, or works for one of its companies leaves it."""

from hansa.core.actors import Actor
from hansa.core.database import ask_together
from hansa.deals.models import Deal
from hansa.kernel.errors import DomainError

OWN = "This deal is your own, or that of a partner for whom you work. Let a colleague decide."

# Most people work in one place: then there are no other hats, and nobody looks for who registered.
OWN_SQL = """
WITH me AS (
    SELECT user_id, organization_id FROM accounts_membership WHERE id = %(me)s
    UNION ALL
    SELECT maker.user_id, maker.organization_id
    FROM accounts_apikey key JOIN accounts_membership maker ON maker.id = key.created_by_id WHERE key.id = %(me)s
), elsewhere AS (
    SELECT other.id, other.organization_id, other.status FROM me
    JOIN accounts_membership other ON other.user_id = me.user_id AND other.organization_id <> me.organization_id
), hats AS (
    SELECT id FROM elsewhere
    UNION ALL
    SELECT key.id FROM elsewhere JOIN accounts_apikey key ON key.created_by_id = elsewhere.id
)
SELECT EXISTS (SELECT FROM elsewhere JOIN partnerships_partnership partner USING (organization_id)
               WHERE partner.vendor_id = %(vendor)s AND elsewhere.status = 'active'
               AND (partner.id = %(partner)s OR partner.id IN (
                   SELECT beside_id FROM deals_party WHERE vendor_id = %(vendor)s AND deal_id = %(deal)s)))
    OR EXISTS (SELECT FROM hats WHERE hats.id = %(owner)s OR EXISTS (
        SELECT FROM core_event event
        WHERE event.vendor_id = %(vendor)s AND event.subject_id = %(deal)s AND event.name = 'deal.registered'
          AND event.actor_id = hats.id))
"""


def refuse_own_interest(actor: Actor, deal: Deal) -> None:
    """Raises `own_interest` for a person, or the maker of a key, who made the deal, works at its partner or beside."""
    if actor.kind == "system":
        return
    given = {"me": actor.id, "owner": deal.owner_id, "vendor": deal.vendor_id, "deal": deal.pk}
    [[(own,)]] = ask_together((OWN_SQL, {**given, "partner": deal.partnership_id}))
    if own:
        raise DomainError("own_interest", OWN)
