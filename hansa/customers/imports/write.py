"""The rows of a file, written batch by batch, whatever their kind."""

from collections.abc import Callable, Sequence
from uuid import UUID

from hansa.customers.imports.accounts import write_accounts
from hansa.customers.imports.batch import Batch, Entry, Outcome, Result
from hansa.customers.imports.columns import Kind, Mapping
from hansa.customers.imports.records import write_leads, write_opportunities
from hansa.customers.imports.small import write_owners, write_products

WRITERS: dict[str, Callable[[Batch], list[Result]]] = {
    Kind.OWNERS: write_owners,
    Kind.PRODUCTS: write_products,
    Kind.ACCOUNTS: write_accounts,
    Kind.LEADS: write_leads,
    Kind.OPPORTUNITIES: write_opportunities,
}


def write_entries(
    kind: str, vendor_id: UUID, entries: Sequence[Entry], mapping: Mapping, names: frozenset[str]
) -> list[Result]:
    """Write these entries and say of each what became of it, in their order; `names` are those of the whole file."""
    sound = [entry for entry in entries if not entry.problem]
    written = iter(WRITERS[kind](Batch(vendor_id, sound, mapping, names)))
    return [Result(Outcome.REJECTED, [entry.problem]) if entry.problem else next(written) for entry in entries]
