"""What must be true of registrations, in plain Python."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hansa.deals.models import Deal, ExtensionRequest

PROTECTED, PAUSE, MOST, LONGEST = 90, 20, 2, 60  # days, days, times, days
UNDECIDED = ("submitted", "under_review", "action_required")
AMOUNT = 84_000_00


@dataclass
class Claim:
    """What the model remembers of one registration; `who` is the partner, `owner` whom of its people it belongs to."""

    deal: Deal
    who: str
    customer: str
    lines: frozenset[str]
    status: str
    owner: str = "rep"
    amount: int = AMOUNT
    outcome: str = "open"
    until: datetime | None = None
    noticed: bool = False
    extended: int = 0
    asked: int | None = None
    request: ExtensionRequest | None = None
    answer_by: datetime | None = None
    given_up: dict[str, datetime] = field(default_factory=dict)

    def holds(self, at: datetime) -> bool:
        """Whether nobody else gets this customer and these lines."""
        return self.until is not None and self.until > at

    def in_force(self, at: datetime) -> bool:
        """Whether it can be changed and extended as an approved deal can."""
        return self.status == "approved" and self.outcome == "open" and self.holds(at)

    def extendable(self, at: datetime) -> str | None:
        """Why it cannot be extended now, as the refusal's code."""
        if not self.in_force(at):
            return "not_extendable"
        if self.noticed:
            return "end_announced"
        return "extensions_used_up" if self.extended >= MOST else None

    def ended(self, at: datetime) -> bool:
        """Whether its time has run out and nobody has closed it yet."""
        return self.status == "approved" and self.outcome == "open" and not self.holds(at)


@dataclass
class Model:
    """Every registration so far, and what the next one must be answered."""

    claims: list[Claim] = field(default_factory=list)

    def answer(self, who: str, customer: str, lines: frozenset[str], far: bool, at: datetime) -> str:
        """The status of a registration that comes now, or `cooling_off`."""
        alike = [one for one in self.claims if one.customer == customer and one.lines & lines]
        mine, rivals = [one for one in alike if one.who == who], [one for one in alike if one.who != who]
        if self.pausing(who, customer, lines, at):
            return "cooling_off"
        if any(one.holds(at) or one.status in UNDECIDED for one in mine) or any(one.holds(at) for one in rivals):
            return "duplicate"
        return "under_review" if far or any(one.status in UNDECIDED for one in rivals) else "approved"

    def pausing(self, who: str, customer: str, lines: frozenset[str], at: datetime) -> bool:
        """Whether this partner held one of these lines until recently."""
        ends = [
            end
            for one in self.claims
            if one.who == who and one.customer == customer and one.outcome != "won"
            for line, end in {**dict.fromkeys(one.lines, one.until), **one.given_up}.items()
            if line in lines and end
        ]
        return any(end <= at < end + timedelta(days=PAUSE) for end in ends)

    def taken(self, claim: Claim, lines: frozenset[str], at: datetime) -> bool:
        """Whether another claim holds one of these lines at the same customer."""
        return any(one.holds(at) and one.lines & lines for one in self.others(claim))

    def wanted(self, claim: Claim, lines: frozenset[str]) -> bool:
        """Whether another claim on one of these lines at the same customer waits for its decision."""
        return any(one.status in UNDECIDED and one.lines & lines for one in self.others(claim))

    def others(self, claim: Claim) -> list[Claim]:
        return [one for one in self.claims if one is not claim and one.customer == claim.customer]

    def other_lines(self, claim: Claim, lines: frozenset[str], at: datetime) -> str | None:
        """Why the claim cannot have these lines instead of its own, as the refusal's code."""
        added = lines - claim.lines
        if not claim.in_force(at):
            return "not_in_force"
        if lines == claim.lines:
            return "nothing_changed"
        if added & claim.given_up.keys():
            return "product_line_given_up"
        if self.pausing(claim.who, claim.customer, added, at):
            return "cooling_off"
        if self.taken(claim, added, at):
            return "already_protected"
        return "earlier_claim" if self.wanted(claim, added) else None
