"""How many lists one person may take out a day; whoever wants more is made known to the vendor's administrators."""

from uuid import UUID

from hansa.accounts.actors import Client
from hansa.accounts.models import Membership
from hansa.core.actors import System
from hansa.core.api.entrance import Bearer
from hansa.core.limits import Attempt, Limit, count
from hansa.exports.actions import refuse_export, request_export
from hansa.kernel.errors import TooMany

A_DAY = 20
LIMIT = Limit(
    "exports",
    A_DAY,
    24 * 60 * 60,
    f"You have made {A_DAY} exports within a day, which is the most. Try again tomorrow; the administrators are told.",
)


def count_export(vendor_id: UUID, person_id: UUID) -> int:
    """Count one export before it is made, outside any transaction; returns how many are left.

    Raises TooMany past the limit.
    """
    try:
        return count(LIMIT.attempt(vendor_id, person_id))[0].left
    except TooMany as refusal:
        told(refusal, vendor_id, person_id)
        raise


def attempt_of(client: Client) -> Attempt | None:
    """One export by the person who made this key, to be counted together with other limits."""
    if client.member_id is None or not client.actor.may(request_export):
        return None
    return LIMIT.attempt(client.actor.vendor_id, client.member_id)


class ExportBearer(Bearer):
    """Entrance by API key where lists are taken out."""

    def authenticate(self, request: object, token: str) -> Client | None:
        """As every key enters; a person past the limit is made known."""
        try:
            return super().authenticate(request, token)  # type: ignore[return-value]
        except TooMany as refusal:
            client = self.find(token)
            if isinstance(client, Client) and client.member_id:
                told(refusal, client.actor.vendor_id, client.member_id)
            raise


def told(refusal: TooMany, vendor_id: UUID, person_id: UUID) -> None:
    """Leave the event of the first export too many, once in the limit's window."""
    if any(allowance.limit is LIMIT and allowance.left == -1 for allowance in refusal.allowances):
        refuse_export(System("limit of exports", vendor_id), Membership(pk=person_id))
