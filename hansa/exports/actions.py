"""A list on its way out: asked for, made by a job, kept for a day, gone."""

from collections.abc import Mapping
from datetime import timedelta

from hansa.accounts.models import Membership
from hansa.accounts.roles import CHANNEL_TEAM, PARTNER_ADMINS
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.events import enqueue
from hansa.core.tenancy import moment
from hansa.exports.lists import list_of
from hansa.exports.models import Export

NOBODY: frozenset[str] = frozenset()
MAKE = "make_export"
KEPT = timedelta(days=1)


@action("deal.export", emits="export.requested", by=CHANNEL_TEAM | PARTNER_ADMINS, creates=True)
def request_export(actor: Actor, person: Membership, *, listing: str, asked: Mapping[str, str]) -> Export:
    """Take a list of deals out as a file: what one sees, narrowed as one sees it.

    `asked` is the filter in the words of the list's address. Raises Invalid for what the list cannot be narrowed by.
    """
    list_of(actor.side, listing).check(asked)
    export = Export.objects.create(
        vendor_id=actor.vendor_id,
        partnership_id=actor.partnership_id,
        person=person,
        person_name=person.user.name,
        listing=listing,
        asked=dict(asked),
    )
    enqueue(MAKE, export_id=export.pk, vendor_id=export.vendor_id)
    return export


@action("export.finish", emits="export.finished", by=NOBODY)
def finish_export(actor: Actor, export: Export, *, content: bytes, rows: int) -> None:
    """Keep the file for a day."""
    Export.LIFECYCLE.apply(export, "finish")
    export.content, export.rows_total, export.rows_done = content, rows, rows
    export.until = moment() + KEPT
    export.save(update_fields=["status", "content", "rows_total", "rows_done", "until"])


@action("export.fail", emits="export.failed", by=NOBODY)
def fail_export(actor: Actor, export: Export, *, problem: str) -> None:
    """Say why there is no file."""
    Export.LIFECYCLE.apply(export, "fail")
    export.problem = problem
    export.save(update_fields=["status", "problem"])


@action("export.remove", emits="export.removed", by=NOBODY)
def remove_export(actor: Actor, export: Export) -> None:
    """Throw the file away: its day is over, or its maker has left."""
    Export.LIFECYCLE.apply(export, "remove")
    export.content = b""
    export.save(update_fields=["status", "content"])


@action("export.refuse", emits="export.refused", by=NOBODY)
def refuse_export(actor: Actor, person: Membership) -> None:
    """Put on record that a person wanted more exports than a day allows."""
