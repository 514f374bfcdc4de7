"""A machine with an API key, as a program of a partner's or a vendor's would be one."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.test import Client

from hansa.accounts.actions import create_api_key
from hansa.accounts.models import ApiKey
from hansa.core.tenancy import acting
from hansa.testing.cast import Cast, Person

API = "/api/v1"


@dataclass(slots=True)
class Machine:
    """Calls the API over HTTP with one key; paths are those of the OpenAPI document."""

    secret: str
    key: ApiKey | None = None
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.call("get", path, query, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("patch", path, body, **headers)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response. Headers are written in Python's way: `idempotency_key="a"`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent.setdefault("authorization", f"Bearer {self.secret}")
        address = path if path.startswith("http") else API + path
        if method == "get":
            return self.client.get(address, body, headers=sent)
        content = b"" if body is None else orjson.dumps(body)
        return self.client.generic(method.upper(), address, content, "application/json", headers=sent)


def new_key(person: Person, *, roles: list[str] | None = None, scopes: list[str] | None = None) -> ApiKey:
    """A key made by this person, an administrator; its `secret` is on it."""
    actor = person.actor
    with acting(actor):
        key: ApiKey = create_api_key(
            actor, person.workspace, name="test", roles=roles or person.membership.roles, scopes=scopes
        )
    return key


def machine(person: Person, **options: Any) -> Machine:
    """A machine with a key that this person, an administrator, made for it."""
    key = new_key(person, **options)
    return Machine(key.secret, key)


def registration(cast: Cast, **changes: Any) -> dict[str, Any]:
    """The body of a complete registration."""
    return {
        "customer": {"name": "Contoso Logistics", "domain": "contoso-logistics.example", "country": "NL"},
        "product_lines": [cast.analytics.public_id],
        "amount": {"amount": "84000.00", "currency": "EUR"},
        "expected_close": "2027-03-31",
        **changes,
    }
