"""What the rooms above say on a deal's page: each gives a card, or none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hansa.core.actors import Actor
from hansa.deals.models import Deal


@dataclass(frozen=True, slots=True)
class Card:
    """A card in the margin. `path` is where its button leads, within the workspace, e.g. `disputes/dispute_…/`.

    `advice` is what the partner may do about it, a sentence under "Next".
    """

    title: str
    text: str
    path: str
    label: str
    first: bool = False
    advice: str = ""


Beside = Callable[[Actor, Deal, datetime], Card | None]

_KNOWN: list[Beside] = []


def stands_beside(say: Beside) -> Beside:
    """Let this be asked, inside `acting`, whenever a deal's page is shown."""
    _KNOWN.append(say)
    return say


def cards_beside(actor: Actor, deal: Deal, now: datetime) -> list[Card]:
    """The cards about this deal."""
    return [card for say in _KNOWN if (card := say(actor, deal, now))]
