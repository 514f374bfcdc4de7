"""`kill -9` of the whole PostgreSQL under write load: what was acknowledged is there when it is back."""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, takewhile
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import Error, connection, connections
from django.utils import timezone

from drills.clients import Tally, register
from drills.installation import fail, here
from hansa.accounts.models import Vendor
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.kernel.ids import new_id
from hansa.site import run as site_run
from hansa.site.processes import holds
from hansa.testing.cast import Cast, build_cast

SIZES = {"ci": (5, 10_000), "large": (100, 10_000)}  # crashes, and acknowledged rows before each
SEED = 20261126
WRITERS = 8
MOST_AT_ONCE = 50  # rows of one transaction
PACE = 0.2  # seconds between two registrations
LONGEST_ROUND = 300  # seconds
MOST_ROUNDS = 5  # without waiting for the disk


@dataclass
class Round:
    """Threads that write events until the database is killed; `kept` are the rows that were acknowledged."""

    cast: Cast
    subject: UUID = field(default_factory=new_id)
    kept: list[UUID] = field(default_factory=list)

    def write(self, number: int) -> None:
        seed = random.Random(f"{SEED} {number}")
        with suppress(Error, psycopg.Error):
            while True:
                rows = [self.event() for _ in range(seed.randint(1, MOST_AT_ONCE))]
                with acting(self.cast.system):
                    Event.objects.bulk_create(rows)
                self.kept += [row.pk for row in rows]
        connections.close_all()

    def event(self) -> Event:
        return Event(
            id=new_id(),
            vendor_id=self.cast.system.vendor_id,
            name="drill.written",
            actor_kind="system",
            actor_label="drill",
            subject_type="deal",
            subject_id=self.subject,
            at=timezone.now(),
        )

    def lost(self) -> int:
        """How many of the acknowledged rows are not there."""
        with acting(self.cast.system):
            rows = Event.objects.filter(vendor_id=self.cast.system.vendor_id, subject_id=self.subject)
            return len(set(self.kept) - set(rows.values_list("id", flat=True)))


def run(size: str) -> None:
    """Crashes under load with what the product sets, and then without: there rows must be seen to be lost."""
    crashes, rows = SIZES[size]
    site, cast, tally, over = here(), build_cast(), Tally(), threading.Event()
    Vendor.objects.update(registrations_per_day=1_000_000)
    site.start("web")
    if not holds(site_run.healthy, 60):
        fail("the web server does not answer")
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # connections that break are what it is about
    print(f"   seed {SEED}", flush=True)
    person = threading.Thread(target=register, args=(cast.partner_rep, _until(over), cast, tally), daemon=True)
    person.start()
    rounds = [_crash(cast, rows) for _ in range(crashes)]
    over.set()
    person.join()
    written, lost, slowest = sum(it[0] for it in rounds), sum(it[1] for it in rounds), max(it[2] for it in rounds)
    print(f"   {written} rows acknowledged before {crashes} crashes, {lost} lost; back after {slowest:.1f} s at most")
    print(f"   {len(tally.answered)} registrations answered, {tally.errors} errors, {tally.broken} broken connections")
    fail(*([f"{lost} acknowledged rows are lost"] if lost else []), *_registrations_lost(cast, tally))
    if written < crashes * rows or len(tally.answered) < crashes or not tally.errors:
        fail("hardly anything was written or refused")
    _without_waiting_for_the_disk(cast, rows)


def _crash(cast: Cast, rows: int) -> tuple[int, int, float]:
    """How many rows were acknowledged, how many of them are lost, and after how long (s) the database was back."""
    this = Round(cast)
    threads = [threading.Thread(target=this.write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    if not holds(lambda: len(this.kept) >= rows, LONGEST_ROUND):
        fail(f"only {len(this.kept)} rows were written")
    connection.close()
    here().kill_database()
    for thread in threads:
        thread.join()
    began = time.monotonic()
    here().restart_database()
    return len(this.kept), this.lost(), time.monotonic() - began


def _registrations_lost(cast: Cast, tally: Tally) -> list[str]:
    with acting(cast.system):
        stored = Counter((deal.customer_name, deal.public_id) for deal in Deal.objects.all())
    twice = [
        f"{name} is there {times} times" for name, times in Counter(name for name, _ in stored).items() if times > 1
    ]
    return twice + [f"{name} was answered and is not there" for name in tally.answered.items() if name not in stored]


def _without_waiting_for_the_disk(cast: Cast, rows: int) -> None:
    """The negative control: with commits that do not wait for the disk, the same crashes must be seen to lose rows."""
    here().kill("web")
    settings.DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
    connections.close_all()
    for _ in range(MOST_ROUNDS):
        written, lost, _ = _crash(cast, rows)
        print(f"   where commits do not wait for the disk, {lost} of {written} rows are lost")
        if lost:
            return
    fail("where commits do not wait for the disk nothing is seen to be lost")


def _until(over: threading.Event) -> Iterator[int]:
    """Numbers of registrations, one after the other."""
    return takewhile(lambda _: not over.wait(PACE), count())
