"""Contenders for one customer, all at once, each on a connection of its own."""

import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier, Thread
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


def race(contenders: Sequence[Callable[[], Any]]) -> list[Result]:
    """Let all of them go at the same moment, and wait for each."""
    results = [Result() for _ in contenders]
    barrier = Barrier(len(contenders))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results[number].answer = contenders[number]()
        except BaseException as error:  # noqa: BLE001 - the judge looks at it
            results[number].error = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(len(contenders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


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


def race_to_register(cast: Cast, people: Sequence[Person], name: str, *, known: bool) -> list[str]:
    """One round of registrations; returns what is wrong with its end, nothing if all is well.

    `known`: the vendor has the customer already, because an earlier claim was withdrawn.
    """
    if known:
        withdraw_deal(people[0].actor, claim(cast, people[0], name, 0))
    contenders = [lambda person=person, n=n: claim(cast, person, name, n) for n, person in enumerate(people)]
    results = race(contenders)
    statuses = [result.answer.status for result in results if result.answer]
    wrong = [f"{type(result.error).__name__}: {result.error}" for result in results if result.error]
    if statuses.count(Status.APPROVED) != 1:
        wrong.append(f"{statuses.count(Status.APPROVED)} of {len(people)} were approved")
    if set(statuses) - {Status.APPROVED, Status.DUPLICATE, Status.UNDER_REVIEW}:
        wrong.append(f"there are {sorted(set(statuses))}")
    return wrong + overlapping(cast, results)


def race_to_approve(cast: Cast, people: Sequence[Person], name: str) -> list[str]:
    """Undecided claims of one customer, each approved by hand at the same moment; returns what is wrong."""
    waiting = [claim(cast, person, name, n, domain="") for n, person in enumerate(people)]
    desk = cast.channel_manager.actor
    results = race([lambda deal=deal: approve_deal(desk, deal) for deal in waiting])
    return _one_winner(
        cast, results, lambda error: isinstance(error, DomainError) and error.code == "already_protected"
    )


def race_by_sql(cast: Cast, people: Sequence[Person], name: str) -> list[str]:
    """Plain inserts of protections for claims of one customer, lines in opposite orders; returns what is wrong."""
    waiting = [claim(cast, person, name, n, domain="") for n, person in enumerate(people)]
    lines = [cast.analytics.pk, cast.planner.pk]

    def protect(deal: Deal, order: list[Any]) -> Deal:
        with acting(cast.system), transaction.atomic(), connection.cursor() as cursor:
            for line in order:
                cursor.execute(PROTECT, [deal.vendor_id, deal.partnership_id, deal.pk, deal.company_id, line])
        return deal

    orders = [lines if n % 2 else lines[::-1] for n in range(len(waiting))]
    results = race([lambda d=d, o=o: protect(d, o) for d, o in zip(waiting, orders, strict=True)])
    return _one_winner(cast, results, lambda error: "one_protection_per_customer" in str(error))


def _one_winner(cast: Cast, results: list[Result], refused: Callable[[Any], bool]) -> list[str]:
    winners = sum(result.error is None for result in results)
    wrong = [] if winners == 1 else [f"{winners} of {len(results)} won"]
    wrong += [repr(result.error) for result in results if result.error and not refused(result.error)]
    return wrong + overlapping(cast, results)


def overlapping(cast: Cast, results: list[Result]) -> list[str]:
    """Product lines of the raced customer that are not protected exactly once."""
    with acting(cast.system):
        company = Deal.objects.order_by("-submitted_at").values_list("company", flat=True)[0]
        live = Protection.objects.filter(company=company, during__contains=timezone.now())
        held = sorted(live.values_list("product_line", flat=True))
    lines = sorted([cast.analytics.pk, cast.planner.pk])
    return [] if held == lines else [f"{len(held)} protections are live, not {len(lines)}"]
