"""Give a deal to a colleague; who leaves gives all of them, and their partners."""

from uuid import UUID

from django.db.models import Q, QuerySet

from hansa.accounts.actions import offboard_member
from hansa.accounts.models import Membership
from hansa.accounts.permissions import who_may
from hansa.accounts.roles import CHANNEL_TEAM, PARTNER_SALES
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.permissions import PERMISSIONS
from hansa.core.tenancy import acting
from hansa.deals.actions.register_deal import register_deal
from hansa.deals.models import UNDECIDED, Deal, Outcome, Status
from hansa.kernel.errors import Invalid, NotPermitted
from hansa.partnerships.leaving import offboard_with_partners
from hansa.partnerships.models import Partnership

OPEN = Q(status__in=[*UNDECIDED, Status.APPROVED], outcome=Outcome.OPEN)


@action("deal.hand_over", emits="deal.handed_over", by=PARTNER_SALES | CHANNEL_TEAM)
def hand_over_deal(actor: Actor, deal: Deal, *, to: UUID) -> None:
    """Make a colleague of the partner's sales the owner of a deal; a rep hands over only what is theirs."""
    if not may_hand_over(actor, deal):
        raise NotPermitted("not_the_owner", "Only its owner or your administrator hands a deal over.")
    colleague = colleagues(deal.partnership).filter(pk=to).first()
    if colleague is None:
        raise Invalid("not_found", "Choose a colleague who registers deals.", "to")
    if deal.owner_id == to:
        raise Invalid("nothing_changed", "This deal is theirs already.", "to")
    deal.owner = colleague
    deal.save(update_fields=["owner"])


def may_hand_over(actor: Actor, deal: Deal) -> bool:
    """Whether this actor may say whose deal it is: on the partner's side its owner, or who ends people's access."""
    if actor.kind == "system":
        return True
    anybodys = actor.side == "vendor" or actor.may(offboard_member)
    return actor.may(hand_over_deal) and (anybodys or deal.owner_id == actor.id)


def colleagues(partnership: Partnership) -> QuerySet[Membership]:
    """The partner's people to whom a deal can be given, by name: those who may register one."""
    sellers = who_may(PERMISSIONS[register_deal.name], frozenset(partnership.vendor.permission_changes))
    people = Membership.objects.active().filter(organization=partnership.organization_id)
    rows: QuerySet[Membership] = people.filter(roles__overlap=sellers).select_related("user")
    return rows.order_by("user__name")


def deals_of(actor: Actor, membership: Membership) -> QuerySet[Deal]:
    """The open deals of this member that the actor can give away, in the order in which they are locked.

    None for who may hand over nothing: those deals go to an administrator once the member has left.
    """
    rows: QuerySet[Deal] = Deal.objects.visible_to(actor).filter(OPEN, owner=membership)
    return rows.order_by("submitted_at", "id") if actor.may(hand_over_deal) else rows.none()


def offboard_with_deals(
    actor: Actor, membership: Membership, *, to: UUID | None, partners_to: UUID | None = None
) -> None:
    """End a member's access and give their open deals and their partners to a colleague each, all of it or nothing.

    Raises `successor_missing` if there are deals and nobody to take them.
    """
    with acting(actor):
        held = list(deals_of(actor, membership))
        if held and to is None:
            raise Invalid("successor_missing", "Choose who takes the open deals.", "to")
        for deal in held:
            if to is not None:
                hand_over_deal(actor, deal, to=to)
        offboard_with_partners(actor, membership, partners_to=partners_to)
