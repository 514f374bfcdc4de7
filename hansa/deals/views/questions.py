"""Asking for more and answering it: one page on each side."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.forms import refuse
from hansa.deals.actions import answer_question, ask_for_more
from hansa.deals.console_forms import answered
from hansa.deals.limits import count_attempt
from hansa.deals.models import Deal, Status
from hansa.deals.question_forms import AnswerForm, AskForm
from hansa.deals.questions import IDENTITY, open_question
from hansa.deals.when import by_when
from hansa.kernel.errors import DomainError
from hansa.programs.review_terms import calendar_of

WHAT_ASKING_DOES = (
    "{partner} gets a message, and may change only what you open.",
    "The clock stands until the answer; the registration keeps its place before later ones.",
    "The answer comes back to you, unless with it the rules can decide by themselves.",
)


@workspace_page("vendor", to=ask_for_more)
def ask(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Ask the partner for more, and say until when."""
    actor = request.actor
    with acting(actor):
        found = Deal.objects.visible_to(actor).select_related("partnership__organization", "program").named(deal)
    day = timezone.localdate() + timedelta(days=found.program.answer_days)
    form = AskForm(answered(request), initial={"answer_by": day, "question": request.POST.get("note", "")})
    if form.is_valid():
        try:
            ask_for_more(actor, found, **form.facts())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Asked. The clock stands until {found.partnership.organization.name} answers.")
            return redirect("registration", request.workspace.slug, deal)
    partner = found.partnership.organization.name
    context = {"title": "Ask for more", "deal": found, "form": form}
    context["consequences"] = [line.format(partner=partner) for line in WHAT_ASKING_DOES]
    return render(request, "deals/console/ask.html", context, status=422 if form.errors else 200)


@workspace_page("partner", to=answer_question)
def answer(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Answer what the vendor asked, and change what it opened."""
    actor = request.actor
    with acting(actor):
        found = Deal.objects.visible_to(actor).named(deal)
        asked = open_question(found) if found.status == Status.ACTION_REQUIRED else None
        until = by_when(found.due_at, calendar_of(actor.vendor_id).zone) if asked else ""
    if asked is None:
        messages.info(request, "Nothing is asked about this registration any more.")
        return redirect("deal", request.workspace.slug, deal)
    form = AnswerForm(request.POST or None, deal=found, opened=asked.fields)
    if form.is_valid() and (answered := _answered(request, found, form)):
        return answered
    context = {"title": "Your answer", "deal": found, "asked": asked, "form": form, "until": until, "close_url": "../"}
    context["names_customer"] = bool(IDENTITY.intersection(asked.fields))
    return render(request, "deals/portal/answer.html", context, status=422 if form.errors else 200)


SAID: dict[str, tuple[int, str]] = {
    Status.APPROVED: (messages.SUCCESS, "Thank you: with this {} is yours. Nobody else can register them."),
    Status.DUPLICATE: (messages.ERROR, "Thank you. {} is taken; your registration is kept, but it is not protected."),
}
KEEPS_ITS_PLACE = "Sent. {} keeps its place, and a person decides."
NEW_PLACE = "Sent. {} is another customer than before, so its place counts from now. A person decides."


def _answered(request: WorkspaceRequest, deal: Deal, form: AnswerForm) -> HttpResponse | None:
    """To the deal with what the answer brought about; None where it was refused, which the form then says."""
    place = deal.submitted_at
    try:
        count_attempt(request.workspace)
        done = answer_question(request.actor, deal, note=form.cleaned_data["note"], changes=form.changes())
    except DomainError as refusal:
        refuse(form, refusal)
        return None
    kept = done.submitted_at == place
    level, said = SAID.get(done.status, (messages.SUCCESS, KEEPS_ITS_PLACE if kept else NEW_PLACE))
    messages.add_message(request, level, said.format(done.customer_name))
    return redirect("deal", request.workspace.slug, deal.public_id)
