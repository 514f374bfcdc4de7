"""Deciding or assigning many registrations in one go: what will happen, how far it is, and what could not be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.core.web.forms import offer_rows, refuse
from hansa.core.web.paging import turn
from hansa.deals import actions
from hansa.deals.actions.decide_many import MOST
from hansa.deals.bulk import not_decided, progress_of
from hansa.deals.bulk_choice import all_shown, ticked
from hansa.deals.console_forms import ApproveForm, AssignForm, RejectForm
from hansa.deals.models import BulkDecision, Deal
from hansa.deals.reasons import offer_shared, shared_reasons
from hansa.deals.said import REASONS
from hansa.deals.tables import refused_table
from hansa.filters.lists import asked_of
from hansa.kernel.errors import DomainError
from hansa.kernel.ids import public_id
from hansa.programs.reasons import ReasonsFor

TOLD = {"running": ("Running", "wait"), "done": ("Done", "good"), "stopped": ("Stopped", "bad")}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen in the queue: the registrations, and `given`, the fields that choose the same once more.

    `names` are the customers of those ticked one by one.
    """

    deals: Sequence[UUID]
    given: Sequence[tuple[str, str]]
    back: str
    names: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One of the decisions: its words, its form, and what it will bring about."""

    title: str
    label: str
    form: type[forms.Form]
    consequences: Sequence[str]


EACH = "Each is looked at by itself: what cannot be decided any more is left as it is and listed with the reason."
WAYS = {
    "approve": Way(
        "Approve {}?",
        "Approve {}",
        ApproveForm,
        (
            "Each customer is protected for its partner from that moment.",
            "The partners are told, with your word.",
            EACH,
        ),
    ),
    "reject": Way(
        "Reject {}?",
        "Reject {}",
        RejectForm,
        ("The partners are told, all with this reason and this note.", "Nothing is protected.", EACH),
    ),
    "assign": Way(
        "Assign {}?",
        "Assign {}",
        AssignForm,
        (
            "They stand among what your colleague is to decide, and no longer among what others are.",
            "Your colleague is told once, of all of them. The partners are not told.",
            EACH,
        ),
    ),
}


@workspace_page("vendor", to=actions.decide_in_bulk)
def choose(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """Say what it brings about for all those that were chosen, then begin."""
    way, choice = WAYS[kind], _chosen(request)
    if not choice.deals:
        messages.warning(request, "Tick the registrations first, or choose all that are shown.")
        return redirect(choice.back)
    form = _form(request, way, choice)
    if form.is_valid():
        try:
            run = actions.decide_in_bulk(
                request.actor, request.workspace.vendor, kind=kind, deals=choice.deals, **form.cleaned_data
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return redirect("bulk-decision", request.workspace.slug, run.public_id)
    many = _many(len(choice.deals))
    context = {"title": way.title.format(many), "label": way.label.format(many), "way": way, "choice": choice}
    context |= {"form": form, "too_many": len(choice.deals) > MOST, "most": MOST}
    return render(request, "deals/console/bulk_choice.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.decide_in_bulk)
@require_safe
def bulk_decisions(request: WorkspaceRequest) -> HttpResponse:
    """What was decided in one go so far, newest first."""
    with acting(request.actor):
        page = turn(request.actor, BulkDecision.objects.visible_to(request.actor), request.GET, by="-created_at")
    context = {"title": "Done in one go", "page": page, "rows": [_said(run) for run in page]}
    return render(request, "deals/console/bulk_decisions.html", context)


@workspace_page("vendor", to=actions.decide_in_bulk)
@require_safe
def bulk_decision(request: WorkspaceRequest, bulk: str) -> HttpResponse:
    """How far it is, then what became of it and what could not be decided."""
    actor = request.actor
    with acting(actor):
        run = BulkDecision.objects.visible_to(actor).select_related("assignee__user").named(bulk)
        progress = progress_of(run)
        page = turn(actor, not_decided(actor, run), request.GET, by="number")
        called = shared_reasons(actor, run.items.values("deal"), ReasonsFor.REJECT) if run.reason else {}
    table = refused_table(page.rows, "../../registrations/")
    context = {"title": str(run), "progress": progress, "page": page, "table": table, **_said(run)}
    context["reason"] = called.get(run.reason) or REASONS.get(run.reason, run.reason)
    return render(request, "deals/console/bulk_decision.html", context)


@workspace_page("vendor", to=actions.stop_bulk)
@require_POST
def stop(request: WorkspaceRequest, bulk: str) -> HttpResponse:
    """Stop midway."""
    actions.stop_bulk(request.actor, _found(request.actor, bulk))
    messages.success(request, "Stopped. What is decided stays so; the rest waits as before.")
    return redirect("bulk-decision", request.workspace.slug, bulk)


@workspace_page("vendor", to=actions.resume_bulk)
@require_POST
def resume(request: WorkspaceRequest, bulk: str) -> HttpResponse:
    """Go on with what was stopped."""
    actions.resume_bulk(request.actor, _found(request.actor, bulk))
    return redirect("bulk-decision", request.workspace.slug, bulk)


def _chosen(request: WorkspaceRequest) -> Choice:
    """What was ticked, or all that the queue showed at an address until this page was opened."""
    given = request.POST if request.method == "POST" else request.GET
    asked = asked_of("queue", QueryDict(given.get("asked", "").replace("\0", "")))
    back, actor = f"../../registrations/?{asked}", request.actor
    with acting(actor):
        if given.get("every") != "1":
            deals = ticked(actor, given.getlist("deal"))
            names = Deal.objects.visible_to(actor).filter(pk__in=deals).order_by("submitted_at", "id")
            kept = [("deal", public_id(Deal.id_prefix, deal)) for deal in deals]
            return Choice(deals, [*kept, ("asked", asked)], back, ", ".join(map(str, names)))
        until = _moment(given.get("until", "")) or moment()
        deals = all_shown(actor, QueryDict(asked).dict(), until)
    return Choice(deals, [("every", "1"), ("until", until.isoformat()), ("asked", asked)], back)


def _form(request: WorkspaceRequest, way: Way, choice: Choice) -> forms.Form:
    form = way.form(request.POST if request.method == "POST" else None)
    with acting(request.actor):
        offer_shared(form, request.actor, choice.deals)
        if "to" in form.fields:
            offer_rows(form, "to", actions.reviewers(request.actor.vendor_id), empty="Choose a person")
    return form


def _moment(said: str) -> Any:
    try:
        at = parse_datetime(said)
    except ValueError:
        return None
    return at if at and at.tzinfo else None


def _found(actor: Actor, reference: str) -> BulkDecision:
    with acting(actor):
        return BulkDecision.objects.visible_to(actor).named(reference)  # type: ignore[no-any-return]


def _said(run: BulkDecision) -> dict[str, Any]:
    told, tone = TOLD[run.status]
    return {"run": run, "told": told, "tone": tone}


def _many(count: int) -> str:
    if count > MOST:
        return f"more than {MOST:,} registrations"
    return f"{count:,} registration{'' if count == 1 else 's'}"
