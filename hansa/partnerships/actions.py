"""From the invitation of a partner company to the end of the partnership."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.text import slugify

from hansa.accounts.actions import accept_invitation, new_invitation
from hansa.accounts.models import Invitation, Membership, Organization, User, Vendor, ViewAs, Workspace
from hansa.accounts.roles import CHANNEL_TEAM, EVERYONE, PROGRAM_ADMINS, VIEWERS, Role
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.kernel.errors import DomainError, Invalid, NotPermitted
from hansa.kernel.ids import new_id
from hansa.partnerships.models import Enrollment, EnrollmentTerritory, Partnership, Supply
from hansa.programs.models import PartnerType, Program, Territory, Tier

LOOKS_FOR = timedelta(minutes=30)


@action("partner.invite", emits="partner.invited", by=CHANNEL_TEAM, creates=True)
def invite_partner(
    actor: Actor,
    vendor: Vendor,
    *,
    company: str,
    email: str,
    name: str,
    program: Program,
    partner_types: list[str],
    tier: Tier | None = None,
    territories: list[Territory] | None = None,
    country: str = "",
    website: str = "",
    channel_manager: Membership | None = None,
    deputy: Membership | None = None,
) -> Partnership:
    """Ask a company to become a partner; its first person becomes its administrator by accepting."""
    if not company.strip():
        raise Invalid("company_missing", "Write the company's name.", "company")
    if not partner_types or not set(partner_types) <= set(PartnerType.values):
        raise Invalid("partner_type_unknown", "Choose at least one partner type.", "partner_types")
    organization = Organization.objects.create(name=company.strip(), country=country, website=website.strip())
    partnership = Partnership.objects.create(
        vendor=vendor, organization=organization, channel_manager=channel_manager, deputy=deputy
    )
    enrollment = Enrollment.objects.create(
        vendor=vendor, partnership=partnership, program=program, partner_types=sorted(set(partner_types)), tier=tier
    )
    EnrollmentTerritory.objects.bulk_create(
        EnrollmentTerritory(vendor=vendor, partnership=partnership, enrollment=enrollment, territory=territory)
        for territory in territories or ()
    )
    workspace = Workspace.objects.create(
        slug=_free_slug(f"{vendor.name} {company}"),
        vendor=vendor,
        organization=organization,
        partnership_id=partnership.pk,
    )
    invitation = new_invitation(actor, workspace, email=email, name=name, roles=[Role.PARTNER_ADMIN])
    also("member.invited", actor, invitation)
    return partnership


@action("partner.accept", emits="partner.accepted", by=EVERYONE)
def accept_partnership(
    actor: Actor, partnership: Partnership, *, invitation: Invitation, user: User | None = None, **person: Any
) -> Partnership:
    """Join as the first person of a partner company, which makes the partnership active."""
    accept_invitation(actor, invitation, user=user, **person)
    Partnership.LIFECYCLE.apply(partnership, "accept")
    partnership.save(update_fields=["status"])
    return partnership


@action("partner.decline", emits="partner.declined", by=EVERYONE)
def decline_partnership(actor: Actor, partnership: Partnership, *, invitation: Invitation) -> None:
    """Turn the vendor's invitation down."""
    Invitation.LIFECYCLE.apply(invitation, "decline")
    invitation.save(update_fields=["status"])
    Partnership.LIFECYCLE.apply(partnership, "decline")
    partnership.save(update_fields=["status"])


@action("partner.assign", emits="partner.assigned", by=PROGRAM_ADMINS)
def assign_manager(
    actor: Actor, partnership: Partnership, *, channel_manager: Membership, deputy: Membership | None = None
) -> None:
    """Name the channel manager and the deputy of a partner."""
    if deputy == channel_manager:
        raise Invalid("same_person", "The deputy is somebody else.", "deputy")
    partnership.channel_manager, partnership.deputy = channel_manager, deputy
    partnership.save(update_fields=["channel_manager", "deputy"])
    looks = _running_views(actor).filter(partnership_id=partnership.pk, role=Role.CHANNEL_MANAGER)
    looks.exclude(viewer__in=[channel_manager, deputy]).update(stopped_at=moment())


@action("partner.suspend", emits="partner.suspended", by=PROGRAM_ADMINS)
def suspend_partner(actor: Actor, partnership: Partnership) -> None:
    """Stop a partner from registering deals for now; what it holds stays protected."""
    Partnership.LIFECYCLE.apply(partnership, "suspend")
    partnership.save(update_fields=["status"])


@action("partner.resume", emits="partner.resumed", by=PROGRAM_ADMINS)
def resume_partner(actor: Actor, partnership: Partnership) -> None:
    """Let a suspended partner work again."""
    Partnership.LIFECYCLE.apply(partnership, "resume")
    partnership.save(update_fields=["status"])


@action("partner.end", emits="partner.ended", by=PROGRAM_ADMINS)
def end_partnership(actor: Actor, partnership: Partnership) -> None:
    """End a partnership: its people, sessions and keys are out with the next request, its protections end."""
    Partnership.LIFECYCLE.apply(partnership, "end")
    partnership.save(update_fields=["status"])
    Workspace.objects.filter(partnership_id=partnership.pk).update(closed=True)


@action("view_as.start", emits="view_as.started", by=VIEWERS, creates=True)
def start_looking(actor: Actor, partnership: Partnership, *, person: Membership, reason: str) -> ViewAs:
    """Look at the portal as one of a partner's people sees it: for half an hour, for a reason, changing nothing.

    A channel manager may do so with the partners whom they look after, as manager or deputy.
    """
    if not reason.strip():
        raise Invalid("reason_missing", "Say why; the person reads it.", "reason")
    role = _looking_as(actor, partnership)
    if role is None:
        raise NotPermitted("not_permitted", "Only who looks after this partner may see what its people see.")
    active = Membership.objects.active().filter(organization=partnership.organization_id)
    if not active.filter(pk=person.pk).exists():
        raise DomainError("not_at_work", "This person does not work there.")
    viewer = Membership.objects.get(pk=str(actor.id))
    if active.filter(user=viewer.user_id).exists():
        raise DomainError("at_work_there", "You work there yourself, so go there as yourself.")
    _running_views(actor).filter(viewer=viewer).update(stopped_at=moment())
    return ViewAs.objects.create(
        vendor_id=actor.vendor_id,
        partnership_id=partnership.pk,
        viewer=viewer,
        person=person,
        role=role,
        reason=reason.strip(),
        ends_at=moment() + LOOKS_FOR,
    )


def may_look_into(actor: Actor, partnership: Partnership) -> bool:
    """Whether this person may see what the people of this partner see."""
    return actor.may(start_looking) and _looking_as(actor, partnership) is not None


def _looking_as(actor: Actor, partnership: Partnership) -> Role | None:
    """The role in which this person may look into the partner's portal, None if there is none."""
    if actor.kind != "person":
        return None
    if Role.VENDOR_ADMIN in actor.roles:
        return Role.VENDOR_ADMIN
    looks_after = actor.id in (partnership.channel_manager_id, partnership.deputy_id)
    return Role.CHANNEL_MANAGER if looks_after and Role.CHANNEL_MANAGER in actor.roles else None


def _running_views(actor: Actor) -> Any:
    return ViewAs.objects.visible_to(actor).filter(stopped_at=None)


@action("enrollment.change", emits="enrollment.changed", by=PROGRAM_ADMINS)
def change_enrollment(
    actor: Actor,
    enrollment: Enrollment,
    *,
    partner_types: list[str],
    tier: Tier | None,
    territories: list[Territory],
) -> None:
    """Set a partner's types, tier and territories in a program."""
    if not partner_types or not set(partner_types) <= set(PartnerType.values):
        raise Invalid("partner_type_unknown", "Choose at least one partner type.", "partner_types")
    if tier and tier.program_id != enrollment.program_id:
        raise DomainError("tier_of_another_program", "This tier belongs to another program.", "tier")
    enrollment.partner_types, enrollment.tier = sorted(set(partner_types)), tier
    enrollment.save(update_fields=["partner_types", "tier"])
    confined = EnrollmentTerritory.objects.filter(vendor_id=actor.vendor_id, enrollment=enrollment)
    confined.delete()
    EnrollmentTerritory.objects.bulk_create(
        EnrollmentTerritory(
            vendor_id=actor.vendor_id,
            partnership_id=enrollment.partnership_id,
            enrollment=enrollment,
            territory=territory,
        )
        for territory in territories
    )


@action("supply.add", emits="supply.added", by=CHANNEL_TEAM, creates=True)
def add_supply(actor: Actor, partnership: Partnership, *, distributor: Partnership) -> Supply:
    """Say that a partner buys through a distributor: each may bring the other into its deals."""
    if distributor.pk not in {one.pk for one in distributors(actor)}:
        raise Invalid("no_distributor", f"{distributor} is no distributor of yours.", "distributors")
    return Supply.objects.create(vendor_id=actor.vendor_id, partnership=partnership, distributor=distributor)


@action("supply.remove", emits="supply.removed", by=CHANNEL_TEAM)
def remove_supply(actor: Actor, supply: Supply) -> None:
    """Say that a partner no longer buys through a distributor; where both stand on a deal, that stays as it is."""
    Supply.objects.visible_to(actor).filter(pk=supply.pk).delete()


def set_distributors(actor: Actor, partnership: Partnership, *, distributors: Sequence[Partnership]) -> None:
    """Let a partner buy through exactly these distributors, all of it or nothing."""
    with acting(actor):
        rows = Supply.objects.visible_to(actor).filter(partnership=partnership)
        known = {supply.distributor_id: supply for supply in rows.order_by("id")}
        for distributor in distributors:
            if known.pop(distributor.pk, None) is None:
                add_supply(actor, partnership, distributor=distributor)
        for supply in known.values():
            remove_supply(actor, supply)


def distributors(actor: Actor) -> list[Partnership]:
    """The vendor's distributors by name, those that are suspended for now too. Inside `acting`."""
    rows = Enrollment.objects.visible_to(actor).filter(partner_types__contains=[PartnerType.DISTRIBUTOR])
    found = Partnership.objects.visible_to(actor).filter(pk__in=rows.values("partnership"))
    working = found.filter(status__in=[Partnership.Status.ACTIVE, Partnership.Status.SUSPENDED])
    return list(working.select_related("organization").order_by("organization__name", "id"))


def _free_slug(words: str) -> str:
    slug = slugify(words)[:50].strip("-") or "partner"
    return slug if not Workspace.objects.filter(slug=slug).exists() else f"{slug}-{new_id().hex[-8:]}"
