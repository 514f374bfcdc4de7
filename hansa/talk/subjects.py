"""What people talk about: each room names its own records in its `subjects.py`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hansa.accounts.models import Membership
from hansa.core.actors import Actor, Side
from hansa.core.models import TenantRecord
from hansa.partnerships.models import Partnership
from hansa.talk.models import Thread


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that a conversation can be about.

    `title` says it in a few words, `page` where it stands within a workspace of either side, and `people` who answers
    for it beside those who look after the partner, who always do.
    """

    model: type[TenantRecord]
    title: Callable[[Any], str]
    page: Callable[[Any, Side], str]
    people: Callable[[Any], Iterable[Membership | None]] = lambda subject: ()
    reads_along: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {}


def talked_about(kind: Kind) -> None:
    """Let there be conversations about this kind of record."""
    KINDS[kind.model.id_prefix] = kind


def kind_of(subject: Any) -> Kind:
    return KINDS[subject.id_prefix]


def subject_of(thread: Thread, actor: Actor) -> Any:
    """What a thread is about. Raises Http404 where the actor may not see it."""
    kind = KINDS[thread.subject_type]
    return kind.model.objects.visible_to(actor).select_related(*kind.reads_along).named(thread.subject_id)


def subjects_of(threads: Iterable[Thread], actor: Actor) -> Mapping[UUID, Any]:
    """What these threads are about, by its id; one query for each kind."""
    wanted: dict[str, list[UUID]] = {}
    for thread in threads:
        wanted.setdefault(thread.subject_type, []).append(thread.subject_id)
    return {
        subject.pk: subject
        for name, ids in wanted.items()
        if (kind := KINDS.get(name))
        for subject in kind.model.objects.visible_to(actor).select_related(*kind.reads_along).filter(pk__in=ids)
    }


talked_about(
    Kind(
        Partnership,
        title=lambda partnership: "General",
        page=lambda partnership, side: f"messages/with/{partnership.public_id}/",
        reads_along=("organization",),
    )
)
