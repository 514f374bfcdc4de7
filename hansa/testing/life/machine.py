"""What all steps share: the cast, the model beside the system, the time, and what must hold after each step."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.kernel.errors import DomainError
from hansa.programs.actions import change_terms
from hansa.programs.models import Program
from hansa.testing.cast import Cast
from hansa.testing.databases import set_clock
from hansa.testing.life.model import LONGEST, MOST, PAUSE, UNDECIDED, Claim, Model

DEALS = "SELECT id, status, outcome, protected_until, owner_id, amount_minor FROM deals_deal"
ENDS = "SELECT deal_id, product_line_id, upper(during) FROM deals_protection"
OVERLAPS = """
SELECT count(*) FROM deals_protection one JOIN deals_protection other
  ON one.id < other.id AND one.vendor_id = other.vendor_id AND one.company_id = other.company_id
 AND one.product_line_id = other.product_line_id AND one.during && other.during
"""

GOING_ON = (*UNDECIDED, "approved")

which = st.integers(0, 30)
days = st.integers(1, LONGEST)


def set_terms(cast: Cast) -> None:
    """The terms by which the registrations of these lives live on."""
    with acting(cast.system):
        program = Program.objects.get(pk=cast.program.pk)
    change_terms(
        cast.vendor_admin.actor,
        program,
        reminder_days=program.reminder_days,
        extensions_max=MOST,
        extension_days=LONGEST,
        cooling_off_days=PAUSE,
        notice_days=0,
    )


class Machine(RuleBasedStateMachine):
    """One vendor, a partner and its rival, in a transaction that is undone at the end."""

    def __init__(self, cast: Cast, taken: Counter[str]) -> None:
        super().__init__()
        self.cast, self.taken = cast, taken
        self.lines = {cast.analytics.pk: "analytics", cast.planner.pk: "planner"}
        self.model, self.shift = Model(), timedelta()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        """Leave nothing behind, not even the time."""
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        set_clock("0 days")
        connections["owner"].close()

    @invariant()
    def the_system_is_as_the_model_says(self) -> None:
        """Every registration and protection is as it must be, and no two protections overlap."""
        with acting(self.cast.system, (DEALS, []), (ENDS, []), (OVERLAPS, [])) as (deals, ends, [overlaps]):
            stored = {pk: facts for pk, *facts in deals}
            held: dict[Any, dict[str, datetime]] = {pk: {} for pk in stored}
            for deal, line, end in ends:
                held[deal][self.lines[line]] = end
        self.taken["steps"] += 1
        assert overlaps == (0,)
        for claim in self.model.claims:
            owner = self.person(claim, claim.owner).id
            facts = [claim.status, claim.outcome, claim.until, owner, claim.amount]
            found = stored.pop(claim.deal.pk)
            assert found == facts, f"{found}; the model says {facts}"
            still = dict.fromkeys(claim.lines, claim.until) if claim.until else {}
            protected = held[claim.deal.pk]
            assert protected == still | claim.given_up, f"{protected}; the model says {still | claim.given_up}"
        assert not stored

    def at(self) -> datetime:
        return now()

    def claim(self, which: int) -> Claim:
        """Any claim; mostly one that is still open, if there is one."""
        going_on = [claim for claim in self.model.claims if claim.outcome == "open" and claim.status in GOING_ON]
        among = going_on if which % 3 and going_on else self.model.claims
        return among[which % len(among)]

    def person(self, claim: Claim, role: str) -> Actor:
        """The partner's `rep` or `admin`."""
        return self.cast.people[f"{claim.who}_{role}"].actor

    def stored(self, claim: Claim) -> Deal:
        with acting(self.cast.system):
            deal: Deal = Deal.objects.get(pk=claim.deal.pk)
            return deal

    def ends(self, claim: Claim) -> dict[str, datetime]:
        """When the protection of each line ends."""
        with acting(self.cast.system, (f"{ENDS} WHERE deal_id = %s", [claim.deal.pk])) as [rows]:
            return {self.lines[line]: end for _, line, end in rows}

    def done(self, step: str, act: Callable[[], Any]) -> str | None:
        """Take a step: the code of the refusal, None where there was none."""
        refused = None
        try:
            act()
        except DomainError as refusal:
            refused = refusal.code
        self.taken[f"{step}: {refused}" if refused else step] += 1
        return refused

    def expect(self, step: str, act: Callable[[], Any], expected: str | None) -> None:
        """Take a step of which the model knows how it ends: as the code of a refusal, or well."""
        refused = self.done(step, act)
        assert refused == expected, f"{step}: {refused or 'done'}; the model says {expected or 'done'}"

    def release(self, claim: Claim, at: datetime) -> None:
        """What was held then is free from the moment of the step."""
        if claim.holds(at):
            claim.until = self.stored(claim).protected_until
            assert claim.until
            assert at <= claim.until <= self.at()
