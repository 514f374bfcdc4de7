"""Which workspace an operator means on the command line."""

from hansa.accounts.models import Membership, Workspace
from hansa.kernel.errors import Invalid


def workspace_named(slug: str) -> Workspace:
    """The workspace of this name, a vendor's or a partner's. Raises Invalid."""
    found: Workspace | None = Workspace.objects.select_related("vendor", "organization").filter(slug=slug).first()
    if found is None:
        raise Invalid("no_workspace", f"There is no workspace {slug}.", "workspace")
    return found


def member_of(workspace: Workspace, email: str) -> Membership:
    """Who works in this workspace under this address. Raises Invalid."""
    people = Membership.objects.active().filter(organization=workspace.organization)
    found: Membership | None = people.filter(user__email__iexact=email).first()
    if found is None:
        raise Invalid("no_person", f"Nobody works in {workspace.slug} as {email}.", "person")
    return found


def vendor_workspace(slug: str | None) -> Workspace:
    """A vendor's workspace by its name, or without one the only vendor's there is. Raises Invalid."""
    vendors = Workspace.objects.select_related("vendor", "organization").filter(partnership_id=None)
    found: list[Workspace] = list((vendors.filter(slug=slug) if slug else vendors)[:2])
    if len(found) > 1:
        raise Invalid("workspace_missing", "Say which vendor's with --workspace.", "workspace")
    if not found:
        raise Invalid("no_workspace", f"There is no vendor {slug}." if slug else "There is no vendor yet.", "workspace")
    return found[0]
