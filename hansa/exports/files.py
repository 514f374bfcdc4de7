"""The file of an export, while there is one."""

from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.exports.models import Export
from hansa.kernel.errors import DomainError


def file_of(actor: Actor, export: Export) -> tuple[bytes, str]:
    """The content and the name of the file, for its maker; within `acting`.

    Raises DomainError where it is not made yet, could not be made, or its day is over.
    """
    if export.status == Export.Status.RUNNING:
        raise DomainError("export_running", "The file is still being made. Look again in a moment.")
    if export.status == Export.Status.FAILED:
        raise DomainError("export_failed", export.problem)
    if export.status == Export.Status.REMOVED or export.until is None or export.until <= moment():
        raise DomainError("export_gone", "A file is kept for a day, and this one is gone. Export the list again.")
    content = Export.objects.visible_to(actor).filter(pk=export.pk).values_list("content", flat=True).get()
    return bytes(content), f"{export.listing}-{export.created_at:%Y-%m-%d}-{export.public_id[-6:]}.csv"
