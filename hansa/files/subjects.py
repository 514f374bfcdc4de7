"""What files are attached to: each room names its own records in its `subjects.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hansa.core.actors import Actor, Side
from hansa.core.models import TenantRecord
from hansa.files.models import File


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that files belong to.

    `takes` says whether it takes more of them now, `settled` whether what is there is evidence of something decided
    and stays, `keeps` whether that may be so and not told: then what is removed is gone for the partner alone. `title`
    says the record in a few words, `page` where it stands within a workspace of either side.
    """

    model: type[TenantRecord]
    title: Callable[[Any], str]
    page: Callable[[Any, Side], str]
    takes: Callable[[Any], bool]
    settled: Callable[[Any], bool]
    keeps: Callable[[Any], bool] = lambda subject: False


KINDS: dict[str, Kind] = {}


def has_files(kind: Kind) -> None:
    """Let files be attached to this kind of record."""
    KINDS[kind.model.id_prefix] = kind


def kind_of(subject: Any) -> Kind:
    return KINDS[subject.id_prefix]


def subject_of(file: File, actor: Actor) -> Any:
    """What a file is attached to. Raises Http404 where the actor may not see it."""
    return KINDS[file.subject_type].model.objects.visible_to(actor).named(file.subject_id)
