"""A distributor registers in the name of a reseller that buys through it: the deal is the reseller's from its start."""

from typing import Any, cast
from uuid import UUID

from hansa.core.actors import Actor, Home
from hansa.core.database import ask_together
from hansa.core.tenancy import acting
from hansa.deals.actions.register_deal import register_deal
from hansa.deals.actions.share_deal import register_beside
from hansa.deals.models import Deal, Party
from hansa.deals.rules import INACTIVE
from hansa.kernel.errors import DomainError, Invalid
from hansa.partnerships.models import Partnership
from hansa.partnerships.ties import Tie, names_of, ties_of

# What these say of a reseller is between it and the vendor: its standing, how much it has registered, what it held.
THEIR_OWN = frozenset(("partnership_inactive", "not_enrolled", "too_many_open", "too_many_within_a_day", "cooling_off"))

# Asked as the reseller, which may hold the row: a supply that is being taken away is waited for, and stays until then.
SUPPLIED_SQL = """
SELECT 1 FROM partnerships_supply
WHERE vendor_id = %(vendor)s AND partnership_id = %(reseller)s AND distributor_id = %(distributor)s FOR KEY SHARE
"""


def register_for(
    actor: Actor, partnership: Partnership, *, reseller: UUID | None, beside: UUID | None, **facts: Any
) -> Deal:
    """Register a deal of one's own, with whom one lets read along, or in the name of a reseller."""
    if reseller is None:
        return register_beside(actor, partnership, beside=beside, **facts)
    if beside is not None:
        raise Invalid("party_there", "What you register for somebody else you read along yourself, alone.", "beside")
    return register_in_name(actor, reseller=reseller, **facts)


def register_in_name(actor: Actor, *, reseller: UUID, **facts: Any) -> Deal:
    """Register a deal in the name of a partner that buys through the actor's own, which reads along from then on.

    It is the reseller's in everything, as if it had registered by itself; whose of its people, its administrator says.
    Raises Invalid for a company that does not buy through this one, and `not_in_their_name` where the reseller itself
    would be refused for what is its own.
    """
    with acting(actor):
        tie, stand_in = _standing_in(actor, reseller)
        with acting(stand_in):
            _hold_supply(stand_in)
            try:
                deal: Deal = register_deal(stand_in, Partnership(pk=tie.id, vendor_id=actor.vendor_id), **facts)
            except DomainError as refusal:
                if refusal.code in THEIR_OWN:
                    raise _not_now(tie) from refusal
                raise
    return deal


def _standing_in(actor: Actor, reseller: UUID) -> tuple[Tie, Actor]:
    """The reseller as the actor's own partner knows it, and the actor at work for it."""
    own = cast(UUID, actor.partnership_id)
    active = Partnership.objects.visible_to(actor).filter(pk=own, status=Partnership.Status.ACTIVE)
    if not active.exists():
        raise DomainError("partnership_inactive", INACTIVE)
    ties = ties_of(actor.vendor_id, own)
    tie = next((one for one in ties if one.id == reseller and one.role == Party.Role.RESELLER), None)
    if tie is None:
        raise _no_reseller()
    home = Home(own, names_of(actor.vendor_id, [own])[own])
    return tie, actor.in_name_of(tie.id, tie.name, home=home)


def _hold_supply(stand_in: Actor) -> None:
    home = cast(Home, stand_in.home)
    pair = {"reseller": stand_in.partnership_id, "distributor": home.partnership_id}
    [supplied] = ask_together((SUPPLIED_SQL, {"vendor": stand_in.vendor_id, **pair}))
    if not supplied:
        raise _no_reseller()


def _no_reseller() -> Invalid:
    return Invalid("not_found", "Choose a company that buys through yours.", "reseller")


def _not_now(tie: Tie) -> DomainError:
    said = f"{tie.name} cannot register this at present, so nobody can in its name. It reads why when it tries itself."
    return DomainError("not_in_their_name", said, "reseller")
