"""The vendor's pages of disputes: what waits, both sides beside each other, and the decision."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting, moment
from hansa.core.web.chips import Chip
from hansa.core.web.paging import turn
from hansa.deals.views.steps import taken
from hansa.disputes import actions
from hansa.disputes.actions.decide_dispute import decide_dispute
from hansa.disputes.forms import AskForm, DecideForm, StatementForm
from hansa.disputes.models import Dispute, Hearing, Result
from hansa.disputes.shown import page_of_case, queue_table
from hansa.disputes.sides import dispute_of, hearings_of

Status = Dispute.Status
SHOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "waiting": ("To be decided", (Status.OPENED, Status.APPEALED)),
    "evidence": ("Evidence is gathered", (Status.EVIDENCE,)),
    "decided": ("Can be appealed", (Status.DECIDED,)),
    "all": ("All", tuple(Status)),
}
GRANTING = (
    "{partner} is protected for {customer}, from now on and for as long as the program protects.",
    "The protection that stands against it ends at once; its partner is told why, and may appeal.",
    "If any other protection stands in the way, nothing is changed.",
)
UPHOLDING = (
    "Everything stays as it was decided.",
    "{partner} is told why, and may appeal once: somebody else decides then.",
)
FINAL = "This decides the appeal: it is for good."


@workspace_page("vendor")
def disputes(request: WorkspaceRequest) -> HttpResponse:
    """What is disputed, the most urgent first; or all, the newest first."""
    actor, show = request.actor, request.GET.get("show", "waiting")
    show = show if show in SHOWN else "waiting"
    rows = Dispute.objects.visible_to(actor).select_related("deal", "partnership__organization")
    with acting(actor):
        counts = {name: rows.filter(status__in=states).count() for name, (_, states) in SHOWN.items()}
        rows = rows.filter(status__in=SHOWN[show][1])
        by = "due_at" if show == "waiting" else "-opened_at"
        page = turn(actor, rows.filter(due_at__isnull=False) if show == "waiting" else rows, request.GET, by=by)
        table = queue_table(page.rows, moment())
    filters = [Chip(label, f"?show={name}", name == show, counts[name]) for name, (label, _) in SHOWN.items()]
    context = {"title": "Disputes", "page": page, "table": table, "filters": filters, "show": show}
    return render(request, "disputes/console/disputes.html", context)


@workspace_page("vendor")
def dispute(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """Both sides beside each other, what was decided and why, and the way to decide now."""
    with acting(request.actor):
        one = _dispute(request, dispute)
        context = page_of_case(request.actor, one)
    context["title"] = f"Dispute: {one.deal.customer_name}"
    return render(request, "disputes/console/dispute.html", context)


@workspace_page("vendor", to=actions.ask_opener)
def ask_opener(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """Ask who disputes the decision."""
    return _ask(request, dispute, actions.ask_opener, "Ask who disputes it")


@workspace_page("vendor", to=actions.ask_other_side)
def ask_other_side(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """Ask whom the decision protects."""
    return _ask(request, dispute, actions.ask_other_side, "Ask the other side")


@workspace_page("vendor", to=decide_dispute)
def grant(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """Say what granting does, then move the protection."""
    return _decide(request, dispute, Result.GRANTED, "Grant this dispute?", "Grant it", GRANTING)


@workspace_page("vendor", to=decide_dispute)
def uphold(request: WorkspaceRequest, dispute: str) -> HttpResponse:
    """Say why it stays as it was decided."""
    return _decide(request, dispute, Result.UPHELD, "Uphold the decision?", "Uphold it", UPHOLDING)


@workspace_page(to=actions.answer_hearing)
def answer(request: WorkspaceRequest, hearing: str) -> HttpResponse:
    """Say what one's own side knows; the vendor's people for their own sales."""
    actor, slug = request.actor, request.workspace.slug
    with acting(actor):
        one = Hearing.objects.visible_to(actor).select_related("deal").named(hearing)
        back = f"hearings/{hearing}/" if actor.side == "partner" else f"disputes/{dispute_of(one).public_id}/"
    form = StatementForm(request.POST or None, asked=bool(one.answer_by))
    if taken(form, actions.answer_hearing, actor, one):
        messages.success(request, "Sent.")
        return redirect(f"/w/{slug}/{back}")
    context = {"title": "Your answer", "label": "Send", "back": back, "form": form, "deal": one.deal}
    context["consequences"] = ("Only the people who decide read it, and no other partner.",)
    return render(request, "disputes/step.html", context, status=422 if form.errors else 200)


def _ask(request: WorkspaceRequest, reference: str, act: Any, title: str) -> HttpResponse:
    with acting(request.actor):
        one = _dispute(request, reference)
    day = timezone.localdate() + timedelta(days=one.deal.program.answer_days)
    form = AskForm(request.POST or None, initial={"answer_by": day})
    if taken(form, act, request.actor, one):
        messages.success(request, "Asked. The clock stands until the answer.")
        return redirect("dispute", request.workspace.slug, reference)
    consequences = (
        "Who is asked gets a message, and reads your question and nothing of the other side.",
        "The clock stands until the answer, or until that day is over.",
    )
    context = {"title": title, "label": "Ask", "back": f"disputes/{reference}/", "form": form, "deal": one.deal}
    return render(
        request, "disputes/step.html", {**context, "consequences": consequences}, status=422 if form.errors else 200
    )


def _decide(
    request: WorkspaceRequest, reference: str, result: str, title: str, label: str, consequences: tuple[str, ...]
) -> HttpResponse:
    with acting(request.actor):
        one = _dispute(request, reference)
        heard = [hearing.partnership.organization.name for hearing in hearings_of(one) if hearing.partnership]
    words = {"partner": one.partnership.organization.name, "customer": one.deal.customer_name}
    form = DecideForm(request.POST or None, opener=words["partner"], heard=heard)
    if taken(form, decide_dispute, request.actor, one, result=result):
        messages.success(request, "Decided. Each side is told in its own words.")
        return redirect("dispute", request.workspace.slug, reference)
    told = [line.format(**words) for line in consequences]
    if one.appealed_at:
        told = [FINAL, *(line for line in told if "appeal" not in line)]
    context = {"title": title, "label": label, "back": f"disputes/{reference}/", "form": form, "deal": one.deal}
    context |= {"consequences": told, "danger": result == Result.GRANTED}
    return render(request, "disputes/step.html", context, status=422 if form.errors else 200)


def _dispute(request: WorkspaceRequest, reference: str) -> Dispute:
    rows = Dispute.objects.visible_to(request.actor).select_related(
        "deal__program", "deal__company", "deal__partnership__organization", "partnership__organization"
    )
    one: Dispute = rows.named(reference)
    return one
