"""State machines as data: one table per model, read by actions, buttons, documentation and the database's guard."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hansa.kernel.errors import DomainError

NO_ADJECTIVES = {  # states that do not follow "This deal is"
    "action_required": "waiting for an answer",
    "draft": "a draft",
    "duplicate": "a duplicate",
    "evidence": "waiting for evidence",
}


@dataclass(frozen=True, slots=True)
class Move:
    """From some states to another. `phrase` says it after "you cannot", where the name with "it" would not do."""

    sources: tuple[str, ...]
    target: str
    phrase: str = ""


class Lifecycle:
    """The moves of one field. `LIFECYCLE.apply(deal, "approve")` on a locked row is the only way to change it."""

    def __init__(self, field: str, **moves: Move):
        self.field, self.moves = field, moves

    def apply(self, subject: Any, name: str) -> None:
        """Set the field to the move's target. Raises `illegal_move` when the present state has no such move."""
        refusal = self.refusal(subject, name)
        if refusal:
            raise DomainError("illegal_move", refusal)
        setattr(subject, self.field, self.moves[name].target)

    def refusal(self, subject: Any, name: str) -> str:
        """Why the present state has no such move, in a sentence; empty where it has."""
        state, move = str(getattr(subject, self.field)), self.moves[name]
        if state in move.sources:
            return ""
        phrase = move.phrase or f"{say(name)} it"
        return f"This {subject._meta.verbose_name} is {state_in_words(state)}: you cannot {phrase} now."

    def open_to(self, subject: Any) -> set[str]:
        """The names of the moves that the present state allows."""
        state = getattr(subject, self.field)
        return {name for name, move in self.moves.items() if state in move.sources}

    def pairs(self) -> list[tuple[str, str]]:
        """Every (source, target), for the database's guard."""
        return sorted({(source, move.target) for move in self.moves.values() for source in move.sources})


def state_in_words(state: str) -> str:
    """A state as it follows "This deal is"."""
    return NO_ADJECTIVES.get(str(state), say(state))


def say(words: str) -> str:
    """An identifier as words."""
    return str(words).replace("_", " ")


def states(moves: Iterable[Move]) -> set[str]:
    """Every state that the moves mention."""
    return {state for move in moves for state in (*move.sources, move.target)}
