"""What can be known of a partner when its tier is decided, and who supplies it."""

from collections.abc import Iterable
from dataclasses import dataclass

from hansa.programs.models import PartnerType
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.policies import MAJOR, PolicyFact
from hansa.tiers.periods import ENROLLMENT

OF_HUNDRED = "of 100"
SLOTS = tuple(f"custom_{number}" for number in range(1, 7))


@dataclass(frozen=True, slots=True)
class TierFact:
    """A number that is known of a partner. One that nobody supplies is not measured yet, which is never 0.

    `period` says over which time where the program says nothing else, and `entered` that the vendor enters it until a
    room supplies it.
    """

    name: str
    label: str
    description: str
    unit: str = ""
    money: bool = False
    entered: bool = False
    period: str = "rolling:12"

    @property
    def nullable(self) -> bool:
        return self.entered


@dataclass(frozen=True, slots=True)
class Supplier:
    """A statement that finds facts of all partners of a program at once.

    It selects the partnership's id and then each of `facts`; whom it does not find has 0. It is asked with `vendor`,
    `program`, `at`, `places` (decimals of the vendor's currency), and for each fact the time since when it counts under
    the fact's name; `WHO(column)` in it stands for the condition on that column where only some are asked for.
    """

    facts: tuple[str, ...]
    sql: str


TIER_FACTS: list[Supplier] = []
"""Who supplies which facts; the rooms above add theirs in `tier_facts.py`."""

FACTS = (
    TierFact(
        "revenue_sourced",
        "Revenue sourced",
        "What the deals came to that you registered and won",
        money=True,
    ),
    TierFact(
        "revenue_influenced",
        "Revenue influenced",
        "What other partners' deals came to that were won while you stood beside",
        money=True,
    ),
    TierFact("registrations", "Registrations", "Deals that you registered"),
    TierFact("approved_registrations", "Approved registrations", "Of them, those that were approved"),
    TierFact("won_deals", "Deals won", "Deals that you registered and won"),
    TierFact(
        "certifications", "Certifications", "Valid certifications of your people", entered=True,
        period=ENROLLMENT,
    ),
    TierFact("training_completed", "Training completed", "Courses that your people completed", entered=True),
    TierFact(
        "satisfaction", "Customer satisfaction", "What your customers say, from 0 to 100", OF_HUNDRED,
        entered=True,
    ),
    TierFact(
        "customer_health", "Customer health", "Health of the customers that you look after, from 0 to 100",
        OF_HUNDRED, entered=True,
    ),
    TierFact(
        "customer_retention", "Customer retention", "Of the customers that you look after, those who stayed",
        "%", entered=True,
    ),
    TierFact(
        "service_attach", "Service attach", "Of your deals won, those with services", "%", entered=True
    ),
    *(
        TierFact(slot, f"Fact of our own {number}", "A number that the vendor keeps of you", entered=True)
        for number, slot in enumerate(SLOTS, 1)
    ),
)  # fmt: skip
BY_NAME = {fact.name: fact for fact in FACTS}
MONTHS_ENROLLED = "months_enrolled"
POINTS_FACT = "points"
TYPE_FACTS = {f"is_{type_.value}": type_ for type_ in PartnerType}

NUMBERS = tuple(
    PolicyFact(
        fact.name, Kind.NUMBER, fact.description, unit=MAJOR if fact.money else fact.unit, nullable=fact.nullable
    )
    for fact in FACTS
)
MONTHS = PolicyFact(MONTHS_ENROLLED, Kind.NUMBER, "Full months since you joined", unit="months")
TYPES = tuple(
    PolicyFact(name, Kind.BOOLEAN, f"You are in the program as: {type_.label}") for name, type_ in TYPE_FACTS.items()
)

POINTS_SUM = PolicyFact(POINTS_FACT, Kind.NUMBER, "Points, by the table of points", unit="points")


def enterable() -> list[TierFact]:
    """The facts that the vendor enters: those that no room supplies."""
    supplied = {name for supplier in TIER_FACTS for name in supplier.facts}
    return [fact for fact in FACTS if fact.entered and fact.name not in supplied]


def type_facts(partner_types: Iterable[str]) -> dict[str, bool]:
    """What a partner does, as tables ask for it."""
    types = set(partner_types)
    return {name: type_.value in types for name, type_ in TYPE_FACTS.items()}
