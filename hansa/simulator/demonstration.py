"""The demonstration: the vendor Northwind, a partner and its rival, and eighteen months of their past."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction

from hansa.accounts.models import User, Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.events import unheard
from hansa.customers.actions import start_import, upload_import
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.models import Import
from hansa.deals.rules import APPROVAL
from hansa.history.sealing import seal_all
from hansa.programs.models import PartnerType
from hansa.rulebook.actions import draft_policy, replay_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import PolicyVersion
from hansa.simulator.clock import make_room_for_events, moving_clock, restore_clock
from hansa.simulator.conversation import talk
from hansa.simulator.copying import analyze
from hansa.simulator.ecosystem import Ecosystem, found, hire
from hansa.simulator.names import Human
from hansa.simulator.plan import PlannedPartner
from hansa.simulator.tell import Size, plan_for, tell
from hansa.simulator.tiers import run_tiers

SLUG = "northwind"
SIZE = Size(seed=7, partners=60, registrations=2000, months=18)
PRODUCTS = [
    ("gtx-basic", "GTX Basic"),
    ("gtx-pro", "GTX Pro"),
    ("gtx-plus-basic", "GTX Plus Basic"),
    ("gtx-plus-pro", "GTX Plus Pro"),
    ("mg-special", "MG Special"),
    ("mg-advanced", "MG Advanced"),
    ("gtk-500", "GTK 500"),
]
ALIASES = {"gtx-pro": ["GTXPro"]}

EXPORT = {
    Import.Kind.OWNERS.value: "sales_teams.csv",
    Import.Kind.PRODUCTS.value: "products.csv",
    Import.Kind.ACCOUNTS.value: "accounts.csv",
    Import.Kind.OPPORTUNITIES.value: "sales_pipeline.csv",
}

ADMIN = Human("Ada Nilsson", "ada@northwind.example")
MANAGERS = [
    Human("Jonas Weber", "jonas@northwind.example"),
    Human("Ines Moreau", "ines@northwind.example"),
    Human("Tomas Lind", "tomas@northwind.example"),
]
DESK = Human("Dana Becker", "dana@northwind.example")
PAULA = Human("Paula Dekker", "paula@fabrikam.example")
MARA = Human("Mara Lindqvist", "mara@fabrikam.example")
RITA = Human("Rita Haas", "rita@proseware.example")
REMO = Human("Remo Conti", "remo@proseware.example")

SOONER = "Registrations that close later than in four months are looked at by a person. So far that is a year."

WORDS = (
    "amber anchor apple april autumn bakery barrel basil beacon birch bridge canal candle canvas cedar cherry citrus "
    "clover cobalt copper coral cotton cove cypress daisy delta dune ember falcon fern fjord forest garden ginger "
    "glacier granite harbor hazel heather heron island ivory jasmine juniper lagoon lantern lemon linen maple marble "
    "meadow mint morning nectar north ocean olive orchard pebble pepper pine plum quartz"
)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody whom a visitor may log in as."""

    human: Human
    what: str


ACCOUNTS = (
    Account(MANAGERS[0], "channel manager at Northwind"),
    Account(DESK, "deal desk at Northwind"),
    Account(ADMIN, "administrator of Northwind"),
    Account(MARA, "sales rep at the partner Fabrikam Consulting"),
    Account(PAULA, "administrator of Fabrikam Consulting"),
    Account(REMO, "sales rep at the rival partner Proseware"),
)


def fill(until: datetime) -> None:
    """Make the demonstration, or do nothing where it is there. All of it or none: a killed attempt leaves nothing.

    Raises DomainError where the database has real people in it.
    """
    restore_clock()
    if Workspace.objects.filter(slug=SLUG).exists():
        return
    begin = until - timedelta(days=31 * SIZE.months)
    with unheard(), transaction.atomic():
        with moving_clock():
            make_room_for_events(begin - timedelta(days=31), until)
            ecosystem = found("Northwind", SLUG, ADMIN, MANAGERS, PRODUCTS, begin - timedelta(days=7), ALIASES)
            hire(ecosystem.chief, ecosystem.workspace, DESK, Role.DEAL_DESK)
            import_export(ecosystem)
            tell(ecosystem, plan_for(ecosystem, SIZE, until, known=known_partners(begin)))
            run_tiers(ecosystem, until)
            _let_in()
        talk(MARA, MANAGERS[0])
    replay_policy(ecosystem.chief, draft_of_a_rule(ecosystem))
    seal_all(ecosystem.workspace.vendor_id)
    analyze()


def draft_of_a_rule(ecosystem: Ecosystem) -> PolicyVersion:
    """A rule that the administrator thinks about: who closes later than in four months is looked at by a person."""
    table = write_table(APPROVAL.built_in.table).decode()
    sooner = table.replace("&gt; 365", "&gt; 120")
    version: PolicyVersion = draft_policy(
        ecosystem.chief, ecosystem.workspace.vendor, policy=APPROVAL, dmn=sooner, summary=SOONER
    )
    return version


def import_export(ecosystem: Ecosystem) -> None:
    """Bring in the CRM's export that comes with the project: what others refer to comes first."""
    folder = Path(apps.get_app_config("customers").path) / "data" / "maven_crm"
    for kind, file in EXPORT.items():
        content = (folder / file).read_bytes()
        uploaded = upload_import(
            ecosystem.chief, ecosystem.workspace.vendor, file_name=file, content=content, kind=kind
        )
        start_import(ecosystem.chief, uploaded)
        run_to_the_end(System("import", uploaded.vendor_id), uploaded.pk)


def known_partners(begin: datetime) -> tuple[PlannedPartner, PlannedPartner]:
    """Fabrikam and its rival, which has the same channel manager."""
    return (
        PlannedPartner(
            name="Fabrikam Consulting",
            domain="fabrikam.example",
            country="NL",
            types=(PartnerType.RESELLER.value, PartnerType.SERVICES.value),
            tier=2,
            territories=(),
            manager=0,
            joined=begin,
            weight=4.0,
            people=(PAULA, MARA),
        ),
        PlannedPartner(
            name="Proseware",
            domain="proseware.example",
            country="DE",
            types=(PartnerType.RESELLER.value,),
            tier=1,
            territories=(),
            manager=0,
            joined=begin + timedelta(hours=5),
            weight=3.0,
            people=(RITA, REMO),
        ),
    )


def pass_phrase() -> str:
    """What opens every account of the demonstration: the installation's own, and the same each time."""
    words = WORDS.split()
    digest = hmac.new(settings.SECRET_KEY.encode(), b"demonstration", hashlib.sha256).digest()
    return "-".join([*(words[byte % len(words)] for byte in digest[:4]), str(10 + digest[4] % 90)])


def greeting() -> str:
    """Who to log in as, a line each."""
    lines = [f"log in as {account.human.email} ({account.what})" for account in ACCOUNTS]
    return "\n".join([*lines, f"with the password {pass_phrase()}"])


def _let_in() -> None:
    for account in ACCOUNTS:
        user = User.objects.get(email=account.human.email)
        user.set_password(pass_phrase())
        user.save(update_fields=["password"])
