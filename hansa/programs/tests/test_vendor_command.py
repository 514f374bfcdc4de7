import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from hansa.accounts.models import Organization, User, Workspace

RIGHT = {"name": "Acme", "slug": "acme", "admin-email": "ada@acme.example", "country": "nl", "currency": "usd"}


def vendor(*words: str) -> tuple[int, list[Any]]:
    """The exit code and the JSON lines of `hansa vendor`."""
    out, code = io.StringIO(), 0
    try:
        call_command("vendor", *words, "--json", stdout=out, stderr=io.StringIO())
    except SystemExit as end:
        code = int(end.code or 0)
    return code, [json.loads(line) for line in out.getvalue().splitlines() if line]


def create(**changes: str) -> tuple[int, list[Any]]:
    given = RIGHT | {name.replace("_", "-"): value for name, value in changes.items()}
    return vendor("create", *(f"--{name}={value}" for name, value in given.items()))


def test_a_vendor_is_founded_and_listed(db: None) -> None:
    code, [founded] = create()
    assert (code, founded["workspace"], founded["admin"]) == (0, "acme", "ada@acme.example")
    assert Workspace.objects.get(slug="acme").vendor.currency == "USD"
    assert vendor("list") == (0, [{"vendor": founded["vendor"], "name": "Acme", "workspace": "acme"}])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("slug", "Bad Slug"),
        ("slug", "-acme"),
        ("slug", "a" * 61),
        ("slug", ""),
        ("admin_email", "notmail"),
        ("country", "Nowhere"),
        ("country", "ZZ"),
        ("currency", "EURO"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left(db: None, field: str, value: str) -> None:
    code, [answer] = create(**{field: value})
    assert (code, answer["error"]["field"]) == (1, field)
    assert not Organization.objects.exists()
    assert not User.objects.exists()
