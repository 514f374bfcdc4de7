"""What a replay finds, as its report keeps it in JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

Side = Literal["gain", "lose", "neither"]
Money = Mapping[str, int]
"""Minor units by currency."""

NO_ROW, NOT_ALLOWED, TWO_ROWS = "no_row", "not_allowed", "two_rows"
REASONS = {
    NO_ROW: "No row of the draft covers it",
    NOT_ALLOWED: "A fact was recorded with a value that the draft does not allow",
    TWO_ROWS: "Rows of the draft contradict each other",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of change: the recorded outputs and the draft's, how many and how much, and for whom it is better.

    `later` counts, by what a person decided afterwards, the cases that did not end with the recorded answer.
    """

    then: Mapping[str, Any]
    now: Mapping[str, Any]
    side: Side
    many: int
    money: Money = field(default_factory=dict)
    later: Mapping[str, int] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**kept)

    @property
    def differing(self) -> list[str]:
        """The outputs that differ, by name."""
        return [name for name, value in self.now.items() if self.then.get(name) != value]


@dataclass(frozen=True, slots=True)
class Missing:
    """Cases that could not be replayed: `facts` were not recorded, or `reason` is a word of `REASONS`."""

    many: int
    facts: tuple[str, ...] = ()
    reason: str = ""

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        return cls(kept["many"], tuple(kept["facts"]), kept["reason"])
