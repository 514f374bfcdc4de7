"""What a replay must know of a policy: what its decisions are about, and what is better."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hansa.core.models import PartnerRecord
from hansa.rulebook.dmn.values import Value
from hansa.rulebook.policies import PolicyOutput

REPLAYED: dict[str, "Replayed"] = {}
"""By the policy's name; the rooms above add theirs. Without an entry a decision has no amount and no page."""


@dataclass(frozen=True, eq=False)
class Replayed:
    """`model` has the decisions' subjects by their ids, with `amount` in minor units and `currency` as columns where
    they have a price, and `program` where they belong to one. An amount that is a fact too, of that name, is read as
    it was recorded.

    `title` is the attribute that names one, `page` the address's name, whose one argument is `argument`. `better`
    lists, by output, its values from what a partner likes most to what it likes least, or says that more of it is
    better (`MORE`) or less (`LESS`); the first output that changes and stands here decides who gains. `people` are
    answers that a person may give and no table.
    """

    model: type[PartnerRecord] | None = None
    amount: str = ""
    currency: str = ""
    program: str = ""
    title: str = ""
    page: str = ""
    argument: str = ""
    better: Mapping[str, tuple[Value, ...] | str] = field(default_factory=dict)
    people: tuple[Value, ...] = ()

    def decided_by_people(self, output: PolicyOutput) -> tuple[Value, ...]:
        """What counts as a person's decision of the same; none: anything. To cancel what was approved is another."""
        return (*output.allowed, *self.people) if output.allowed else ()


MORE, LESS = "more", "less"
NOTHING_KNOWN = Replayed()


def replayed(policy: str) -> Replayed:
    """What is known of this policy."""
    return REPLAYED.get(policy, NOTHING_KNOWN)
