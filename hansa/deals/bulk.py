"""A decision about many registrations at work, and how far it is.

Each registration is decided by the same action as by hand, in a transaction of its own that also marks it as done: a
crash loses none and decides none twice. Several that work on one run skip what another has in hand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Count, Q, QuerySet

from hansa.accounts.actors import at_work_still
from hansa.core.actions import caused_by, lock
from hansa.core.actors import Actor
from hansa.core.database import Query
from hansa.core.models import Event
from hansa.core.retries import LOST
from hansa.core.tenancy import acting, finish_together, moment
from hansa.deals.actions.decide_many import ACTS, finish_bulk, stop_bulk
from hansa.deals.models import BulkDecision, BulkItem, Deal
from hansa.kernel.errors import DomainError

AT_ONCE = 25
BROKEN = "Something went wrong on our side. Open it and decide it there."
LEFT = "Whoever started this may not decide any more. Somebody else can go on with it."

GIVEN: Mapping[BulkDecision.Kind, Callable[[BulkDecision], dict[str, Any]]] = {
    BulkDecision.Kind.APPROVE: lambda run: {"note": run.note},
    BulkDecision.Kind.REJECT: lambda run: {"note": run.note, "reason": run.reason},
    BulkDecision.Kind.ASSIGN: lambda run: {"to": run.assignee_id},
}

CLAIM_SQL = """
WITH next AS MATERIALIZED (
    SELECT item.id FROM deals_bulkitem item
    WHERE item.vendor_id = %(vendor)s AND item.run_id = %(run)s AND item.done_at IS NULL
      AND EXISTS (SELECT FROM deals_bulkdecision run
                  WHERE run.vendor_id = item.vendor_id AND run.id = item.run_id AND run.status = 'running')
    ORDER BY item.number LIMIT 1 FOR UPDATE OF item SKIP LOCKED
)
UPDATE deals_bulkitem item SET done_at = hansa_now() FROM next
WHERE item.vendor_id = %(vendor)s AND item.id = next.id RETURNING item.id, item.deal_id
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Progress:
    """How many registrations of a run are decided, could not be, or wait."""

    decided: int
    refused: int
    waiting: int

    @property
    def done(self) -> int:
        return self.decided + self.refused

    @property
    def total(self) -> int:
        return self.done + self.waiting


def progress_of(run: BulkDecision) -> Progress:
    """How far a run is, counted now."""
    items = BulkItem.objects.filter(vendor_id=run.vendor_id, run=run)
    done = Q(done_at__isnull=False)
    counts = items.aggregate(
        decided=Count("pk", done & Q(refusal="")),
        refused=Count("pk", done & ~Q(refusal="")),
        waiting=Count("pk", ~done),
    )
    return Progress(**counts)


def not_decided(actor: Actor, run: BulkDecision) -> QuerySet[Any]:
    """What could not be decided, with the reason, in the order of the run."""
    items = BulkItem.objects.visible_to(actor).filter(run=run, done_at__isnull=False).exclude(refusal="")
    return items.select_related("deal__partnership__organization")


def run_to_the_end(system: Actor, run_id: UUID) -> None:
    """Decide whatever is left of a run, in the name of who started it, while they may and until it is stopped."""
    cause = _beginning(system, run_id)
    while True:
        with acting(system):
            run: BulkDecision = BulkDecision.objects.visible_to(system).named(run_id)
        if run.status != BulkDecision.Status.RUNNING:
            return
        actor = at_work_still(run.vendor_id, run.by_kind, run.by_id)
        if actor is None or not actor.may(ACTS[BulkDecision.Kind(run.kind)]):
            _give_up(system, run)
            return
        if not all(_decide_next(actor, run, cause) for _ in range(AT_ONCE)):
            break
    with acting(system):
        run = lock(system, run)
        progress = progress_of(run)
        if run.status == BulkDecision.Status.RUNNING and not progress.waiting:
            finish_bulk(system, run, decided=progress.decided, refused=progress.refused)


def _decide_next(actor: Actor, run: BulkDecision, cause: UUID) -> bool:
    """Decide the next registration that nobody has in hand; False when there is none, or the run is stopped."""
    rows: Sequence[Any] = ()
    given = GIVEN[BulkDecision.Kind(run.kind)](run)
    claim: Query = (CLAIM_SQL, {"vendor": run.vendor_id, "run": run.pk})
    try:
        with acting(actor, claim) as [rows], caused_by(cause):
            for _, deal in rows:
                ACTS[BulkDecision.Kind(run.kind)](actor, Deal(pk=deal, vendor_id=run.vendor_id), **given)
            finish_together()
    except LOST:
        raise  # another attempt goes on
    except DomainError as refusal:
        _keep(actor, rows[0][0], refusal.code, refusal.message)
    except Exception:  # a defect that one registration meets is kept with it, and the others are decided
        if not rows:
            raise
        log.exception("not decided in bulk", run=str(run.pk), item=str(rows[0][0]))
        _keep(actor, rows[0][0], "internal_error", BROKEN)
    return bool(rows)


def _keep(actor: Actor, item: UUID, code: str, why: str) -> None:
    with acting(actor):
        left = BulkItem.objects.visible_to(actor).filter(pk=item, done_at=None)
        left.update(done_at=moment(), code=code, refusal=why)


def _beginning(system: Actor, run_id: UUID) -> UUID:
    """The event that a run began with, or was gone on with: the cause of all that it brings about."""
    with acting(system):
        began = Event.objects.visible_to(system).filter(subject_id=run_id, name__in=("bulk.started", "bulk.resumed"))
        event: Event = began.latest("at", "id")
    return event.id


def _give_up(system: Actor, run: BulkDecision) -> None:
    with acting(system):
        run = lock(system, run)
        if run.status == BulkDecision.Status.RUNNING:
            stop_bulk(system, run, problem=LEFT)
