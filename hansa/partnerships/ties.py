"""Who supplies whom: the companies that a partner may bring into its deals, and those that may bring it into theirs."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from hansa.accounts.models import Workspace
from hansa.core.database import Query, Rows, array, ask_together

TIES_SQL = """
SELECT other.whose, other.id, organization.name, other.role
FROM (SELECT partnership_id, distributor_id, 'distributor' FROM partnerships_supply
      WHERE vendor_id = %(vendor)s AND partnership_id = ANY(%(partnerships)s::uuid[])
      UNION ALL
      SELECT distributor_id, partnership_id, 'reseller' FROM partnerships_supply
      WHERE vendor_id = %(vendor)s AND distributor_id = ANY(%(partnerships)s::uuid[])) AS other (whose, id, role)
JOIN accounts_workspace workspace ON workspace.partnership_id = other.id AND NOT workspace.closed
JOIN accounts_organization organization ON organization.id = workspace.organization_id
ORDER BY other.role, organization.name
"""


class Tie(NamedTuple):
    """Another partner of the same vendor, by its name; `role` is what it is to this one."""

    id: UUID
    name: str
    role: str


def ties_query(vendor_id: UUID, *partnerships: UUID | None) -> Query:
    """What asks for partners' ties, to travel with other statements."""
    return TIES_SQL, {"vendor": vendor_id, "partnerships": array(id for id in partnerships if id)}


def ties_in(rows: Rows) -> list[Tie]:
    """The rows of `ties_query`: distributors before resellers, without those whose partnership has ended."""
    return [Tie(*row[1:]) for row in rows]


def ties_of(vendor_id: UUID, partnership_id: UUID) -> list[Tie]:
    """A partner's ties. Inside `acting`."""
    [rows] = ask_together(ties_query(vendor_id, partnership_id))
    return ties_in(rows)


def ties_among(vendor_id: UUID, partnerships: Iterable[UUID]) -> dict[UUID, list[Tie]]:
    """The ties of each of these partners. Inside `acting`."""
    ids = list(partnerships)
    [rows] = ask_together(ties_query(vendor_id, *ids))
    return {id: ties_in([row for row in rows if row[0] == id]) for id in ids}


def names_of(vendor_id: UUID, partnerships: Iterable[UUID]) -> dict[UUID, str]:
    """The companies' names by partnership; ask only for those that a row read through a wall has named."""
    found = Workspace.objects.filter(vendor_id=vendor_id, partnership_id__in=list(partnerships))
    return {id: name for id, name in found.values_list("partnership_id", "organization__name") if id}
