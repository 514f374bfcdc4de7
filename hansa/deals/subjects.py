"""What people talk about in this room: a deal, on the page where each side works on it."""

from collections.abc import Iterable

from hansa.accounts.models import Membership
from hansa.core.actors import Side
from hansa.deals.models import Deal
from hansa.talk.subjects import Kind, talked_about


def page(deal: Deal, side: Side) -> str:
    """Where the deal stands within a workspace of this side."""
    return f"{'registrations' if side == 'vendor' else 'deals'}/{deal.public_id}/"


def owner(deal: Deal) -> Iterable[Membership | None]:
    return (deal.owner,)


talked_about(Kind(Deal, title=str, page=page, people=owner, reads_along=("owner",)))
