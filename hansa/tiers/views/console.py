"""The vendor's pages of tiers: who rises, who falls, what waits, and each partner by itself."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.chips import Chip
from hansa.core.web.edits import edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.core.web.paging import turn
from hansa.kernel.errors import DomainError
from hansa.programs.models import Program
from hansa.programs.review_terms import calendar_of
from hansa.tiers import actions
from hansa.tiers.forms import ApproveForm, DeclineForm, ExceptionForm, FactForm, TermsForm, present
from hansa.tiers.listing import SHOWN, narrowed, table_of_standings
from hansa.tiers.models import EnteredFact, TierException, TierStanding, TierTerms
from hansa.tiers.shown import Board, board_of, page_of

SEEING = (*actions.CARING, *actions.TERMS_CHANGING)
STAYS = "Saving this begins an evaluation of all partners by these terms, where the tiers are evaluated."
BEGUN = "Saved. All partners are being evaluated by these terms; that is done in a few minutes."
BY_HAND = "Saved. The tiers of this program are set by hand."
FACTS_SHOWN = 20


@workspace_page("vendor", to=SEEING)
def tiers(request: WorkspaceRequest) -> HttpResponse:
    """Who is about to rise or to fall, the nearest first."""
    actor, show = request.actor, request.GET.get("show", "rising")
    show = show if show in SHOWN else "rising"
    words = request.GET.get("q", "").strip()
    with acting(actor):
        rows, by = narrowed(actor, show, words)
        page = turn(actor, rows, request.GET, by=by)
        programs = list(Program.objects.visible_to(actor).order_by("name"))
        by_hand = not TierTerms.objects.visible_to(actor).filter(running=True).exists()
        zone = calendar_of(actor.vendor_id).zone
    context = {
        "title": "Tiers",
        "page": page,
        "table": table_of_standings(page.rows, zone),
        "programs": programs,
        "by_hand": by_hand,
        "show": show,
        "empty": SHOWN[show][1],
        "words": words,
        "filters": [Chip(label, f"?show={name}", name == show) for name, (label, _) in SHOWN.items()],
    }
    return render(request, "tiers/console/tiers.html", context)


@workspace_page("vendor", to=SEEING)
def standing(request: WorkspaceRequest, standing: str) -> HttpResponse:
    """One partner: its criteria, what waits for somebody's word, its exceptions and its numbers."""
    actor = request.actor
    with acting(actor):
        board = _board(request, standing)
        entered = EnteredFact.objects.visible_to(actor).filter(enrollment=board.enrollment)
        context = page_of(actor, board)
        context["entered"] = [
            {"label": board.words.label(one.fact), "value": board.words.number(one.fact, one.value), "row": one}
            for one in entered.order_by("-dated", "fact")[:FACTS_SHOWN]
        ]
    context |= {"title": str(board.enrollment.partnership), "partner": board.enrollment.partnership}
    return render(request, "tiers/console/standing.html", context)


@workspace_page("vendor", to=actions.approve_change)
def approve(request: WorkspaceRequest, standing: str) -> HttpResponse:
    """Approve a proposed tier."""
    board = _read(request, standing)
    form = ApproveForm(_posted(request))

    def act(given: dict[str, Any]) -> Any:
        return actions.approve_change(request.actor, board.standing, **given)

    return _step(request, board, form, act, f"Approve {_proposed(board)}", "Approved. The partner is told.")


@workspace_page("vendor", to=actions.decline_change)
def decline(request: WorkspaceRequest, standing: str) -> HttpResponse:
    """Decline a proposed tier, and say why."""
    board = _read(request, standing)
    form = DeclineForm(_posted(request))

    def act(given: dict[str, Any]) -> Any:
        return actions.decline_change(request.actor, board.standing, **given)

    return _step(request, board, form, act, f"Decline {_proposed(board)}", "Declined. The partner reads why.")


@workspace_page("vendor", to=actions.grant_exception)
def grant(request: WorkspaceRequest, standing: str) -> HttpResponse:
    """Grant an exception for a time."""
    board = _read(request, standing)
    form = ExceptionForm(board.tiers, _posted(request))

    def act(given: dict[str, Any]) -> Any:
        return actions.grant_exception(request.actor, board.enrollment, **given)

    return _step(request, board, form, act, "Grant an exception", "Granted. The partner is told.")


@workspace_page("vendor", to=actions.enter_fact)
def enter(request: WorkspaceRequest, standing: str) -> HttpResponse:
    """Enter a number about a partner."""
    board = _read(request, standing)
    with acting(request.actor):
        today = actions.today_of(request.actor)
    form = FactForm(board.words.entered(), _posted(request), initial={"dated": today})

    def act(given: dict[str, Any]) -> Any:
        return actions.enter_fact(request.actor, board.enrollment, **given)

    return _step(request, board, form, act, "Enter a number", "Entered. The tier follows by itself.")


@workspace_page("vendor", to=actions.evaluate_standing)
def evaluate(request: WorkspaceRequest, standing: str) -> HttpResponse:
    """Evaluate one partner now; by POST."""
    board = _read(request, standing)
    if request.method == "POST":
        try:
            actions.evaluate_standing(request.actor, board.standing)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "Evaluated just now.")
    return redirect("tier-standing", request.workspace.slug, standing)


@workspace_page("vendor", to=actions.end_exception)
def end_exception(request: WorkspaceRequest, exception: str) -> HttpResponse:
    """End an exception before its day; by POST."""
    with acting(request.actor):
        rows = TierException.objects.visible_to(request.actor).select_related("enrollment__program", "tier")
        found = rows.named(exception)
        about = TierStanding.objects.visible_to(request.actor).filter(enrollment=found.enrollment_id).first()
    if request.method == "POST":
        try:
            actions.end_exception(request.actor, found)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "The exception has ended.")
    if about is None:
        return redirect("tiers", request.workspace.slug)
    return redirect("tier-standing", request.workspace.slug, about.public_id)


@workspace_page("vendor", to=actions.change_tier_terms)
def terms(request: WorkspaceRequest, program: str) -> HttpResponse:
    """Say by which terms tiers are won and lost."""
    actor = request.actor
    with acting(actor):
        found = Program.objects.visible_to(actor).named(program)
        form = edited(_terms_form(found, _posted(request)))
    if form.is_valid():
        try:
            with unless_changed(actor, found, form, _terms_form):
                changed = actions.change_tier_terms(actor, found, **form.given())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, BEGUN if changed.running else BY_HAND)
            return redirect("program-setup", request.workspace.slug)
    context = {"title": f"Tiers: {found.name}", "form": form, "label": "Save", "note": STAYS}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


def _terms_form(program: Program, sent: QueryDict | None = None) -> TermsForm:
    return TermsForm(sent, initial=present(actions.terms_of(program)))


def _posted(request: WorkspaceRequest) -> QueryDict | None:
    """What was sent, also where nothing was filled in; None where the form is only shown."""
    return request.POST if request.method == "POST" else None


def _read(request: WorkspaceRequest, reference: str) -> Board:
    with acting(request.actor):
        return _board(request, reference)


def _board(request: WorkspaceRequest, reference: str) -> Board:
    rows = TierStanding.objects.visible_to(request.actor)
    found = rows.select_related("enrollment__program", "enrollment__tier", "enrollment__partnership__organization")
    return board_of(request.actor, found.named(reference).enrollment)


def _proposed(board: Board) -> str:
    return str(board.standing.proposed or "a change") if board.standing else "a change"


def _step(
    request: WorkspaceRequest,
    board: Board,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    title: str,
    said: str,
) -> HttpResponse:
    """A form about one partner: its answer goes to one action."""
    assert board.standing
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, said)
            return redirect("tier-standing", request.workspace.slug, board.standing.public_id)
    context = {"title": title, "form": form, "label": title, "standing": board.standing}
    context["partner"] = board.enrollment.partnership
    return render(request, "tiers/console/step.html", context, status=422 if form.errors else 200)
