"""What must hold after registrations, whatever was killed meanwhile; and proof that a breach of it is seen."""

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from hansa.core.events import HANDLERS
from hansa.core.jobs import SILENT_WORKER
from hansa.core.models import Event, Reaction
from hansa.core.tenancy import acting
from hansa.deals.models import Deal, Protection, Status
from hansa.kernel.ids import new_id, parse_public_id
from hansa.notices.models import Notice
from hansa.testing.cast import Cast

STANDSTILL_SECONDS = 300  # the fifth attempt at a job begins as late as that
DECIDED = {"deal.approved": Status.APPROVED, "deal.sent_to_review": Status.UNDER_REVIEW}


def jobs_left() -> dict[str, int]:
    """Jobs that are not done, by task and status; those that only the clock starts do not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name || ' ' || status, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            " AND (scheduled_at > now() + interval '1 hour') IS NOT TRUE GROUP BY 1"
        )
        return dict(cursor.fetchall())


def drained(tend: Callable[[], None] = lambda: None) -> bool:
    """Wait until no job is left, with `tend()` each second; False if the queue has not become shorter for so long."""
    fewest, since = math.inf, time.monotonic()
    while left := sum(jobs_left().values()):
        if left < fewest:
            fewest, since = left, time.monotonic()
        elif time.monotonic() > since + STANDSTILL_SECONDS:
            return False
        tend()
        time.sleep(1)
    return True


def in_hand() -> dict[tuple[int, int], bool]:
    """The jobs that somebody has in hand, by their id and for which time they are tried; and whether that one lives."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job.id, job.attempts, coalesce(last_heartbeat > now() - %s::interval, false)"
            " FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
            " WHERE job.status = 'doing'",
            [str(SILENT_WORKER)],
        )
        return {(job, attempts): lives for job, attempts, lives in cursor.fetchall()}


def reckon(cast: Cast, answered: Mapping[str, str]) -> list[str]:
    """Everything that does not hold, in words; `answered` is the deal by the customer's name."""
    with acting(cast.system):
        return [line for check in (_deals, _events, _reactions, _notices, _jobs) for line in check(answered)]


def _deals(answered: Mapping[str, str]) -> list[str]:
    stored = {deal.customer_name: deal for deal in Deal.objects.all()}
    held = set(Protection.objects.values_list("deal", flat=True))
    twice = Deal.objects.values("customer_name").annotate(n=Count("pk")).filter(n__gt=1)
    wrong = [f"{row['customer_name']} is there {row['n']} times" for row in twice]
    wrong += [f"{name} was answered and is not there" for name in answered if name not in stored]
    wrong += [
        f"{name} is another deal" for name, id in answered.items() if name in stored and stored[name].public_id != id
    ]
    approved = {deal.pk for deal in stored.values() if deal.status == Status.APPROVED}
    return wrong + ([f"{len(approved)} are approved, {len(held)} protected"] if approved != held else [])


def _events(answered: Mapping[str, str]) -> list[str]:
    told = Counter(Event.objects.filter(subject_type="deal").values_list("subject_id", "name"))
    wrong = [f"{name} of {subject} is told {n} times" for (subject, name), n in told.items() if n > 1]
    for deal in Deal.objects.all():
        decided = [name for name, status in DECIDED.items() if status == deal.status]
        wrong += [f"{deal}: no {name}" for name in ("deal.registered", *decided) if not told[deal.pk, name]]
    return wrong


def _reactions(answered: Mapping[str, str]) -> list[str]:
    done = Counter(Reaction.objects.values_list("event_id", "handler"))
    due = {(event.pk, handler) for event in Event.objects.all() for handler in HANDLERS.get(event.name, ())}
    wrong = [f"{handler} ran for {event} {n} times" for (event, handler), n in done.items() if n > 1]
    wrong += [f"{handler} did not run for {event}" for event, handler in due - set(done)]
    return wrong + ([] if due else ["nothing was due: the drill did nothing"])


def _notices(answered: Mapping[str, str]) -> list[str]:
    sent = Counter(Notice.objects.values_list("recipient", "path", "title"))
    wrong = [f"{title!r} was told {n} times" for (_, _, title), n in sent.items() if n > 1]
    told = {path for _, path, title in sent if "waits for a decision" in title}
    waiting = Deal.objects.filter(status=Status.UNDER_REVIEW)
    wrong += [f"nobody was told that {it} waits" for it in waiting if f"registrations/{it.public_id}/" not in told]
    return wrong + ([] if told else ["nobody was told anything: the drill did nothing"])


def _jobs(answered: Mapping[str, str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, task_name FROM procrastinate_jobs WHERE status IN ('doing', 'failed')")
        return [f"a job {task} is {status}" for status, task in cursor.fetchall()]


def show_that_it_sees(cast: Cast, answered: Mapping[str, str]) -> list[str]:
    """Break each promise in a transaction that is undone, and say which breach the reckoning misses."""
    name, deal = next(iter(answered.items()))
    breaches: dict[str, Callable[[], Any]] = {
        "a lost deal": lambda: Deal.objects.filter(pk=parse_public_id("deal", deal)).update(customer_name="another"),
        "a second deal": lambda: _copy(
            Deal.objects.exclude(customer_name=name)[0], customer_name=name, submission=None
        ),
        "an event told twice": lambda: _copy(Event.objects.filter(name="deal.registered")[0]),
        "a reaction that never ran": lambda: Reaction.objects.filter(pk=Reaction.objects.all()[0].pk).delete(),
        "a reaction that ran again": lambda: _copy(Notice.objects.all()[0], event_id=new_id()),
        "a job left behind": _leave_a_job,
    }
    missed = []
    for breach, commit in breaches.items():
        with acting(cast.system), transaction.atomic():
            commit()
            if not reckon(cast, answered):
                missed.append(f"the reckoning does not see {breach}")
            transaction.set_rollback(True)
    return missed


def _copy(row: Any, **changes: Any) -> None:
    row.pk = new_id()
    for name, value in changes.items():
        setattr(row, name, value)
    type(row).objects.bulk_create([row])


def _leave_a_job() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('x', 'left', 'doing')")
