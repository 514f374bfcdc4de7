"""Pages of changes of an approved deal: the partner changes or asks, the vendor answers."""

from babel.numbers import format_decimal
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.edits import edited
from hansa.core.web.said import reader_locale
from hansa.deals import actions
from hansa.deals.actions.decide_deal import lines_of
from hansa.deals.amendment_forms import AmendForm, AnswerForm, LinesForm, RefuseForm
from hansa.deals.amendments import asked_for
from hansa.deals.models import Amendment, Deal
from hansa.deals.views.steps import ask, found, taken
from hansa.programs.models import ProductLine

FACTS = ("expected_close", "contact_name", "contact_email", "need")


@workspace_page("partner", to=actions.amend_deal)
def amend(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Change what the partner alone decides: amount, close, contact and need."""
    one = found(request, deal)
    form = edited(_amend_form(one, request.POST or None))
    if taken(form, actions.amend_deal, request.actor, one, shown=_amend_form):
        messages.success(request, "Changed.")
        return redirect("deal", request.workspace.slug, deal)
    consequences = (
        "It counts at once; the protection stays as it is.",
        f"{request.workspace.vendor_name} sees what it was before.",
    )
    return ask(request, one, form, title="Change this deal", label="Save", consequences=consequences)


def _amend_form(deal: Deal, sent: QueryDict | None = None) -> AmendForm:
    present = {name: getattr(deal, name) for name in FACTS}
    present["amount"] = format_decimal(deal.amount.amount, locale=reader_locale())
    return AmendForm(sent, initial=present, currency=deal.currency)


@workspace_page("partner", to=actions.request_lines)
def lines(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Ask for other product lines."""
    one = found(request, deal)
    offered, present = _offered(request.actor, one)
    form = LinesForm(request.POST or None, initial={"product_lines": present}, lines=offered)
    if taken(form, actions.request_lines, request.actor, one):
        messages.success(request, "Asked. You get a message as soon as somebody answers.")
        return redirect("deal", request.workspace.slug, deal)
    consequences = (
        f"{request.workspace.vendor_name} looks at it like at a registration: an added line must be free.",
        "A line that is added is protected to the same day as the others.",
        "A line that you leave out is free for other partners, and this deal can't get it back.",
    )
    return ask(request, one, form, title="Other product lines", label="Ask", consequences=consequences)


@workspace_page("partner", to=actions.withdraw_amendment)
@require_POST
def withdraw(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Take back what was asked for."""
    with acting(request.actor):
        waiting = asked_for(request.actor, found(request, deal))
    if waiting is None:
        messages.warning(request, "It was answered meanwhile.")
    else:
        actions.withdraw_amendment(request.actor, waiting)
        messages.success(request, "Taken back. The product lines stay as they are.")
    return redirect("deal", request.workspace.slug, deal)


@workspace_page("vendor", to=actions.approve_amendment)
def approve(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Give the deal the product lines that were asked for."""
    one = found(request, deal)
    waiting = _waiting(request.actor, one)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and taken(form, actions.approve_amendment, request.actor, waiting):
        messages.success(request, "Changed. The partner is told.")
        return redirect("registration", request.workspace.slug, deal)
    before, after = waiting.changes["product_lines"]
    consequences = (
        f"Now: {before}. From then on: {after}.",
        "A line that is added is protected to the same day; one that is left out is free for other partners at once.",
    )
    return ask(request, one, form, title="Change the product lines", label="Change", consequences=consequences)


@workspace_page("vendor", to=actions.decline_amendment)
def decline(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Say why the product lines stay as they are."""
    one = found(request, deal)
    waiting = _waiting(request.actor, one)
    form = RefuseForm(request.POST or None)
    if taken(form, actions.decline_amendment, request.actor, waiting):
        messages.success(request, "Declined. The partner is told why.")
        return redirect("registration", request.workspace.slug, deal)
    consequences = ("The product lines stay as they are.", "The partner is told, with the reason. It may ask again.")
    words = {"title": "Decline the change?", "label": "Decline"}
    return ask(request, one, form, **words, consequences=consequences, danger=True)


def _waiting(actor: Actor, deal: Deal) -> Amendment:
    with acting(actor):
        waiting = asked_for(actor, deal)
    if waiting is None:
        raise Http404("Nobody waits for an answer.")
    return waiting


def _offered(actor: Actor, deal: Deal) -> tuple[dict[str, ProductLine], list[str]]:
    """The lines that can be chosen by their public ids, and the ids of those that the deal has."""
    with acting(actor):
        present = set(lines_of(deal))
        every = list(ProductLine.objects.visible_to(actor))
    offered = {line.public_id: line for line in every if not line.retired or line.pk in present}
    return offered, [id for id, line in offered.items() if line.pk in present]
