"""A person's own page of passkeys, app, recovery codes, and who looked at the portal as them."""

from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.urls import reverse_lazy

from hansa.accounts.actors import workspaces_of
from hansa.accounts.factors import owes_second_factor
from hansa.accounts.models import User, ViewAs
from hansa.core.tenancy import acting

SHOWN = 10


class Overview(IndexView):
    def get_context_data(self, **given: Any) -> dict[str, Any]:
        user = self.request.user
        demanding = {
            place.workspace.vendor_name for place in workspaces_of(user) if owes_second_factor(user, place.workspace)
        }
        return {**super().get_context_data(**given), "demanded_by": sorted(demanding), "looks": views_of(user)}


class AddPasskey(AddWebAuthnView):
    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Ask the browser for a key that can log in by itself: it stays on the device, and is unlocked there."""
        options = {"creation_options": begin_registration(self.request.user, passwordless=True)}
        return {**super(AddWebAuthnView, self).get_context_data(**given), "js_data": options}


def views_of(user: User) -> list[ViewAs]:
    """The latest views of what this person sees, in all workspaces, newest first."""
    found: list[ViewAs] = []
    for place in workspaces_of(user):
        actor = place.actor(user)
        with acting(actor):
            rows = ViewAs.objects.visible_to(actor).filter(person=place.member).select_related("viewer__user", "vendor")
            found += rows.order_by("-started_at")[:SHOWN]
    return sorted(found, key=lambda view: view.started_at, reverse=True)[:SHOWN]


overview = Overview.as_view()
add_passkey = AddPasskey.as_view()
rename_passkey = EditWebAuthnView.as_view(pk_url_kwarg="number", success_url=reverse_lazy("mfa_index"))
remove_passkey = RemoveWebAuthnView.as_view(pk_url_kwarg="number", success_url=reverse_lazy("mfa_index"))
