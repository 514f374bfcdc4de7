"""The sweeps over protections that end soon and that have run out, vendor by vendor."""

from collections.abc import Set
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import OperationalError
from django.db.models import F, Q
from procrastinate.contrib.django import app

from hansa.accounts.each_vendor import defer_for_each_vendor
from hansa.core.actions import lock
from hansa.core.actors import Actor, System
from hansa.core.tenancy import acting, moment
from hansa.deals import bulk_jobs as bulk_jobs
from hansa.deals.actions import end_after_notice, expire_deal, remind_of_end
from hansa.deals.actions.end_deal import expire_due, run_out
from hansa.deals.clock_jobs import sweep_clocks, sweep_each
from hansa.deals.models import Deal, Outcome, Status
from hansa.deals.releases import sweep_releases
from hansa.kernel.errors import DomainError
from hansa.programs.models import Program

BATCH, AT_ONCE = 500, 1000

log = structlog.get_logger()


@app.periodic(cron="*/5 * * * *")
@app.task(name="sweep_all_vendors")
def sweep_all_vendors(timestamp: int) -> None:
    """A job of each kind for each vendor."""
    defer_for_each_vendor(sweep_expired, sweep_reminders, sweep_clocks, sweep_releases)


@app.task(name="sweep_expired")
def sweep_expired(vendor_id: str) -> int:
    """Expire the open registrations whose protection has run out; returns how many.

    Many in each transaction; one by one those that were given notice, and all that is left if many at once fail.
    """
    actor = System("protection has run out", UUID(vendor_id))
    swept = 0
    try:
        while expired := expire_due(actor, most=AT_ONCE):
            swept += expired
    except OperationalError:
        raise  # the database went away: the next sweep goes on
    except Exception:  # whatever fails for one of many: below, each is tried by itself and the one is named
        log.exception("not expired at once", vendor=vendor_id)
    return swept + sweep_each(actor, deals_run_out, end_protection)


def deals_run_out(actor: Actor, without: Set[UUID]) -> list[UUID]:
    """The registrations that have run out, but for those."""
    due = Deal.objects.visible_to(actor).filter(run_out(moment())).exclude(pk__in=without)
    return list(due.order_by("protected_until", "id").values_list("pk", flat=True)[:BATCH])


def end_protection(actor: Actor, deal_id: UUID) -> None:
    """Close one registration whose protection has run out; nothing if somebody was faster."""
    with acting(actor):
        deal = lock(actor, Deal(pk=deal_id))
        if deal.status == Status.APPROVED and deal.outcome == Outcome.OPEN and deal.protected_until <= moment():
            (end_after_notice if deal.notice_given_at else expire_deal)(actor, deal)


@app.task(name="sweep_reminders")
def sweep_reminders(vendor_id: str) -> int:
    """Give the reminders of protections that end soon; returns how many. Each in its own transaction."""
    actor = System("protection ends soon", UUID(vendor_id))
    given, beyond = 0, UUID(int=0)
    while True:
        with acting(actor):
            rows = Deal.objects.filter(_reminder_due(actor.vendor_id, moment()), pk__gt=beyond)
            due = list(rows.order_by("pk")[:BATCH])
        for deal in due:
            try:
                remind_of_end(actor, deal)
            except DomainError:  # extended or ended just now
                continue
            given += 1
        if len(due) < BATCH:
            return given
        beyond = due[-1].pk


def _reminder_due(vendor_id: UUID, at: datetime) -> Q:
    """The deals that `due_reminder` has one for, as a condition that the index of endings answers."""
    asked = Q(pk__in=[])
    for program in Program.objects.filter(vendor_id=vendor_id):
        for days in program.reminder_days:
            ahead = timedelta(days=days)
            unsaid = Q(reminded_days=None) | Q(reminded_days__gt=days)
            asked |= (
                Q(program=program, protected_until__lte=at + ahead, decided_at__lt=F("protected_until") - ahead)
                & unsaid
            )
    live = Q(vendor_id=vendor_id, status=Status.APPROVED, outcome=Outcome.OPEN, protected_until__gt=at)
    return live & asked
