"""The vendor's pages of partners: who they are, who looks after them, and how they come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, admit, workspace_page
from hansa.accounts.models import Invitation, Membership, Workspace
from hansa.core.actions import Action
from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.core.web.chips import Chip
from hansa.core.web.countries import country_name
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.core.web.paging import turn
from hansa.kernel.errors import DomainError
from hansa.partnerships import actions
from hansa.partnerships.care import covers_of
from hansa.partnerships.forms import AssignForm, EnrollmentForm, InviteForm, Offer, offer
from hansa.partnerships.models import Enrollment, Partnership
from hansa.partnerships.ties import ties_of

TONES = {Partnership.Status.ACTIVE: "good", Partnership.Status.INVITED: "wait", Partnership.Status.SUSPENDED: "bad"}
SHOWN = {"": "All", "active": "Active", "invited": "Invited", "suspended": "Suspended", "ended": "Ended"}
EVENTS_SHOWN = 15
NOT_ABOUT_IT = Q(subject_type__in=("deal", "message", "thread")) | Q(name="view_as.page_seen")


@workspace_page("vendor")
def partners(request: WorkspaceRequest) -> HttpResponse:
    """Every partner by name, with its standing and who looks after it."""
    actor, show, words = request.actor, request.GET.get("show", ""), request.GET.get("q", "").strip()
    with acting(actor):
        rows = Partnership.objects.visible_to(actor).select_related("organization", "channel_manager__user")
        if show in Partnership.Status.values:
            rows = rows.filter(status=show)
        if words:
            rows = rows.filter(organization__name__icontains=words)
        page = turn(actor, rows, request.GET, by="organization__name")
        enrolled = Enrollment.objects.visible_to(actor).filter(partnership__in=page.rows).select_related("tier")
        places = {place.partnership_id: place for place in enrolled}
    context = {
        "title": "Partners",
        "rows": [
            {"partner": one, "tone": TONES.get(Partnership.Status(one.status), "calm"), "place": places.get(one.pk)}
            for one in page
        ],
        "filters": [Chip(label, f"?show={name}", name == show) for name, label in SHOWN.items()],
        "page": page,
        "words": words,
    }
    return render(request, "partnerships/partners.html", context)


@workspace_page("vendor")
def partner(request: WorkspaceRequest, partner: str) -> HttpResponse:
    """One partner: standing, enrollment, people and what happened."""
    actor = request.actor
    with acting(actor):
        found = _read(actor, partner)
        people = Membership.objects.active().filter(organization=found.organization_id).select_related("user")
        events = Event.objects.visible_to(actor).filter(partnership_id=found.pk).exclude(NOT_ABOUT_IT)
        context = {
            "title": str(found),
            "partner": found,
            "country": country_name(found.organization.country),
            "tone": TONES.get(Partnership.Status(found.status), "calm"),
            "places": list(_places(actor, found)),
            "ties": ties_of(actor.vendor_id, found.pk),
            "covers": covers_of(found),
            "may_look": found.status != Partnership.Status.ENDED and actions.may_look_into(actor, found),
            "people": list(people.order_by("user__name")),
            "invitations": _invited(actor, found),
            "events": [_said(event) for event in events.order_by("-at", "-id")[:EVENTS_SHOWN]],
        }
    moves = Partnership.LIFECYCLE.open_to(found)
    context["steps"] = [(name, step.label) for name, step in STEPS.items() if name in moves and actor.may(step.act)]
    context["ended"] = found.status == Partnership.Status.ENDED
    context["may_appoint"] = actions.may_appoint_for(actor, found.channel_manager_id)
    return render(request, "partnerships/partner.html", context)


@workspace_page("vendor", to=actions.invite_partner)
def invite_partner(request: WorkspaceRequest) -> HttpResponse:
    """Invite a company; its first person gets a mail."""
    actor = request.actor
    with acting(actor):
        offered = offer(actor, request.workspace)
    mine = next((one.public_id for one in offered.managers if one.pk == actor.id), "")
    form = InviteForm(offered, request.POST or None, initial={"channel_manager": mine})
    if form.is_valid():
        try:
            invited = actions.invite_partner(actor, request.workspace.vendor, **form.invitation())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Invited. {form.cleaned_data['email']} gets a link that works for 72 hours.")
            return redirect("partner", request.workspace.slug, invited.public_id)
    context = {"form": form, "title": "Invite a partner"}
    return render(request, "partnerships/invite.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.assign_manager)
def assign(request: WorkspaceRequest, partner: str) -> HttpResponse:
    """Name who looks after the partner."""
    actor = request.actor
    with acting(actor):
        found, offered = _read(actor, partner), offer(actor, request.workspace)
        shown = partial(_assign_form, offered)
        form = edited(shown(found, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(actor, found, form, shown):
                actions.assign_manager(actor, found, **form.people())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("partner", request.workspace.slug, partner)
    return _form(request, found, form, f"Who looks after {found}?")


@workspace_page("vendor", to=actions.change_enrollment)
def change_enrollment(request: WorkspaceRequest, partner: str, enrollment: str) -> HttpResponse:
    """Set the partner's types, tier and territories in one program."""
    actor = request.actor
    with acting(actor):
        found, offered = _read(actor, partner), offer(actor, request.workspace)
        place = _places(actor, found).named(enrollment)
        shown = partial(_enrollment_form, offered)
        form = edited(shown(place, request.POST or None))
    if form.is_valid():
        try:
            with unless_changed(actor, place, form, shown):
                actions.change_enrollment(actor, place, **form.enrollment())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved. It counts for registrations from now on.")
            return redirect("partner", request.workspace.slug, partner)
    return _form(request, found, form, f"{found} in {place.program}")


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the partner's standing, and what it brings about."""

    title: str
    label: str
    done: str
    act: Action
    consequences: Sequence[str]
    danger: bool = True


STEPS = {
    "suspend": Step(
        "Suspend {}?",
        "Suspend",
        "{} is suspended.",
        actions.suspend_partner,
        (
            "Its people can still log in, but register no deals.",
            "What it holds stays protected.",
            "You can let it work again at any time.",
        ),
    ),
    "resume": Step(
        "Let {} work again?",
        "Resume",
        "{} works again.",
        actions.resume_partner,
        ("Its people can register deals again at once.",),
        danger=False,
    ),
    "end": Step(
        "End the partnership with {}?",
        "End the partnership",
        "The partnership with {} has ended.",
        actions.end_partnership,
        (
            "Its people, sessions and API keys are out with their next request.",
            "Its waiting registrations are canceled and its open protections end: those customers are free.",
            "Deals that it has won keep their protection to the end.",
            "This can't be undone.",
        ),
    ),
}


@workspace_page("vendor", to=tuple(step.act for step in STEPS.values()))
def step(request: WorkspaceRequest, partner: str, step: str) -> HttpResponse:
    """Say what will happen, then suspend, resume or end."""
    actor, chosen, problem = request.actor, STEPS[step], ""
    admit(actor, chosen.act)
    with acting(actor):
        found = _read(actor, partner)
    if request.method == "POST":
        try:
            chosen.act(actor, found)
        except DomainError as refusal:
            problem = refusal.message
        else:
            messages.success(request, chosen.done.format(found))
            return redirect("partner", request.workspace.slug, partner)
    context = {"title": chosen.title.format(found), "step": chosen, "partner": found, "problem": problem}
    return render(request, "partnerships/step.html", context, status=409 if problem else 200)


def _assign_form(offered: Offer, partner: Partnership, sent: QueryDict | None = None) -> AssignForm:
    now = {name: person.public_id for name in ("channel_manager", "deputy") if (person := getattr(partner, name))}
    return AssignForm(offered, sent, initial=now)


def _enrollment_form(offered: Offer, place: Enrollment, sent: QueryDict | None = None) -> EnrollmentForm:
    now = {"partner_types": place.partner_types, "tier": place.tier.public_id if place.tier else ""}
    territories = [territory.public_id for territory in place.territories.order_by("id")]
    return EnrollmentForm(offered, sent, initial={**now, "territories": territories})


def _form(request: WorkspaceRequest, found: Partnership, form: Any, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "partner": found}
    return render(request, "partnerships/form.html", context, status=422 if form.errors else 200)


def _read(actor: Actor, reference: str) -> Partnership:
    rows = Partnership.objects.visible_to(actor).select_related("organization", "channel_manager__user", "deputy__user")
    return rows.named(reference)  # type: ignore[no-any-return]


def _invited(actor: Actor, found: Partnership) -> list[Invitation]:
    portal = Workspace.objects.visible_to(actor).filter(partnership_id=found.pk)
    sent = Invitation.objects.filter(workspace__in=portal, status=Invitation.Status.SENT)
    return list(sent.order_by("-sent_at"))


def _places(actor: Actor, found: Partnership) -> Any:
    rows = Enrollment.objects.visible_to(actor).filter(partnership=found).select_related("program", "tier")
    return rows.prefetch_related("territories").order_by("program__name")


def _said(event: Event) -> dict[str, Any]:
    text = event.name.replace(".", " ").replace("_", " ").capitalize()
    about = event.data.get("customer") or event.data.get("email") or event.data.get("person") or ""
    return {"at": event.at, "text": f"{text}: {about}" if about else text, "by": event.actor_label}
