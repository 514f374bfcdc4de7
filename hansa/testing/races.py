"""Contenders for one customer, all at once, each on a connection of its own."""

import random
import string
import time
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, register_deal, withdraw_deal
from hansa.deals.models import Deal, Protection, Status
from hansa.kernel.errors import DomainError
from hansa.kernel.money import Money
from hansa.partnerships.models import Partnership
from hansa.testing.cast import Cast, Person

SPELLINGS = ("{}.example", "www.{}.example", "https://{}.example/", "HTTP://WWW.{}.EXAMPLE/about", "shop.{}.example")

PROTECT = """
INSERT INTO deals_protection (id, vendor_id, partnership_id, deal_id, company_id, product_line_id, during)
VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, tstzrange(hansa_now(), hansa_now() + interval '90 days'))
"""


@dataclass(slots=True)
class Result:
    """What a contender got: an answer, or the error that it ended with."""

    answer: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class Contest:
    """A person of each contending partner, and a thread for each that keeps its connection from round to round.

    `seconds` is how long each of them has waited for the end, in every race so far.
    """

    cast: Cast
    people: Sequence[Person]
    threads: ThreadPoolExecutor
    seconds: list[float] = field(default_factory=list)

    def race(self, contenders: Sequence[Callable[[], Any]]) -> list[Result]:
        """Let all of them go at the same moment, and wait for each."""
        barrier = Barrier(len(contenders))

        def run(contender: Callable[[], Any]) -> Result:
            try:
                connection.ensure_connection()
                barrier.wait()
                began = time.monotonic()
                try:
                    return Result(contender())
                finally:
                    self.seconds.append(time.monotonic() - began)
            except BaseException as error:  # noqa: BLE001 - the judge looks at it
                return Result(error=error)

        return list(self.threads.map(run, contenders))


@contextmanager
def contest(cast: Cast, people: Sequence[Person]) -> Iterator[Contest]:
    """These people as contenders."""
    with ThreadPoolExecutor(len(people)) as threads:
        contenders = Contest(cast, people, threads)
        try:
            yield contenders
        finally:
            contenders.race([connections.close_all] * len(people))


def customer(seed: random.Random) -> str:
    """A name that resembles no other."""
    return "".join(seed.choices(string.ascii_lowercase, k=12))


def claim(cast: Cast, person: Person, name: str, number: int, **changes: Any) -> Deal:
    """Register the customer in this contender's spelling, with both product lines, in this contender's order."""
    lines = [cast.analytics.pk, cast.planner.pk]
    facts = {"domain": SPELLINGS[number % len(SPELLINGS)].format(name)} | changes
    partnership = Partnership(pk=person.actor.partnership_id, vendor_id=person.actor.vendor_id)
    return register_deal(
        person.actor,
        partnership,
        customer=name.title() if number % 2 else f"{name.upper()} Ltd",
        product_lines=lines if number % 2 else lines[::-1],
        amount=Money(10_000_00, "EUR"),
        expected_close=timezone.now().date() + timedelta(days=60),
        country="NL",
        **facts,
    )


def race_to_register(contest: Contest, name: str, *, known: bool) -> list[str]:
    """One round of registrations; returns what is wrong with its end, nothing if all is well.

    `known`: the vendor has the customer already, because an earlier claim was withdrawn.
    """
    cast, people = contest.cast, contest.people
    if known:
        withdraw_deal(people[0].actor, claim(cast, people[0], name, 0))
    results = contest.race([lambda p=person, n=n: claim(cast, p, name, n) for n, person in enumerate(people)])
    statuses = [result.answer.status for result in results if result.answer]
    wrong = [f"{type(result.error).__name__}: {result.error}" for result in results if result.error]
    if statuses.count(Status.APPROVED) != 1:
        wrong.append(f"{statuses.count(Status.APPROVED)} of {len(people)} were approved")
    if set(statuses) - {Status.APPROVED, Status.DUPLICATE, Status.UNDER_REVIEW}:
        wrong.append(f"there are {sorted(set(statuses))}")
    return wrong + overlapping(cast, {result.answer.company_id for result in results if result.answer})


def race_to_approve(contest: Contest, name: str, rounds: int = 1) -> list[str]:
    """Undecided claims of one customer, each approved by hand at the same moment; returns what is wrong."""
    desk = contest.cast.channel_manager.actor

    def approve(deal: Deal, number: int) -> Deal:
        approve_deal(desk, deal)
        return deal

    return _rounds(contest, name, rounds, approve, _already_protected)


def race_by_sql(contest: Contest, name: str, rounds: int = 1) -> list[str]:
    """Plain inserts of protections for claims of one customer, lines in opposite orders; returns what is wrong."""
    cast = contest.cast
    lines = [cast.analytics.pk, cast.planner.pk]

    def protect(deal: Deal, number: int) -> Deal:
        with acting(cast.system), transaction.atomic(), connection.cursor() as cursor:
            for line in lines if number % 2 else lines[::-1]:
                cursor.execute(PROTECT, [deal.vendor_id, deal.partnership_id, deal.pk, deal.company_id, line])
        return deal

    return _rounds(contest, name, rounds, protect, lambda error: "one_protection_per_customer" in str(error))


def _rounds(
    contest: Contest, name: str, rounds: int, take: Callable[[Deal, int], Deal], refused: Callable[[Any], bool]
) -> list[str]:
    """Rounds in which everybody has an undecided claim: after each, the winner takes its own back and makes another."""
    waiting = [claim(contest.cast, person, name, n, domain="") for n, person in enumerate(contest.people)]
    for _ in range(rounds):
        results = contest.race([lambda n=n, deal=deal: take(deal, n) for n, deal in enumerate(waiting)])
        wrong = _one_winner(results, refused)
        wrong += overlapping(contest.cast, {deal.company_id for deal in waiting})
        if wrong:
            return wrong
        [winner] = [n for n, result in enumerate(results) if result.answer]
        withdraw_deal(contest.people[winner].actor, waiting[winner])
        waiting[winner] = claim(contest.cast, contest.people[winner], name, winner, domain="")
    return []


def _already_protected(error: Any) -> bool:
    return isinstance(error, DomainError) and error.code == "already_protected"


def _one_winner(results: list[Result], refused: Callable[[Any], bool]) -> list[str]:
    winners = sum(result.error is None for result in results)
    wrong = [] if winners == 1 else [f"{winners} of {len(results)} won"]
    return wrong + [repr(result.error) for result in results if result.error and not refused(result.error)]


def overlapping(cast: Cast, companies: Set[Any]) -> list[str]:
    """What is wrong with the raced customer: it is several companies, or a product line not protected exactly once."""
    with acting(cast.system):
        live = Protection.objects.filter(company__in=companies, during__contains=timezone.now())
        held = sorted(live.values_list("product_line", flat=True))
    lines = sorted([cast.analytics.pk, cast.planner.pk])
    wrong = [] if held == lines else [f"{len(held)} protections are live, not {len(lines)}"]
    return wrong if len(companies) == 1 else [*wrong, f"the customer is {len(companies)} companies"]
