"""Numbers of many partners from a file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting
from hansa.core.web.forms import refuse
from hansa.customers.imports.table import LARGEST_FILE
from hansa.kernel.errors import DomainError, Invalid
from hansa.partnerships.models import Partnership
from hansa.programs.models import Program
from hansa.tiers.actions import enter_fact, terms_of, today_of
from hansa.tiers.entering import enter_file
from hansa.tiers.forms import NumbersForm
from hansa.tiers.words import Words

WRONG_SHOWN = 20


@workspace_page("vendor", to=enter_fact)
def numbers(request: WorkspaceRequest) -> HttpResponse:
    """Enter the numbers of a file, all or none; each row that cannot be taken is named."""
    actor = request.actor
    with acting(actor):
        programs = list(Program.objects.visible_to(actor).order_by("name"))
        partner = Partnership.objects.visible_to(actor).select_related("organization").order_by("pk").first()
        facts = Words(terms_of(programs[0]), "").entered() if programs else []
        context = {"title": "Enter numbers", "example": partner or "Fabrikam", "facts": facts, "today": today_of(actor)}
    form = NumbersForm(programs, request.POST or None, request.FILES or None)
    if programs and form.is_valid():
        try:
            entered = enter_file(actor, form.about(), form.cleaned_data["file"].read(LARGEST_FILE + 1))
        except DomainError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, f"{entered:,} numbers are entered. The tiers follow in a few minutes.")
            return redirect("tiers", request.workspace.slug)
    return render(request, "tiers/console/numbers.html", {**context, "form": form}, status=422 if form.errors else 200)


def _refuse(form: NumbersForm, refusal: DomainError) -> None:
    """Say what is wrong with the file, and the first of its rows that are."""
    refuse(form, refusal)
    parts = refusal.parts if isinstance(refusal, Invalid) else ()
    for place, said in parts[:WRONG_SHOWN]:
        form.add_error("file", f"{place.capitalize()}: {said}")
    if len(parts) > WRONG_SHOWN:
        form.add_error("file", f"And {len(parts) - WRONG_SHOWN:,} more rows.")
