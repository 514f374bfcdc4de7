"""The words that every policy of deal registration may use about the deal and its partner."""

from collections.abc import Collection
from typing import Any

from hansa.deals.models import Deal
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import MINOR, TIER, PolicyFact
from hansa.tiers.facts import TYPES, type_facts

SHARED = (
    PolicyFact("deal_type", Kind.STRING, "New business, expansion or renewal", phrase="a deal of the kind {}"),
    PolicyFact("tier_rank", Kind.NUMBER, "Your tier", unit=TIER, phrase="tier {}"),
    PolicyFact("amount_minor", Kind.NUMBER, "The amount", unit=MINOR, changeable=True, phrase="an amount of {}"),
    *TYPES,
)


def shared_facts(deal: Deal, tier_rank: int, partner_types: Collection[str]) -> dict[str, Any]:
    """The facts of `SHARED`."""
    return {
        "deal_type": str(deal.deal_type),
        "tier_rank": tier_rank,
        "amount_minor": deal.amount_minor,
        **type_facts(partner_types),
    }
