"""The page on which the vendor announces the end of a protection."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.tenancy import acting, moment
from hansa.core.web.said import date_in_words
from hansa.deals.actions import announce_end
from hansa.deals.actions.end_deal import first_end
from hansa.deals.console_forms import NoticeForm
from hansa.deals.reasons import offer
from hansa.deals.views.steps import ask, found, taken
from hansa.kernel.days import day_of
from hansa.programs.review_terms import zone_of


@workspace_page("vendor", to=announce_end)
def announce(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Ask for the reason and the day, then announce the end."""
    one = found(request, deal)
    with acting(request.actor):
        at, zone = moment(), zone_of(one.vendor_id)
    today, first = day_of(at, zone), first_end(one, at, zone)
    form = NoticeForm(request.POST or None, initial={"ends_on": first})
    offer(form, one)
    if taken(form, announce_end, request.actor, one):
        messages.success(request, "Announced. The partner is told the day and the reason.")
        return redirect("registration", request.workspace.slug, deal)
    consequences = (
        f"{one.customer_name} is free for other partners after that day.",
        f"The program's terms allow {date_in_words(first, today)} at the earliest.",
        f"{one.partnership.organization.name} is told now, with the reason and the note.",
        "This can't be undone, and the protection is not extended any more.",
    )
    words = {"title": "Announce the end?", "label": "Announce"}
    return ask(request, one, form, **words, consequences=consequences, danger=True)
