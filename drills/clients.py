"""People who register through the portal's form, and send the same again until they are answered."""

import http.client
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from hansa.site.home import port
from hansa.testing.cast import Cast, Person

CSRF = "d" * 32
DEAL = re.compile(r"/deals/(deal_[0-9a-z]{26})/$")
LETTERS = str.maketrans("0123456789", "ghijklmnop")
TRIES, PAUSE = 600, 0.1


@dataclass
class Tally:
    """What the clients saw; `answered` is the deal by the customer's name, `errors` are answers above 499."""

    answered: dict[str, str] = field(default_factory=dict)
    broken: int = 0
    errors: int = 0
    refused: list[str] = field(default_factory=list)


def register(person: Person, numbers: Iterable[int], cast: Cast, tally: Tally) -> None:
    """Send a registration for each number, one after another; each again until it is answered."""
    cookie = _cookie(person)
    path = f"/w/{person.workspace.slug}/deals/register/"
    for n in numbers:
        name = f"{uuid4().hex[:12].translate(LETTERS)} works"
        body = urlencode(_form(name, cast, with_address=n % 3 != 0))
        for _ in range(TRIES):
            try:
                status, where, text = _post(path, body, cookie)
            except (OSError, http.client.HTTPException):
                tally.broken += 1
                time.sleep(PAUSE)
                continue
            if status >= 500:
                tally.errors += 1
                time.sleep(PAUSE)
                continue
            if found := DEAL.search(where):
                tally.answered[name] = found.group(1)
            else:
                tally.refused.append(f"{status} {text[:2000]}")
            break
        else:
            tally.refused.append(f"{name} was given up")


def _cookie(person: Person) -> str:
    session = Client()
    session.force_login(person.user)
    connections.close_all()
    cookies = SimpleCookie(session.cookies)
    return f"{settings.SESSION_COOKIE_NAME}={cookies[settings.SESSION_COOKIE_NAME].value}; csrftoken={CSRF}"


def _form(name: str, cast: Cast, *, with_address: bool) -> dict[str, str]:
    """What a partner fills in; without the customer's web address a person has to decide."""
    return {
        "csrfmiddlewaretoken": CSRF,
        "customer": name,
        "domain": f"{name.split()[0]}.example" if with_address else "",
        "country": "NL",
        "product_lines": cast.analytics.public_id,
        "amount": "10,000",
        "expected_close": str(timezone.now().date() + timedelta(days=60)),
        "deal_type": "new",
        "submission": str(uuid4()),
    }


def _post(path: str, body: str, cookie: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=20)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return response.status, response.getheader("Location") or "", response.read().decode("utf-8", "replace")
    finally:
        connection.close()
