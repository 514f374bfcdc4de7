"""Attaching files to records, for both sides or internally, and taking them away while nothing rests on them."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Sum

from hansa.accounts.roles import PARTNER_SALES, VENDOR_ROLES
from hansa.core.actions import action, lock
from hansa.core.actors import Actor
from hansa.core.database import advisory_lock
from hansa.core.tenancy import moment
from hansa.files.content import name_for, type_of
from hansa.files.limits import MOST_A_DAY, MOST_PER_RECORD
from hansa.files.models import ALREADY, ALREADY_CODE, Attachment, File, InternalFile, Status
from hansa.files.subjects import kind_of, subject_of
from hansa.kernel.errors import DomainError, NotPermitted

WHO_ATTACHES = PARTNER_SALES | VENDOR_ROLES


@action("file.attach", emits="file.attached", by=WHO_ATTACHES, creates=True)
def attach_file(actor: Actor, subject: Any, *, name: str, content: bytes, author_id: UUID | None = None) -> Attachment:
    """Attach a file to a record; both sides read it.

    Raises `already_attached` for one that is there. The record is locked: what it takes may end while this comes in.
    """
    facts = _facts(actor, lock(actor, subject), Attachment, name, content, author_id)
    if actor.side == "partner":
        _check_day(actor, len(content))
    file = Attachment(**facts, partnership_id=subject.partnership_id, side=actor.side)
    file.save(force_insert=True)
    return file


@action("file.remove", emits="file.removed", by=WHO_ATTACHES)
def remove_file(actor: Actor, file: Attachment) -> None:
    """Take a file away that one's own side attached, before anything is decided on it.

    Where a decision may wait untold, the vendor keeps the content: whether one waits, nothing shows.
    """
    _remove(actor, file)


@action("internal_file.attach", emits="internal_file.attached", by=VENDOR_ROLES, creates=True)
def attach_internal_file(
    actor: Actor, subject: Any, *, name: str, content: bytes, author_id: UUID | None = None
) -> InternalFile:
    """Attach a file to a record that the vendor's people alone read."""
    file = InternalFile(**_facts(actor, lock(actor, subject), InternalFile, name, content, author_id))
    file.save(force_insert=True)
    return file


@action("internal_file.remove", emits="internal_file.removed", by=VENDOR_ROLES)
def remove_internal_file(actor: Actor, file: InternalFile) -> None:
    """Take an internal file away, before anything is decided on it."""
    _remove(actor, file)


def _facts(
    actor: Actor, subject: Any, model: type[Attachment] | type[InternalFile], name: str, content: bytes, by: UUID | None
) -> dict[str, Any]:
    """What a new file of this record knows. Raises Invalid for its content, DomainError for the record's state."""
    kind, digest = type_of(content), hashlib.sha256(content).hexdigest()
    if model is Attachment and not kind_of(subject).takes(subject):
        raise DomainError("files_closed", "Nothing can be attached here any more.")
    there = model.objects.visible_to(actor).filter(subject_id=subject.pk, status=Status.KEPT)
    if there.filter(sha256=digest).exists():
        raise DomainError(ALREADY_CODE, ALREADY)
    if there.count() >= MOST_PER_RECORD:
        raise DomainError("too_many_files", f"{MOST_PER_RECORD} files are attached here, which is the most.")
    return {
        "vendor_id": actor.vendor_id,
        "subject_type": subject.id_prefix,
        "subject_id": subject.pk,
        "name": name_for(name, kind),
        "file_type": kind,
        "size": len(content),
        "sha256": digest,
        "content": content,
        "author_id": actor.id if actor.kind == "person" else by,
        "author_name": actor.label,
        "at": moment(),
    }


def _check_day(actor: Actor, size: int) -> None:
    """Raises DomainError where a partner attached too much within a day, removed or not."""
    advisory_lock("files", actor.vendor_id, actor.partnership_id)
    lately = Attachment.objects.visible_to(actor).filter(
        partnership=actor.partnership_id, side="partner", at__gt=moment() - timedelta(days=1)
    )
    if (lately.aggregate(all=Sum("size"))["all"] or 0) + size > MOST_A_DAY:
        most = MOST_A_DAY // 1024 // 1024
        raise DomainError("too_much_today", f"Your company attaches at most {most} MB within a day. Try tomorrow.")


def _remove(actor: Actor, file: File) -> None:
    """Forget the content, unless it is the vendor's to keep; the name, the size and the digest stay.

    A decision holds the record's lock as this does.
    """
    if file.side != actor.side:
        raise NotPermitted("not_yours", "The other side attached this file.")
    subject = lock(actor, subject_of(file, actor))
    if kind_of(subject).settled(subject):
        raise DomainError("file_settled", "This was decided: what was attached to it stays.")
    file.LIFECYCLE.apply(file, "remove")
    changed, file.removed_at = ["status", "removed_at"], moment()
    if isinstance(file, InternalFile) or not kind_of(subject).keeps(subject):
        file.content = b""
        changed.append("content")
    file.save(update_fields=changed)
