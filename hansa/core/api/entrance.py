"""How a request enters the API: by its key, within its limits, with a scope that fits its method."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from hansa.core.actors import Actor
from hansa.core.api.problems import Refused
from hansa.core.limits import Allowance, Attempt, Limit, count
from hansa.kernel.errors import NotPermitted, TooMany

RATE = Limit("api", 600, 60, "This key has made too many requests. Please wait a little.")
SAFE = ("GET", "HEAD", "OPTIONS")
JSON, FORM = "application/json", "multipart/form-data"


class Client(Protocol):
    """A credential at work."""

    @property
    def actor(self) -> Actor: ...
    @property
    def scopes(self) -> frozenset[str]: ...
    @property
    def key_id(self) -> UUID: ...


class ApiRequest(HttpRequest):
    """A request that has entered: who acts, and what is left of the rate limit. `auth` is the Client."""

    auth: Any
    actor: Actor
    rate: Allowance


class Bearer(HttpBearer):
    """API keys in `Authorization: Bearer …`. Every request counts, and in the same statement at the operation's caps.

    `takes` is the media type of the operation's body.
    """

    def __init__(self, find: Callable[[str], Client | None], *caps: Callable[[Any], Attempt | None], takes: str = JSON):
        super().__init__()
        self.find, self.caps, self.takes = find, caps, takes

    def authenticate(self, request: Any, token: str) -> Client | None:
        """The client of this secret, counted and checked. Raises TooMany, NotPermitted or Refused."""
        client = self.find(token)
        if client is None:
            return None
        request.actor = client.actor
        scope = "read" if request.method in SAFE else "write"
        fits = scope in client.scopes
        attempts = [RATE.attempt(client.key_id)]
        if fits:
            attempts += [attempt for cap in self.caps if (attempt := cap(client)) is not None]
        try:
            request.rate = count(*attempts)[0]
        except TooMany as refusal:
            request.rate = refusal.allowances[0]
            raise
        if not fits:
            raise NotPermitted("scope_missing", f"This key lacks the scope {scope}.")
        self._check_media_type(request)
        return client

    def _check_media_type(self, request: HttpRequest) -> None:
        has_body = request.META.get("CONTENT_LENGTH", "").strip("0")
        if has_body and request.method not in SAFE and request.content_type != self.takes:
            raise Refused(415, "media_type", f"Send the body as {self.takes}.")
