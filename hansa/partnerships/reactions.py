"""What follows where somebody stands in for a channel manager, or leaves who looks after partners."""

from hansa.accounts.models import Membership
from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.core.web.said import date_in_words
from hansa.notices.notify import notify
from hansa.partnerships.leaving import end_covers, give_partners
from hansa.partnerships.models import Deputyship


@on("deputy.appointed", "deputy.revoked")
def tell_who_stands_in(event: Event) -> None:
    """Say to the deputy and to the channel manager that one stands in for the other, or no longer."""
    rows = Deputyship.objects.select_related("manager__user", "deputy__user", "partnership__organization")
    cover = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    if bool(cover.revoked_at) == (event.name == "deputy.appointed"):
        return
    whom = f"with {cover.partnership}" if cover.partnership else "with all partners"
    today = event.at.date()
    days = f"From {date_in_words(cover.starts_on, today)} up to and including {date_in_words(cover.ends_on, today)}"
    for person, does, other in (
        (cover.deputy, "you stand", cover.manager),
        (cover.manager, f"{cover.deputy} stands", None),
    ):
        no_longer = " no longer" if cover.revoked_at else ""
        notify(
            event,
            [person],
            title=f"{does[0].upper()}{does[1:]}{no_longer} in for {other or 'you'}",
            text=f"{days}, {whom.removesuffix('.')}.",
            path="partners/deputies/",
        )


@on("member.offboarded")
def free_their_partners(event: Event) -> None:
    """Name nobody, where nobody else was named, in place of who has left; they stand in for nobody any more."""
    leaver = Membership.objects.get(pk=event.subject_id)
    if leaver.works_for_vendor:
        return
    actor = System("who looked after it has left", event.vendor_id)
    give_partners(actor, leaver, to=None)
    end_covers(actor, leaver)
