"""Steps in the life of an approved claim: more time, another end, other facts, other lines, another owner."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from hansa.deals import actions
from hansa.deals.models import Amendment, EndReason, ExtensionRequest
from hansa.kernel.money import Money
from hansa.testing.life.claims import some_lines
from hansa.testing.life.machine import Machine, days, which
from hansa.testing.life.model import LONGEST, Claim

LAST_SECOND = time(23, 59, 59)


class TermSteps(Machine):
    """What the program's terms allow."""

    @rule(which=which, days=days)
    def ask_for_time(self, which: int, days: int) -> None:
        claim = self.claim(which)
        expected = claim.extendable(self.at()) or ("extension_pending" if claim.asked else None)
        asked: list[ExtensionRequest] = []
        rep, asking = self.person(claim, "rep"), {"days": days, "reason": "They decide later."}
        refused = self.done("ask for time", lambda: asked.append(actions.request_extension(rep, claim.deal, **asking)))
        assert refused == expected, f"{refused}; the model says {expected}"
        if asked:
            claim.asked, claim.request = days, asked[0]

    @precondition(lambda self: any(claim.asked for claim in self.model.claims))
    @rule(which=which, fewer=st.integers(0, LONGEST))
    def grant_time(self, which: int, fewer: int) -> None:
        claim = self.asking(which)
        given = max(1, (claim.asked or 0) - fewer)
        desk, request = self.cast.deal_desk.actor, claim.request
        expected = claim.extendable(self.at())
        self.expect("grant time", lambda: actions.approve_extension(desk, request, days=given), expected)
        if not expected:
            claim.asked, claim.request = None, None
            self.lengthen(claim, given)

    @precondition(lambda self: any(claim.asked for claim in self.model.claims))
    @rule(which=which)
    def decline_time(self, which: int) -> None:
        claim, desk = self.asking(which), self.cast.deal_desk.actor
        self.expect("decline time", lambda: actions.decline_extension(desk, claim.request, note="No news."), None)
        claim.asked, claim.request = None, None

    @rule(which=which, days=days)
    def give_time(self, which: int, days: int) -> None:
        self.give(self.claim(which), days)

    @precondition(lambda self: self.too_late())
    @rule(which=which, days=days)
    def give_time_too_late(self, which: int, days: int) -> None:
        ended = self.too_late()
        self.give(ended[which % len(ended)], days)
        self.taken["give time: after the end"] += 1

    def give(self, claim: Claim, days: int) -> None:
        manager = self.cast.channel_manager.actor
        expected = "extension_pending" if claim.asked else claim.extendable(self.at())
        self.expect("give time", lambda: actions.extend_deal(manager, claim.deal, days=days), expected)
        if not expected:
            self.lengthen(claim, days)

    def too_late(self) -> list[Claim]:
        """The claims whose time has run out while nobody swept."""
        at = datetime.now(UTC) + self.shift
        return [claim for claim in self.model.claims if claim.ended(at)]

    @rule(which=which, days=st.integers(0, 100))
    def announce_end(self, which: int, days: int) -> None:
        claim, at = self.claim(which), self.at()
        day = at.date() + timedelta(days=days)
        expected = self.not_announced(claim, day, at)
        ending = {"reason": EndReason.CUSTOMER_WISH, "ends_on": day}
        manager = self.cast.channel_manager.actor
        self.expect("announce end", lambda: actions.announce_end(manager, claim.deal, **ending), expected)
        if not expected:
            claim.noticed, claim.managed, claim.until = True, True, last_second(day)

    def not_announced(self, claim: Claim, day: date, at: datetime) -> str | None:
        """Why the claim's end cannot be announced for this day, as the refusal's code."""
        if not claim.in_force(at):
            return "not_in_force"
        if claim.noticed:
            return "already_announced"
        return "ends_anyway" if claim.until and last_second(day) >= claim.until else None

    @rule(which=which, thousands=st.integers(1, 3))
    def amend(self, which: int, thousands: int) -> None:
        claim, at = self.claim(which), self.at()
        expected = "not_in_force" if not claim.in_force(at) else None
        expected = expected or ("nothing_changed" if claim.amount == thousands * 1_000_00 else None)
        facts = {"amount": Money(thousands * 1_000_00, "EUR"), "expected_close": claim.deal.expected_close}
        rep = self.person(claim, "rep")
        self.expect("amend", lambda: actions.amend_deal(rep, claim.deal, **facts), expected)
        claim.amount = claim.amount if expected else thousands * 1_000_00

    @rule(which=which, lines=some_lines)
    def change_lines(self, which: int, lines: frozenset[str]) -> None:
        claim, at = self.claim(which), self.at()
        expected = self.model.other_lines(claim, lines, at)
        asked: list[Amendment] = []
        chosen = [getattr(self.cast, line).pk for line in sorted(lines)]
        asking = {"product_lines": chosen, "reason": "They need others."}
        rep, desk = self.person(claim, "rep"), self.cast.deal_desk.actor
        refused = self.done("ask for lines", lambda: asked.append(actions.request_lines(rep, claim.deal, **asking)))
        if asked:
            refused = self.done("give lines", lambda: actions.approve_amendment(desk, asked[0]))
        assert refused == expected, f"{refused}; the model says {expected}"
        if asked and refused:
            actions.decline_amendment(desk, asked[0], note="Taken.")
        if not refused:
            self.give_up(claim, claim.lines - lines, at)
            claim.lines = lines

    def give_up(self, claim: Claim, lines: frozenset[str], at: datetime) -> None:
        """These lines are free from the moment of the step."""
        ended = self.ends(claim)
        for line in lines:
            claim.given_up[line] = ended[line]
            assert at <= ended[line] <= self.at()

    @rule(which=which, giver=st.sampled_from(["rep", "admin"]), to=st.sampled_from(["rep", "admin"]))
    def hand_over(self, which: int, giver: str, to: str) -> None:
        claim = self.claim(which)
        expected = "nothing_changed" if claim.owner == to else None
        expected = "not_the_owner" if giver == "rep" and claim.owner != "rep" else expected
        actor, colleague = self.person(claim, giver), self.person(claim, to).id
        self.expect("hand over", lambda: actions.hand_over_deal(actor, claim.deal, to=colleague), expected)
        claim.owner = claim.owner if expected else to

    def asking(self, which: int) -> Claim:
        asking = [claim for claim in self.model.claims if claim.asked]
        return asking[which % len(asking)]

    def lengthen(self, claim: Claim, days: int) -> None:
        assert claim.until
        claim.until, claim.extended = claim.until + timedelta(days=days), claim.extended + 1


def last_second(day: date) -> datetime:
    return datetime.combine(day, LAST_SECOND, UTC)
