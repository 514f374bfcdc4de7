"""Where all registrations are answered together, nothing that a partner reads tells a taken customer from a free one.

The same registration of the same customer comes into three worlds: a rival holds the customer; nobody does, but the
vendor knows it; nobody has ever heard of it. Whatever its partner reads before the release is compared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hansa.core.tenancy import acting
from hansa.deals.actions import withdraw_deal
from hansa.deals.listing import SHOWN
from hansa.deals.models import Deal, Outcome, Status
from hansa.deals.releases import sweep_releases
from hansa.deals.tests.in_time import MONDAY, at, calendar, local
from hansa.history.sealing import seal_all
from hansa.notices.actions import renew_calendar_feed
from hansa.programs.actions import change_answers
from hansa.programs.models import Program
from hansa.testing import routes
from hansa.testing.cast import Cast
from hansa.testing.machine import API, Machine, machine, registration
from hansa.testing.probes import ID, TOKEN, UNCOMPARED, undone
from hansa.testing.queue import run_jobs

HOME = "/w/northwind-fabrikam/"
CLOSE = MONDAY.date() + timedelta(days=70)
# What the rival registered: the first it keeps, the second it withdrew.
RIVALS = {
    "taken": ("Contoso Logistics", "Adatum"),
    "free": ("Adatum", "Contoso Logistics"),
    "unknown": ("Adatum", "Litware"),
}
MASKS = (
    TOKEN,
    ID,
    re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d)?"),
    re.compile(r"\d{8}T\d{6}Z"),
    re.compile(r"\b\d\d?:\d\d\b"),
    re.compile(r"\b[0-9a-f]{32,}\b"),
    re.compile(r"(?<=deals-2027-03-01-)\w{6}"),
    re.compile(r"hansa_[\w-]+|nonce-[\w+/=-]+"),
)
LITERAL = re.compile(r"E?'(?:[^']|'')*'|\b\d+\b|s\d+_x\d+")


@dataclass(frozen=True)
class Reading:
    """What came back, and the statements that it took, both without what is new each time."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]


class Reader:
    """The partner's administrator with a browser, a program of theirs, and a calendar."""

    def __init__(self, cast: Cast):
        self.browser, self.machine = Client(), machine(cast.partner_admin)
        self.browser.force_login(cast.partner_admin.user)
        with acting(cast.partner_admin.actor):
            feed = renew_calendar_feed(cast.partner_admin.actor, cast.partner_admin.workspace)
        self.calendar = str(getattr(feed, "secret", ""))

    def ask(self, method: str, path: str, body: Any = None) -> Reading:
        asks: Machine | Client = self.machine if path.startswith(API) else self.browser
        with CaptureQueriesContext(connection) as captured:
            answer = getattr(asks, method)(path.removeprefix(API), body)
        headers = {name: "" if name in UNCOMPARED else masked(value) for name, value in answer.headers.items()}
        statements = tuple(" ".join(LITERAL.sub("?", query["sql"]).split()) for query in captured.captured_queries)
        return Reading(answer.status_code, masked(answer.content.decode()), tuple(sorted(headers.items())), statements)


def masked(text: str) -> str:
    text = text.replace("\r\n ", "")
    for mask in MASKS:
        text = mask.sub("…", text)
    return text


def addresses(deal: Deal) -> Iterator[str]:
    """All that a partner can read: each page and operation with its own deal, and the lists with each filter."""
    for route in routes.pages():
        if route.template.startswith("/w/<slug:workspace>/"):
            yield route.path({place: _named(place, model, deal) for place, model in route.objects.items()})
    for route in routes.operations():
        if route.methods == ("GET",):
            yield route.path({place: _named(place, model, deal) for place, model in route.objects.items()})
    yield from (f"{HOME}deals/?show={show}" for show in SHOWN)
    yield from (f"{API}/deal-registrations?status={status}" for status in Status.values)
    yield from (f"{API}/deal-registrations?outcome={outcome}" for outcome in Outcome.values)
    yield f"{HOME}search/?q=Contoso"


def _named(place: str, model: Any, deal: Deal) -> str:
    if model is Deal:
        return deal.public_id
    return "northwind-fabrikam" if place == "workspace" else routes.missing(model, place)


def in_a_world(cast: Cast, kind: str) -> dict[str, Reading]:
    """What the partner reads in it until the release, by method and address."""
    at(MONDAY)
    for name in RIVALS[kind]:
        domain = f"{name.lower().replace(' ', '-')}.example"
        lines = [cast.analytics, cast.planner]
        theirs = cast.register(cast.rival_rep, customer=name, domain=domain, expected_close=CLOSE, lines=lines)
        run_jobs()
    withdraw_deal(cast.rival_rep.actor, theirs)
    run_jobs()
    reader = Reader(cast)
    form = {
        "customer": "Contoso Logistics",
        "domain": "contoso-logistics.example",
        "country": "NL",
        "product_lines": [cast.analytics.public_id],
        "amount": "84000.00",
        "expected_close": str(CLOSE),
        "deal_type": "new",
    }
    read = {"register": reader.ask("post", f"{HOME}deals/register/", form)}
    run_jobs()
    body = registration(cast, product_lines=[cast.planner.public_id], expected_close=str(CLOSE))
    read["register by program"] = reader.ask("post", f"{API}/deal-registrations", body)
    run_jobs()
    seal_all(cast.partnership.vendor_id)
    read["ask for an export"] = reader.ask("post", f"{HOME}exports/", {"listing": "deals", "asked": ""})
    run_jobs()
    with acting(cast.partner_admin.actor):
        deal = Deal.objects.visible_to(cast.partner_admin.actor).order_by("submitted_at").first()
    file = reader.browser.get(f"{HOME}exports/").content.decode()
    exported = re.search(r"exports/(export_\w+)/", file)
    assert deal
    assert exported
    asked = [*addresses(deal), f"{HOME}exports/{exported.group(1)}/file/"]
    read |= {masked(address): reader.ask("get", address) for address in asked}
    read["calendar"] = reader.ask("get", f"/calendar/{reader.calendar}.ics")
    return read


@pytest.fixture
def together(committed: Cast) -> Cast:
    at(MONDAY)
    calendar(committed)
    with acting(committed.system):
        program = Program.objects.get(pk=committed.program.pk)
    change_answers(committed.vendor_admin.actor, program, answer_times=[17 * 60])
    run_jobs()
    return committed


def differences(one: dict[str, Reading], other: dict[str, Reading]) -> list[str]:
    assert one.keys() == other.keys()
    return [name for name in one if one[name] != other[name]]


def test_taken_and_free_read_the_same_until_the_release(together: Cast) -> None:
    read = {}
    for kind in RIVALS:
        with undone():
            read[kind] = in_a_world(together, kind)
            at(local(1, 17))
            told = sweep_releases.func(str(together.partnership.vendor_id))
            assert told == 3, "the partner's two, and what the rival keeps, in one run"
    seen = [name for name, reading in read["taken"].items() if reading.status == 200]
    assert len(seen) > 60
    assert any("Contoso" in reading.text for reading in read["taken"].values())
    for kind in ("free", "unknown"):
        assert differences(read["taken"], read[kind]) == []
    assert read["taken"]["register"].status == 302
    assert read["taken"]["register by program"].status == 201


def test_the_same_comparison_tells_them_apart_where_each_is_answered_at_once(together: Cast) -> None:
    with acting(together.system):
        Program.objects.filter(pk=together.program.pk).update(answer_times=[])
    read = {}
    for kind in ("taken", "free"):
        with undone():
            read[kind] = in_a_world(together, kind)
    found = differences(read["taken"], read["free"])
    assert {"register by program", "calendar", f"{HOME}deals/?show=taken", f"{HOME}"} <= set(found)
