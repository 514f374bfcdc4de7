"""The first rows of a new vendor. There is no actor yet, so this is no action; the command line alone calls it."""

import re

from hansa.accounts.models import Membership, Organization, User, Vendor, Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.core.web.countries import country_choices
from hansa.kernel.errors import Invalid
from hansa.kernel.money import is_currency
from hansa.kernel.text import has_words
from hansa.programs.models import Program, Tier

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 40  # a partner's workspace has its own name behind the vendor's
TIERS = ("Registered", "Silver", "Gold")

RULES_OF_ENGAGEMENT = """\
Who registers a customer first, with complete information, is protected. We tell you at once whether it is approved.

We do not sell directly to a customer whom you protect, and we do not hand your registration to anybody else.

If two of you want the same customer, the earlier complete registration counts, whoever you are.

If you think that we decided wrongly, dispute it on the deal's page. If you appeal, somebody else decides.
"""


def found_vendor(*, name: str, slug: str, admin: User, country: str = "", currency: str = "EUR") -> Workspace:
    """A vendor with its console, its first administrator and a program with three tiers.

    Raises Invalid for a name that nobody can read, a slug that is none, an unknown country or currency.
    """
    _check(name, slug, country, currency)
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


def _check(name: str, slug: str, country: str, currency: str) -> None:
    if not has_words(name):
        raise Invalid("name_missing", "Write the vendor's name.", "name")
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        said = f"It stands in addresses: small letters, figures and hyphens, {LONGEST_SLUG} at most, such as northwind."
        raise Invalid("slug_unusable", f"{slug!r} cannot be a slug. {said}", "slug")
    if country not in dict(country_choices()):
        raise Invalid("country_unknown", f"{country!r} is no country. Write two letters, such as NL.", "country")
    if not is_currency(currency):
        raise Invalid("currency_unknown", f"{currency!r} is no currency. Write three letters, such as EUR.", "currency")
