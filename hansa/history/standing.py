"""How a chain stands: how much of it there is, and what the last checks found."""

from dataclasses import dataclass

from hansa.core.actors import Actor
from hansa.history.models import Check, Seal, Unsealed


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest seal, how many events wait for theirs, and the last check of all and of the recent entries."""

    last: Seal | None
    waiting: int
    whole: Check | None
    recent: Check | None

    @property
    def entries(self) -> int:
        return self.last.position if self.last else 0

    @property
    def findings(self) -> list[str]:
        """What does not hold, each once."""
        return list(dict.fromkeys(line for check in (self.whole, self.recent) if check for line in check.findings))

    @property
    def word(self) -> str:
        """The state in a few words."""
        count = len(self.findings)
        if count:
            return f"{count:,} {'place does' if count == 1 else 'places do'} not hold"
        if self.whole:
            return f"All {self.whole.entries:,} entries hold"
        if self.recent:
            return f"The recent {self.recent.entries:,} entries hold"
        return "Not verified yet"

    @property
    def tone(self) -> str:
        if self.findings:
            return "bad"
        return "good" if self.whole or self.recent else "calm"


def standing(actor: Actor) -> Standing:
    """How the chain of the actor's vendor stands; for the vendor's side."""
    checks = {check.extent: check for check in Check.objects.visible_to(actor)}
    return Standing(
        last=Seal.objects.visible_to(actor).order_by("-position").first(),
        waiting=Unsealed.objects.visible_to(actor).count(),
        whole=checks.get(Check.Extent.WHOLE),
        recent=checks.get(Check.Extent.RECENT),
    )
