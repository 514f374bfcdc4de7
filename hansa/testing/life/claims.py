"""Steps that make, decide and end a claim, and the time that passes between them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from hansa.core.tenancy import acting
from hansa.deals import actions
from hansa.deals.clock_jobs import sweep_clocks
from hansa.deals.jobs import sweep_expired
from hansa.deals.models import Deal, EndReason, LossReason, RejectReason, WinReason
from hansa.deals.questions import open_question
from hansa.testing.databases import set_clock
from hansa.testing.life.machine import Machine, which
from hansa.testing.life.model import PROTECTED, UNDECIDED, Claim

CUSTOMERS = ("Contoso Logistics", "Litware", "Adatum Paper", "Tailspin Toys", "Woodgrove Bank")
FRESH = ("Fourth Coffee", "Margie Travel", "Humongous Insurance", "Lucerne Publishing", "Graphic Institute")
CLOSED = ("rejected", "duplicate", "withdrawn", "canceled")

customers = st.sampled_from(CUSTOMERS)
far = st.sampled_from([False, False, True])
partners = st.sampled_from(["partner", "rival"])
some_lines = st.sets(st.sampled_from(["analytics", "planner"]), min_size=1).map(frozenset)


class ClaimSteps(Machine):
    """A registration until somebody or the time ends it."""

    @initialize(who=partners, customer=customers, lines=some_lines, far=st.booleans())
    def begin(self, who: str, customer: str, lines: frozenset[str], far: bool) -> None:
        """Without a claim there is hardly a step to take."""
        self.register(who, customer, lines, far)

    @rule(who=partners, customer=customers, lines=some_lines, far=far)
    def register(self, who: str, customer: str, lines: frozenset[str], far: bool) -> None:
        at = self.at()
        expected = self.model.answer(who, customer, lines, far, at)
        made: list[Deal] = []
        refused = self.done("register", lambda: made.append(self.registered(who, customer, lines, far, at)))
        answer = refused or str(made[0].status)
        assert answer == expected, f"register: {answer}; the model says {expected}"
        if made:
            self.taken[f"registered {expected}"] += 1
            claim = Claim(made[0], who, customer, lines, expected, until=made[0].protected_until)
            assert claim.until is None or at <= claim.until - timedelta(days=PROTECTED) <= self.at()
            claim.over, claim.own = at, self.model.own(who, customer, lines, at)
            self.model.claims.append(claim)

    @rule(which=which, who=partners, lines=some_lines, far=far)
    def register_the_same(self, which: int, who: str, lines: frozenset[str], far: bool) -> None:
        self.register(who, self.claim(which).customer, lines, far)

    def registered(self, who: str, customer: str, lines: frozenset[str], far: bool, at: datetime) -> Deal:
        return self.cast.register(
            self.cast.people[f"{who}_rep"],
            customer=customer,
            domain=f"{customer.split()[0].lower()}.example",
            lines=[getattr(self.cast, line) for line in sorted(lines)],
            expected_close=at.date() + timedelta(days=500 if far else 50),
        )

    @rule(hours=st.sampled_from([1, 10 * 24, 31 * 24, 89 * 24, 91 * 24]), sweeps=st.sampled_from([False, False, True]))
    def let_time_pass(self, hours: int, sweeps: bool) -> None:
        self.shift += timedelta(hours=hours)
        set_clock(f"{self.shift.total_seconds()} seconds")
        if sweeps:
            self.sweep()

    @precondition(lambda self: any(claim.in_force(self.at()) for claim in self.model.claims))
    @rule(which=which)
    def outlast(self, which: int) -> None:
        """Time passes a protection's end, and nobody sweeps."""
        protected = [claim for claim in self.model.claims if claim.in_force(self.at())]
        claim = protected[which % len(protected)]
        assert claim.until
        self.shift += claim.until - self.at() + timedelta(minutes=1)
        set_clock(f"{self.shift.total_seconds()} seconds")

    def sweep(self) -> None:
        """What has run out is closed, and a question that nobody answered goes back to review."""
        at, vendor = self.at(), str(self.cast.system.vendor_id)
        due = [claim for claim in self.model.claims if claim.ended(at)]
        assert sweep_expired.func(vendor) == len(due)
        for claim in due:
            self.taken["expire"] += 1
            claim.status, claim.over = "canceled" if claim.noticed else "expired", self.at()
        sweep_clocks.func(vendor)
        self.sweep_contests(at)
        for claim in self.model.claims:
            if claim.status == "action_required" and claim.answer_by and claim.answer_by <= at:
                self.taken["lapse"] += 1
                claim.status = "under_review"

    def sweep_contests(self, at: datetime) -> None:
        """What the sweep brings about in disputes."""

    @precondition(lambda self: any(claim.status in UNDECIDED for claim in self.model.claims))
    @rule(which=which, how=st.sampled_from(["approve", "approve", "reject"]))
    def review(self, which: int, how: str) -> None:
        getattr(self, how)(which)

    def approve(self, which: int) -> None:
        claim, at = self.undecided(which), self.at()
        expected = "already_protected" if self.model.taken(claim, claim.lines, at) else None
        if not expected and claim.status not in UNDECIDED:
            expected = "illegal_move"
        if claim.status in UNDECIDED or expected != "already_protected":
            desk = self.cast.deal_desk.actor
            self.expect("approve", lambda: actions.approve_deal(desk, claim.deal), expected)
        if not expected:
            claim.status, claim.until = "approved", self.stored(claim).protected_until
            assert claim.until
            assert at <= claim.until - timedelta(days=PROTECTED) <= self.at()

    @rule(which=which, how=st.sampled_from(["withdraw", "cancel", "lose"]))
    def close_early(self, which: int, how: str) -> None:
        getattr(self, how)(which)

    def reject(self, which: int) -> None:
        claim, desk = self.undecided(which), self.cast.deal_desk.actor
        expected = None if claim.status in UNDECIDED else "illegal_move"
        reason = RejectReason.TOO_EARLY
        self.expect("reject", lambda: actions.reject_deal(desk, claim.deal, reason=reason), expected)
        if not expected:
            claim.status, claim.over = "rejected", self.at()

    @precondition(lambda self: any(claim.status in UNDECIDED for claim in self.model.claims))
    @rule(which=which, days=st.integers(1, 80), mistaken=st.integers(0, 4))
    def ask_or_answer(self, which: int, days: int, mistaken: int) -> None:
        """The vendor asks and the partner answers, each at times when it is not their turn."""
        asked = [claim for claim in self.model.claims if claim.status == "action_required"]
        claim = asked[which % len(asked)] if asked else self.undecided(which)
        if (claim.status == "action_required") != (mistaken == 1):
            self.answer(claim)
        else:
            self.ask_for_more(claim, days)

    def ask_for_more(self, claim: Claim, days: int) -> None:
        at, desk = self.at(), self.cast.deal_desk.actor
        expected = None if claim.status == "under_review" else "illegal_move"
        day = at.date() + timedelta(days=days)
        asking = {"question": "Who decides there?", "answer_by": day}
        self.expect("ask", lambda: actions.ask_for_more(desk, claim.deal, **asking), expected)
        if not expected:
            with acting(self.cast.system):
                claim.answer_by = open_question(claim.deal).answer_by
            assert day <= claim.answer_by.date()
            claim.status = "action_required"

    def answer(self, claim: Claim) -> None:
        at, rep = self.at(), self.person(claim, "rep")
        late = claim.answer_by is not None and claim.answer_by <= at
        expected = ("answer_late" if late else None) if claim.status == "action_required" else "nothing_asked"
        self.expect("answer", lambda: actions.answer_question(rep, claim.deal, note="Their board."), expected)
        claim.status = claim.status if expected else "under_review"

    def withdraw(self, which: int) -> None:
        claim = self.claim(which)
        rep = self.person(claim, "rep")
        self.end("withdraw", claim, lambda: actions.withdraw_deal(rep, claim.deal), "withdrawn")

    def cancel(self, which: int) -> None:
        claim, manager = self.claim(which), self.cast.channel_manager.actor
        reason = EndReason.NO_ACTIVITY
        self.end("cancel", claim, lambda: actions.cancel_deal(manager, claim.deal, reason=reason), "canceled")
        claim.managed |= claim.status == "canceled" and not claim.moved

    def end(self, step: str, claim: Claim, act: Callable[[], Any], status: str) -> None:
        """A step that ends a claim early, and what it protects at that moment."""
        at, expected = self.at(), None
        if claim.outcome != "open":
            expected = "already_closed"
        elif claim.status not in (*UNDECIDED, "approved"):
            expected = "illegal_move"
        self.expect(step, act, expected)
        if not expected:
            claim.status, claim.moved = status, False
            self.release(claim, at)
            claim.over = self.at()

    def lose(self, which: int) -> None:
        claim, at = self.claim(which), self.at()
        expected = "already_closed" if claim.status in CLOSED or claim.outcome != "open" else None
        rep, reason = self.person(claim, "rep"), LossReason.PRICE
        self.expect("lose", lambda: actions.lose_deal(rep, claim.deal, reason=reason), expected)
        if not expected:
            claim.outcome = "lost"
            claim.status = "withdrawn" if claim.status in UNDECIDED else claim.status
            self.release(claim, at)

    @rule(which=which)
    def win(self, which: int) -> None:
        claim = self.claim(which)
        expected = None if claim.outcome == "open" else "illegal_move"
        expected = expected if claim.status == "approved" else "not_approved"
        rep, reason = self.person(claim, "rep"), WinReason.FIT
        self.expect("win", lambda: actions.win_deal(rep, claim.deal, reason=reason), expected)
        claim.outcome = claim.outcome if expected else "won"

    def undecided(self, which: int) -> Claim:
        """Any claim; mostly one that waits for a decision, if there is one."""
        waiting = [claim for claim in self.model.claims if claim.status in UNDECIDED]
        return waiting[which % len(waiting)] if which % 3 and waiting else self.claim(which)
