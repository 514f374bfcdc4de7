"""What becomes of a plan: each intention meets the rules in the order of time, whoever writes the rows."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from hansa.deals.models import Deal, Outcome, Status
from hansa.kernel.errors import DomainError
from hansa.simulator.plan import Plan, PlannedRegistration

SWEEP = timedelta(minutes=3)
OLDEST_WAITING = timedelta(days=6)  # what a believable desk has not decided yet
Step = Callable[[], None]


class Writer(Protocol):
    """Somebody who makes things happen at a given time. Each method returns the deal as it is afterwards."""

    def register(self, at: datetime, planned: PlannedRegistration) -> Deal: ...
    def approve(self, at: datetime, deal: Deal) -> Deal: ...
    def reject(self, at: datetime, deal: Deal, *, reason: str) -> Deal: ...
    def mark_duplicate(self, at: datetime, deal: Deal) -> Deal: ...
    def move_stage(self, at: datetime, deal: Deal, *, stage: str) -> Deal: ...
    def win(self, at: datetime, deal: Deal, *, reason: str) -> Deal: ...
    def lose(self, at: datetime, deal: Deal, *, reason: str) -> Deal: ...
    def withdraw(self, at: datetime, deal: Deal) -> Deal: ...
    def cancel(self, at: datetime, deal: Deal, *, reason: str) -> Deal: ...
    def expire(self, at: datetime, deal: Deal) -> Deal: ...


@dataclass(slots=True)
class Life:
    """A plan being lived. No two steps share a second, so their order is the same for every writer."""

    plan: Plan
    writer: Writer
    deals: dict[int, Deal] = field(default_factory=dict)
    waiting: list[tuple[datetime, int, Step]] = field(default_factory=list)
    steps: int = 0
    now: datetime = field(init=False)

    def run(self) -> None:
        """Live it all, up to the plan's end; what would come later is left open."""
        for planned in self.plan.registrations:
            self._later(planned.at, partial(self._register, planned))
        self.now = self.plan.begin
        while self.waiting and self.waiting[0][0] <= self.plan.end:
            due, _, step = heapq.heappop(self.waiting)
            self.now = max(due, self.now + timedelta(seconds=1))
            step()

    def _later(self, at: datetime, step: Step) -> None:
        self.steps += 1
        heapq.heappush(self.waiting, (at.replace(microsecond=0), self.steps, step))

    def _register(self, planned: PlannedRegistration) -> None:
        deal = self.deals[planned.number] = self.writer.register(self.now, planned)
        if deal.status == Status.APPROVED:
            self._work(planned)
        elif deal.status == Status.UNDER_REVIEW and not self._left_waiting(planned):
            self._later(self.now + planned.intent.review, partial(self._review, planned))

    def _left_waiting(self, planned: PlannedRegistration) -> bool:
        return planned.intent.verdict == "wait" and self.now > self.plan.end - OLDEST_WAITING

    def _review(self, planned: PlannedRegistration) -> None:
        deal, intent, writer = self.deals[planned.number], planned.intent, self.writer
        if intent.verdict == "reject":
            deal = writer.reject(self.now, deal, reason=intent.reject_reason)
        elif intent.verdict == "duplicate":
            deal = writer.mark_duplicate(self.now, deal)
        else:
            try:
                deal = writer.approve(self.now, deal)
            except DomainError:  # somebody holds this customer
                deal = writer.mark_duplicate(self.now, deal)
        self.deals[planned.number] = deal
        if deal.status == Status.APPROVED:
            self._work(planned)

    def _work(self, planned: PlannedRegistration) -> None:
        deal, intent = self.deals[planned.number], planned.intent
        for after, stage in intent.stages:
            self._later(self.now + after, partial(self._move, planned, stage))
        if intent.end:
            self._later(self.now + intent.end_after, partial(self._end, planned))
        if deal.protected_until:
            self._later(deal.protected_until + SWEEP, partial(self._expire, planned))

    def _move(self, planned: PlannedRegistration, stage: str) -> None:
        if self._in_work(planned):
            self.deals[planned.number] = self.writer.move_stage(self.now, self.deals[planned.number], stage=stage)

    def _end(self, planned: PlannedRegistration) -> None:
        if not self._in_work(planned):
            return
        deal, writer, reason = self.deals[planned.number], self.writer, planned.intent.end_reason
        match planned.intent.end:
            case "won":
                deal = writer.win(self.now, deal, reason=reason)
            case "lost":
                deal = writer.lose(self.now, deal, reason=reason)
            case "canceled":
                deal = writer.cancel(self.now, deal, reason=reason)
            case _:
                deal = writer.withdraw(self.now, deal)
        self.deals[planned.number] = deal

    def _expire(self, planned: PlannedRegistration) -> None:
        if self._in_work(planned):
            self.deals[planned.number] = self.writer.expire(self.now, self.deals[planned.number])

    def _in_work(self, planned: PlannedRegistration) -> bool:
        deal = self.deals[planned.number]
        return deal.status == Status.APPROVED and deal.outcome == Outcome.OPEN
