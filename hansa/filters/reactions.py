"""What becomes of filters when their owner leaves."""

from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.filters.actions import delete_filter
from hansa.filters.models import SavedFilter


@on("member.offboarded")
def give_up_their_filters(event: Event) -> None:
    """Delete the filters that only they saw; the team's stay."""
    actor = System("its owner has left", event.vendor_id)
    for saved in SavedFilter.objects.visible_to(actor).filter(owner_id=event.subject_id, common=False):
        delete_filter(actor, saved)
