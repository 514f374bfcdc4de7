"""Who looks after a partner: its channel manager and its deputy, and whoever stands in for the manager for a time.

Notices, "mine" in the queue and in the calendar, and the rights of who looks after a partner all ask here.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.partnerships.models import Deputyship, Partnership

ALWAYS = datetime.max.replace(tzinfo=UTC)

_CARED_FOR = """
    SELECT id FROM partnerships_partnership
    WHERE vendor_id = {vendor} AND (channel_manager_id = {me} OR deputy_id = {me})
    UNION ALL
    SELECT partner.id FROM partnerships_deputyship cover
    JOIN partnerships_partnership partner
      ON partner.vendor_id = cover.vendor_id AND partner.channel_manager_id = cover.manager_id
     AND partner.id = coalesce(cover.partnership_id, partner.id)
    WHERE cover.vendor_id = {vendor} AND cover.deputy_id = {me}
      AND cover.revoked_at IS NULL AND cover.during @> hansa_now()"""

# For statements that name `vendor` and `me`.
CARED_FOR_SQL = _CARED_FOR.format(vendor="%(vendor)s", me="%(me)s")


def looked_after_by(actor: Actor) -> QuerySet[Partnership]:
    """The partners whom somebody looks after now, as manager, as deputy, or standing in."""
    vendor, me = actor.vendor_id, actor.id
    cared_for = RawSQL(_CARED_FOR.format(vendor="%s", me="%s"), [vendor, me, me, vendor, me])  # noqa: S611 - our words
    rows: QuerySet[Partnership] = Partnership.objects.visible_to(actor).filter(pk__in=cared_for)
    return rows


def managers_of(partnership: Partnership) -> list[Membership | None]:
    """The channel manager, who stands in for them now, and last the deputy; None where there is none.

    Inside `acting`.
    """
    return [partnership.channel_manager, *(cover.deputy for cover in covers_of(partnership)), partnership.deputy]


def covers_of(partnership: Partnership) -> Sequence[Deputyship]:
    """What lets somebody stand in with this partner, the longest first. Inside `acting`."""
    if partnership.channel_manager_id is None:
        return []
    rows = Deputyship.objects.filter(
        Q(partnership=None) | Q(partnership=partnership.pk),
        vendor_id=partnership.vendor_id,
        manager=partnership.channel_manager_id,
        revoked_at=None,
        during__contains=moment(),
    )
    return list(rows.select_related("deputy__user").order_by("-ends_on", "id"))


def cares_until(actor: Actor, partnership: Partnership) -> datetime | None:
    """Until when somebody looks after a partner: `ALWAYS` if no day ends it, None if they do not. Inside `acting`."""
    if actor.id in (partnership.channel_manager_id, partnership.deputy_id):
        return ALWAYS
    mine = [cover.during.upper for cover in covers_of(partnership) if cover.deputy_id == actor.id]
    return mine[0] if mine else None
