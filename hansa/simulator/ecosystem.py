"""A vendor's program with its partners, founded through the actions at the times that the plan names."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hansa.accounts.actions import accept_invitation, invite_member
from hansa.accounts.models import Membership, User, Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import Actor, System
from hansa.core.tenancy import acting
from hansa.partnerships.actions import accept_partnership, invite_partner
from hansa.partnerships.models import Partnership
from hansa.programs.actions import add_product_line, add_territory
from hansa.programs.founding import found_vendor
from hansa.programs.models import ProductLine, Program, Territory, Tier
from hansa.simulator.clock import move_clock_to
from hansa.simulator.names import Human
from hansa.simulator.plan import REGIONS, Plan, PlannedPartner

SELLERS = frozenset({Role.PARTNER_ADMIN, Role.PARTNER_SALES})


@dataclass(slots=True)
class Settled:
    """A partner of the plan as it stands in the database: its people in the plan's order, and its manager."""

    partnership: Partnership
    people: list[Actor]
    manager: Actor


@dataclass(slots=True)
class Ecosystem:
    """A vendor's workspace, its administrator and channel managers, its lines by code, its partners in plan order."""

    workspace: Workspace
    chief: Actor
    managers: list[Membership]
    lines: dict[str, ProductLine]
    partners: list[Settled] = field(default_factory=list)

    @property
    def system(self) -> Actor:
        return System("protection has run out", self.workspace.vendor_id)


def found(
    name: str,
    slug: str,
    admin: Human,
    managers: list[Human],
    products: list[tuple[str, str]],
    at: datetime,
    aliases: dict[str, list[str]] | None = None,
) -> Ecosystem:
    """A new vendor with its channel managers and its product lines, each a code and a name; `aliases` by code."""
    move_clock_to(at)
    user = person(admin)
    workspace = found_vendor(name=name, slug=slug, admin=user, country="NL")
    chief = _member(workspace, user)
    for region, countries in REGIONS.items():
        add_territory(chief, workspace.vendor, name=region, countries=list(countries))
    lines = {
        code: add_product_line(chief, workspace.vendor, code=code, name=title, aliases=(aliases or {}).get(code))
        for code, title in products
    }
    hired = [hire(chief, workspace, human, Role.CHANNEL_MANAGER) for human in managers]
    return Ecosystem(workspace, chief, hired, lines)


def person(human: Human) -> User:
    """Somebody with this address, made without a password unless known: nobody can log in as them."""
    return User.objects.filter(email=human.email).first() or User.objects.create_user(
        human.email, None, name=human.name
    )


def hire(inviter: Actor, workspace: Workspace, human: Human, role: Role) -> Membership:
    """Somebody is invited to the organization and joins it."""
    invitation = invite_member(inviter, workspace, email=human.email, name=human.name, roles=[role])
    user = person(human)
    membership: Membership = accept_invitation(_as(workspace, user), invitation, user=user)
    return membership


def settle_partners(ecosystem: Ecosystem, plan: Plan) -> None:
    """Every partner of the plan is invited and accepts, in the order in which they joined."""
    partners: dict[int, Settled] = {}
    vendor_id = ecosystem.workspace.vendor_id
    with acting(System("simulation", vendor_id)):
        program = Program.objects.get(vendor_id=vendor_id)
        tiers = {tier.rank: tier for tier in Tier.objects.filter(vendor_id=vendor_id, program=program)}
        territories = {territory.name: territory for territory in Territory.objects.filter(vendor_id=vendor_id)}
    for number in sorted(range(len(plan.partners)), key=lambda number: plan.partners[number].joined):
        partner = plan.partners[number]
        move_clock_to(partner.joined)
        partners[number] = _settle(ecosystem, partner, program, tiers, territories)
    ecosystem.partners = [partners[number] for number in range(len(partners))]


def _settle(
    ecosystem: Ecosystem,
    partner: PlannedPartner,
    program: Program,
    tiers: dict[int, Tier],
    territories: dict[str, Territory],
) -> Settled:
    membership = ecosystem.managers[partner.manager % len(ecosystem.managers)]
    manager = ecosystem.workspace.actor("person", membership.pk, membership.user.name, membership.roles)
    head, *team = partner.people
    partnership = invite_partner(
        manager,
        ecosystem.workspace.vendor,
        company=partner.name,
        email=head.email,
        name=head.name,
        program=program,
        partner_types=list(partner.types),
        tier=tiers[partner.tier],
        territories=[territories[name] for name in partner.territories],
        country=partner.country,
        website=f"https://{partner.domain}/",
        channel_manager=membership,
    )
    move_clock_to(partner.joined + timedelta(hours=3))
    home = Workspace.objects.select_related("vendor", "organization").get(partnership_id=partnership.pk)
    user = person(head)
    accept_partnership(_as(home, user), partnership, invitation=home.invitations.get(), user=user)
    admin = _member(home, user)
    people = [admin, *(_seller(admin, home, human) for human in team)]
    return Settled(partnership, people, manager)


def _seller(admin: Actor, home: Workspace, human: Human) -> Actor:
    membership = hire(admin, home, human, Role.PARTNER_SALES)
    return home.actor("person", membership.pk, human.name, membership.roles)


def _member(workspace: Workspace, user: User) -> Actor:
    membership = Membership.objects.get(user=user, organization=workspace.organization)
    return workspace.actor("person", membership.pk, user.name, membership.roles)


def _as(workspace: Workspace, user: User) -> Actor:
    """Somebody who is about to join: every role of the side, for the one action of accepting."""
    role = Role.PARTNER_SALES if workspace.partnership_id else Role.CHANNEL_MANAGER
    return workspace.actor("person", user.pk, user.name, [role])
