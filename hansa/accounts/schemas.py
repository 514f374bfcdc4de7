"""People and keys, as the API says them."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from hansa.accounts.roles import Role, listed_roles
from hansa.core.api.fields import Body, Email, OneOf, text

RoleName = Annotated[str, OneOf(Role)]
WHICH = f"What the holder may do; at a vendor: {listed_roles('vendor')}; at a partner: {listed_roles('partner')}"
Roles = Annotated[list[RoleName], Field(min_length=1, max_length=len(Role), description=WHICH)]
Scopes = Annotated[list[Literal["read", "write"]], Field(min_length=1, max_length=2)]


class WorkspaceShown(Schema):
    """Where one works for one vendor."""

    id: str
    slug: str
    side: Literal["vendor", "partner"]
    vendor: str
    company: str
    partner: str | None


class Me(Schema):
    """Whom the key speaks for; `id` and `name` are the key's."""

    id: str
    name: str
    workspace: WorkspaceShown
    roles: list[str]
    scopes: list[str]


class MemberShown(Schema):
    """A person at work in one organization."""

    id: str
    name: str
    email: str
    company: str
    roles: list[str]
    status: str
    created_at: datetime


class InvitationShown(Schema):
    """An offer to join; its link goes by mail to the address and to nobody else."""

    id: str
    email: str
    name: str
    roles: list[str]
    status: str
    invited_by: str
    sent_at: datetime
    expires_at: datetime


class KeyShown(Schema):
    """A machine's credential, without its secret."""

    id: str
    name: str
    shown_as: str
    roles: list[str]
    scopes: list[str]
    created_at: datetime
    last_used_on: str | None
    revoked_at: datetime | None


class NewKey(KeyShown):
    """A fresh credential. `secret` is shown this once: a replay of the same Idempotency-Key says null."""

    secret: str | None


class PermissionShown(Schema):
    """Something that needs permission. `roles` may do it here, `standard` says who may without the vendor's changes,
    and `open` are the roles that the vendor may give it to or take it from."""

    id: str
    room: str
    summary: str
    roles: list[str]
    standard: list[str]
    open: list[str]


class PermissionList(Schema):
    """All that needs permission, by name."""

    data: list[PermissionShown]


class ChangePermission(Body):
    roles: Annotated[list[RoleName], Field(max_length=len(Role), description="All that may do it from now on")]


class ChangeRoles(Body):
    roles: Roles


class Invite(Body):
    email: Email
    name: Annotated[str, text(200)] = ""
    roles: Roles


class CreateKey(Body):
    name: Annotated[str, text(200, shortest=1)]
    roles: Roles
    scopes: Scopes = ["read", "write"]
