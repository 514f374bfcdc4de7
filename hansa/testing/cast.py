"""The fixed cast of every test: one vendor with a partner and its rival, and a vendor that is a stranger."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from hansa.accounts.models import Membership, Organization, User, Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import Actor, System
from hansa.core.tenancy import acting
from hansa.deals.actions import register_deal
from hansa.deals.models import Deal
from hansa.kernel.money import Money
from hansa.partnerships.actions import add_supply
from hansa.partnerships.models import Enrollment, Partnership
from hansa.programs.founding import found_vendor
from hansa.programs.models import PartnerType, ProductLine, Program, Tier

PASSWORD = "correct horse battery"


@dataclass(slots=True)
class Person:
    """Somebody at work in one workspace."""

    user: User
    membership: Membership
    workspace: Workspace

    @property
    def actor(self) -> Actor:
        return self.workspace.actor("person", self.membership.pk, self.user.name, self.membership.roles)


@dataclass(slots=True)
class Cast:
    """The people, and what they have in common."""

    vendor_admin: Person
    channel_manager: Person
    deal_desk: Person
    partner_admin: Person
    partner_rep: Person
    rival_rep: Person
    rival_admin: Person
    stranger: Person
    stranger_rep: Person
    partnership: Partnership
    rivals: Partnership
    program: Program
    analytics: ProductLine
    planner: ProductLine

    @property
    def people(self) -> dict[str, Person]:
        """Everybody by name."""
        return {name: value for name in self.__slots__ if isinstance(value := getattr(self, name), Person)}

    @property
    def system(self) -> Actor:
        return System("test", self.partnership.vendor_id)

    @property
    def far_away(self) -> date:
        """A close so late that a person has to decide."""
        return timezone.now().date() + timedelta(days=500)

    def register(self, person: Person | None = None, **changes: Any) -> Deal:
        """A complete registration of a new customer by the partner's rep, or by whom you say.

        Somebody of the vendor, who is of no partnership, tries it for the partner.
        """
        person = person or self.partner_rep
        lines = changes.pop("lines", [self.analytics])
        facts: dict[str, Any] = {
            "customer": "Contoso Logistics",
            "domain": "contoso-logistics.example",
            "country": "NL",
            "amount": Money(84_000_00, "EUR"),
            "expected_close": timezone.now().date() + timedelta(days=70),
            **changes,
        }
        partnership = self._partnership_of(person)
        deal: Deal = register_deal(person.actor, partnership, product_lines=[line.pk for line in lines], **facts)
        return deal

    def _partnership_of(self, person: Person) -> Partnership:
        known = {one.pk: one for one in (self.partnership, self.rivals)}
        place = person.actor.partnership_id or self.partnership.pk
        if place in known:
            return known[place]
        with acting(self.system):
            found: Partnership = Partnership.objects.get(pk=place)
            return found


def build_cast() -> Cast:
    """Make the cast; every e-mail address, name and slug is fixed."""
    home = _vendor("Northwind", "northwind")
    vendor = home.workspace.vendor
    people = {
        "vendor_admin": home,
        "channel_manager": _join("jonas@northwind.example", "Jonas Weber", home.workspace, Role.CHANNEL_MANAGER),
        "deal_desk": _join("desk@northwind.example", "Dana Desk", home.workspace, Role.DEAL_DESK),
    }
    with acting(System("cast", vendor.pk)):
        program = Program.objects.get(vendor=vendor)
        analytics, planner = (
            ProductLine.objects.create(vendor=vendor, code=code, name=name)
            for code, name in (("fleet-analytics", "Fleet Analytics"), ("route-planner", "Route Planner"))
        )
        ours = _partner(home.workspace, program, "Fabrikam Consulting", "fabrikam", people["channel_manager"])
        rivals = _partner(home.workspace, program, "Proseware", "proseware", people["channel_manager"])
    people |= {
        "partner_admin": _join("paula@fabrikam.example", "Paula Admin", ours[1], Role.PARTNER_ADMIN),
        "partner_rep": _join("mara@fabrikam.example", "Mara Lindqvist", ours[1], Role.PARTNER_SALES),
        "rival_admin": _join("rita@proseware.example", "Rita Admin", rivals[1], Role.PARTNER_ADMIN),
        "rival_rep": _join("remo@proseware.example", "Remo Rival", rivals[1], Role.PARTNER_SALES),
    }
    stranger = _vendor("Wingtip", "wingtip")
    with acting(System("cast", stranger.workspace.vendor_id)):
        elsewhere = Program.objects.get(vendor=stranger.workspace.vendor)
        theirs = _partner(stranger.workspace, elsewhere, "Tailspin", "tailspin", stranger)
    people["stranger"] = stranger
    people["stranger_rep"] = _join("sten@tailspin.example", "Sten Stranger", theirs[1], Role.PARTNER_SALES)
    return Cast(**people, partnership=ours[0], rivals=rivals[0], program=program, analytics=analytics, planner=planner)


def another_partner(
    cast: Cast, slug: str, *, role: Role = Role.PARTNER_SALES, partner_type: str = PartnerType.RESELLER
) -> Person:
    """A further partner of the cast's vendor: its rep, or its first person of another role."""
    home = cast.vendor_admin.workspace
    with acting(cast.system):
        _, workspace = _partner(home, cast.program, slug.title(), slug, cast.channel_manager, partner_type)
    return _join(f"rep@{slug}.example", f"Rep of {slug.title()}", workspace, role)


def chief_of(cast: Cast) -> Person:
    """Somebody beside the vendor's administrator who may do as much with the program."""
    return _join("clara@northwind.example", "Clara Chief", cast.vendor_admin.workspace, Role.CHANNEL_CHIEF)


def distributor_of(cast: Cast, slug: str = "woodgrove") -> Person:
    """The administrator of a distributor through which the cast's partner buys."""
    person = another_partner(cast, slug, role=Role.PARTNER_ADMIN, partner_type=PartnerType.DISTRIBUTOR)
    with acting(cast.system):
        distributor = Partnership.objects.get(pk=person.workspace.partnership_id)
        add_supply(cast.channel_manager.actor, cast.partnership, distributor=distributor)
    return person


def _vendor(name: str, slug: str) -> Person:
    admin = _user(f"admin@{slug}.example", f"{name} Admin")
    workspace = found_vendor(name=name, slug=slug, admin=admin, country="NL")
    return Person(admin, Membership.objects.get(user=admin), workspace)


def _partner(
    home: Workspace, program: Program, name: str, slug: str, manager: Person, type_: str = PartnerType.RESELLER
) -> tuple[Partnership, Workspace]:
    organization = Organization.objects.create(name=name, country="NL")
    partnership = Partnership.objects.create(
        vendor=home.vendor,
        organization=organization,
        status=Partnership.Status.ACTIVE,
        channel_manager=manager.membership,
    )
    tier = Tier.objects.get(program=program, rank=1)
    Enrollment.objects.create(
        vendor=home.vendor, partnership=partnership, program=program, partner_types=[type_], tier=tier
    )
    workspace = Workspace.objects.create(
        slug=f"{home.slug}-{slug}", vendor=home.vendor, organization=organization, partnership_id=partnership.pk
    )
    return partnership, workspace


def _join(email: str, name: str, workspace: Workspace, *roles: Role) -> Person:
    user = _user(email, name)
    membership = Membership.objects.create(user=user, organization=workspace.organization, roles=list(roles))
    return Person(user, membership, workspace)


def _user(email: str, name: str) -> User:
    return User.objects.create_user(email, None, name=name)
