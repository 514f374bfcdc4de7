"""A person's inbox, what comes there, and the mail that a demonstration kept instead of sending it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import User
from hansa.core.addresses import at_this_machine
from hansa.core.tenancy import acting
from hansa.core.web.paging import turn
from hansa.notices.actions import renew_calendar_feed, revoke_calendar_feed
from hansa.notices.choosing import choose
from hansa.notices.everywhere import inbox_of, mark_everything_read
from hansa.notices.forms import ChannelsForm
from hansa.notices.models import CalendarFeed, CalendarFeedQuerySet, Notice, SentMail
from hansa.notices.reading import mark_all_read, mark_read

SHOWN = 100

Page = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


def _only_in_a_demonstration(page: Page) -> Page:
    """Show a page only where no mail reaches anybody; the links in it open accounts, so strangers log in first."""

    @wraps(page)
    def show(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        if not (at_this_machine(request) or request.user.is_authenticated):
            return redirect_to_login(request.get_full_path())
        return page(request, *args, **named)

    return show


@workspace_page()
def inbox(request: WorkspaceRequest) -> HttpResponse:
    """What one should know, newest first."""
    with acting(request.actor):
        page = turn(request.actor, Notice.objects.visible_to(request.actor), request.GET, by="-created_at")
    context = {"title": "Inbox", "page": page, "unread": any(notice.read_at is None for notice in page.rows)}
    context["several"] = len(request.places) > 1
    return render(request, "notices/inbox.html", context)


@require_POST
@workspace_page()
def read(request: WorkspaceRequest, notice: str) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    found = mark_read(request.actor, notice)
    return redirect(f"/w/{request.workspace.slug}/{found.path}")


@require_POST
@workspace_page()
def read_all(request: WorkspaceRequest) -> HttpResponse:
    """Mark all as read."""
    mark_all_read(request.actor)
    return redirect("inbox", request.workspace.slug)


@workspace_page()
def notifications(request: WorkspaceRequest) -> HttpResponse:
    """Over which ways news comes."""
    form = ChannelsForm(request.actor, request.POST or None)
    if form.is_valid():
        choose(request.actor, form.cleaned_data)
        messages.success(request, "Saved. It holds for all news from now on.")
        return redirect("notifications", request.workspace.slug)
    with acting(request.actor):
        feed = _feeds(request).first()
    context = {"title": "Notifications", "form": form, "feed": feed}
    return render(request, "notices/notifications.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
@workspace_page(to=renew_calendar_feed)
def renew_calendar(request: WorkspaceRequest) -> HttpResponse:
    """Make the address of one's calendar; it is on the answer to this request and nowhere else."""
    feed = renew_calendar_feed(request.actor, request.workspace)
    address = settings.BASE_URL + reverse("calendar", args=[feed.secret])
    context = {"title": "Your calendar", "address": address}
    return render(request, "notices/calendar.html", context, status=201)


@require_POST
@workspace_page(to=revoke_calendar_feed)
def revoke_calendar(request: WorkspaceRequest) -> HttpResponse:
    """Switch one's calendar off."""
    with acting(request.actor):
        feed = _feeds(request).first()
    if feed:
        revoke_calendar_feed(request.actor, feed)
    messages.success(request, "The address of your calendar is dead. What a program has copied stays there.")
    return redirect("notifications", request.workspace.slug)


@never_cache
@login_required
def all_inboxes(request: HttpRequest) -> HttpResponse:
    """What one should know of every workspace in which one works."""
    assert isinstance(request.user, User)
    found = inbox_of(request.user, request.GET.get("before", ""))
    return render(request, "notices/everywhere.html", {"title": "All your inboxes", "inbox": found})


@require_POST
@login_required
def read_everything(request: HttpRequest) -> HttpResponse:
    """Mark the notices of all of them as read."""
    assert isinstance(request.user, User)
    mark_everything_read(request.user)
    return redirect("all-inboxes")


@_only_in_a_demonstration
def outbox(request: HttpRequest) -> HttpResponse:
    """The latest mail that people would have got."""
    mails = SentMail.objects.order_by("-at", "-pk").defer("html", "text")[:SHOWN]
    return render(request, "notices/outbox.html", {"title": "Sent mail", "mails": mails})


@_only_in_a_demonstration
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type] # typed for views of a request alone
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """One mail, as its reader would see it."""
    found = get_object_or_404(SentMail, pk=number)
    context = {"title": found.subject, "mail": found, "sender": settings.DEFAULT_FROM_EMAIL}
    return render(request, "notices/mail.html", context)


@_only_in_a_demonstration
@xframe_options_sameorigin
@csp_replace({"script-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]})  # type: ignore[arg-type]
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """The mail's HTML by itself, for the frame: mail carries its styles inline, and nothing else may run."""
    return HttpResponse(get_object_or_404(SentMail, pk=number).html)


def _feeds(request: WorkspaceRequest) -> CalendarFeedQuerySet:
    return CalendarFeed.objects.visible_to(request.actor).filter(workspace=request.workspace, revoked_at=None)
