"""The key at the door of the API."""

from collections.abc import Callable
from typing import Any

from hansa.accounts.actors import client_actor
from hansa.core.api.entrance import JSON, Bearer
from hansa.core.limits import Attempt


def bearer(*caps: Callable[[Any], Attempt | None], takes: str = JSON) -> Bearer:
    """Entrance by API key, for an operation with caps of its own or a body of another kind than JSON."""
    return Bearer(client_actor, *caps, takes=takes)
