"""A partner's pages of disputes: its own, and those in which its protection is contested."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.paging import turn
from hansa.core.web.said import days_in_words
from hansa.deals.models import Deal
from hansa.deals.views.steps import found, taken
from hansa.disputes import actions
from hansa.disputes.forms import AppealForm, OpenForm, StatementForm
from hansa.disputes.limits import count_attempt
from hansa.disputes.models import Dispute, Hearing
from hansa.disputes.shown import hearings_for, own_table, page_of_side
from hansa.kernel.errors import DomainError

FEW = 20
APPEALING = (
    "Somebody who has not decided it before reads all of it and decides, for good.",
    "Until then it stays as it was decided.",
)


@workspace_page("partner")
def disputes(request: WorkspaceRequest) -> HttpResponse:
    """What one contests, and what one is asked about."""
    actor = request.actor
    with acting(actor):
        page = turn(actor, Dispute.objects.visible_to(actor).select_related("deal"), request.GET, by="-opened_at")
        asked = list(hearings_for(actor)[:FEW])
    context: dict[str, Any] = {"title": "Disputes", "page": page, "table": own_table(page.rows, "")}
    context["asked"] = own_table(asked, "../hearings/") if asked else ""
    return render(request, "disputes/portal/disputes.html", context)


@workspace_page("partner")
def dispute(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """A dispute of one's own: where it stands, what was said, and what comes next."""
    with acting(request.actor):
        context = page_of_side(request.actor, _dispute(request, dispute))
    context |= {"title": f"Dispute: {context['deal'].customer_name}", "page": "dispute"}
    context["form"] = StatementForm(asked=bool(context["asked_until"]))
    return render(request, "disputes/portal/side.html", context)


@workspace_page("partner")
def hearing(request: WorkspaceRequest, hearing: str) -> HttpResponse:
    """That one's protection is disputed, what is asked, and what becomes of it."""
    with acting(request.actor):
        context = page_of_side(request.actor, _hearing(request, hearing))
    context |= {"title": f"Disputed: {context['deal'].customer_name}", "page": "hearing"}
    context["form"] = StatementForm(asked=bool(context["asked_until"]))
    return render(request, "disputes/portal/side.html", context)


@workspace_page("partner", to=actions.open_dispute)
def open_one(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Contest a decision: say why, and what should become of it."""
    one, form = found(request, deal), OpenForm(request.POST or None)
    if form.is_valid():
        try:
            count_attempt(request.workspace)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        if taken(form, actions.open_dispute, request.actor, one):
            messages.success(request, "Your dispute is open. You get a message as soon as somebody asks or decides.")
            with acting(request.actor):
                opened = Dispute.objects.visible_to(request.actor).filter(deal=one).latest("opened_at")
            return redirect("dispute", request.workspace.slug, opened.public_id)
    consequences = (
        "We look at it again, and may ask you for more.",
        "What you write stays between you and us: no other partner reads it.",
        f"You can dispute a decision once, and for {days_in_words(one.program.dispute_days)}.",
    )
    context = {"title": "Dispute this decision", "label": "Open the dispute", "back": f"deals/{deal}/"}
    return _step(request, one, form, consequences, **context)


@workspace_page("partner", to=actions.add_statement)
def state(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """Add to one's side."""
    with acting(request.actor):
        one = _dispute(request, dispute)
    form = StatementForm(request.POST or None, asked=bool(one.answer_by))
    if taken(form, actions.add_statement, request.actor, one):
        messages.success(request, "Sent.")
        return redirect("dispute", request.workspace.slug, dispute)
    context = {"title": "Add to your side", "label": "Send", "back": f"disputes/{dispute}/"}
    return _step(request, one.deal, form, ("We read it, and no other partner does.",), **context)


@workspace_page("partner", to=actions.appeal_dispute)
def appeal(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """Ask somebody else to decide."""
    with acting(request.actor):
        one = _dispute(request, dispute)
    form = AppealForm(request.POST or None)
    if taken(form, actions.appeal_dispute, request.actor, one):
        messages.success(request, "Appealed. Somebody else decides, and you get a message.")
        return redirect("dispute", request.workspace.slug, dispute)
    context = {"title": "Appeal", "label": "Appeal", "back": f"disputes/{dispute}/"}
    return _step(request, one.deal, form, APPEALING, **context)


@workspace_page("partner", to=actions.appeal_hearing)
def appeal_hearing(request: WorkspaceRequest, hearing: str) -> HttpResponse:
    """Ask somebody else to decide about a protection that was ended."""
    with acting(request.actor):
        one = _hearing(request, hearing)
    form = AppealForm(request.POST or None)
    if taken(form, actions.appeal_hearing, request.actor, one):
        messages.success(request, "Appealed. Somebody else decides, and you get a message.")
        return redirect("hearing", request.workspace.slug, hearing)
    context = {"title": "Appeal", "label": "Appeal", "back": f"hearings/{hearing}/"}
    return _step(request, one.deal, form, APPEALING, **context)


@workspace_page("partner", to=actions.withdraw_dispute)
def withdraw(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """Take a dispute back, after saying what that does."""
    with acting(request.actor):
        one = _dispute(request, dispute)
    if request.method == "POST":
        actions.withdraw_dispute(request.actor, one)
        messages.success(request, "Withdrawn. What was decided stands.")
        return redirect("dispute", request.workspace.slug, dispute)
    consequences = ("What was decided stands.", "You cannot dispute the same decision again.")
    context = {"title": "Withdraw this dispute?", "label": "Withdraw the dispute", "danger": True}
    return _step(request, one.deal, None, consequences, back=f"disputes/{dispute}/", **context)


def _step(
    request: WorkspaceRequest, deal: Deal | None, form: forms.Form | None, consequences: Sequence[str], **words: Any
) -> HttpResponse:
    context = {"deal": deal, "form": form, "consequences": consequences, **words}
    return render(request, "disputes/step.html", context, status=422 if form and form.errors else 200)


def _dispute(request: WorkspaceRequest, reference: str) -> Dispute:
    rows = Dispute.objects.visible_to(request.actor).select_related("deal__program")
    one: Dispute = rows.named(reference)
    return one


def _hearing(request: WorkspaceRequest, reference: str) -> Hearing:
    one: Hearing = hearings_for(request.actor).named(reference)  # type: ignore[attr-defined]
    return one
