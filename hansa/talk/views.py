"""The pages of conversations: the list of them, the general one with a partner, and a long one in full."""

from django.conf import settings
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.core.web.paging import turn
from hansa.notices.models import SentMail
from hansa.notices.reading import mark_topic_read, unread_by_topic
from hansa.partnerships.models import Partnership
from hansa.talk import muting, writing
from hansa.talk.inbound.compose import answer_to
from hansa.talk.inbound.receive import receive
from hansa.talk.models import Thread
from hansa.talk.shown import conversation, said, talks, thread_messages
from hansa.talk.subjects import kind_of, subject_of

FIRST = 50  # how many unread conversations stand before the others


@workspace_page()
def messages(request: WorkspaceRequest) -> HttpResponse:
    """All conversations, those with something unread first, then the latest."""
    actor = request.actor
    with acting(actor):
        unread = unread_by_topic(actor)
        threads = Thread.objects.visible_to(actor).select_related("partnership__organization")
        fresh = list(threads.filter(pk__in=unread).order_by("-last_at", "-id")[:FIRST])
        page = turn(actor, threads.exclude(pk__in=unread), request.GET, by="-last_at")
        shown = {"fresh": talks(actor, fresh, unread), "rest": talks(actor, page.rows, unread)}
    home = Partnership(pk=actor.partnership_id) if actor.partnership_id else None
    return render(request, "talk/messages.html", {"title": "Messages", "page": page, "home": home, **shown})


@workspace_page()
def general(request: WorkspaceRequest, partner: str) -> HttpResponse:
    """What partner and vendor write to each other about nothing in particular."""
    with acting(request.actor):
        found = _partner(request.actor, partner)
        talk = conversation(request.actor, found, found)
    context = {"title": talk.other, "talk": talk, "partner": found}
    return render(request, "talk/general.html", context)


@workspace_page()
def write_general(request: WorkspaceRequest, partner: str) -> HttpResponse:
    """Write to the other side in general."""
    with acting(request.actor):
        found = _partner(request.actor, partner)
    return writing.post(request, found)


@workspace_page()
def thread(request: WorkspaceRequest, thread: str) -> HttpResponse:
    """A whole conversation, page by page."""
    actor = request.actor
    with acting(actor):
        found = _thread(actor, thread)
        subject = subject_of(found, actor)
        page = turn(actor, thread_messages(actor, found), request.GET, by="-at")
        context = {"title": kind_of(subject).title(subject), "page": page, "thread": found}
        context["lines"] = said(actor, _partner(actor, found.partnership.public_id), page.rows)
        context["subject_url"] = f"/w/{request.workspace.slug}/{kind_of(subject).page(subject, actor.side)}"
    return render(request, "talk/thread.html", context)


@require_POST
@workspace_page()
def read(request: WorkspaceRequest, thread: str) -> HttpResponse:
    """Mark a conversation as read, and go where it stands."""
    with acting(request.actor):
        found = _thread(request.actor, thread)
        mark_topic_read(request.actor, found.pk)
    return _back(request, found)


@require_POST
@workspace_page()
def mute(request: WorkspaceRequest, thread: str) -> HttpResponse:
    """Want no more notices of a conversation, or want them again."""
    with acting(request.actor):
        found = _thread(request.actor, thread)
        (muting.unmute if "again" in request.POST else muting.mute)(request.actor, found)
    return _back(request, found)


@require_POST
def answer_mail(request: HttpRequest, number: int) -> HttpResponse:
    """In a demonstration, answer a mail that was not sent, as its reader would from a mailbox."""
    if not settings.DEMO:
        raise Http404
    mail = get_object_or_404(SentMail, pk=number)
    outcome = receive(answer_to(mail.to, mail.reply_to, mail.subject, mail.text, request.POST.get("text", "")))
    (flash.success if outcome.filed else flash.error)(request, outcome.text)
    return redirect("sent-mail", number)


def _back(request: WorkspaceRequest, thread: Thread) -> HttpResponse:
    with acting(request.actor):
        subject = subject_of(thread, request.actor)
    page = kind_of(subject).page(subject, request.actor.side)
    return redirect(f"/w/{request.workspace.slug}/{page}#conversation")


def _thread(actor: Actor, reference: str) -> Thread:
    found: Thread = Thread.objects.visible_to(actor).select_related("partnership").named(reference)
    return found


def _partner(actor: Actor, reference: str) -> Partnership:
    rows = Partnership.objects.visible_to(actor).select_related("vendor", "organization")
    return rows.named(reference)  # type: ignore[no-any-return]
