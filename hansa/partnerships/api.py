"""Partners: the vendor's list of them, or a partner's own entry."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from ninja import Query

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.api.chosen import all_chosen, chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, page
from hansa.core.api.routes import Routes
from hansa.core.models import TenantQuerySet
from hansa.kernel.errors import Invalid, NotPermitted
from hansa.kernel.ids import public_id
from hansa.partnerships import actions
from hansa.partnerships.models import Enrollment, Partnership
from hansa.partnerships.schemas import Assign, InvitePartner, PartnerFilter, PartnerShown, SetDistributors
from hansa.partnerships.ties import ties_among
from hansa.programs.models import Program, Territory, Tier

routes = Routes("Partners")
router = routes.router

PartnerId = Annotated[str, reference("partner")]


@routes.get("/partners", Page[PartnerShown])
def list_partners(request: ApiRequest, wanted: Query[PartnerFilter]) -> dict[str, Any]:
    """The vendor's partners; a partner sees itself."""
    given = {"status": wanted.status} if wanted.status else {}
    rows = _partners(request).filter(**given)
    return page(request, rows, wanted, lambda partners: show_partners(request.actor, partners))


@routes.post("/partners", PartnerShown, creates=True)
def invite_partner(request: ApiRequest, body: InvitePartner) -> dict[str, Any]:
    """Ask a company to become a partner; its first person becomes its administrator by accepting."""
    if request.actor.side != "vendor":
        raise NotPermitted("not_permitted", "The vendor invites partners.")
    actor, given = request.actor, body.dict(exclude={"program", "tier", "territories", "channel_manager", "deputy"})
    programs = Program.objects.visible_to(actor)
    program = chosen(programs, body.program, "program") if body.program else programs.order_by("id").first()
    if program is None:
        raise Invalid("program_missing", "There is no program yet.", "program")
    partner = actions.invite_partner(
        actor,
        request.auth.workspace.vendor,
        program=program,
        tier=chosen(Tier.objects.visible_to(actor).filter(program=program), body.tier, "tier") if body.tier else None,
        territories=all_chosen(Territory.objects.visible_to(actor), body.territories, "territories"),
        channel_manager=_colleague(request, body.channel_manager, "channel_manager"),
        deputy=_colleague(request, body.deputy, "deputy"),
        **given,
    )
    return _show(request, partner)


@routes.get("/partners/{partner_id}", PartnerShown)
def show_one_partner(request: ApiRequest, partner_id: PartnerId) -> dict[str, Any]:
    """One partner."""
    return _show(request, _partner(request, partner_id))


@routes.post("/partners/{partner_id}/suspension", PartnerShown)
def suspend_partner(request: ApiRequest, partner_id: PartnerId) -> dict[str, Any]:
    """Stop a partner from registering deals for now; what it holds stays protected."""
    return _show(request, actions.suspend_partner(request.actor, _partner(request, partner_id)))


@routes.post("/partners/{partner_id}/resumption", PartnerShown)
def resume_partner(request: ApiRequest, partner_id: PartnerId) -> dict[str, Any]:
    """Let a suspended partner work again."""
    return _show(request, actions.resume_partner(request.actor, _partner(request, partner_id)))


@routes.post("/partners/{partner_id}/end", PartnerShown)
def end_partnership(request: ApiRequest, partner_id: PartnerId) -> dict[str, Any]:
    """End a partnership: its people, sessions and keys are out with the next request, its protections end."""
    return _show(request, actions.end_partnership(request.actor, _partner(request, partner_id)))


@routes.post("/partners/{partner_id}/assignment", PartnerShown)
def assign_manager(request: ApiRequest, partner_id: PartnerId, body: Assign) -> dict[str, Any]:
    """Name the channel manager and the deputy of a partner."""
    partner = _partner(request, partner_id)
    manager = _colleague(request, body.channel_manager, "channel_manager")
    deputy = _colleague(request, body.deputy, "deputy")
    return _show(request, actions.assign_manager(request.actor, partner, channel_manager=manager, deputy=deputy))


@routes.post("/partners/{partner_id}/distributors", PartnerShown)
def set_distributors(request: ApiRequest, partner_id: PartnerId, body: SetDistributors) -> dict[str, Any]:
    """Let a partner buy through exactly these distributors: each may bring the other into its deals."""
    partner = _partner(request, partner_id)
    chosen_ones = all_chosen(_partners(request), body.distributors, "distributors")
    actions.set_distributors(request.actor, partner, distributors=chosen_ones)
    return _show(request, partner)


def show_partners(actor: Actor, partners: Sequence[Partnership]) -> list[dict[str, Any]]:
    """`PartnerShown` of each."""
    enrollments = defaultdict(list)
    rows = Enrollment.objects.visible_to(actor).filter(partnership__in=partners).select_related("tier")
    for row in rows.order_by("id"):
        enrollments[row.partnership_id].append(
            {
                "program": public_id("program", row.program_id),
                "partner_types": sorted(row.partner_types),
                "tier": row.tier.name if row.tier else None,
                "status": str(row.status),
            }
        )
    ties = ties_among(actor.vendor_id, [partner.pk for partner in partners])
    return [
        {
            "id": partner.public_id,
            "company": partner.organization.name,
            "country": partner.organization.country,
            "website": partner.organization.website,
            "status": str(partner.status),
            "channel_manager": _member(partner.channel_manager_id),
            "deputy": _member(partner.deputy_id),
            "enrollments": enrollments[partner.pk],
            "ties": [
                {"id": public_id("partner", tie.id), "company": tie.name, "role": tie.role} for tie in ties[partner.pk]
            ],
            "created_at": partner.created_at,
        }
        for partner in partners
    ]


def _show(request: ApiRequest, partner: Partnership) -> dict[str, Any]:
    return show_partners(request.actor, [_partner(request, partner.public_id)])[0]


def _member(id: UUID | None) -> str | None:
    return public_id("member", id) if id else None


def _partners(request: ApiRequest) -> TenantQuerySet:
    return Partnership.objects.visible_to(request.actor).select_related("organization")


def _partner(request: ApiRequest, reference: str) -> Partnership:
    return _partners(request).named(reference)  # type: ignore[no-any-return]


def _colleague(request: ApiRequest, reference: str | None, field: str) -> Any:
    """A member of the vendor's own organization."""
    organization = request.auth.workspace.organization
    return (
        chosen(Membership.objects.active().filter(organization=organization), reference, field) if reference else None
    )
