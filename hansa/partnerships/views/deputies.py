"""The vendor's pages on which somebody stands in for a channel manager for a time."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.models import TenantQuerySet
from hansa.core.tenancy import acting, moment
from hansa.core.web.forms import refuse
from hansa.core.web.paging import turn
from hansa.kernel.errors import DomainError
from hansa.kernel.ids import public_id
from hansa.partnerships import actions
from hansa.partnerships.forms import DeputyForm, offer
from hansa.partnerships.models import Deputyship, Partnership
from hansa.programs.review_terms import calendar_of

OVER = (Partnership.Status.ENDED, Partnership.Status.DECLINED)
GOING = """{0} is no longer told about these partners, and no longer sees their registrations as “Mine”.
{1} is told as ever.
What {0} decided stays so."""
TONES = {"running": "good", "coming": "wait", "over": "calm", "revoked": "calm"}


@workspace_page("vendor", to=actions.appoint_deputy)
def deputies(request: WorkspaceRequest) -> HttpResponse:
    """Who stands in for whom, now, soon and before."""
    actor = request.actor
    with acting(actor):
        page, now = turn(actor, _rows(actor), request.GET, by="-created_at"), moment()
    rows = [
        {
            "cover": one,
            "state": (state := one.state(now)),
            "tone": TONES[state],
            "may": state in ("running", "coming") and actions.may_appoint_for(actor, one.manager_id),
        }
        for one in page
    ]
    return render(request, "partnerships/deputies.html", {"title": "Deputies", "page": page, "rows": rows})


@workspace_page("vendor", to=actions.appoint_deputy)
def appoint(request: WorkspaceRequest) -> HttpResponse:
    """Say who stands in for whom, with which partner, from when to when."""
    actor = request.actor
    with acting(actor):
        offered, partners, now = offer(actor, request.workspace), list(_partners(actor)), _first_guess(request)
    form = DeputyForm(actor, offered, partners, request.POST or None, initial=now)
    if form.is_valid():
        facts = form.appointment()
        try:
            actions.appoint_deputy(actor, facts.pop("manager"), **facts)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{facts['deputy']} stands in, and is told.")
            return redirect("deputies", request.workspace.slug)
    context = {"title": "Who stands in for whom?", "form": form}
    return render(request, "partnerships/appoint.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.revoke_deputy)
def revoke(request: WorkspaceRequest, deputyship: str) -> HttpResponse:
    """Say what will happen, then revoke."""
    actor, problem = request.actor, ""
    with acting(actor):
        found = _rows(actor).named(deputyship)
    if request.method == "POST":
        try:
            actions.revoke_deputy(actor, found)
        except DomainError as refusal:
            problem = refusal.message
        else:
            messages.success(request, f"{found.deputy} no longer stands in for {found.manager}.")
            return redirect("deputies", request.workspace.slug)
    title = f"{found.deputy} no longer stands in for {found.manager}?"
    consequences = GOING.format(found.deputy, found.manager).splitlines()
    context = {"title": title, "consequences": consequences, "problem": problem}
    return render(request, "partnerships/revoke_deputy.html", context, status=409 if problem else 200)


def _first_guess(request: WorkspaceRequest) -> dict[str, object]:
    """Oneself from today on, or who manages the partner that the address names."""
    actor, partner = request.actor, request.GET.get("partner", "")
    today = moment().astimezone(calendar_of(actor.vendor_id).zone).date()
    managers = {it.public_id: it.channel_manager_id for it in _partners(actor)}
    away = managers.get(partner) or actor.id
    return {"manager": public_id("member", away) if away else "", "partner": partner, "starts_on": today}


def _partners(actor: Actor) -> QuerySet[Partnership]:
    """Those who have a channel manager; to who appoints for themself alone, their own."""
    rows: QuerySet[Partnership] = Partnership.objects.visible_to(actor).exclude(status__in=OVER)
    rows = rows.filter(channel_manager__isnull=False).select_related("organization").order_by("organization__name")
    return rows if actor.may(actions.assign_manager) else rows.filter(channel_manager=actor.id)


def _rows(actor: Actor) -> TenantQuerySet:
    rows = Deputyship.objects.visible_to(actor)
    return rows.select_related("manager__user", "deputy__user", "partnership__organization")
