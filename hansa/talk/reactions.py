"""Who is told that somebody wrote."""

from typing import Any

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.actors import Side, System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.notices.notify import notify
from hansa.partnerships.care import managers_of
from hansa.partnerships.models import Partnership
from hansa.talk.models import Message, Mute
from hansa.talk.subjects import kind_of, subject_of

SHOWN = 4_000
ADMINISTRATORS: dict[Side, Role] = {"vendor": Role.VENDOR_ADMIN, "partner": Role.PARTNER_ADMIN}


@on("message.posted")
def tell_those_who_take_part(event: Event) -> None:
    """Tell who answers for the record and who has written before; not the author, nor who has muted it."""
    message: Message = Message.objects.select_related("thread").get(vendor_id=event.vendor_id, pk=event.subject_id)
    thread, subject = message.thread, subject_of(message.thread, System("talk", event.vendor_id))
    muted = set(Mute.objects.filter(vendor_id=event.vendor_id, thread=thread).values_list("member", flat=True))
    kind = kind_of(subject)
    about = "" if thread.subject_type == Partnership.id_prefix else f" about {kind.title(subject)}"
    for side, people in _sides(message, subject).items():
        notify(
            event,
            [one for one in people if one.pk not in muted | {message.author_id}],
            title=f"{message.author_name} wrote{about}",
            text=message.text if len(message.text) <= SHOWN else f"{message.text[:SHOWN]}…",
            path=f"{kind.page(subject, side)}#conversation",
            topic=thread.pk,
        )


def _sides(message: Message, subject: Any) -> dict[Side, list[Membership]]:
    """Who takes part on each side, which has a page of its own; where nobody does, the administrators."""
    partnership: Partnership = Partnership.objects.select_related("vendor", "channel_manager", "deputy").get(
        vendor_id=message.vendor_id, pk=message.partnership_id
    )
    wrote = Message.objects.filter(vendor_id=message.vendor_id, thread=message.thread, author__isnull=False)
    writers = Membership.objects.filter(pk__in=wrote.values("author"))
    everyone = [*managers_of(partnership), *kind_of(subject).people(subject), *writers]
    people = [one for one in dict.fromkeys(everyone) if one and one.status == Membership.Status.ACTIVE]
    homes = {"vendor": partnership.vendor.organization_id, "partner": partnership.organization_id}
    return {
        side: [one for one in people if one.organization_id == homes[side]]
        or list(Membership.objects.active().filter(organization=homes[side], roles__contains=[admin]))
        for side, admin in ADMINISTRATORS.items()
    }
