"""Who acts: a person in one membership, an API client, or the system with its reason. Always passed as an argument."""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Self
from uuid import UUID

from hansa.core.permissions import Wanted, holds

Side = Literal["vendor", "partner"]

SYSTEM_ROLE = "system"


class Home(NamedTuple):
    """The partner for which somebody works who acts in the name of another."""

    partnership_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """One party acting in one workspace.

    `side` and `partnership_id` say where it stands: the vendor's people see the vendor's rows, a partner's people the
    rows of their own partnership. `id` is the membership or the API key, None for the system. `changes` are what the
    vendor has changed about who may do what. Who `looks_only` sees what somebody else sees, named in `on_behalf_of`,
    and every action refuses. Who acts in the name of another partner, named there too, has its own as its `home`.
    """

    kind: Literal["person", "client", "system"]
    id: UUID | None
    label: str
    roles: frozenset[str]
    vendor_id: UUID
    side: Side
    partnership_id: UUID | None = None
    on_behalf_of: str = ""
    changes: frozenset[str] = frozenset()
    looks_only: bool = False
    home: Home | None = None

    def may(self, wanted: Wanted) -> bool:
        """Whether one of its roles has this permission, or of several one; nothing wanted is open to all."""
        several = wanted if isinstance(wanted, tuple) else (wanted,)
        return not several or any(holds(role, one, self.changes) for one in several for role in self.roles)

    def within(self, partnership_id: UUID) -> Self:
        """The same actor with the same roles, looking through one partnership's eyes."""
        return replace(self, side="partner", partnership_id=partnership_id)

    def in_name_of(self, partnership_id: UUID, name: str, *, home: Home) -> Self:
        """The same actor at work for another partner, which the history names; for whoever has asked whether they may.

        Few modules may use it: they are listed in the house rules' test, as those that look across the vendor are.
        """
        label = f"{self.label} ({home.name})"
        return replace(self, label=label, partnership_id=partnership_id, on_behalf_of=name, home=home)


def System(reason: str, vendor_id: UUID) -> Actor:  # noqa: N802 - reads as the third kind of actor
    """Hansa itself, at work for one vendor; `reason` is what the audit shows."""
    return Actor("system", None, reason, frozenset({SYSTEM_ROLE}), vendor_id, "vendor")
