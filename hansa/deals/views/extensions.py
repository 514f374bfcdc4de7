"""Pages of more time for a protection: the partner asks, the vendor answers or extends of its own accord."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.deals import actions
from hansa.deals.extension_forms import AskForm, DeclineForm, ExtendForm
from hansa.deals.extensions import pending, terms_now
from hansa.deals.views.steps import ask as ask_for
from hansa.deals.views.steps import found, taken

GIVEN = "Given at once. The protection ends so much later."


@workspace_page("partner", to=actions.request_extension)
def ask(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Ask for more days before the protection ends."""
    one = found(request, deal)
    terms = terms_now(request.actor, one)
    form = AskForm(request.POST or None, longest=max(1, terms.longest))
    if taken(form, actions.request_extension, request.actor, one):
        given = found(request, deal).protected_until != one.protected_until
        messages.success(request, GIVEN if given else "Asked. You get a message as soon as somebody answers.")
        return redirect("deal", request.workspace.slug, deal)
    reads = f"{request.workspace.vendor_name} reads your reason and answers: in full, for fewer days, or not."
    consequences = (
        terms.answer.told.note,
        "It is given at once." if terms.at_once else reads,
        "Until it is given the end of the protection stays where it is.",
        f"This protection is extended {'once' if terms.times == 1 else f'{terms.times} times'} at most.",
    )
    return ask_for(request, one, form, title="Ask for more time", label="Ask", consequences=consequences)


@workspace_page("partner", to=actions.withdraw_extension)
@require_POST
def withdraw(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Take back what was asked for."""
    with acting(request.actor):
        waiting = pending(request.actor, found(request, deal))
    if waiting is None:
        messages.warning(request, "It was answered meanwhile.")
    else:
        actions.withdraw_extension(request.actor, waiting)
        messages.success(request, "Taken back. The end of the protection stays where it is.")
    return redirect("deal", request.workspace.slug, deal)


@workspace_page("vendor", to=(actions.approve_extension, actions.extend_deal))
def extend(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Grant what the partner asks for, or fewer days; extend of one's own accord where nobody asked."""
    one = found(request, deal)
    with acting(request.actor):
        waiting = pending(request.actor, one)
    longest = max(1, terms_now(request.actor, one).longest)
    form = ExtendForm(request.POST or None, longest=waiting.days if waiting else longest)
    act = (actions.approve_extension, request.actor, waiting) if waiting else (actions.extend_deal, request.actor, one)
    if taken(form, *act):
        messages.success(request, "Extended. The partner is told until when.")
        return redirect("registration", request.workspace.slug, deal)
    consequences = (
        f"{one.customer_name} stays closed to other partners for so many days longer.",
        f"{one.partnership.organization.name} is told the new end, with the note.",
    )
    title = "Grant more time" if waiting else "Extend the protection"
    return ask_for(request, one, form, title=title, label="Extend", consequences=consequences)


@workspace_page("vendor", to=actions.decline_extension)
def decline(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Say why the end stays as it is."""
    one = found(request, deal)
    with acting(request.actor):
        waiting = pending(request.actor, one)
    if waiting is None:
        raise Http404("Nobody waits for an answer.")
    form = DeclineForm(request.POST or None)
    if taken(form, actions.decline_extension, request.actor, waiting):
        messages.success(request, "Declined. The partner is told why.")
        return redirect("registration", request.workspace.slug, deal)
    consequences = (
        "The protection ends when it would have ended.",
        f"{one.partnership.organization.name} is told, with the reason. It may ask again.",
    )
    return ask_for(
        request, one, form, title="Decline more time?", label="Decline", consequences=consequences, danger=True
    )
