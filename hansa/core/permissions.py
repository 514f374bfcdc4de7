"""Who may do what: the standard that the code declares, and what a vendor has changed about it."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Protocol


class Permitted(Protocol):
    """Something that needs permission: an action, or something to read."""

    @property
    def name(self) -> str: ...
    @property
    def by(self) -> frozenset[str]: ...


Wanted = Permitted | tuple[Permitted, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """What the code says of one thing that needs permission; `by` are the roles of the standard, none: Hansa alone."""

    name: str
    by: frozenset[str]
    room: str
    summary: str


PERMISSIONS: dict[str, Permission] = {}


def reading(name: str, summary: str, *, by: frozenset[str], room: str) -> Permission:
    """Declare something that not everybody of a side may read, and that leads to no action of its own."""
    PERMISSIONS[name] = declared = Permission(name, by, room, summary)
    return declared


def change(name: str, role: str, *, given: bool) -> str:
    """One difference from the standard, as a vendor keeps it: "deal.approve +auditor"."""
    return f"{name} {'+' if given else '-'}{role}"


def holds(role: str, wanted: Permitted, changes: Set[str]) -> bool:
    """Whether people of this role may: by a change of their vendor, else by the standard."""
    if role in wanted.by:
        return change(wanted.name, role, given=False) not in changes
    return change(wanted.name, role, given=True) in changes
