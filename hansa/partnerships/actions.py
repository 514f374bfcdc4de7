"""From the invitation of a partner company to the end of the partnership."""

from typing import Any

from django.utils.text import slugify

from hansa.accounts.actions import accept_invitation, new_invitation
from hansa.accounts.models import Invitation, Membership, Organization, User, Vendor, Workspace
from hansa.accounts.roles import CHANNEL_TEAM, EVERYONE, PROGRAM_ADMINS, Role
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.kernel.errors import DomainError, Invalid
from hansa.kernel.ids import new_id
from hansa.partnerships.models import Enrollment, EnrollmentTerritory, Partnership
from hansa.programs.models import PartnerType, Program, Territory, Tier


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


def _free_slug(words: str) -> str:
    slug = slugify(words)[:50].strip("-") or "partner"
    return slug if not Workspace.objects.filter(slug=slug).exists() else f"{slug}-{new_id().hex[-8:]}"
