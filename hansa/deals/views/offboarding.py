"""The page that ends a colleague's access: what moves to whom, and what ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.actions import offboard_member
from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import ApiKey, Invitation, Membership
from hansa.accounts.person_field import PersonField
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.core.web.forms import offer_rows
from hansa.deals.actions.hand_over import colleagues, deals_of, offboard_with_deals
from hansa.deals.models import Deal
from hansa.deals.views.hand_over import HandOverForm
from hansa.deals.views.steps import taken
from hansa.partnerships.leaving import partners_of, successors
from hansa.partnerships.models import Partnership


class SuccessorForm(HandOverForm):
    """Asks who takes the open deals, and who looks after the partners; nothing where there are none."""

    partners_to = PersonField(
        label="Who looks after these partners?",
        required=False,
        help_text="Until somebody does, those who name channel managers are told what these partners ask for.",
    )

    def __init__(self, *args: Any, people: Sequence[Membership], left: "Left", **options: Any) -> None:
        super().__init__(*args, people=people, **options)
        self.fields["to"].label = "Who takes the open deals?"
        offer_rows(self, "partners_to", left.successors, empty="Nobody for now")
        for name, there in (("to", left.deals), ("partners_to", left.partners)):
            if not there:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Nobody takes what is not there."""
        return {"to": None, "partners_to": None, **(super().clean() or {})}


@dataclass(frozen=True, slots=True)
class Left:
    """What a member leaves behind: open deals, and partners with those who can look after them."""

    deals: Sequence[Deal]
    partners: Sequence[Partnership]
    successors: Sequence[Membership]

    @classmethod
    def by(cls, actor: Actor, leaver: Membership) -> Self:
        """Inside `acting`."""
        partners = sorted(partners_of(actor, leaver), key=str)
        return cls(list(deals_of(actor, leaver)), partners, successors(actor, leaver) if partners else [])


@workspace_page(to=offboard_member)
def offboard(request: WorkspaceRequest, member: str) -> HttpResponse:
    """End a colleague's access, after showing what moves and what ends."""
    with acting(request.actor):
        people = Membership.objects.visible_to(request.actor).active().select_related("user")
        leaver: Membership = people.filter(organization=request.workspace.organization_id).named(member)
        left, takers = Left.by(request.actor, leaver), _takers(request, leaver)
        ends = _ends(request, leaver)
    initial = {"to": next((one.public_id for one in takers if one.pk == request.actor.id), "")}
    given = request.POST if request.method == "POST" else None
    form = SuccessorForm(given, people=takers, left=left, initial=initial)
    if taken(form, offboard_with_deals, request.actor, leaver):
        messages.success(request, f"{leaver.user.name} has no access any more.")
        return redirect("team", request.workspace.slug)
    context = {"title": f"End {leaver.user.name}'s access?", "leaver": leaver, "left": left, "form": form, **ends}
    return render(request, "deals/offboard.html", context, status=422 if form.errors else 200)


def _takers(request: WorkspaceRequest, leaver: Membership) -> list[Membership]:
    """The colleagues who can take deals; on the vendor's side nobody owns any."""
    if request.actor.partnership_id is None:
        return []
    mine = Partnership.objects.visible_to(request.actor).named(request.actor.partnership_id)
    return [one for one in colleagues(mine) if one.pk != leaver.pk]


def _ends(request: WorkspaceRequest, leaver: Membership) -> dict[str, Any]:
    """What stops working with the next request."""
    keys = ApiKey.objects.visible_to(request.actor).filter(created_by=leaver, revoked_at=None)
    sent = Invitation.objects.visible_to(request.actor).filter(invited_by=leaver.pk, status=Invitation.Status.SENT)
    return {
        "keys": list(keys.order_by("name")),
        "invitations": list(sent.filter(expires_at__gt=moment()).order_by("email")),
        "sessions": UserSession.objects.filter(user=leaver.user).count(),
    }
