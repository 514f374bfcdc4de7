"""Contenders for one customer: through actions, through HTTP against a real web server, and by plain SQL."""

import http.client
import random
import re
from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from drills.installation import fail, here
from hansa.accounts.models import Vendor
from hansa.core.tenancy import acting
from hansa.deals.models import Deal, Status
from hansa.site import run as site_run
from hansa.site.home import port
from hansa.site.processes import holds
from hansa.testing import races
from hansa.testing.cast import Cast, Person, another_partner, build_cast

SIZES = {"ci": (200, 50), "large": (1000, 50)}
SEED = 20
CSRF = "r" * 32


def run(size: str) -> None:
    """Rounds of each kind; half of the registrations are for a customer that did not exist before."""
    rounds, contenders = SIZES[size]
    # Fifty threads of one process on a busy machine wait long for each other; that is not what is tried here.
    settings.DATABASES["default"]["OPTIONS"]["options"] = "-c statement_timeout=120s"
    cast, seed = build_cast(), random.Random(SEED)
    Vendor.objects.update(registrations_per_day=100 * rounds)
    people = [cast.partner_rep, *(another_partner(cast, f"partner-{n}") for n in range(1, contenders))]
    print(f"   seed {SEED}, {rounds} rounds of {contenders}")
    for n in range(rounds):
        fail(*races.race_to_register(cast, people, races.customer(seed), known=n % 2 == 0))
    print("   registered through actions", flush=True)
    for _ in range(rounds // 10):
        fail(*races.race_to_approve(cast, people, races.customer(seed)))
    for _ in range(rounds // 4):
        fail(*races.race_by_sql(cast, people, races.customer(seed)))
    print("   approved, and protected by plain SQL", flush=True)
    _over_http(cast, people, rounds // 4, seed)
    print("   registered through the portal", flush=True)
    _without_the_wall(cast, people, seed)
    with acting(cast.system):
        print("  ", dict(Counter(Deal.objects.values_list("status", flat=True))))


def _over_http(cast: Cast, people: list[Person], rounds: int, seed: random.Random) -> None:
    """The same through the portal's form."""
    here().start("web")
    if not holds(site_run.healthy, 60):
        fail("the web server does not answer")
    cookies = [_cookie(person) for person in people]
    for _ in range(rounds):
        name = races.customer(seed)
        forms = [_form(cast, name, n) for n in range(len(people))]
        sent = zip(people, cookies, forms, strict=True)
        results = races.race([lambda p=p, c=c, form=form: _post(p, c, form) for p, c, form in sent])
        wrong = [repr(result.error) for result in results if result.error]
        wrong += [
            f"answered {it.answer}" for it in results if it.answer and not re.search(r"^302 .*/deals/deal_", it.answer)
        ]
        with acting(cast.system):
            statuses = Counter(Deal.objects.filter(customer_domain=f"{name}.example").values_list("status", flat=True))
        if statuses[Status.APPROVED] != 1 or sum(statuses.values()) != len(people):
            wrong.append(f"{name}: {dict(statuses)}")
        fail(*wrong)


def _without_the_wall(cast: Cast, people: list[Person], seed: random.Random) -> None:
    """The negative control: without the constraint the race must be seen to go wrong."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE deals_protection DROP CONSTRAINT one_protection_per_customer")
    if not races.race_by_sql(cast, people, races.customer(seed)):
        fail("the race does not notice that the wall is gone")


def _cookie(person: Person) -> str:
    client = Client()
    client.force_login(person.user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; csrftoken={CSRF}"


def _form(cast: Cast, name: str, number: int) -> str:
    lines = [cast.analytics.public_id, cast.planner.public_id]
    facts = {
        "csrfmiddlewaretoken": CSRF,
        "customer": f"{name.title()} works",
        "domain": races.SPELLINGS[number % len(races.SPELLINGS)].format(name),
        "country": "NL",
        "product_lines": lines if number % 2 else lines[::-1],
        "amount": "10,000",
        "expected_close": str(timezone.now().date() + timedelta(days=60)),
        "deal_type": "new",
        "submission": str(uuid4()),
    }
    return urlencode(facts, doseq=True)


def _post(person: Person, cookie: str, body: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=60)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", f"/w/{person.workspace.slug}/deals/register/", body, headers)
        response = connection.getresponse()
        return f"{response.status} {response.getheader('Location')}"
    finally:
        connection.close()
