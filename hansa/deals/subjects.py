"""What people talk about and attach files to in this room: a deal, on the page where each side works on it."""

from collections.abc import Iterable

from hansa.accounts.models import Membership
from hansa.core.actors import Side
from hansa.deals.models import UNDECIDED, Deal, Status
from hansa.deals.rules import TOGETHER
from hansa.files import subjects as files
from hansa.rulebook.models import Decision
from hansa.talk.subjects import Kind, talked_about

GIVEN_UP = (Status.WITHDRAWN, Status.EXPIRED)


def page(deal: Deal, side: Side) -> str:
    """Where the deal stands within a workspace of this side."""
    return f"{'registrations' if side == 'vendor' else 'deals'}/{deal.public_id}/"


def owner(deal: Deal) -> Iterable[Membership | None]:
    return (deal.owner,)


def takes_files(deal: Deal) -> bool:
    """While it waits, is approved, or may still be contested."""
    return deal.status not in GIVEN_UP


def settled(deal: Deal) -> bool:
    """Whether a decision rests on what is attached."""
    return deal.status not in UNDECIDED


def keeps(deal: Deal) -> bool:
    """Whether it is answered together with all others, so that a decision may rest on what is attached; in `acting`.

    It asks what its partner knows, so that the answer is the same whether anything is decided.
    """
    if settled(deal):
        return False
    rows = Decision.objects.filter(vendor_id=deal.vendor_id, subject_id=deal.pk, policy=TOGETHER.name)
    return bool(deal.program.answer_times) or rows.exists()


talked_about(Kind(Deal, title=str, page=page, people=owner, reads_along=("owner",)))
files.has_files(files.Kind(Deal, title=str, page=page, takes=takes_files, settled=settled, keeps=keeps))
