"""What becomes of the partners whom somebody looks after who leaves."""

from uuid import UUID

from django.db.models import Q

from hansa.accounts.actions import offboard_member
from hansa.accounts.models import Membership, Vendor
from hansa.core.actors import Actor
from hansa.core.models import TenantQuerySet
from hansa.core.tenancy import acting, moment
from hansa.kernel.errors import Invalid, NotPermitted
from hansa.partnerships.actions import assign_manager, channel_team, revoke_deputy
from hansa.partnerships.models import Deputyship, Partnership

OVER = (Partnership.Status.DECLINED, Partnership.Status.ENDED)


def partners_of(actor: Actor, member: Membership) -> TenantQuerySet:
    """The partners that name this member as channel manager or deputy, in the order in which they are locked.

    None for who may name neither: those partners are looked after by nobody once the member has left.
    """
    rows: TenantQuerySet = Partnership.objects.visible_to(actor).exclude(status__in=OVER)
    named = rows.filter(Q(channel_manager=member) | Q(deputy=member)).order_by("id")
    named = named.select_related("organization", "channel_manager", "deputy")
    return named if _may_name(actor) else named.none()


def successors(actor: Actor, leaver: Membership) -> list[Membership]:
    """Those who can take the partners of a colleague over, by name. Inside `acting`."""
    if actor.side != "vendor":
        return []
    team = channel_team(Vendor.objects.get(pk=actor.vendor_id))
    return list(team.exclude(pk=leaver.pk).order_by("user__name", "id"))


def give_partners(actor: Actor, leaver: Membership, *, to: UUID | None) -> None:
    """Name one colleague in place of another with all their partners, or nobody; who is deputy already moves up.

    Raises NotPermitted for who may name neither, Invalid for somebody who is not of the channel team.
    """
    if to and not _may_name(actor):
        raise NotPermitted("not_permitted", "Your role may not say who looks after partners.")
    with acting(actor):
        successor = next((one for one in successors(actor, leaver) if one.pk == to), None) if to else None
        if to and successor is None:
            raise Invalid("not_found", "Choose a colleague of your channel team.", "partners_to")
        for partner in partners_of(actor, leaver):
            named = (partner.channel_manager, partner.deputy)
            manager, deputy = (successor if one == leaver else one for one in named)
            assign_manager(actor, partner, channel_manager=manager, deputy=deputy if deputy != manager else None)


def offboard_with_partners(actor: Actor, leaver: Membership, *, partners_to: UUID | None = None) -> Membership:
    """End a member's access and give their partners to a colleague or to nobody, all of it or nothing."""
    with acting(actor):
        give_partners(actor, leaver, to=partners_to)
        left: Membership = offboard_member(actor, leaver)
        return left


def end_covers(actor: Actor, leaver: Membership) -> None:
    """Let somebody who has left stand in for nobody any more, and nobody for them."""
    rows = Deputyship.objects.visible_to(actor).filter(Q(manager=leaver) | Q(deputy=leaver), revoked_at=None)
    for cover in rows.filter(during__endswith__gt=moment()).order_by("id"):
        revoke_deputy(actor, cover)


def _may_name(actor: Actor) -> bool:
    return actor.kind == "system" or actor.may(assign_manager)
