"""Tell a whole past: found the vendor, settle its partners, and live the plan."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hansa.core.events import unheard
from hansa.core.tenancy import acting
from hansa.customers.models import Company
from hansa.history.sealing import seal_all
from hansa.kernel.errors import Invalid
from hansa.simulator.background import garbage_ignored
from hansa.simulator.clock import make_room_for_events, moving_clock
from hansa.simulator.copying import analyze
from hansa.simulator.ecosystem import Ecosystem, found, settle_partners
from hansa.simulator.life import Life
from hansa.simulator.names import Human, Written
from hansa.simulator.plan import Plan, PlannedPartner, make_plan
from hansa.simulator.through_actions import Actions
from hansa.simulator.through_rows import Rows

PRODUCTS = [
    ("fleet-analytics", "Fleet Analytics"),
    ("route-planner", "Route Planner"),
    ("yard-control", "Yard Control"),
    ("cold-chain", "Cold Chain"),
]


MOST_MONTHS = 240


@dataclass(frozen=True, slots=True)
class Size:
    seed: int
    partners: int
    registrations: int
    months: int

    def check(self) -> None:
        """Raises Invalid for a size of which no past can be told."""
        if self.partners < 1:
            raise Invalid("size_out_of_range", "Take at least 1 partner.", "partners")
        if self.registrations < 0:
            raise Invalid("size_out_of_range", "Take at least 0 registrations.", "registrations")
        if not 1 <= self.months <= MOST_MONTHS:
            raise Invalid("size_out_of_range", f"Take 1 to {MOST_MONTHS} months.", "months")


def tell_new_vendor(slug: str, size: Size, until: datetime, through_actions: bool = False) -> dict[str, int]:
    """Found a vendor under this name and tell its past; how many registrations ended in which status.

    Raises DomainError where the database has real people in it, Invalid for a size that cannot be told.
    """
    size.check()
    admin = Human("Ada Admin", f"admin@{slug}.example")
    managers = [Human(f"Channel Manager {number}", f"manager{number}@{slug}.example") for number in (1, 2, 3)]
    begin = until - timedelta(days=31 * size.months)
    with moving_clock(), unheard():
        make_room_for_events(begin - timedelta(days=31), until)
        ecosystem = found(slug.title(), slug, admin, managers, PRODUCTS, begin - timedelta(days=7))
        told = tell(ecosystem, plan_for(ecosystem, size, until), through_actions)
    analyze()
    seal_all(ecosystem.workspace.vendor_id)
    return told


def plan_for(ecosystem: Ecosystem, size: Size, until: datetime, known: Sequence[PlannedPartner] = ()) -> Plan:
    """The plan that fits this vendor: its lines, its managers, and the accounts of its CRM."""
    with acting(ecosystem.system):
        accounts = Company.objects.filter(vendor_id=ecosystem.workspace.vendor_id, in_crm=True).order_by("name")
        written = [Written(company.name, company.domain, company.country) for company in accounts]
    return make_plan(
        seed=size.seed,
        partners=size.partners,
        registrations=size.registrations,
        months=size.months,
        end=until.replace(second=0, microsecond=0),
        line_codes=sorted(ecosystem.lines),
        accounts=written,
        managers=len(ecosystem.managers),
        known=known,
    )


def tell(ecosystem: Ecosystem, plan: Plan, through_actions: bool = False) -> dict[str, int]:
    """Settle the partners and live the plan. For `moving_clock()` and `unheard()`."""
    settle_partners(ecosystem, plan)
    if through_actions:
        life = Life(plan, Actions(ecosystem))
        life.run()
    else:
        with garbage_ignored():
            rows = Rows(ecosystem)
            life = Life(plan, rows)
            life.run()
            rows.finish()
    return dict(sorted(Counter(str(deal.status) for deal in life.deals.values()).items()))
