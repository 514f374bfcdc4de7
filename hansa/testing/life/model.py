"""What must be true of registrations, in plain Python."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hansa.deals.models import Deal, ExtensionRequest
from hansa.disputes.models import Dispute, Hearing

PROTECTED, PAUSE, MOST, LONGEST = 90, 20, 2, 60  # days, days, times, days
CONTESTED, APPEALED = timedelta(days=30), timedelta(days=14)
TURNED_DOWN = ("rejected", "duplicate", "canceled")
UNDECIDED = ("submitted", "under_review", "action_required")
AMOUNT = 84_000_00


@dataclass
class Claim:
    """What the model remembers of one registration; `who` is the partner, `owner` whom of its people it belongs to.

    `over` is when it was turned down or ended, `own` says that it repeats a claim of the same partner, `moved` that a
    dispute ended it, and `managed` that the channel manager has decided something about it.
    """

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
    over: datetime | None = None
    own: bool = False
    moved: bool = False
    managed: bool = False
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
class Side:
    """One side that was asked in a dispute: a claim that holds the customer, or none for the vendor's own sales.

    `left` is how much of its protection there was when it moved.
    """

    hearing: Hearing
    claim: Claim | None
    status: str = "asked"
    answer_by: datetime | None = None
    moved: bool = False
    left: timedelta = timedelta()
    appeal_until: datetime | None = None
    appealed: bool = False


@dataclass
class Contest:
    """A dispute over a claim that was turned down or ended, and the sides that were heard."""

    dispute: Dispute
    claim: Claim
    opened: datetime
    status: str = "opened"
    result: str = ""
    appeal_until: datetime | None = None
    appealed: bool = False
    sides: list[Side] = field(default_factory=list)

    @property
    def asked(self) -> list[Side]:
        """The sides that may still answer."""
        return [side for side in self.sides if side.answer_by]


@dataclass
class Model:
    """Every registration so far, and what the next one must be answered."""

    claims: list[Claim] = field(default_factory=list)
    contests: list[Contest] = field(default_factory=list)

    def answer(self, who: str, customer: str, lines: frozenset[str], far: bool, at: datetime) -> str:
        """The status of a registration that comes now, or `cooling_off`."""
        alike = [one for one in self.claims if one.customer == customer and one.lines & lines]
        mine, rivals = [one for one in alike if one.who == who], [one for one in alike if one.who != who]
        if self.pausing(who, customer, lines, at):
            return "cooling_off"
        if any(one.holds(at) or one.status in UNDECIDED for one in mine) or any(one.holds(at) for one in rivals):
            return "duplicate"
        return "under_review" if far or any(one.status in UNDECIDED for one in rivals) else "approved"

    def own(self, who: str, customer: str, lines: frozenset[str], at: datetime) -> bool:
        """Whether this partner has a claim that a new one would only repeat."""
        alike = [one for one in self.claims if (one.who, one.customer) == (who, customer) and one.lines & lines]
        return any(one.holds(at) or one.status in UNDECIDED for one in alike)

    def undisputable(self, claim: Claim, at: datetime) -> str | None:
        """Why the claim's decision cannot be disputed now, as the refusal's code."""
        if claim.status not in TURNED_DOWN or claim.outcome != "open" or claim.over is None:
            return "nothing_to_dispute"
        if claim.status == "duplicate" and claim.own:
            return "own_claim"
        if claim.moved:
            return "decided_in_dispute"
        if at > claim.over + CONTESTED:
            return "too_late"
        before = [one for one in self.contests if one.claim is claim]
        if any(one.opened >= claim.over for one in before):
            return "disputed_before"
        return "dispute_open" if any(one.status != "closed" for one in before) else None

    def holders(self, claim: Claim, at: datetime) -> list[Claim]:
        """The claims of other partners that hold this one's customer on one of its lines."""
        return [one for one in self.others(claim) if one.who != claim.who and one.holds(at) and one.lines & claim.lines]

    def immovable(self, contest: Contest, granted: bool, at: datetime) -> str | None:
        """Why the protection cannot move as this decision would have it, as the refusal's code."""
        claim, heard = contest.claim, [side.claim for side in contest.sides if side.claim]
        if granted and contest.result != "granted":
            if any(one not in heard for one in self.holders(claim, at)):
                return "not_heard"
            return self.unprotectable(claim, [one for one in heard if one.in_force(at)], at)
        if not granted and contest.result == "granted":
            freed = [claim] if claim.in_force(at) else []
            losers = [side.claim for side in contest.sides if side.claim and side.moved]
            refusals = [self.unprotectable(one, freed, at) for one in losers]
            return next((refusal for refusal in refusals if refusal), None)
        return None

    def unprotectable(self, claim: Claim, freed: list[Claim], at: datetime) -> str | None:
        """Why the claim cannot be protected once those others are freed, as the refusal's code."""
        if any(one.holds(at) and one.lines & claim.lines for one in self.others(claim) if one not in freed):
            return "already_protected"
        return None if claim.status in TURNED_DOWN else "illegal_move"

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
