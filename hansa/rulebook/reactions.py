"""What policies do when something happened to a version: tell those who work on it, and those to whom it applies."""

from hansa.accounts.people import people_who_may
from hansa.core.events import enqueue, on
from hansa.core.models import Event
from hansa.notices.notify import notify
from hansa.notices.reading import settled
from hansa.rulebook.actions import publish_policy
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.notice_jobs import NOBODY
from hansa.rulebook.policies import POLICIES

ENDS_THE_ASKING = ("policy.published", "policy.sent_back", "policy.withdrawn")


@on("policy.published", "policy.withdrawn", "policy.ended")
def tell_partners(event: Event) -> None:
    """Say to the people of the active partners whom it is for what changes and from when, or that it does not."""
    status = event.changes.get("status", [""])
    if event.name == "policy.withdrawn" and status[0] != PolicyVersion.Status.PUBLISHED:
        return
    if event.data["policy"] in POLICIES:
        enqueue("tell_of_rules", event_id=event.pk, vendor_id=event.vendor_id, after=NOBODY)


@on("policy.proposed")
def tell_who_may_publish(event: Event) -> None:
    """Say to the author's colleagues that a version waits for one of them."""
    version = _version(event)
    but = [version.author_id] if version.author_id else []
    notify(
        event,
        people_who_may(event.vendor_id, publish_policy, but=but).order_by("id"),
        title=f"{_name(version)} waits for a colleague",
        text=f"{version.author_name} asks you to look at it and publish it. {version.summary}",
        path=_path(version),
    )


@on("policy.published")
def tell_the_author_that_it_is_published(event: Event) -> None:
    """Say to who wrote a version from when it decides."""
    version = _version(event)
    assert version.begins
    text = f"{event.actor_label} published it. It decides from {version.begins:%-d %B %Y, %H:%M} UTC on."
    notify(event, [version.author], title=f"{_name(version)} is published", text=text, path=_path(version))


@on("policy.sent_back")
def tell_the_author_that_it_is_sent_back(event: Event) -> None:
    """Say to who wrote a version that it is a draft again."""
    version = _version(event)
    text = f"{event.actor_label} made it a draft again. Change it, and propose it anew."
    notify(event, [version.author], title=f"{_name(version)} is sent back", text=text, path=_path(version))


@on(*ENDS_THE_ASKING)
def nobody_is_asked_any_more(event: Event) -> None:
    """Mark as read, in everybody's inbox, that a version waits: it does not any more."""
    asked = Event.objects.filter(vendor_id=event.vendor_id, subject_id=event.subject_id, name="policy.proposed")
    settled(event.vendor_id, asked.values_list("pk", flat=True))


def _version(event: Event) -> PolicyVersion:
    rows = PolicyVersion.objects.select_related("author__user").defer("dmn")
    version: PolicyVersion = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    return version


def _name(version: PolicyVersion) -> str:
    title = POLICIES[version.policy].title if version.policy in POLICIES else version.policy
    return f"{title}: version {version.number}"


def _path(version: PolicyVersion) -> str:
    return f"program/policies/versions/{version.public_id}/"
