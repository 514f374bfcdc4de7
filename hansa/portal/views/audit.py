"""What happened: every event of the vendor, for those who look after the program or audit it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.core.web.paging import turn
from hansa.history.permissions import READ_AUDIT
from hansa.history.standing import standing
from hansa.kernel.ids import parse_public_id
from hansa.portal.happenings import WORDS, happening
from hansa.portal.subjects import names_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the audit is narrowed to; what cannot be read narrows nothing."""

    name: str
    actor: str
    subject: str
    since: date | None
    until: date | None

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Self:
        text = {key: str(asked.get(key, "")).replace("\0", "").strip()[:100] for key in ("name", "actor", "subject")}
        return cls(**text, since=_day(asked.get("since", "")), until=_day(asked.get("until", "")))

    def narrow(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """The events wanted. A subject is a public id as the pages and the API write it."""
        if self.name:
            events = events.filter(name=self.name)
        if self.actor:
            events = events.filter(actor_label__icontains=self.actor)
        if self.since:
            events = events.filter(at__gte=_midnight(self.since))
        if self.until:
            events = events.filter(at__lt=_midnight(self.until + timedelta(days=1)))
        if self.subject:
            kind = self.subject.rpartition("_")[0]
            try:
                return events.filter(subject_type=kind, subject_id=parse_public_id(kind, self.subject))
            except ValueError:
                return events.none()
        return events

    @property
    def anything(self) -> bool:
        return any((self.name, self.actor, self.subject, self.since, self.until))


@workspace_page("vendor", to=READ_AUDIT)
def audit(request: WorkspaceRequest) -> HttpResponse:
    """The events, newest first."""
    wanted = Wanted.read(request.GET)
    with acting(request.actor):
        page = turn(request.actor, wanted.narrow(Event.objects.visible_to(request.actor)), request.GET, by="-at")
        sealed, names = standing(request.actor), names_of(request.actor, page.rows)
    context = {
        "title": "Audit",
        "page": page,
        "rows": [happening(event, request.workspace.slug, "vendor", names.get(event.id, "")) for event in page.rows],
        "wanted": wanted,
        "standing": sealed,
        "names": sorted(WORDS.items(), key=lambda pair: pair[1]),
    }
    return render(request, "portal/audit.html", context)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
