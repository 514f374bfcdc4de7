"""An organization's people and its machines' keys; both sides use the same pages."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from hansa.accounts.actions import (
    KEEPING_KEYS,
    change_roles,
    create_api_key,
    demand_second_factor,
    invite_member,
    reset_second_factor,
    revoke_api_key,
    revoke_invitation,
    waive_second_factor,
)
from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.factors import with_second_factor
from hansa.accounts.forms import ApiKeyForm, InviteForm, RolesForm
from hansa.accounts.models import ApiKey, Invitation, Membership, MembershipQuerySet, WorkspaceRecordQuerySet
from hansa.core.tenancy import acting, moment
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError


@workspace_page()
def team(request: WorkspaceRequest) -> HttpResponse:
    """Who works here, and who is invited."""
    with acting(request.actor):
        people = list(_people(request).order_by("user__name"))
        open_invitations = _invitations(request).filter(status=Invitation.Status.SENT, expires_at__gt=moment())
        invitations = list(open_invitations.order_by("-sent_at"))
    may_see_factors = request.actor.may(reset_second_factor)
    context = {
        "title": "Team",
        "people": people,
        "with_second_factor": with_second_factor([one.user_id for one in people]) if may_see_factors else set(),
        "may_see_factors": may_see_factors,
        "invitations": invitations,
    }
    return render(request, "accounts/team.html", context)


@workspace_page(to=invite_member)
def invite(request: WorkspaceRequest) -> HttpResponse:
    """Invite a colleague."""
    form = InviteForm(request.POST or None, side=request.workspace.side)
    if form.is_valid():
        try:
            invitation = invite_member(request.actor, request.workspace, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request, f"The invitation is on its way to {invitation.email}. It works once, for 72 hours."
            )
            return redirect("team", request.workspace.slug)
    context = {"title": "Invite a colleague", "form": form, "label": "Send the invitation", "close_url": "../"}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@workspace_page(to=change_roles)
def roles(request: WorkspaceRequest, member: str) -> HttpResponse:
    """Set what a colleague may do."""
    with acting(request.actor):
        found = _people(request).named(member)

    def shown(member: Membership, sent: QueryDict | None = None) -> RolesForm:
        return RolesForm(sent, side=request.workspace.side, initial={"roles": member.roles})

    form = edited(shown(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(request.actor, found, form, shown):
                change_roles(request.actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{found.user.name}'s roles count from the next click on.")
            return redirect("team", request.workspace.slug)
    context = {"title": f"{found.user.name}'s roles", "form": form, "label": "Save", "close_url": "../../"}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@workspace_page(to=reset_second_factor)
def reset_factor(request: WorkspaceRequest, member: str) -> HttpResponse:
    """Let a colleague who is locked out set up a second step anew."""
    with acting(request.actor):
        found = _people(request).named(member)
    if request.method == "POST":
        reset_second_factor(request.actor, found)
        messages.success(
            request, f"{found.user.name} logs in with the password alone and can set up a new second step."
        )
        return redirect("team", request.workspace.slug)
    consequences = [
        "Be sure that it is your colleague who asks: call back, or speak in person.",
        f"{found.user.name}'s passkeys, app and recovery codes are worth nothing any more, and every session ends.",
        f"The password stays, and {found.user.name} gets a mail about it.",
    ]
    return _confirm(request, f"Reset {found.user.name}'s second step?", consequences, "Reset the second step")


@workspace_page("vendor", to=demand_second_factor)
def demand_factor(request: WorkspaceRequest) -> HttpResponse:
    """Demand a second step of one's own team, or no longer."""
    vendor, demanded = request.workspace.vendor, request.workspace.vendor.demands_second_factor
    if request.method == "POST":
        (waive_second_factor if demanded else demand_second_factor)(request.actor, vendor)
        messages.success(request, "A password is enough again." if demanded else "Your team now needs a second step.")
        return redirect("team", request.workspace.slug)
    title, label = "Demand a second step of your team?", "Demand it"
    consequences = [
        "Who has no passkey and no app is led to set one up with the next click, and sees nothing else until then.",
        "Your partners' people are not asked.",
    ]
    if demanded:
        title, label = "Let your team work with a password alone?", "Demand it no longer"
        consequences = ["Who has a passkey or an app goes on using it. Nobody has to set one up."]
    return _confirm(request, title, consequences, label, close_url="../")


@workspace_page(to=revoke_invitation)
def revoke(request: WorkspaceRequest, invitation: str) -> HttpResponse:
    """Withdraw an invitation."""
    with acting(request.actor):
        found = _invitations(request).named(invitation)
    if request.method == "POST":
        revoke_invitation(request.actor, found)
        messages.success(request, f"The invitation to {found.email} is withdrawn.")
        return redirect("team", request.workspace.slug)
    consequences = [f"The link sent to {found.email} stops working. You may send another one later."]
    return _confirm(request, "Withdraw this invitation?", consequences, "Withdraw the invitation")


@workspace_page(to=KEEPING_KEYS)
def api_keys(request: WorkspaceRequest) -> HttpResponse:
    """The machines that work here, those in use first."""
    with acting(request.actor):
        keys = list(_keys(request).select_related("created_by__user").order_by("-revoked_at", "-created_at"))
    return render(request, "accounts/api_keys.html", {"title": "API keys", "keys": keys})


@never_cache
@workspace_page(to=create_api_key)
def new_api_key(request: WorkspaceRequest) -> HttpResponse:
    """Make a key; its secret is on the answer to this request and nowhere else."""
    form = ApiKeyForm(request.POST or None, side=request.workspace.side)
    if form.is_valid():
        try:
            key = create_api_key(request.actor, request.workspace, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return render(request, "accounts/api_key.html", {"title": "Your new key", "key": key}, status=201)
    context = {"title": "New API key", "form": form, "label": "Make the key", "close_url": "../"}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@workspace_page(to=revoke_api_key)
def revoke_key(request: WorkspaceRequest, key: str) -> HttpResponse:
    """Kill a key, after saying what that does."""
    with acting(request.actor):
        found = _keys(request).named(key)
    if request.method == "POST":
        revoke_api_key(request.actor, found)
        messages.success(request, f"The key {found.name} is revoked.")
        return redirect("api-keys", request.workspace.slug)
    consequences = [f"The next request with {found.shown_as} is refused. A revoked key cannot be brought back."]
    return _confirm(request, f"Revoke the key {found.name}?", consequences, "Revoke the key")


def _people(request: WorkspaceRequest) -> MembershipQuerySet:
    mine = Membership.objects.visible_to(request.actor).active().select_related("user")
    return mine.filter(organization=request.workspace.organization_id)


def _invitations(request: WorkspaceRequest) -> WorkspaceRecordQuerySet:
    return Invitation.objects.visible_to(request.actor).filter(workspace=request.workspace)


def _keys(request: WorkspaceRequest) -> WorkspaceRecordQuerySet:
    return ApiKey.objects.visible_to(request.actor).filter(workspace=request.workspace)


def _confirm(
    request: WorkspaceRequest, title: str, consequences: list[str], label: str, close_url: str = "../../"
) -> HttpResponse:
    context = {"title": title, "consequences": consequences, "label": label, "close_url": close_url}
    return render(request, "accounts/confirm.html", context)
