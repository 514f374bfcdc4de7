"""Over which ways news comes. That is a person's own choice and nobody's business fact, so it leaves no event."""

from collections.abc import Iterable, Mapping
from typing import cast
from uuid import UUID

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.kernel.errors import Invalid
from hansa.notices.kinds import KIND_OF, TERMS, Channel, Kind, kinds_for
from hansa.notices.models import NoticeChoice


def chosen(actor: Actor) -> dict[Kind, Channel]:
    """Over which ways each kind of news reaches the actor in this workspace; by inbox and mail unless they chose."""
    with acting(actor):
        rows = dict(NoticeChoice.objects.visible_to(actor).values_list("kind", "channel"))
    return {kind: Channel(rows.get(kind, Channel.MAIL)) for kind in kinds_for(actor.side)}


def choose(actor: Actor, wanted: Mapping[str, str]) -> dict[Kind, Channel]:
    """Choose anew for the kinds named, and return what then holds for all. Raises Invalid for what cannot be chosen."""
    rows = [_choice(actor, kind, channel) for kind, channel in wanted.items()]
    with acting(actor):
        NoticeChoice.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["vendor", "member", "kind"], update_fields=["channel"]
        )
        return chosen(actor)


def channels_of(event: Event, members: Iterable[Membership]) -> dict[UUID, Channel]:
    """What each of these people chose for news of this kind; who chose nothing, or could not, is not in it."""
    kind = KIND_OF.get(event.name, Kind.SECURITY)  # of an event that nobody placed everybody hears
    if TERMS[kind].always:
        return {}
    rows = NoticeChoice.objects.filter(vendor_id=event.vendor_id, member__in=members, kind=kind)
    return {member: Channel(channel) for member, channel in rows.values_list("member", "channel")}


def _choice(actor: Actor, kind: str, channel: str) -> NoticeChoice:
    if kind not in kinds_for(actor.side):
        raise Invalid("unknown_kind", f"Choose among {', '.join(kinds_for(actor.side))}.", kind)
    channels = TERMS[Kind(kind)].channels
    if channel not in channels:
        said = " or ".join(f"“{one.label}”" for one in channels)
        raise Invalid("channel_not_offered", f"For “{Kind(kind).label}” you can choose {said}.", kind)
    return NoticeChoice(
        vendor_id=actor.vendor_id,
        partnership_id=actor.partnership_id,
        member_id=cast(UUID, actor.id),
        kind=kind,
        channel=channel,
    )
