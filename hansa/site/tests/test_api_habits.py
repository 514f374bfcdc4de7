"""The habits that all operations share, seen over HTTP."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from hansa.core.api.entrance import RATE
from hansa.core.api.fields import in_words
from hansa.core.models import Counter, IdempotencyKey
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.site.api import api
from hansa.testing.cast import Cast
from hansa.testing.machine import Machine, machine, registration

DEALS = "/deal-registrations"
HASH = "^[0-9a-f]{64}$"  # stands in answers alone


@pytest.fixture
def partner(cast: Cast) -> Machine:
    return machine(cast.partner_admin)


def deals(cast: Cast) -> int:
    with acting(cast.system):
        return Deal.objects.count()


def test_without_a_valid_key_nobody_enters(cast: Cast, partner: Machine) -> None:
    for header in ("", "Bearer", "Bearer hansa_wrong", "Basic aGFuc2E6", f"bearer  {partner.secret}x"):
        answer = partner.get(DEALS, authorization=header)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/nothing", 404),
        ("get", "/deal-registrations/deal_x", 404),
        ("get", "/deal-registrations/deal_%00", 404),
        ("delete", "/deal-registrations", 405),
        ("get", "/deal-registrations?limit=0", 422),
        ("get", "/deal-registrations?limit=99999999999999999999999", 422),
        ("get", "/deal-registrations?cursor=x", 422),
        ("get", "/events?name=%00", 200),
    ],
)
def test_every_error_is_a_problem(cast: Cast, partner: Machine, method: str, path: str, status: int) -> None:
    answer = partner.call(method, path)
    assert answer.status_code == status
    if status >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_a_body_of_another_kind_or_size_is_a_problem(cast: Cast, partner: Machine) -> None:
    headers = {"authorization": f"Bearer {partner.secret}"}
    as_text = partner.client.post("/api/v1" + DEALS, "x", content_type="text/plain", headers=headers)
    assert (as_text.status_code, as_text.json()["code"]) == (415, "media_type")
    too_big = partner.post(DEALS, {"need": "x" * 1_100_000})
    assert (too_big.status_code, too_big.json()["code"]) == (413, "too_large")


def test_a_parameter_that_an_operation_does_not_name_is_refused(cast: Cast, partner: Machine) -> None:
    cast.register()
    answer = partner.get(DEALS, {"limit": 5, "stauts": "rejected"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")
    [error] = answer.json()["errors"]
    assert error["field"] == "stauts"
    assert all(name in error["message"] for name in ("stauts", "limit", "cursor", "status", "partner"))
    assert partner.get("/me", {"x": "y"}).json()["detail"] == "There is no parameter 'x' here. Allowed are none."


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("get", "/company-matches?name=x&country=nl", None, "It must be a country's two capital letters, such as NL."),
        ("post", "/api-keys", {"name": "a\0", "roles": ["auditor"]}, "It must be one line, without control characters"),
        ("post", "/product-lines", {"code": "A B", "name": "x"}, "It must be small letters and figures"),
    ],
)
def test_what_does_not_fit_a_pattern_is_told_in_words(
    cast: Cast, method: str, path: str, body: Any, words: str
) -> None:
    [error] = machine(cast.vendor_admin).call(method, path, body).json()["errors"]
    assert error["message"].startswith(words)


def test_every_pattern_of_the_input_has_words() -> None:
    document = api.get_openapi_schema()
    addressed = {
        it["schema"].get("pattern")
        for operations in document["paths"].values()
        for operation in operations.values()
        for it in operation["parameters"]
        if it["in"] in ("path", "header")
    }
    patterns = set(_patterns(document)) - addressed - {HASH}
    assert len(patterns) > 10
    assert [pattern for pattern in patterns if in_words(pattern) == in_words("")] == []


def _patterns(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        part = list(part.values())
    for one in part if isinstance(part, list) else ():
        yield from _patterns(one)


def test_a_parameter_that_stands_twice_is_refused(cast: Cast, partner: Machine) -> None:
    answer = partner.get(DEALS + "?limit=1&limit=2")
    assert (answer.status_code, answer.json()["code"]) == (422, "repeated_parameter")
    assert answer.json()["errors"][0]["field"] == "limit"


def test_no_operation_ignores_a_parameter(cast: Cast, partner: Machine) -> None:
    for path, operations in api.get_openapi_schema(path_prefix="")["paths"].items():
        for method, operation in operations.items():
            if "requestBody" not in operation:
                answer = partner.call(method, re.sub("{.*?}", "x", path) + "?stranger=1&name=x")
                assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter"), f"{method} {path}"


def test_a_write_with_an_unknown_parameter_has_no_effect(cast: Cast, partner: Machine) -> None:
    answer = partner.post(DEALS + "?dry_run=true", registration(cast), idempotency_key="a")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")
    assert deals(cast) == 0


def test_head_answers_as_get_without_a_body(cast: Cast) -> None:
    reader = machine(cast.partner_admin, scopes=["read"])
    path = f"{DEALS}/{cast.register().public_id}"
    got, head = reader.get(path), reader.call("head", path)
    assert (head.status_code, head.content) == (200, b"")
    assert (head["ETag"], head["Content-Length"]) == (got["ETag"], str(len(got.content)))
    assert reader.call("head", f"{DEALS}/deal_x").status_code == 404
    assert reader.call("head", "/me", authorization="Bearer x").status_code == 401


def test_a_key_that_may_only_read_changes_nothing(cast: Cast) -> None:
    reader = machine(cast.partner_admin, scopes=["read"])
    answer = reader.post(DEALS, registration(cast))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert reader.get(DEALS).status_code == 200
    writer = machine(cast.partner_admin, scopes=["write"])
    assert writer.get(DEALS).status_code == 403
    assert writer.post(DEALS, registration(cast)).status_code == 201


def test_what_is_known_is_not_sent_again(cast: Cast, partner: Machine) -> None:
    path = f"{DEALS}/{cast.register().public_id}"
    first = partner.get(path)
    for known in (first["ETag"], f'"other", {first["ETag"]}', f"W/{first['ETag']}", "*"):
        again = partner.get(path, if_none_match=known)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert partner.get(path, if_none_match='"other"').status_code == 200


def test_pages_go_on_where_the_last_one_ended_whatever_comes_meanwhile(cast: Cast, partner: Machine) -> None:
    made = [cast.register(customer=f"Customer {n}", domain=f"customer{n}.example").public_id for n in range(5)]
    first = partner.get(DEALS, {"limit": 2})
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    cast.register(customer="Latecomer", domain="latecomer.example")
    second = partner.get(first.json()["next"]).json()
    third = partner.get(second["next"]).json()
    seen = [deal["id"] for part in (first.json(), second, third) for deal in part["data"]]
    assert seen == made[::-1]
    assert third["next"] is None


def test_the_same_key_gives_the_same_answer_and_no_second_effect(cast: Cast, partner: Machine) -> None:
    first = partner.post(DEALS, registration(cast), idempotency_key="a")
    again = partner.post(DEALS, registration(cast), idempotency_key="a")
    assert (again.status_code, again.content) == (201, first.content)
    assert [again[name] for name in ("ETag", "Location")] == [first[name] for name in ("ETag", "Location")]
    assert again["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first
    assert deals(cast) == 1


def test_the_same_key_with_another_body_is_refused(cast: Cast, partner: Machine) -> None:
    partner.post(DEALS, registration(cast), idempotency_key="a")
    other = partner.post(DEALS, registration(cast, need="More"), idempotency_key="a")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_refusals_are_not_kept(cast: Cast, partner: Machine) -> None:
    wrong = registration(cast, expected_close="2001-01-01")
    assert partner.post(DEALS, wrong, idempotency_key="a").status_code == 422
    assert partner.post(DEALS, registration(cast), idempotency_key="a").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "ä", "a\tb"])
def test_a_key_is_short_plain_text(cast: Cast, partner: Machine, key: str) -> None:
    answer = partner.post(DEALS, registration(cast), idempotency_key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key")
    assert partner.post(DEALS, registration(cast), idempotency_key="x" * 255).status_code == 201


def test_another_client_may_use_the_same_key(cast: Cast, partner: Machine) -> None:
    rival = machine(cast.rival_admin)
    assert partner.post(DEALS, registration(cast), idempotency_key="a").status_code == 201
    assert rival.post(DEALS, registration(cast), idempotency_key="a").json()["status"] == "duplicate"


def test_a_secret_is_kept_nowhere(cast: Cast, partner: Machine) -> None:
    body = {"name": "CRM", "roles": ["partner_sales"]}
    first = partner.post("/api-keys", body, idempotency_key="a").json()
    assert partner.post("/api-keys", body, idempotency_key="a").json() == {**first, "secret": None}
    with acting(cast.partner_admin.actor):
        assert first["secret"] not in IdempotencyKey.objects.get().body


def test_answers_say_what_is_left_of_the_limit(cast: Cast, partner: Machine) -> None:
    answers = [partner.get("/me"), partner.get("/nothing-here"), partner.get("/me")]
    assert answers[0]["RateLimit-Limit"] == str(RATE.times)
    assert answers[0]["RateLimit-Remaining"] == str(RATE.times - 1)
    assert answers[2]["RateLimit-Remaining"] == str(RATE.times - 2)


def used_up(client: Machine, left: int) -> None:
    assert client.key
    Counter.objects.create(
        bucket=f"api:{client.key.pk}", count=RATE.times - left, ends_at=timezone.now() + timedelta(seconds=50)
    )


def test_past_the_limit_there_is_a_time_to_wait(cast: Cast) -> None:
    client = machine(cast.partner_admin)
    used_up(client, 1)
    assert client.get("/me").status_code == 200
    refused = client.get("/me")
    assert (refused.status_code, refused["RateLimit-Remaining"]) == (429, "0")
    assert 0 < int(refused["Retry-After"]) <= 51


def test_fifty_clients_at_once_get_through_as_often_as_the_limit_says(committed: Cast) -> None:
    client = machine(committed.partner_admin)
    used_up(client, 20)

    def call(_: int) -> int:
        try:
            return int(Machine(client.secret).get("/me").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as clients:
        statuses = list(clients.map(call, range(100)))
    assert statuses.count(200) == 20
    assert statuses.count(429) == 80


def test_a_key_dies_with_its_maker_its_partner_and_itself(cast: Cast) -> None:
    boss, admin = machine(cast.vendor_admin), machine(cast.partner_admin)
    made = admin.post("/api-keys", {"name": "One", "roles": ["partner_admin"]}).json()
    child = Machine(made["secret"])
    grandchild = Machine(child.post("/api-keys", {"name": "Two", "roles": ["partner_sales"]}).json()["secret"])
    rival = machine(cast.rival_admin)
    assert [client.get("/me").status_code for client in (admin, child, grandchild, rival)] == [200] * 4
    second = admin.patch(f"/members/{cast.partner_rep.membership.public_id}", {"roles": ["partner_admin"]})
    assert second.status_code == 200, second.content
    cast.partner_rep.membership.refresh_from_db()
    gone = machine(cast.partner_rep).post(f"/members/{cast.partner_admin.membership.public_id}/offboarding")
    assert gone.status_code == 200, gone.content
    assert [client.get("/me").status_code for client in (admin, child, grandchild)] == [401] * 3
    assert boss.post(f"/partners/{cast.rivals.public_id}/end").status_code == 200
    assert rival.get("/me").status_code == 401
