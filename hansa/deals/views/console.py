"""The vendor's pages of one registration and of all deals: why something waits, and the decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.core.web.chips import Chip
from hansa.core.web.countries import country_name
from hansa.core.web.forms import refuse
from hansa.core.web.paging import turn
from hansa.deals import actions
from hansa.deals.beside import cards_beside
from hansa.deals.conflicts import credits_of
from hansa.deals.console_forms import ApproveForm, CancelForm, DuplicateForm, RejectForm, answered
from hansa.deals.exhibits import Anew, decided_so_far, exhibits, looked_at_anew
from hansa.deals.history import history
from hansa.deals.life_shown import life_of
from hansa.deals.models import UNDECIDED, Deal, Outcome
from hansa.deals.queue import (
    next_after,
    proposal,
    tiers,
    waiting,
)
from hansa.deals.reasons import offer
from hansa.deals.receipts import seal_of
from hansa.deals.said import happened, tone
from hansa.deals.tables import vendors_table
from hansa.deals.time_shown import time_of
from hansa.deals.vendors_list import LISTED, about, listed
from hansa.deals.verdicts import held_of
from hansa.deals.views.steps import closed_to, untold
from hansa.deals.when import day_in_full
from hansa.files.shown import files_of, internal_files_of
from hansa.filters.lists import chips
from hansa.kernel.errors import DomainError
from hansa.kernel.lifecycle import say
from hansa.programs.review_terms import calendar_of
from hansa.talk.shown import conversation, notes_about

EVENTS_SHOWN = 30
LATER = "The partner is told with all others."


@workspace_page("vendor")
def registration(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """One registration beside everything that speaks about it, and the ways to decide it."""
    return _registration(request, deal)


@workspace_page("vendor", to=actions.approve_deal)
@require_POST
def approve(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Approve at once; a refusal stands on the same page."""
    found = _found(request.actor, deal)
    form = ApproveForm(request.POST)
    try:
        note = form.cleaned_data["note"] if form.is_valid() else ""
        approved = actions.approve_deal(request.actor, found, note=note)
    except DomainError as refusal:
        return _registration(request, deal, refusal)
    until = f" until {day_in_full(approved.protected_until)}" if approved.protected_until else ""
    told = "" if until else f" {LATER}"
    messages.success(request, f"Approved. {found} is protected{until} for {found.lines_text}.{told}")
    return redirect("registration", request.workspace.slug, deal)


@dataclass(frozen=True, slots=True)
class Step:
    """A decision that asks for something first: its words, its form, its action, and what it will bring about."""

    title: str
    label: str
    done: str
    form: type[forms.Form]
    act: Callable[..., Deal]
    move: str
    consequences: Sequence[str]


REJECT = Step(
    "Reject this registration?",
    "Reject",
    "Rejected. The partner is told why.",
    RejectForm,
    actions.reject_deal,
    "reject",
    (
        "{partner} is told that {customer} is not approved, with the reason and the note.",
        "Nothing is protected; later registrations of this customer are looked at again.",
    ),
)
DUPLICATE = Step(
    "Mark as duplicate?",
    "Mark as duplicate",
    "Marked as duplicate. The partner is told that the customer is taken.",
    DuplicateForm,
    actions.mark_duplicate,
    "mark_duplicate",
    (
        "{partner} is told that {customer} is taken and how to dispute it, never by whom or until when.",
        "Nothing is protected by this registration.",
    ),
)
CANCEL = Step(
    "End this registration?",
    "End it now",
    "Ended. The partner is told why.",
    CancelForm,
    actions.cancel_deal,
    "cancel",
    (
        "{customer} is free for other partners at once.",
        "{partner} is told, with the reason and the note.",
        "This can't be undone; the partner can register the customer again.",
    ),
)


@workspace_page("vendor", to=actions.reject_deal)
def reject(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Ask for the reason, then reject."""
    return _take(request, deal, REJECT)


@workspace_page("vendor", to=actions.mark_duplicate)
def mark_duplicate(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Say what the partner will learn, then mark as duplicate."""
    return _take(request, deal, DUPLICATE)


@workspace_page("vendor", to=actions.cancel_deal)
def cancel(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Ask for the reason, then end the registration and its protection."""
    return _take(request, deal, CANCEL)


def deals(request: WorkspaceRequest) -> HttpResponse:
    """All deals of all partners, newest first; of one partner or one company where the address says so."""
    actor, show = request.actor, request.GET.get("show", "all")
    with acting(actor):
        narrowing = about(actor, request.GET)
        rows = listed(actor, request.GET, narrowing)
        saved = chips(actor, "deals", request.GET)
        page = turn(actor, rows.select_related("partnership__organization"), request.GET, by="-submitted_at")
        held = held_of(actor, [one.pk for one in page], calendar_of(actor.vendor_id))
    kept = {name: asked for name in ("partner", "company", "q") if (asked := request.GET.get(name))}
    filters = [
        Chip(label, "?" + urlencode({"show": name, **kept}), name == show) for name, (label, _) in LISTED.items()
    ]
    kept |= {"show": show}
    context = {"title": "Deals", "filters": filters, "saved": saved, "page": page, "about": narrowing}
    context |= {"words": kept.get("q", ""), "kept": kept}
    context["table"] = vendors_table(page.rows, reverse("registrations", args=[request.workspace.slug]), held)
    return render(request, "deals/console/deals.html", context)


def deal(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """The vendor reads a deal where it decides it."""
    return redirect("registration", request.workspace.slug, deal)


def _registration(request: WorkspaceRequest, reference: str, refusal: DomainError | None = None) -> HttpResponse:
    actor = request.actor
    with acting(actor):
        deal = _read(actor, reference)
        now = {**time_of(actor, deal, moment()), **life_of(actor, deal, moment())}
        held = held_of(actor, [deal.pk], calendar_of(actor.vendor_id)).get(deal.pk)
        context = {**_decision(actor, deal), **_around(actor, deal), **now, "refusal": refusal, "held": held}
    context |= {
        "title": f"{deal.customer_name}: {deal.lines_text}",
        "country": country_name(deal.customer_country),
        "may_decide": deal.status in UNDECIDED and not held and actor.may(actions.DECISIONS),
        "may_ask": not held and "ask" in Deal.LIFECYCLE.open_to(deal) and actor.may(actions.ask_for_more),
        "may_cancel": "cancel" in Deal.LIFECYCLE.open_to(deal)
        and deal.outcome == Outcome.OPEN
        and actor.may(actions.cancel_deal),
        "form": ApproveForm(),
    }
    return render(request, "deals/console/registration.html", context, status=409 if refusal else 200)


def _decision(actor: Actor, deal: Deal) -> dict[str, Any]:
    """What was decided, or for an undecided registration what the rules would say now."""
    decisions, first = decided_so_far(actor, deal)
    undecided = deal.status in UNDECIDED
    anew = looked_at_anew(deal) if undecided else Anew(first, 0)
    fired = anew.evidence[0] if anew.evidence else {}
    return {
        "deal": deal,
        "tone": tone(deal.status),
        "undecided": undecided,
        "rule": say(fired.get("row", "").replace("-", " ")).capitalize(),
        "why": fired.get("why", ""),
        "proposal": proposal(anew.evidence) if anew.evidence else None,
        "exhibits": exhibits(actor, deal, anew.evidence),
        "until": moment() + timedelta(days=anew.protection_days),
        "protection_days": anew.protection_days,
        "decisions": decisions,
    }


def _around(actor: Actor, deal: Deal) -> dict[str, Any]:
    """What happened and what was said, who waits behind it, and what to decide next."""
    behind = waiting(actor).filter(company_id=deal.company_id, submitted_at__gt=deal.submitted_at)
    return {
        "events": [happened(event) for event in history(actor, deal)[:EVENTS_SHOWN]],
        "seal": seal_of(actor, deal),
        "beside": cards_beside(actor, deal, moment()),
        "behind": list(behind.select_related("partnership__organization").order_by("submitted_at")[:5]),
        "next": next_after(actor, deal) if actor.may(actions.DECISIONS) else None,
        "talk": conversation(actor, deal, deal.partnership),
        "notes": notes_about(actor, deal),
        "files": files_of(actor, deal, deal.partnership),
        "internal_files": internal_files_of(actor, deal),
        "tier": tiers(actor, [deal.partnership_id]).get((deal.partnership_id, deal.program_id), ""),
        "assignment": actions.assignment_of(actor, deal),
        **credits_of(actor, deal),
    }


def _take(request: WorkspaceRequest, reference: str, step: Step) -> HttpResponse:
    deal = _found(request.actor, reference)
    if closed := closed_to(deal, step.move) or untold(request.actor, deal):
        messages.warning(request, closed)
        return redirect("registration", request.workspace.slug, reference)
    form = step.form(answered(request), initial={"note": request.POST.get("note", "")})
    offer(form, deal)
    if form.is_valid():
        try:
            after = step.act(request.actor, deal, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Decided. {LATER}" if after.status in UNDECIDED else step.done)
            return redirect("registration", request.workspace.slug, reference)
    words = {"partner": deal.partnership.organization.name, "customer": deal.customer_name}
    context = {"deal": deal, "form": form, "step": step, "title": step.title}
    context["consequences"] = [line.format(**words) for line in step.consequences]
    return render(request, "deals/console/step.html", context, status=422 if form.errors else 200)


def _found(actor: Actor, reference: str) -> Deal:
    with acting(actor):
        return _read(actor, reference)


def _read(actor: Actor, reference: str) -> Deal:
    rows = Deal.objects.visible_to(actor).select_related(
        "partnership__organization",
        "partnership__vendor",
        "partnership__channel_manager__user",
        "owner__user",
        "company",
        "program",
    )
    return rows.named(reference)  # type: ignore[no-any-return]
