"""The files of a record as one person sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hansa.core.actors import Actor
from hansa.files.actions import attach_file, remove_file
from hansa.files.content import ACCEPT
from hansa.files.models import Attachment, InternalFile, Status, kept_for_the_vendor
from hansa.files.subjects import kind_of
from hansa.partnerships.models import Partnership


@dataclass(frozen=True, slots=True)
class Row:
    """One file: whose it is, and whether the reader may take it away."""

    file: Attachment
    by: str
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Files:
    """What stands beside a record: its files, the newest first, and what the reader can do with them.

    `stays` says that what is attached can't be taken away again, `accept` what the button that chooses one offers.
    `retained` are those that were removed and that the vendor, who reads this, keeps.
    """

    rows: list[Row]
    may_attach: bool
    stays: bool
    other: str
    retained: Sequence[Attachment] = ()
    accept: str = ACCEPT


def files_of(actor: Actor, subject: Any, partner: Partnership) -> Files:
    """The files that both sides see of a record of this partner, whose vendor and organization are read along."""
    kind, company = kind_of(subject), {"vendor": partner.vendor.name, "partner": partner.organization.name}
    kept = Attachment.objects.visible_to(actor).filter(subject_id=subject.pk, status=Status.KEPT)
    stays = kind.settled(subject)
    rows = [
        Row(
            file,
            "You" if actor.id and file.author_id == actor.id else f"{file.author_name}, {company[file.side]}",
            may_remove=not stays and file.side == actor.side and actor.may(remove_file),
        )
        for file in kept.order_by("-at", "-id")
    ]
    may_attach = kind.takes(subject) and actor.may(attach_file)
    other = company["partner" if actor.side == "vendor" else "vendor"]
    retained = _retained(actor, subject) if actor.side == "vendor" else []
    return Files(rows, may_attach=may_attach, stays=stays, other=other, retained=retained)


def _retained(actor: Actor, subject: Any) -> list[Attachment]:
    removed = kept_for_the_vendor(Attachment.objects.visible_to(actor).filter(subject_id=subject.pk))
    return list(removed.order_by("-removed_at", "-id"))


def internal_files_of(actor: Actor, subject: Any) -> list[InternalFile]:
    """The vendor's own files about a record, the newest first."""
    kept = InternalFile.objects.visible_to(actor).filter(subject_id=subject.pk, status=Status.KEPT)
    return list(kept.order_by("-at", "-id"))
