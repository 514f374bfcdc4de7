"""Tell the partner that a protection ends soon: each reminder of the program's terms once for each end."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.deals.models import Deal, Outcome, Status
from hansa.kernel.errors import DomainError

NOBODY: frozenset[str] = frozenset()


@action("deal.remind_of_end", emits="deal.ending_soon", by=NOBODY)
def remind_of_end(actor: Actor, deal: Deal) -> None:
    """Say that the protection ends soon. Of several reminders that are late only the last one is given."""
    due = due_reminder(deal, deal.program.reminder_days, now())
    if due is None:
        raise DomainError("not_due", "No reminder is due.")
    deal.reminded_days = due
    deal.save(update_fields=["reminded_days"])


def due_reminder(deal: Deal, days: Iterable[int], at: datetime) -> int | None:
    """The reminder to give now, as its days before the end; None if none is due.

    A reminder from before the approval is none: who registers for ten days is not told at once that two weeks are left.
    """
    until = deal.protected_until
    if deal.status != Status.APPROVED or deal.outcome != Outcome.OPEN or until is None or until <= at:
        return None
    begun = [
        ahead
        for ahead in days
        if until - timedelta(days=ahead) <= at
        and (not deal.decided_at or until - timedelta(days=ahead) > deal.decided_at)
    ]
    due = min(begun, default=None)
    given = deal.reminded_days
    return due if due is not None and (given is None or due < given) else None


def reminded_already(until: datetime, days: Iterable[int], at: datetime) -> int | None:
    """What `reminded_days` becomes when the end moves to `until`: what would have been said by now is not said late."""
    return min((ahead for ahead in days if until - timedelta(days=ahead) <= at), default=None)
