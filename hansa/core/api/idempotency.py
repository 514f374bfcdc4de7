"""`Idempotency-Key`: the same request sent twice has one effect and one answer.

The answer is stored in the transaction of the effect, so that there is never one without the other; refusals are not
stored. While the first request is at work, its copies are told so.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse

from hansa.core.actors import Actor
from hansa.core.api.problems import Refused
from hansa.core.database import Query, Rows
from hansa.core.inserts import insert
from hansa.core.models import IdempotencyKey
from hansa.core.tenancy import moment

LONGEST = 255
KEPT_HEADERS = ("ETag", "Location")

CLAIM = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
FIND = """
SELECT fingerprint, status, body, headers FROM core_idempotencykey WHERE vendor_id = %s AND client = %s AND key = %s
"""


@dataclass(frozen=True, slots=True)
class Once:
    """One keyed request of one client."""

    actor: Actor
    client: UUID
    key: str
    fingerprint: str

    @property
    def asking(self) -> tuple[Query, Query]:
        """Claim the key until the transaction ends, then look for its answer."""
        return (
            (CLAIM, [f"idempotency:{self.client}:{self.key}"]),
            (FIND, [self.actor.vendor_id, self.client, self.key]),
        )

    def earlier(self, rows: list[Rows]) -> HttpResponse | None:
        """The stored answer. Raises Refused for another request under the same key, or while the first is at work."""
        [(claimed,)], found = rows
        if not found:
            if claimed:
                return None
            raise Refused(409, "in_progress", "A request with this Idempotency-Key is at work.", **{"Retry-After": "1"})
        fingerprint, status, body, headers = found[0]
        if fingerprint != self.fingerprint:
            raise Refused(422, "idempotency_key_reused", "This Idempotency-Key belongs to another request.")
        headers = {**orjson.loads(headers), "Idempotent-Replay": "true"}
        return HttpResponse(body, status=status, content_type="application/json", headers=headers)

    def keep(self, response: HttpResponse, body: bytes) -> None:
        """Store the answer of a success."""
        row = IdempotencyKey(
            vendor_id=self.actor.vendor_id,
            partnership_id=self.actor.partnership_id,
            client=self.client,
            key=self.key,
            fingerprint=self.fingerprint,
            status=response.status_code,
            body=body.decode(),
            headers={name: response[name] for name in KEPT_HEADERS if name in response},
            at=moment(),
        )
        insert(row)


def once(request: HttpRequest, actor: Actor, client: UUID) -> Once | None:
    """The request's key, None without one. Raises Refused for one that is empty, too long or not plain text."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise Refused(422, "idempotency_key", f"An Idempotency-Key has 1 to {LONGEST} printable ASCII characters.")
    return Once(actor, client, key, _fingerprint(request))


def _fingerprint(request: HttpRequest) -> str:
    """A digest of method, address and content; how a form is cut into parts does not count."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name in sorted(request.FILES):
        file: Any = request.FILES[name]
        digest.update(repr((name, file.name, file.size)).encode())
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
    return digest.hexdigest()
