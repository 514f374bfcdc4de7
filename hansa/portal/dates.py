"""A person's dates: what ends, what is expected, and what is to be decided or answered by when."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from hansa.accounts.roles import Role
from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.deals.actions import DECISIONS
from hansa.deals.models import UNDECIDED, Deal, Outcome, Status
from hansa.deals.verdicts import HELD
from hansa.kernel.icalendar import Entry
from hansa.partnerships.care import looked_after_by

PAST = timedelta(days=30)
MOST = 1_000
OPEN = Q(status__in=[*UNDECIDED, Status.APPROVED], outcome=Outcome.OPEN)


def dates_of(actor: Actor, slug: str) -> list[Entry]:
    """The dates of the last month and all that come, at most `MOST`. Links lead into the workspace of this slug."""
    found = _to_decide(actor, slug) if actor.side == "vendor" else chain(_of_partner(actor, slug), _beside(actor, slug))
    return list(islice(found, MOST))


def _of_partner(actor: Actor, slug: str) -> Iterator[Entry]:
    """Of one's own deals; an administrator's are all of the company."""
    deals: QuerySet[Deal] = Deal.objects.visible_to(actor).filter(OPEN)
    if Role.PARTNER_ADMIN not in actor.roles:
        deals = deals.filter(owner=actor.id)
    since = moment() - PAST
    for deal in deals.order_by("-submitted_at", "-id")[:MOST]:
        url = settings.BASE_URL + reverse("deal", args=[slug, deal.public_id])
        name = deal.customer_name
        if deal.status == Status.ACTION_REQUIRED and deal.due_at:
            text = "The registration keeps its place until then."
            yield Entry(f"{deal.public_id}-answer@hansa", deal.due_at, f"Answer needed: {name}", text, url)
        if deal.status == Status.APPROVED and deal.protected_until and deal.protected_until > since:
            text = "From then on the customer is free for others."
            yield Entry(f"{deal.public_id}-end@hansa", deal.protected_until, f"Protection ends: {name}", text, url)
        if deal.expected_close >= since.date():
            yield Entry(f"{deal.public_id}-close@hansa", deal.expected_close, f"Expected close: {name}", "", url)


def _beside(actor: Actor, slug: str) -> Iterator[Entry]:
    """Of deals that one only reads along: an administrator's are the company's, a rep's those that they registered."""
    deals: QuerySet[Any] = Deal.objects.shared_with(actor).filter(OPEN)
    if Role.PARTNER_ADMIN not in actor.roles:
        deals = deals.filter(parties__person=actor.id)
    since = moment() - PAST
    for deal in deals.order_by("-submitted_at", "-id")[:MOST]:
        url = settings.BASE_URL + reverse("deal", args=[slug, deal.public_id])
        named, text = f"{deal.customer_name} (a deal of {deal.whose})", "You read along; it is theirs to work on."
        if deal.status == Status.APPROVED and deal.protected_until and deal.protected_until > since:
            said = f"Read along: protection ends: {named}"
            yield Entry(f"{deal.public_id}-beside-end@hansa", deal.protected_until, said, text, url)
        if deal.expected_close >= since.date():
            said = f"Read along: expected close: {named}"
            yield Entry(f"{deal.public_id}-beside-close@hansa", deal.expected_close, said, text, url)


def _to_decide(actor: Actor, slug: str) -> Iterator[Entry]:
    """Of the partners whom one manages, or stands in for; of all if there are none."""
    if not actor.may(DECISIONS):
        return
    waiting = Deal.objects.visible_to(actor).filter(status=Status.UNDER_REVIEW, due_at__isnull=False).exclude(HELD)
    mine = looked_after_by(actor)
    if mine.exists():
        waiting = waiting.filter(partnership__in=mine)
    for deal in waiting.select_related("partnership__organization").order_by("due_at", "id")[:MOST]:
        url = settings.BASE_URL + reverse("registration", args=[slug, deal.public_id])
        text = f"Registered by {deal.partnership.organization.name}."
        yield Entry(f"{deal.public_id}-decide@hansa", deal.due_at, f"Decide: {deal.customer_name}", text, url)
