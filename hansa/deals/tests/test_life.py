"""The life of registrations against a plain model of it, with time moving.

The model knows nothing of the code: claims in a list, and a few sentences about what each step must bring about.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hansa.core.database import now
from hansa.core.tenancy import acting
from hansa.deals import actions
from hansa.deals.jobs import sweep_expired
from hansa.deals.models import (
    Amendment,
    Deal,
    EndReason,
    ExtensionRequest,
    LossReason,
    Protection,
    RejectReason,
    WinReason,
)
from hansa.deals.tests.test_reminders import set_terms
from hansa.kernel.errors import DomainError
from hansa.testing.cast import Cast, Person
from hansa.testing.databases import move_clock

EXAMPLES, STEPS = 30, 20
PROTECTED, PAUSE, MOST, LONGEST = 90, 20, 2, 60
CUSTOMERS = {"Contoso Logistics": "contoso.example", "Litware": "litware.example", "Adatum Paper": "adatum.example"}
UNDECIDED = ("submitted", "under_review")

OVERLAPS = """
SELECT count(*) FROM deals_protection one JOIN deals_protection other
  ON one.id < other.id AND one.vendor_id = other.vendor_id AND one.company_id = other.company_id
 AND one.product_line_id = other.product_line_id AND one.during && other.during
"""

which = st.integers(0, 30)
days = st.integers(1, LONGEST)


@dataclass
class Claim:
    """What the model remembers of one registration."""

    deal: Deal
    who: str
    customer: str
    lines: frozenset[str]
    status: str
    outcome: str = "open"
    until: datetime | None = None
    extended: int = 0
    asked: int | None = None
    request: ExtensionRequest | None = None
    given_up: dict[str, datetime] = field(default_factory=dict)

    def holds(self, at: datetime) -> bool:
        """Whether nobody else gets this customer and these lines."""
        return self.until is not None and self.until > at

    def extendable(self, at: datetime) -> str | None:
        """Why it cannot be extended now, as the refusal's code."""
        if self.status != "approved" or self.outcome != "open" or not self.holds(at):
            return "not_extendable"
        return "extensions_used_up" if self.extended >= MOST else None


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
        if claim.status != "approved" or claim.outcome != "open" or not claim.holds(at):
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


class Life(RuleBasedStateMachine):
    """One vendor, a partner and its rival, three customers, two product lines."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast = cast
        self.model, self.shift = Model(), timedelta()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        """Leave nothing behind, not even the time."""
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        move_clock("0 days")

    @initialize()
    def found(self) -> None:
        set_terms(self.cast, cooling_off_days=PAUSE, extensions_max=MOST, extension_days=LONGEST)

    @rule(
        who=st.sampled_from(["partner_rep", "rival_rep"]),
        customer=st.sampled_from(list(CUSTOMERS)),
        lines=st.sets(st.sampled_from(["analytics", "planner"]), min_size=1),
        far=st.booleans(),
    )
    def register(self, who: str, customer: str, lines: set[str], far: bool) -> None:
        at = self.at()
        expected = self.model.answer(who, customer, frozenset(lines), far, at)
        made: list[Deal] = []
        refused = code_of(lambda: made.append(self.registered(getattr(self.cast, who), customer, lines, far, at)))
        assert (refused or str(made[0].status)) == expected
        if made:
            claim = Claim(made[0], who, customer, frozenset(lines), expected, until=made[0].protected_until)
            assert claim.until is None or at <= claim.until - timedelta(days=PROTECTED) <= self.at()
            self.model.claims.append(claim)

    def registered(self, person: Person, customer: str, lines: set[str], far: bool, at: datetime) -> Deal:
        close = at.date() + timedelta(days=500 if far else 50)
        chosen = [getattr(self.cast, line) for line in sorted(lines)]
        return self.cast.register(
            person, customer=customer, domain=CUSTOMERS[customer], lines=chosen, expected_close=close
        )

    @rule(hours=st.sampled_from([1, 24, 10 * 24, 31 * 24, 89 * 24, 91 * 24]))
    def let_time_pass(self, hours: int) -> None:
        self.shift += timedelta(hours=hours)
        move_clock(f"{self.shift.total_seconds()} seconds")

    @precondition(lambda self: self.model.claims)
    @rule(which=which)
    def approve(self, which: int) -> None:
        claim, at = self.claim(which), self.at()
        expected = "already_protected" if self.model.taken(claim, claim.lines, at) else None
        if not expected and claim.status not in UNDECIDED:
            expected = "illegal_move"
        if claim.status in UNDECIDED or expected != "already_protected":
            assert code_of(lambda: actions.approve_deal(self.cast.deal_desk.actor, claim.deal)) == expected
        if not expected:
            claim.status, claim.until = "approved", self.stored(claim).protected_until
            assert claim.until
            assert at <= claim.until - timedelta(days=PROTECTED) <= self.at()

    @precondition(lambda self: self.model.claims)
    @rule(which=which)
    def reject(self, which: int) -> None:
        claim = self.claim(which)
        expected = None if claim.status in UNDECIDED else "illegal_move"
        desk = self.cast.deal_desk.actor
        assert code_of(lambda: actions.reject_deal(desk, claim.deal, reason=RejectReason.TOO_EARLY)) == expected
        claim.status = claim.status if expected else "rejected"

    @precondition(lambda self: self.model.claims)
    @rule(which=which)
    def withdraw(self, which: int) -> None:
        claim = self.claim(which)
        self.end(claim, lambda: actions.withdraw_deal(self.owner(claim), claim.deal), "withdrawn")

    @precondition(lambda self: self.model.claims)
    @rule(which=which)
    def cancel(self, which: int) -> None:
        claim, manager = self.claim(which), self.cast.channel_manager.actor
        reason = EndReason.NO_ACTIVITY
        self.end(claim, lambda: actions.cancel_deal(manager, claim.deal, reason=reason), "canceled")

    def end(self, claim: Claim, act: Callable[[], Any], status: str) -> None:
        """A step that ends a claim early, and what it protects at that moment."""
        at, expected = self.at(), None
        if claim.outcome != "open":
            expected = "already_closed"
        elif claim.status not in (*UNDECIDED, "approved"):
            expected = "illegal_move"
        assert code_of(act) == expected
        if not expected:
            claim.status = status
            self.release(claim, at)

    @precondition(lambda self: self.model.claims)
    @rule(which=which)
    def lose(self, which: int) -> None:
        claim, at = self.claim(which), self.at()
        closed = claim.status in ("rejected", "duplicate", "withdrawn", "canceled") or claim.outcome != "open"
        refused = code_of(lambda: actions.lose_deal(self.owner(claim), claim.deal, reason=LossReason.PRICE))
        assert refused == ("already_closed" if closed else None)
        if not closed:
            claim.outcome = "lost"
            claim.status = "withdrawn" if claim.status in UNDECIDED else claim.status
            self.release(claim, at)

    @precondition(lambda self: self.model.claims)
    @rule(which=which)
    def win(self, which: int) -> None:
        claim = self.claim(which)
        expected = None if claim.outcome == "open" else "illegal_move"
        expected = expected if claim.status == "approved" else "not_approved"
        refused = code_of(lambda: actions.win_deal(self.owner(claim), claim.deal, reason=WinReason.FIT))
        assert refused == expected
        claim.outcome = claim.outcome if expected else "won"

    @precondition(lambda self: self.model.claims)
    @rule(which=which, days=days)
    def ask_for_time(self, which: int, days: int) -> None:
        claim = self.claim(which)
        expected = claim.extendable(self.at()) or ("extension_pending" if claim.asked else None)
        asked: list[ExtensionRequest] = []
        refused = code_of(
            lambda: asked.append(
                actions.request_extension(self.owner(claim), claim.deal, days=days, reason="They decide later.")
            )
        )
        assert refused == expected
        if asked:
            claim.asked, claim.request = days, asked[0]

    @precondition(lambda self: any(claim.asked for claim in self.model.claims))
    @rule(which=which, fewer=st.integers(0, LONGEST))
    def grant_time(self, which: int, fewer: int) -> None:
        asking = [claim for claim in self.model.claims if claim.asked]
        claim = asking[which % len(asking)]
        given = max(1, (claim.asked or 0) - fewer)
        desk, request = self.cast.deal_desk.actor, claim.request
        expected = claim.extendable(self.at())
        assert code_of(lambda: actions.approve_extension(desk, request, days=given)) == expected
        if not expected:
            claim.asked, claim.request = None, None
            self.lengthen(claim, given)

    @precondition(lambda self: self.model.claims)
    @rule(which=which, days=days)
    def give_time(self, which: int, days: int) -> None:
        claim = self.claim(which)
        expected = "extension_pending" if claim.asked else claim.extendable(self.at())
        manager = self.cast.channel_manager.actor
        assert code_of(lambda: actions.extend_deal(manager, claim.deal, days=days)) == expected
        if not expected:
            self.lengthen(claim, days)

    @precondition(lambda self: self.model.claims)
    @rule(which=which, lines=st.sets(st.sampled_from(["analytics", "planner"]), min_size=1))
    def change_lines(self, which: int, lines: set[str]) -> None:
        claim, at, wanted = self.claim(which), self.at(), frozenset(lines)
        expected = self.model.other_lines(claim, wanted, at)
        asked: list[Amendment] = []
        chosen = [getattr(self.cast, line).pk for line in sorted(lines)]
        asking = {"product_lines": chosen, "reason": "They need others."}
        refused = code_of(lambda: asked.append(actions.request_lines(self.owner(claim), claim.deal, **asking)))
        desk = self.cast.deal_desk.actor
        if asked:
            refused = code_of(lambda: actions.approve_amendment(desk, asked[0]))
        assert refused == expected
        if asked and refused:
            actions.decline_amendment(desk, asked[0], note="Taken.")
        if not refused:
            ended = self.ends(claim)
            for line in claim.lines - wanted:
                claim.given_up[line] = ended[line]
                assert at <= ended[line] <= self.at()
            claim.lines = wanted

    @rule()
    def sweep(self) -> None:
        at = self.at()
        due = [
            claim
            for claim in self.model.claims
            if claim.status == "approved" and claim.outcome == "open" and not claim.holds(at)
        ]
        assert sweep_expired.func(str(self.cast.system.vendor_id)) == len(due)
        for claim in due:
            claim.status = "expired"

    @invariant()
    def no_two_protections_overlap(self) -> None:
        with acting(self.cast.system), connection.cursor() as cursor:
            cursor.execute(OVERLAPS)
            assert cursor.fetchone() == (0,)

    @invariant()
    def the_system_is_as_the_model_says(self) -> None:
        with acting(self.cast.system):
            stored = {deal.pk: deal for deal in Deal.objects.all()}
        for claim in self.model.claims:
            deal = stored.pop(claim.deal.pk)
            assert (deal.status, deal.outcome, deal.protected_until) == (claim.status, claim.outcome, claim.until)
            held = dict.fromkeys(claim.lines, claim.until) if claim.until else {}
            assert self.ends(claim) == held | claim.given_up
        assert not stored

    def at(self) -> datetime:
        with acting(self.cast.system):
            return now()

    def claim(self, which: int) -> Claim:
        return self.model.claims[which % len(self.model.claims)]

    def owner(self, claim: Claim) -> Any:
        return getattr(self.cast, claim.who).actor

    def stored(self, claim: Claim) -> Deal:
        with acting(self.cast.system):
            deal: Deal = Deal.objects.get(pk=claim.deal.pk)
            return deal

    def ends(self, claim: Claim) -> dict[str, datetime]:
        """When the protection of each line ends."""
        lines = {self.cast.analytics.pk: "analytics", self.cast.planner.pk: "planner"}
        with acting(self.cast.system):
            rows = Protection.objects.filter(deal=claim.deal)
            return {lines[row.product_line_id]: row.during.upper for row in rows}

    def release(self, claim: Claim, at: datetime) -> None:
        """What was held then is free from the moment of the step."""
        if claim.holds(at):
            claim.until = self.stored(claim).protected_until
            assert claim.until
            assert at <= claim.until <= self.at()

    def lengthen(self, claim: Claim, days: int) -> None:
        assert claim.until
        claim.until, claim.extended = claim.until + timedelta(days=days), claim.extended + 1


def code_of(act: Callable[[], Any]) -> str | None:
    """The code of the refusal, None where there was none."""
    try:
        act()
    except DomainError as refusal:
        return refusal.code
    return None


def test_the_life_of_a_registration_is_as_the_model_says(committed: Cast) -> None:
    run_state_machine_as_test(
        lambda: Life(committed),  # type: ignore[arg-type]
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.generate],  # a failure shows its steps as they were: finding fewer takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
