"""From a session or an API key to the actor of this request, checked anew each time: off-boarding works at once."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import models

from hansa.accounts.models import ApiKey, Membership, User, Workspace
from hansa.core.actors import Actor

KEY_PREFIX = "hansa_"


@dataclass(frozen=True, slots=True)
class Client:
    """An API key at work: its actor, where it works, and what it was allowed to touch.

    `member_id` is the person who made it, None for a key that the system made.
    """

    actor: Actor
    scopes: frozenset[str]
    key_id: UUID
    workspace: Workspace
    member_id: UUID | None


def member_actor(user: User, slug: str) -> tuple[Workspace, Actor] | None:
    """The workspace of this name and the user's actor there, None unless the user works there now."""
    workspace = (
        Workspace.objects.select_related("vendor", "organization")
        .filter(
            slug=slug,
            closed=False,
            organization__memberships__user=user,
            organization__memberships__status=Membership.Status.ACTIVE,
        )
        .annotate(
            member_id=models.F("organization__memberships__id"),
            member_roles=models.F("organization__memberships__roles"),
        )
        .first()
    )
    if workspace is None:
        return None
    return workspace, workspace.actor("person", workspace.member_id, user.name, workspace.member_roles)


def client_actor(secret: str) -> Client | None:
    """Whom this API key speaks for, None when it is unknown, revoked, or its maker has left."""
    key = (
        ApiKey.objects.select_related("workspace__vendor", "workspace__organization", "created_by")
        .filter(secret_hash=hash_secret(secret), revoked_at=None, workspace__closed=False)
        .first()
    )
    if key is None or (key.created_by and key.created_by.status != Membership.Status.ACTIVE):
        return None
    actor = key.workspace.actor("client", key.pk, f"API key {key.name}", key.roles)
    today = datetime.now(UTC).date()
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return Client(actor, frozenset(key.scopes), key.pk, key.workspace, key.created_by_id)


def workspaces_of(user: User) -> list[Workspace]:
    """Every workspace in which this person works now, vendors first."""
    return list(
        Workspace.objects.filter(
            closed=False,
            organization__memberships__user=user,
            organization__memberships__status=Membership.Status.ACTIVE,
        )
        .select_related("vendor", "organization")
        .order_by("partnership_id", "slug")
    )


def hash_secret(secret: str) -> bytes:
    """What is kept of a credential of 256 random bits: nothing slower is needed against guessing."""
    return hashlib.sha256(secret.encode()).digest()
