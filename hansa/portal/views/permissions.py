"""Who may do what here: all of it for the vendor's people, and its administrators change it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.actions import change_permission
from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import Vendor
from hansa.accounts.permissions import open_roles
from hansa.core.permissions import PERMISSIONS
from hansa.core.web.chips import Chip
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.portal.forms import PermissionForm
from hansa.portal.permissions import by_room, names, told


@workspace_page("vendor")
def permissions(request: WorkspaceRequest) -> HttpResponse:
    """Everything that needs permission, by room, and which roles have it."""
    changes, show = request.actor.changes, request.GET.get("show", "")
    changed = by_room(changes, only_changed=True)
    count = sum(len(rows) for _, rows in changed)
    context = {
        "title": "Who may do what",
        "rooms": changed if show == "changed" else by_room(changes),
        "filters": [
            Chip("Everything", "?", show != "changed"),
            Chip("Changed here", "?show=changed", show == "changed", count),
        ],
    }
    return render(request, "portal/permissions.html", context)


@workspace_page("vendor", to=change_permission)
def permission(request: WorkspaceRequest, permission: str) -> HttpResponse:
    """Give one thing to a role, take it from one, or go back to the standard."""
    actor, found = request.actor, PERMISSIONS.get(permission)
    if found is None or not open_roles(found):
        raise Http404

    def shown(vendor: Vendor, sent: QueryDict | None = None) -> PermissionForm:
        return PermissionForm(found, frozenset(vendor.permission_changes), sent)

    vendor = request.workspace.vendor
    form = edited(shown(vendor, request.POST if request.method == "POST" else None))
    if form.is_valid():
        try:
            roles = sorted(found.by) if request.POST.get("then") == "standard" else form.roles()
            with unless_changed(actor, vendor, form, shown):
                change_permission(actor, vendor, name=found.name, roles=roles)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved. It counts from everybody's next click on.")
            return redirect("permissions", request.workspace.slug)
    context = {"title": "Who may do this?", "form": form, "told": told(found, actor.changes), "kept": names(form.kept)}
    return render(request, "portal/permission.html", context, status=422 if form.errors else 200)
