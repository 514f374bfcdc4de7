"""From the invitation of a partner company to the end of the partnership."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from hansa.accounts.actions import accept_invitation, new_invitation
from hansa.accounts.models import (
    Invitation,
    Membership,
    MembershipQuerySet,
    Organization,
    User,
    Vendor,
    ViewAs,
    Workspace,
)
from hansa.accounts.roles import CHANNEL_TEAM, EVERYONE, PROGRAM_ADMINS, VIEWERS, Role
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.kernel.errors import DomainError, Invalid, NotPermitted
from hansa.kernel.ids import new_id
from hansa.partnerships.care import ALWAYS, cares_until, managers_of
from hansa.partnerships.models import Deputyship, Enrollment, EnrollmentTerritory, Partnership, Supply
from hansa.programs.models import PartnerType, Program, Territory, Tier
from hansa.programs.review_terms import calendar_of

LOOKS_FOR = timedelta(minutes=30)
DAY = timedelta(days=1)
LONGEST_COVER = timedelta(days=366)


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
    actor: Actor, partnership: Partnership, *, channel_manager: Membership | None, deputy: Membership | None = None
) -> None:
    """Name the channel manager and the deputy of a partner, until others are named."""
    if deputy and deputy == channel_manager:
        raise Invalid("same_person", "The deputy is somebody else.", "deputy")
    partnership.channel_manager, partnership.deputy = channel_manager, deputy
    partnership.save(update_fields=["channel_manager", "deputy"])
    looks = _running_views(actor).filter(partnership_id=partnership.pk, role=Role.CHANNEL_MANAGER)
    looks.exclude(viewer__in=[one for one in managers_of(partnership) if one]).update(stopped_at=moment())


@action("deputy.appoint", emits="deputy.appointed", by=CHANNEL_TEAM, creates=True)
def appoint_deputy(
    actor: Actor,
    manager: Membership,
    *,
    deputy: Membership,
    starts_on: date,
    ends_on: date,
    partnership: Partnership | None = None,
) -> Deputyship:
    """Let somebody stand in for a channel manager from a day to a day, with one partner or with all of them.

    A channel manager appoints for themself, who names channel managers for everybody.
    """
    _refuse_anothers(actor, manager.pk)
    vendor = Vendor.objects.get(pk=actor.vendor_id)
    for field, one in (("manager", manager), ("deputy", deputy)):
        if not channel_team(vendor).filter(pk=one.pk).exists():
            raise Invalid("not_found", "Choose somebody of your channel team.", field)
    if deputy == manager:
        raise Invalid("same_person", "The deputy is somebody else.", "deputy")
    if partnership and partnership.channel_manager_id != manager.pk:
        raise Invalid("not_theirs", f"{manager.user.name} does not look after {partnership}.", "partner")
    zone = calendar_of(vendor.pk).zone
    _check_days(starts_on, ends_on, moment().astimezone(zone).date())
    made: Deputyship = Deputyship.objects.create(
        vendor=vendor,
        manager=manager,
        deputy=deputy,
        partnership=partnership,
        starts_on=starts_on,
        ends_on=ends_on,
        during=(_midnight(starts_on, zone), _midnight(ends_on + DAY, zone)),
    )
    return made


@action("deputy.revoke", emits="deputy.revoked", by=CHANNEL_TEAM)
def revoke_deputy(actor: Actor, deputyship: Deputyship) -> None:
    """Let somebody no longer stand in, from now on."""
    _refuse_anothers(actor, deputyship.manager_id)
    if deputyship.revoked_at or deputyship.during.upper <= moment():
        raise DomainError("over", "That is over already.")
    deputyship.revoked_at = moment()
    deputyship.save(update_fields=["revoked_at"])
    partners = Partnership.objects.visible_to(actor).filter(channel_manager=deputyship.manager_id)
    looks = _running_views(actor).filter(viewer=deputyship.deputy_id, role=Role.CHANNEL_MANAGER)
    for partner in partners.filter(pk__in=looks.values("partnership_id")):
        if deputyship.deputy not in managers_of(partner):
            looks.filter(partnership_id=partner.pk).update(stopped_at=moment())


def may_appoint_for(actor: Actor, manager_id: UUID | None) -> bool:
    """Whether this actor may say who stands in for this channel manager; for none, nobody may."""
    anybodys = actor.may(assign_manager) or actor.id == manager_id
    return manager_id is not None and actor.may(appoint_deputy) and anybodys


def channel_team(vendor: Vendor) -> MembershipQuerySet:
    """Those of the vendor's people who can look after partners."""
    team = Membership.objects.active().filter(organization=vendor.organization_id)
    return team.filter(roles__overlap=sorted(CHANNEL_TEAM)).select_related("user")


def _refuse_anothers(actor: Actor, manager_id: UUID) -> None:
    if actor.kind != "system" and not may_appoint_for(actor, manager_id):
        raise NotPermitted("not_yours", "You say who stands in for you; for others, those do who lead.")


def _check_days(starts_on: date, ends_on: date, today: date) -> None:
    if starts_on < today:
        raise Invalid("in_the_past", "Begin today or later.", "starts_on")
    if ends_on < starts_on:
        raise Invalid("ends_before_it_starts", "The last day is the first one or comes after it.", "ends_on")
    if ends_on - starts_on > LONGEST_COVER:
        raise Invalid(
            "too_long", f"At most {LONGEST_COVER.days} days. Name another channel manager instead.", "ends_on"
        )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


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

    A channel manager may do so with the partners whom they look after, as manager, as deputy or standing in.
    """
    if not reason.strip():
        raise Invalid("reason_missing", "Say why; the person reads it.", "reason")
    role, until = _looking_as(actor, partnership)
    if until is None:
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
        ends_at=min(moment() + LOOKS_FOR, until),
    )


def may_look_into(actor: Actor, partnership: Partnership) -> bool:
    """Whether this person may see what the people of this partner see. Inside `acting`."""
    return actor.may(start_looking) and _looking_as(actor, partnership)[1] is not None


def _looking_as(actor: Actor, partnership: Partnership) -> tuple[Role, datetime | None]:
    """The role in which this person may look into the partner's portal, and until when; None if they may not."""
    if actor.kind == "person" and Role.VENDOR_ADMIN in actor.roles:
        return Role.VENDOR_ADMIN, ALWAYS
    manages = actor.kind == "person" and Role.CHANNEL_MANAGER in actor.roles
    return Role.CHANNEL_MANAGER, cares_until(actor, partnership) if manages else None


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
