"""The release of decisions at the times at which a program answers all registrations together."""

from datetime import datetime
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from hansa.core.actors import Actor, System
from hansa.core.tenancy import acting, moment
from hansa.deals.actions import release_decision
from hansa.deals.verdicts import to_tell
from hansa.kernel.errors import DomainError
from hansa.programs.models import Program
from hansa.programs.review_terms import calendar_of

log = structlog.get_logger()


@app.task(name="sweep_releases")
def sweep_releases(vendor_id: str) -> int:
    """Tell what was decided before the last set time of each program; returns how many. Each in its own transaction.

    A job that died in the middle is done by the next: what is told is told, the rest still waits.
    """
    actor = System("answers are given together", UUID(vendor_id))
    with acting(actor):
        calendar, at = calendar_of(actor.vendor_id), moment()
        programs = list(Program.objects.filter(vendor_id=actor.vendor_id).exclude(answer_times=[]))
    due = [(program, calendar.last_of(program.answer_times, at)) for program in programs]
    return sum(release_every(actor, program, until) for program, until in due if until)


def release_every(actor: Actor, program: Program, decided_until: datetime) -> int:
    """Tell what was decided in a program until a moment, in the order in which it was registered; returns how many."""
    with acting(actor):
        due = list(to_tell(actor.vendor_id, program, decided_until))
    told = 0
    for deal in due:
        try:
            release_decision(actor, deal)
        except DomainError as refusal:
            log.info("not released", deal=str(deal.pk), why=refusal.code)
        else:
            told += 1
    return told
