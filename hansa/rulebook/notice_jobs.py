"""Partners' people are told of a change of the rules in batches: each once, however many partners a vendor has."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.accounts.models import Membership
from hansa.accounts.roles import PARTNER_SALES
from hansa.core.actors import System
from hansa.core.events import enqueue, find_event
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.notices.models import Notice
from hansa.notices.notify import notify
from hansa.partnerships.models import Enrollment, Partnership
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import POLICIES
from hansa.rulebook.scope import Place, reaches

AT_ONCE = 200
NOBODY = UUID(int=0)


@app.task(name="tell_of_rules", retry=RetryStrategy(max_attempts=8, exponential_wait=5))
def tell_of_rules(event_id: str, vendor_id: str, after: str) -> None:
    """Tell the next people in the order of their ids, and leave the rest to the next job, both in one transaction."""
    with acting(System("news of the rules", UUID(vendor_id))):
        event = find_event(UUID(event_id))
        people = _people(event.vendor_id, UUID(after))
        _tell(event, people)
        if len(people) == AT_ONCE:
            enqueue("tell_of_rules", event_id=event.pk, vendor_id=event.vendor_id, after=people[-1].user_id)


def _people(vendor_id: UUID, after: UUID) -> list[Membership]:
    """Those of active partners who register deals."""
    partners = Partnership.objects.filter(vendor_id=vendor_id, status=Partnership.Status.ACTIVE)
    found = Membership.objects.active().filter(
        organization__in=partners.values("organization"), roles__overlap=list(PARTNER_SALES), user_id__gt=after
    )
    return list(found.order_by("user_id", "id")[:AT_ONCE])


def _tell(event: Event, people: list[Membership]) -> None:
    """Tell each of them, in the first of their places; who has been told by an earlier attempt is left out."""
    told = set(Notice.objects.filter(vendor_id=event.vendor_id, event_id=event.pk).values_list("recipient", flat=True))
    partners = Partnership.objects.filter(
        vendor_id=event.vendor_id, organization__in={person.organization_id for person in people}
    )
    partner_of = dict(partners.values_list("organization", "pk"))
    places: dict[UUID, list[Membership]] = defaultdict(list)
    for person in {person.user_id: person for person in reversed(people)}.values():
        if person.pk not in told:
            places[partner_of[person.organization_id]].append(person)
    version = PolicyVersion.objects.defer("dmn").get(vendor_id=event.vendor_id, pk=event.subject_id)
    concerned = _concerned(version, places)
    title, text = _words(event, version)
    path = f"program/rules/{version.policy}/"
    for partnership in concerned:
        notify(event, places[partnership], title=title, text=text, path=path, partnership_id=partnership)


def _concerned(version: PolicyVersion, partnerships: Iterable[UUID]) -> list[UUID]:
    """Those of the partners whom the version is for."""
    if not version.narrow:
        return list(partnerships)
    enrollments = Enrollment.objects.filter(vendor_id=version.vendor_id, partnership__in=list(partnerships))
    standing = [*map(Place.of, enrollments), *map(Place, partnerships)]
    reached = {place.partnership_id for place in standing if reaches(version, place)}
    return [partnership for partnership in partnerships if partnership in reached]


def _words(event: Event, version: PolicyVersion) -> tuple[str, str]:
    about = POLICIES[version.policy].title
    if event.name == "policy.withdrawn":
        return f"The rules stay as they are: {about}", "The change that was announced does not come."
    if event.name == "policy.ended" and version.ends:
        when = f"on {version.ends:%-d %B %Y}" if version.ends > event.at else "today"
        return f"Rules for you alone end {when}: {about}", "What is for all partners decides again."
    if version.begins and version.begins > event.at:
        return f"Rules change on {version.begins:%-d %B %Y}: {about}", version.summary
    return f"Rules have changed: {about}", version.summary
