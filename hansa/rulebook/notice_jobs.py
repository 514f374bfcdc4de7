"""Partners' people are told of a change of the rules in batches: each once, however many partners a vendor has."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from procrastinate.contrib.django import app

from hansa.accounts.models import Membership
from hansa.accounts.roles import PARTNER_SALES
from hansa.core.actors import Actor, System
from hansa.core.events import enqueue, find_event
from hansa.core.models import Event
from hansa.core.retries import TryAgain
from hansa.core.tenancy import acting
from hansa.notices.models import Notice
from hansa.notices.notify import notify
from hansa.partnerships.models import Partnership
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import POLICIES
from hansa.rulebook.scope import decided_by, where

AT_ONCE = 200
NOBODY = UUID(int=0)


@app.task(name="tell_of_rules", retry=TryAgain(8, base=5))
def tell_of_rules(event_id: str, vendor_id: str, after: str) -> None:
    """Tell the next people in the order of their ids, and leave the rest to the next job, both in one transaction."""
    actor = System("news of the rules", UUID(vendor_id))
    with acting(actor):
        event = find_event(UUID(event_id))
        people = _people(event.vendor_id)
        users = list(people.filter(user_id__gt=UUID(after)).values_list("user_id", flat=True).distinct()[:AT_ONCE])
        _tell(actor, event, people.filter(user__in=users))
        if len(users) == AT_ONCE:
            enqueue("tell_of_rules", event_id=event.pk, vendor_id=event.vendor_id, after=users[-1])


def _people(vendor_id: UUID) -> QuerySet[Membership]:
    """Those of active partners who register deals."""
    partners = Partnership.objects.filter(vendor_id=vendor_id, status=Partnership.Status.ACTIVE)
    found = Membership.objects.active().filter(
        organization__in=partners.values("organization"), roles__overlap=list(PARTNER_SALES)
    )
    return found.order_by("user_id")


def _tell(actor: Actor, event: Event, people: Iterable[Membership]) -> None:
    """Tell each of them, in the first of their places that it concerns, unless an earlier attempt has."""
    told = set(Notice.objects.filter(vendor_id=event.vendor_id, event_id=event.pk).values_list("recipient", flat=True))
    found = sorted(people, key=lambda person: person.pk)
    partners = Partnership.objects.filter(
        vendor_id=event.vendor_id, organization__in={person.organization_id for person in found}
    )
    partner_of = dict(partners.values_list("organization", "pk"))
    version = (
        PolicyVersion.objects.select_related("program").defer("dmn").get(vendor_id=event.vendor_id, pk=event.subject_id)
    )
    concerned = _concerned(actor, event, version, partner_of.values())
    knows = {person.user_id for person in found if person.pk in told}
    places: dict[UUID, list[Membership]] = defaultdict(list)
    for person in found:
        partnership = partner_of[person.organization_id]
        if partnership in concerned and person.user_id not in knows:
            knows.add(person.user_id)
            places[partnership].append(person)
    title, text = _words(event, version)
    path = f"program/rules/{version.policy}/"
    for partnership, recipients in places.items():
        notify(event, recipients, title=title, text=text, path=path, partnership_id=partnership)


def _concerned(actor: Actor, event: Event, version: PolicyVersion, partners: Iterable[UUID]) -> set[UUID | None]:
    """Those of the partners about whom the version decides, from its beginning on or until its end."""
    at = event.at if event.name == "policy.ended" else version.begins or event.at
    return {place.partnership_id for place in decided_by(version, where(actor, partners), at)}


def _words(event: Event, version: PolicyVersion) -> tuple[str, str]:
    about = POLICIES[version.policy].title
    if event.name == "policy.withdrawn":
        return f"The rules stay as they are: {about}", "The change that was announced does not come."
    if event.name == "policy.ended" and version.ends:
        when = f"on {version.ends:%-d %B %Y}" if version.ends > event.at else "today"
        return f"The rules for {version.reach} end {when}: {about}", "Those for more partners decide again then."
    if version.begins and version.begins > event.at:
        return f"Rules change on {version.begins:%-d %B %Y}: {about}", version.summary
    return f"Rules have changed: {about}", version.summary
