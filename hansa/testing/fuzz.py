"""Requests that the API's document allows and that it forbids, and what must hold of every answer."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, product
from math import ceil
from typing import Any
from urllib.parse import parse_qs, urlsplit

import schemathesis
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as some
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core import NotSet
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation

from hansa.deals.actions import reject_deal
from hansa.deals.models import Deal
from hansa.disputes.actions import ask_other_side, open_dispute
from hansa.disputes.models import Dispute, Hearing
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.probes import undone

DOCUMENT = "/api/v1/openapi.json"
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    (REJECTION := "negative_data_rejection"),
)
CONFIG = {
    # The key is ours: every case shall get past the door.
    "generation": {"with-security-parameters": False},
    "checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}},
}
ID = re.compile(r"^([a-z]+)_[0-9a-z]{26}$")

App = Callable[..., Any]
Ids = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Tally:
    """How many cases were tried, which statuses they met, and what was wrong with how many."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


site = ClientHandler(enforce_csrf_checks=True)


def application(environ: Any, start_response: Any) -> list[bytes]:
    """The site as a WSGI application that leaves the database's connection, and the transaction on it, alone."""
    response = site(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [b"".join(response)]


def things(cast: Cast) -> dict[str, list[str]]:
    """One or two of everything that has an address, by the prefix of their ids."""
    boss, admin = machine(cast.vendor_admin), machine(cast.partner_admin)
    deals = [cast.register(), cast.register(customer="Waiting", domain=""), cast.register(cast.rival_rep)]
    dispute, hearing = _contested(cast, deals[2])
    territory = boss.post("/territories", {"name": "Benelux", "countries": ["BE", "NL"]}).json()
    file = boss.upload("/imports", b"account,country\nAdatum,NL\n").json()
    beside = f"/deal-registrations/{deals[1].public_id}"
    attached = [admin.upload(f"{beside}/files", name).json() for name in (b"an offer", b"an order")]
    internal = boss.upload(f"{beside}/internal-files", b"a margin").json()
    letter = admin.post("/invitations", {"email": "x@fabrikam.example", "roles": ["partner_sales"]}).json()
    spare = admin.post("/api-keys", {"name": "spare", "roles": ["partner_sales"]}).json()
    return {
        "deal": [deal.public_id for deal in deals],
        "company": [company["id"] for company in boss.get("/companies").json()["data"]],
        "line": [cast.analytics.public_id, cast.planner.public_id],
        "program": [cast.program.public_id],
        "tier": [tier["id"] for tier in boss.get("/programs").json()["data"][0]["tiers"]],
        "partner": [cast.partnership.public_id, cast.rivals.public_id],
        "member": [person.membership.public_id for person in (cast.partner_rep, cast.channel_manager)],
        "territory": [territory["id"]],
        "import": [file["id"]],
        "file": [one["id"] for one in attached],
        "internalfile": [internal["id"]],
        "invite": [letter["id"]],
        "key": [spare["id"]],
        "dispute": [dispute.public_id],
        "hearing": [hearing.public_id],
    }


def _contested(cast: Cast, theirs: Deal) -> tuple[Dispute, Hearing]:
    """A dispute of the partner's own, and its hearing in one of the rival's."""
    turned_down = cast.register(customer="Turned Down", domain="")
    reject_deal(cast.deal_desk.actor, turned_down, reason="too_early")
    own = open_dispute(cast.partner_rep.actor, turned_down, statement="It is not too early.")
    other = open_dispute(cast.rival_rep.actor, theirs, statement="We were first.")
    day = (other.opened_at + timedelta(days=7)).date()
    hearing = ask_other_side(cast.channel_manager.actor, other, question="Since when?", answer_by=day)
    return own, hearing


def fuzz(
    app: App,
    keys: Mapping[str, str],
    ids: Ids,
    *,
    cases: int,
    number: int,
    within: str = "",
    share: tuple[int, int] = (0, 1),
) -> Tally:
    """Try every operation with valid and with invalid input, each key in turns; every request is undone.

    `ids` are public ids by prefix: they stand in for made-up ones in most of the cases, so that requests get further
    than 404. `number` is the seed, and `within` narrows the operations to those with these letters in their path.
    `share` (n, m) tries the n-th of m parts of the operations, with its part of the cases. What an operation with
    hardly any input leaves over goes to those after it.
    """
    tally = Tally()
    document = schemathesis.openapi.from_wsgi(DOCUMENT, app, config=schemathesis.Config.from_dict(CONFIG))
    operations = [found.ok() for found in document.get_all_operations()]
    operations = [operation for operation in operations if within in operation.path]
    part, parts = share
    mine = operations[part::parts]
    wanted = cases * len(mine) / len(operations)
    tries = list(product(mine, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)))
    for done, (operation, mode) in enumerate(tries):
        each = max(len(keys), ceil((wanted - tally.cases) / (len(tries) - done)))
        _try(operation, mode, keys, ids, each, number, tally)
    return tally


def _try(
    operation: Any,
    mode: GenerationMode,
    keys: Mapping[str, str],
    ids: Ids,
    times: int,
    number: int,
    tally: Tally,
) -> None:
    turns = cycle(keys.items())

    @seed(number)
    @settings(
        max_examples=times,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        real=some.sampled_from((True, True, True, False)),
        which=some.integers(0, 11),  # twelve can be shared out among one, two, three and four things
    )
    def one(case: Any, real: bool, which: int) -> None:
        name, secret = next(turns)
        if real:
            case.path_parameters = _real(case.path_parameters, ids, which)
            case.body = _real(case.body, ids, which)
        with undone():
            response = case.call(headers={"Authorization": f"Bearer {secret}"})
        tally.cases += 1
        tally.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=_checks(operation, case))
            _refused_if_unknown(operation, response)
        except (FailureGroup, AssertionError) as failure:
            tally.failures.append(f"{name}: {operation.label} ({response.status_code}): {_words(failure)}")

    try:
        one()
    except Exception as error:
        if type(error).__name__ != "Unsatisfiable":
            raise


def _checks(operation: Any, case: Any) -> list[Any]:
    """Without the one for wrong input where what Schemathesis counts as wrong is allowed."""
    allowed = _is_upload(operation) or _only_leaves_out_its_body(operation, case)
    return [CHECKS.get_one(name) for name in NAMES if not (allowed and name == REJECTION)]


def _only_leaves_out_its_body(operation: Any, case: Any) -> bool:
    """Whether nothing is wrong but that there is no body, and the document lets it be left out."""
    wrong = {where for where, made in case.meta.components.items() if made.mode.is_negative}
    required = operation.definition.raw.get("requestBody", {}).get("required", False)
    return isinstance(case.body, NotSet) and not required and wrong == {ParameterLocation.BODY}


def _is_upload(operation: Any) -> bool:
    """Whether a file is all that it takes: what is no file in the document's eyes is one of text in a form."""
    content = operation.definition.raw.get("requestBody", {}).get("content", {})
    return set(content.get("multipart/form-data", {}).get("schema", {}).get("properties", ())) == {"file"}


def _refused_if_unknown(operation: Any, response: Any) -> None:
    """Schemathesis' own check lets a server ignore what it does not know."""
    sent = parse_qs(urlsplit(response.request.url).query, keep_blank_values=True)
    unknown = set(sent) - {parameter.name for parameter in operation.query}
    assert not unknown or response.status_code >= 400, f"unknown parameters were ignored: {unknown}"


def _real(value: Any, ids: Ids, which: int) -> Any:
    """The same with every made-up id replaced by one that exists."""
    if isinstance(value, Mapping):
        return {key: _real(part, ids, which) for key, part in value.items()}
    if isinstance(value, list):
        return [_real(part, ids, which) for part in value]
    found = ID.match(value) if isinstance(value, str) else None
    there = ids.get(found[1]) if found else None
    return there[which % len(there)] if there else value


def _words(failure: BaseException) -> str:
    parts: Iterator[Any] = iter(getattr(failure, "exceptions", [failure]))
    return "; ".join(f"{type(part).__name__}: {part}"[:600] for part in parts)
