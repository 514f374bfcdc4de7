"""The pages behind an invitation's link: join as a new person or as one who is here, or say no."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from hansa.accounts.actions import accept_invitation, decline_invitation, open_invitation
from hansa.accounts.forms import JoinForm
from hansa.accounts.models import Invitation, User
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.partnerships.actions import accept_partnership, decline_partnership
from hansa.partnerships.models import Partnership


@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Join as whom the invitation was sent to: a new person gives name and password, another one is logged in."""
    invitation = open_invitation(token)
    if invitation is None:
        return render(request, "partnerships/invitation_over.html", status=410)
    person = User.objects.filter(email=invitation.email).first()
    if request.user.is_authenticated:
        return _as_member(request, invitation)
    if person:
        return redirect_to_login(request.path)
    return _as_newcomer(request, invitation)


@never_cache
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Say no, after reading what that does; whoever holds the link may."""
    invitation = open_invitation(token)
    if invitation is None:
        return render(request, "partnerships/invitation_over.html", status=410)
    if request.method != "POST":
        return render(request, "partnerships/decline.html", {"invitation": invitation})
    actor = _actor(invitation, invitation.name or invitation.email)
    if partnership := _awaiting(actor):
        decline_partnership(actor, partnership, invitation=invitation)
    else:
        decline_invitation(actor, invitation)
    return render(request, "partnerships/declined.html", {"invitation": invitation})


def _as_member(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    assert isinstance(request.user, User)
    context = {"invitation": invitation, "person": request.user}
    if request.user.email != invitation.email:
        return render(request, "partnerships/wrong_person.html", context, status=403)
    if request.method != "POST":
        return render(request, "partnerships/invitation.html", context)
    join(invitation, request.user.name, user=request.user)
    return _welcome(request, invitation)


def _as_newcomer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=invitation.email, initial={"name": invitation.name})
    if form.is_valid():
        try:
            join(invitation, form.cleaned_data["name"], **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            perform_login(request, User.objects.get(email=invitation.email))
            return _welcome(request, invitation)
    context = {"invitation": invitation, "form": form}
    return render(request, "partnerships/invitation.html", context, status=422 if form.errors else 200)


def join(invitation: Invitation, label: str, **person: Any) -> None:
    """Accept: the first of a partner company makes the partnership active, everybody after joins as a member."""
    actor = _actor(invitation, label)
    if partnership := _awaiting(actor):
        accept_partnership(actor, partnership, invitation=invitation, **person)
    else:
        accept_invitation(actor, invitation, **person)


def _actor(invitation: Invitation, label: str) -> Actor:
    """Whoever holds the link, acting in the workspace that it leads to and not yet a member."""
    workspace = invitation.workspace
    return workspace.actor("person", None, label, invitation.roles)


def _awaiting(actor: Actor) -> Partnership | None:
    """The partnership that is not begun yet, None for the vendor's people and for a partner that is one."""
    with acting(actor):
        mine = Partnership.objects.visible_to(actor).filter(pk=actor.partnership_id)
        return mine.filter(status=Partnership.Status.INVITED).first()


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, f"Welcome to {invitation.workspace.vendor_name}.")
    return redirect("home", invitation.workspace.slug)
