"""The first rows of a new vendor. There is no actor yet, so this is no action; the command line alone calls it."""

from hansa.accounts.models import Membership, Organization, User, Vendor, Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.programs.models import Program, Tier

TIERS = ("Registered", "Silver", "Gold")

RULES_OF_ENGAGEMENT = """\
Who registers a customer first, with complete information, is protected. We tell you at once whether it is approved.

We do not sell directly to a customer whom you protect, and we do not hand your registration to anybody else.

If two of you want the same customer, the earlier complete registration counts, whoever you are.

If you think that we decided wrongly, write to your channel manager. Somebody else looks at it again.
"""


def found_vendor(*, name: str, slug: str, admin: User, country: str = "", currency: str = "EUR") -> Workspace:
    """A vendor with its console, its first administrator and a program with three tiers."""
    organization = Organization.objects.create(name=name, country=country)
    vendor = Vendor.objects.create(organization=organization, name=name, currency=currency)
    workspace = Workspace.objects.create(slug=slug, vendor=vendor, organization=organization)
    Membership.objects.create(user=admin, organization=organization, roles=[Role.VENDOR_ADMIN])
    with acting(System("founding", vendor.pk)):
        program = Program.objects.create(vendor=vendor, name="Partner program", rules_of_engagement=RULES_OF_ENGAGEMENT)
        Tier.objects.bulk_create(
            Tier(vendor=vendor, program=program, name=tier, rank=rank) for rank, tier in enumerate(TIERS, start=1)
        )
    return workspace
