"""The rows of a file, written batch by batch, whatever their kind."""

from collections.abc import Callable, Sequence
from uuid import UUID

from hansa.customers.imports.accounts import plan_accounts
from hansa.customers.imports.batch import Batch, Entry, Outcome, Plan, Result
from hansa.customers.imports.columns import Kind, Mapping
from hansa.customers.imports.records import plan_leads, plan_opportunities
from hansa.customers.imports.small import plan_owners, plan_products

PLANNERS: dict[str, Callable[[Batch], Plan]] = {
    Kind.OWNERS: plan_owners,
    Kind.PRODUCTS: plan_products,
    Kind.ACCOUNTS: plan_accounts,
    Kind.LEADS: plan_leads,
    Kind.OPPORTUNITIES: plan_opportunities,
}


def write_entries(
    kind: str, vendor_id: UUID, entries: Sequence[Entry], mapping: Mapping, names: frozenset[str]
) -> list[Result]:
    """Write these entries and say of each what became of it, in their order; `names` are those of the whole file."""
    plan = PLANNERS[kind](Batch(vendor_id, _sound(entries), mapping, names))
    plan.save()
    return _of_each(entries, plan)


def foresee_entries(
    kind: str, vendor_id: UUID, entries: Sequence[Entry], mapping: Mapping, names: frozenset[str]
) -> list[Result]:
    """Say of each entry what would become of it now; neither writes nor locks."""
    return _of_each(entries, PLANNERS[kind](Batch(vendor_id, _sound(entries), mapping, names, preview=True)))


def _sound(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry.problem]


def _of_each(entries: Sequence[Entry], plan: Plan) -> list[Result]:
    planned = iter(plan.results)
    return [Result(Outcome.REJECTED, [entry.problem]) if entry.problem else next(planned) for entry in entries]
