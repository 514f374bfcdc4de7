"""State machines as data: one table per model, read by actions, buttons, documentation and the database's guard."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hansa.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Move:
    sources: tuple[str, ...]
    target: str


class Lifecycle:
    """The moves of one field. `LIFECYCLE.apply(deal, "approve")` on a locked row is the only way to change it."""

    def __init__(self, field: str, **moves: Move):
        self.field, self.moves = field, moves

    def apply(self, subject: Any, name: str) -> None:
        """Set the field to the move's target. Raises `illegal_move` when the present state has no such move."""
        state = getattr(subject, self.field)
        if state not in self.moves[name].sources:
            thing = subject._meta.verbose_name
            raise DomainError("illegal_move", f"This {thing} is {say(state)}: you cannot {say(name)} it any more.")
        setattr(subject, self.field, self.moves[name].target)

    def open_to(self, subject: Any) -> set[str]:
        """The names of the moves that the present state allows."""
        state = getattr(subject, self.field)
        return {name for name, move in self.moves.items() if state in move.sources}

    def pairs(self) -> list[tuple[str, str]]:
        """Every (source, target), for the database's guard."""
        return sorted({(source, move.target) for move in self.moves.values() for source in move.sources})


def say(words: str) -> str:
    """An identifier as words."""
    return str(words).replace("_", " ")


def states(moves: Iterable[Move]) -> set[str]:
    """Every state that the moves mention."""
    return {state for move in moves for state in (*move.sources, move.target)}
