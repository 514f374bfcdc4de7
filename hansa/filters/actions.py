"""Filters kept under a name, shared with the team, and given up."""

from collections.abc import Mapping

from hansa.accounts.models import Membership
from hansa.accounts.roles import PROGRAM_ADMINS, VENDOR_ROLES
from hansa.core.actions import action
from hansa.core.actors import SYSTEM_ROLE, Actor
from hansa.filters.lists import NARROWED_BY, asked_of
from hansa.filters.models import SavedFilter, person_of
from hansa.kernel.errors import DomainError, Invalid, NotPermitted

MOST = 20


@action("filter.save", emits="filter.saved", by=VENDOR_ROLES, creates=True)
def save_filter(
    actor: Actor, person: Membership, *, place: str, name: str, given: Mapping[str, str], common: bool = False
) -> SavedFilter:
    """Keep a list's filter under a name, for oneself or for the team.

    `given` is the filter in the words of the list's address. Raises Invalid for a list that is not narrowed.
    """
    if place not in NARROWED_BY:
        raise Invalid("unknown_list", f"Choose among {', '.join(NARROWED_BY)}.", "place")
    asked = asked_of(place, given)
    if not asked:
        raise Invalid("not_narrowed", "Narrow the list down first: this is all of it.")
    if SavedFilter.objects.filter(vendor_id=actor.vendor_id, owner=person, place=place).count() >= MOST:
        raise DomainError("too_many_filters", f"You keep {MOST} filters of this list. Delete one first.")
    return SavedFilter.objects.create(
        vendor_id=actor.vendor_id,
        owner=person,
        owner_name=person.user.name,
        place=place,
        name=name,
        asked=asked,
        common=common,
    )


@action("filter.share", emits="filter.shared", by=VENDOR_ROLES)
def share_filter(actor: Actor, saved: SavedFilter) -> None:
    """Show one's filter to the whole team."""
    _own(actor, saved)
    saved.common = True
    saved.save(update_fields=["common"])


@action("filter.unshare", emits="filter.unshared", by=VENDOR_ROLES)
def unshare_filter(actor: Actor, saved: SavedFilter) -> None:
    """Show a filter to nobody but its owner."""
    _own(actor, saved)
    saved.common = False
    saved.save(update_fields=["common"])


@action("filter.delete", emits="filter.deleted", by=VENDOR_ROLES)
def delete_filter(actor: Actor, saved: SavedFilter) -> None:
    """Give a filter up; the addresses that it stood for work as before."""
    _own(actor, saved)
    SavedFilter.objects.filter(vendor_id=saved.vendor_id, pk=saved.pk).delete()


def may_change(actor: Actor, saved: SavedFilter) -> bool:
    """Whether it is the actor's own, or the team's and the actor looks after the program."""
    looks_after = bool(actor.roles & (PROGRAM_ADMINS | {SYSTEM_ROLE}))
    return saved.owner_id == person_of(actor) or (looks_after and (saved.common or actor.kind == "system"))


def _own(actor: Actor, saved: SavedFilter) -> None:
    if not may_change(actor, saved):
        raise NotPermitted("not_permitted", f"This is {saved.owner_name}'s filter. Save one of your own.")
