"""Steps of a dispute: it is opened, both sides are heard, somebody decides, who lost appeals, or it is taken back."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from hansa.core.actors import Actor, System
from hansa.core.tenancy import acting
from hansa.disputes import actions
from hansa.disputes.jobs import sweep_disputes
from hansa.disputes.models import Dispute, Hearing
from hansa.disputes.sides import hearings_of
from hansa.testing.life.claims import FRESH, ClaimSteps, partners, some_lines
from hansa.testing.life.machine import which
from hansa.testing.life.model import APPEALED, PROTECTED, TURNED_DOWN, Claim, Contest, Side

HEARD = ("opened", "evidence", "appealed")
STEPS = ("dispute", "hear", "answer", "decide", "decide", "appeal", "withdraw")
NEXT = {"opened": "decide", "evidence": "answer", "decided": "appeal", "appealed": "decide", "closed": "appeal"}


class ContestSteps(ClaimSteps):
    """What follows from a registration that was turned down, or whose protection was ended."""

    def dispute(self, which: int) -> None:
        """Contest what was turned down or ended, if there is something; else any claim."""
        turned_down = [claim for claim in self.model.claims if claim.status in TURNED_DOWN]
        claim = turned_down[which % len(turned_down)] if turned_down else self.claim(which)
        at = self.at()
        expected, opened = self.model.undisputable(claim, at), list[Dispute]()
        rep, statement = self.person(claim, "rep"), "We have met them since March."
        act = lambda: opened.append(actions.open_dispute(rep, claim.deal, statement=statement))  # noqa: E731
        self.expect("dispute", act, expected)
        if opened:
            self.model.contests.append(Contest(opened[0], claim, at))

    @rule(who=partners, lines=some_lines, hasty=st.sampled_from([True, False]))
    def be_too_late(self, who: str, lines: frozenset[str], hasty: bool) -> None:
        """One partner comes first, the other finds the customer taken and disputes that: else that is rare."""
        claimed = {claim.customer for claim in self.model.claims}
        customer = next((name for name in FRESH if name not in claimed), FRESH[0])
        self.register(who, customer, lines, far=False)
        self.register("rival" if who == "partner" else "partner", customer, lines, far=False)
        self.dispute(-1)
        if self.model.contests:
            self.go_on_disputing(times=3, for_change=True, hasty=hasty)

    @precondition(lambda self: self.model.contests)
    @rule(times=st.integers(1, 3), for_change=st.sampled_from([True, True, False]), hasty=st.booleans())
    def go_on_disputing(self, times: int, for_change: bool, hasty: bool) -> None:
        """What comes next in the latest dispute; who is hasty decides before the other side is heard."""
        for _ in range(times):
            contest = next((one for one in self.model.contests[::-1] if one.status != "closed"), None)
            if contest is None:
                return
            granted = for_change == (contest.result != "granted")
            if hasty and (contest.asked or not contest.sides):
                self.decide(contest, granted=granted)
            step = "answer" if contest.asked else NEXT[contest.status] if contest.sides else "hear"
            self.step_in(contest, step, granted=granted)

    @rule(which=which, step=st.sampled_from(STEPS), granted=st.booleans())
    def try_something(self, which: int, step: str, granted: bool) -> None:
        """Something that somebody tries in a dispute, when it is their turn and when it is not."""
        if step == "dispute" or not self.model.contests:
            self.dispute(which)
        else:
            self.step_in(self.model.contests[-1 - which % len(self.model.contests)], step, granted=granted)

    def step_in(self, contest: Contest, step: str, *, granted: bool) -> None:
        if step == "decide":
            self.decide(contest, granted=granted)
        else:
            getattr(self, f"{step}_contest")(contest)

    def hear_contest(self, contest: Contest) -> None:
        """Ask the other side, which is whoever holds the customer then, else the vendor's own sales."""
        at, expected = self.at(), None if contest.status in HEARD else "dispute_decided"
        asking: dict[str, Any] = {"question": "Since when?", "answer_by": at.date() + timedelta(days=7)}
        manager = self.cast.channel_manager.actor
        self.expect("hear", lambda: actions.ask_other_side(manager, contest.dispute, **asking), expected)
        if expected:
            return
        contest.status = "evidence"
        known = [side.claim for side in contest.sides if side.claim]
        new: list[Claim | None] = [one for one in self.model.holders(contest.claim, at) if one not in known]
        stored = {hearing.deal_id: hearing for hearing in self.hearings(contest)}
        for claim in new if contest.sides or new else [None]:
            contest.sides.append(Side(stored[claim.deal.pk if claim else None], claim))
        assert len(stored) == len(contest.sides), f"heard: {len(stored)}; the model says {len(contest.sides)}"
        for side in contest.sides:
            side.status, side.answer_by = "asked", stored[side.claim.deal.pk if side.claim else None].answer_by

    def answer_contest(self, contest: Contest) -> None:
        """One side says what it knows; the last that was asked lets the clock go on."""
        sides = contest.asked or contest.sides
        if not sides:
            return
        side = sides[0]
        expected = None if side.status in ("asked", "heard", "appealed") else "hearing_over"
        person = self.person(side.claim, "rep") if side.claim else self.cast.deal_desk.actor
        act = lambda: actions.answer_hearing(person, side.hearing, statement="An offer is out.")  # noqa: E731
        self.expect("answer a hearing", act, expected)
        if not expected:
            side.status, side.answer_by = "heard" if side.status == "asked" else side.status, None
            self.resume(contest)

    def resume(self, contest: Contest) -> None:
        """What the reactions do once nobody is asked any more."""
        if contest.status == "evidence" and not contest.asked:
            actions.resume_dispute(self.hansa(), contest.dispute)
            contest.status = "appealed" if contest.appealed else "opened"

    def decide(self, contest: Contest, *, granted: bool) -> None:
        if contest.status not in HEARD:
            return
        at, final = self.at(), contest.appealed
        decider = self.cast.channel_manager if final else self.cast.vendor_admin
        expected = "still_asked" if contest.asked else None
        expected = expected or ("decided_before" if final and contest.claim.managed else None)
        expected = expected or self.model.immovable(contest, granted, at)
        words = {"reason": "evidence", "note": "We have looked.", "other_note": "We have looked."}
        result = "granted" if granted else "upheld"
        act = lambda: actions.decide_dispute(decider.actor, contest.dispute, result=result, **words)  # noqa: E731
        self.expect("decide", act, expected)
        if not expected:
            self.taken[f"decided {result}"] += 1
            self.move(contest, granted, at)
            self.close(contest, result, at, final=final)

    def move(self, contest: Contest, granted: bool, at: datetime) -> None:
        """What the decision does to the protections."""
        if granted and contest.result != "granted":
            for side in contest.sides:
                if side.claim and side.claim.in_force(at):
                    side.left = self.take(side.claim, at)
                    side.moved = True
                    self.taken["moved from a rival"] += 1
            self.protect(contest.claim, timedelta(days=PROTECTED), at)
        elif not granted and contest.result == "granted":
            if contest.claim.in_force(at):
                self.take(contest.claim, at)
            for side in contest.sides:
                if side.claim and side.moved:
                    noticed = side.claim.noticed  # what moves back is as it was
                    self.protect(side.claim, timedelta(seconds=int(side.left.total_seconds())), at)
                    side.claim.noticed = noticed
                    side.moved = False
                    self.taken["moved back"] += 1

    def take(self, claim: Claim, at: datetime) -> timedelta:
        """The claim ends by a dispute; returns how much of its protection there was left."""
        before = claim.until
        claim.status, claim.moved = "canceled", True
        self.release(claim, at)
        claim.over = self.at()
        assert before
        assert claim.until
        return before - claim.until

    def protect(self, claim: Claim, time: timedelta, at: datetime) -> None:
        claim.status, claim.moved, claim.noticed, claim.over = "approved", False, False, None
        claim.until = self.stored(claim).protected_until
        assert claim.until
        assert at <= claim.until - time <= self.at()

    def close(self, contest: Contest, result: str, at: datetime, *, final: bool) -> None:
        contest.result, contest.status = result, "closed" if final else "decided"
        contest.appeal_until = None if final else at + APPEALED
        for side in contest.sides:
            side.status = contest.status
            side.appeal_until = contest.appeal_until if side.moved else None

    def appeal_contest(self, contest: Contest) -> None:
        """Whoever lost asks somebody else; mostly the one who may."""
        loser = next((side for side in contest.sides if side.moved), None)
        if loser and loser.claim:
            self.appeal_hearing(contest, loser)
            return
        rep = self.person(contest.claim, "rep")
        expected = None if contest.result == "upheld" else "not_lost"
        expected = expected or self.unappealable(contest.appeal_until, contest.appealed, contest.status)
        act = lambda: actions.appeal_dispute(rep, contest.dispute, statement="Look again.")  # noqa: E731
        self.expect("appeal", act, expected)
        if not expected:
            contest.status, contest.appealed = "appealed", True

    def appeal_hearing(self, contest: Contest, side: Side) -> None:
        assert side.claim
        rep = self.person(side.claim, "rep")
        expected = self.unappealable(side.appeal_until, side.appealed, side.status)
        act = lambda: actions.appeal_hearing(rep, side.hearing, statement="Look again.")  # noqa: E731
        self.expect("appeal", act, expected)
        if expected:
            return
        side.status, side.appealed = "appealed", True
        if contest.status == "decided":
            actions.take_up_appeal(self.hansa(), contest.dispute)
            contest.status, contest.appealed = "appealed", True

    def unappealable(self, until: datetime | None, before: bool, status: str) -> str | None:
        """Why who lost cannot appeal, as the refusal's code."""
        if before or until is None:
            return "appealed_before"
        if until <= self.at():
            return "too_late"
        return None if status == "decided" else "illegal_move"

    def withdraw_contest(self, contest: Contest) -> None:
        expected = None if contest.status in HEARD else "illegal_move"
        expected = "not_yours_to_withdraw" if contest.result == "granted" else expected
        rep = self.person(contest.claim, "rep")
        self.expect("withdraw a dispute", lambda: actions.withdraw_dispute(rep, contest.dispute), expected)
        if expected:
            return
        contest.status, contest.result = "closed", contest.result or "withdrawn"
        for side in contest.sides:
            actions.close_hearing(self.hansa(), side.hearing)
            side.status, side.answer_by = "closed", None

    def sweep_contests(self, at: datetime) -> None:
        sweep_disputes.func(str(self.cast.system.vendor_id))
        for contest in self.model.contests:
            for side in contest.asked:
                if side.answer_by and side.answer_by <= at:
                    side.status, side.answer_by = "heard", None
            self.resume(contest)
            ends = contest.appeal_until
            if contest.status == "decided" and ends and ends <= at and not any(side.appealed for side in contest.sides):
                self.taken["close a dispute"] += 1
                contest.status = "closed"
                for side in contest.sides:
                    side.status = "closed"

    def hearings(self, contest: Contest) -> list[Hearing]:
        with acting(self.cast.system):
            return hearings_of(contest.dispute)

    def hansa(self) -> Actor:
        """Hansa itself, doing what a reaction would."""
        return System("the other side of a life", self.cast.system.vendor_id)
