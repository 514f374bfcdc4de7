"""Who may do what at one vendor, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from hansa.accounts.permissions import differences, open_roles, who_may
from hansa.accounts.roles import EVERYONE, Role, roles_of
from hansa.core.actors import Side
from hansa.core.permissions import PERMISSIONS, Permission

ROOMS = {
    "deals": "Deals",
    "disputes": "Disputes",
    "exports": "Exports",
    "files": "Files",
    "filters": "Saved filters",
    "talk": "Conversations",
    "partnerships": "Partners",
    "customers": "Customers",
    "programs": "The program",
    "rulebook": "Policies and decisions",
    "tiers": "Tiers and benefits",
    "accounts": "People, keys and this company",
    "history": "Sealed history",
    "notices": "Notifications",
    "portal": "The audit",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that needs permission: what it is, who may on each side, and how that differs from the standard."""

    permission: Permission
    vendors: str
    partners: str
    given: str
    taken: str
    open: bool

    @property
    def changed(self) -> bool:
        return bool(self.given or self.taken)


def told(permission: Permission, changes: frozenset[str]) -> Told:
    """A permission as a vendor with these changes reads it."""
    may = who_may(permission, changes)
    given, taken = differences(permission, changes)
    return Told(
        permission,
        _people(permission, may, "vendor"),
        _people(permission, may, "partner"),
        names(given),
        names(taken),
        bool(open_roles(permission)),
    )


def by_room(changes: frozenset[str], *, only_changed: bool = False) -> list[tuple[str, list[Told]]]:
    """Everything that needs permission, under the names of the rooms, in the order in which people meet it."""
    rows = [told(permission, changes) for _, permission in sorted(PERMISSIONS.items())]
    shown = [row for row in rows if row.changed or not only_changed]
    grouped = [(title, [row for row in shown if row.permission.room == room]) for room, title in ROOMS.items()]
    return [(title, rows) for title, rows in grouped if rows]


def names(roles: Iterable[Role]) -> str:
    """Roles as people say them: "Administrator, Deal desk"."""
    return ", ".join(str(role.label) for role in roles)


def _people(permission: Permission, may: Iterable[Role], side: Side) -> str:
    """Who of one side may, empty where it is nothing for that side."""
    of_side = roles_of(side)
    if not permission.by:
        return "Hansa itself" if side == "vendor" else ""
    if permission.by == EVERYONE:
        return "Everybody who is invited"
    if not of_side & permission.by:
        return ""
    found = [role for role in may if role in of_side]
    return "Everybody" if len(found) == len(of_side) else names(found) or "Nobody"
