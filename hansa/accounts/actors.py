"""From a session or an API key to the actor of this request, checked anew each time: off-boarding works at once."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from hansa.accounts.models import ApiKey, Membership, Organization, User, Vendor, Workspace
from hansa.core.actors import Actor
from hansa.core.joined import Joined

KEY_PREFIX = "hansa_"
PERSON = Joined(
    """
    FROM accounts_user person
    LEFT JOIN (
        accounts_membership member
        JOIN accounts_workspace workspace ON workspace.organization_id = member.organization_id AND NOT workspace.closed
        JOIN accounts_vendor workspace__vendor ON workspace__vendor.id = workspace.vendor_id
        JOIN accounts_organization workspace__organization ON workspace__organization.id = workspace.organization_id
    ) ON member.user_id = person.id AND member.status = 'active'
    WHERE person.id = %s
    ORDER BY workspace.partnership_id NULLS FIRST, workspace.slug
    """,
    person=User,
    member=Membership,
    workspace=Workspace,
    workspace__vendor=Vendor,
    workspace__organization=Organization,
)
KEY = Joined(
    """
    FROM accounts_apikey key
    JOIN accounts_workspace key__workspace ON key__workspace.id = key.workspace_id
    JOIN accounts_vendor key__workspace__vendor ON key__workspace__vendor.id = key__workspace.vendor_id
    JOIN accounts_organization key__workspace__organization
        ON key__workspace__organization.id = key__workspace.organization_id
    LEFT JOIN accounts_membership maker ON maker.id = key.created_by_id
    WHERE key.secret_hash = %s AND key.revoked_at IS NULL AND NOT key__workspace.closed
    """,
    key=ApiKey,
    key__workspace=Workspace,
    key__workspace__vendor=Vendor,
    key__workspace__organization=Organization,
    maker=Membership,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace in which a person works, and as what."""

    workspace: Workspace
    member: Membership

    def actor(self, user: User) -> Actor:
        """The person at work here."""
        return self.workspace.actor("person", self.member.pk, user.name, self.member.roles)


@dataclass(frozen=True, slots=True)
class Client:
    """An API key at work: its actor, where it works, and what it was allowed to touch.

    `member_id` is the person who made it, None for a key that the system made; `name` is the key's.
    """

    actor: Actor
    scopes: frozenset[str]
    key_id: UUID
    workspace: Workspace
    member_id: UUID | None
    name: str


def client_actor(secret: str) -> Client | None:
    """Whom this API key speaks for, None when it is unknown, revoked, or its maker has left."""
    found = KEY.rows(hash_secret(secret))
    if not found:
        return None
    key, maker = found[0]["key"], found[0]["maker"]
    if maker and maker.status != Membership.Status.ACTIVE:
        return None
    actor = key.workspace.actor("client", key.pk, f"API key {key.name}", key.roles)
    today = datetime.now(UTC).date()
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return Client(actor, frozenset(key.scopes), key.pk, key.workspace, key.created_by_id, key.name)


def person_behind(actor: Actor) -> UUID | None:
    """The membership of who acts: the person, or who made the key; None for the system, and for a key that it made."""
    if actor.kind == "client" and actor.id:
        return ApiKey.objects.values_list("created_by", flat=True).filter(pk=actor.id).first()
    return actor.id


def at_work_still(vendor_id: UUID, kind: str, id: UUID) -> Actor | None:
    """The vendor's person or API key of this id as they may act now, for a job that goes on in their name.

    None once the person has left, or the key is revoked.
    """
    home = Workspace.objects.select_related("vendor").get(vendor=vendor_id, partnership_id=None)
    if kind == "client":
        keys = ApiKey.objects.filter(pk=id, workspace=home, revoked_at=None)
        key = keys.filter(Q(created_by=None) | Q(created_by__status=Membership.Status.ACTIVE)).first()
        return key and home.actor("client", key.pk, f"API key {key.name}", key.roles)
    members = Membership.objects.active().filter(organization=home.organization_id)
    member = members.select_related("user").filter(pk=id).first()
    return member and home.actor("person", member.pk, member.user.name, member.roles)


def person_at_work(user_id: UUID | str) -> tuple[User, list[Place]] | None:
    """The person of this id, and every workspace in which they work now, vendors' first."""
    rows = PERSON.rows(user_id)
    if not rows:
        return None
    return rows[0]["person"], [Place(row["workspace"], row["member"]) for row in rows if row["workspace"]]


def workspaces_of(user: User) -> list[Place]:
    """Every workspace in which this person works now; of a session's person they are known already."""
    known: list[Place] | None = getattr(user, "places", None)
    if known is None:
        found = person_at_work(user.pk)
        known = found[1] if found else []
    return known


def hash_secret(secret: str) -> bytes:
    """What is kept of a credential of 256 random bits: nothing slower is needed against guessing."""
    return hashlib.sha256(secret.encode()).digest()
