"""Whom a key speaks for, the people of a workspace, and their keys."""

from typing import Annotated, Any

from django.http import Http404
from ninja import Query
from pydantic import WithJsonSchema

from hansa.accounts import actions
from hansa.accounts.models import ApiKey, Invitation, Membership, Workspace
from hansa.accounts.permissions import open_roles, who_may
from hansa.accounts.schemas import (
    ChangePermission,
    ChangeRoles,
    CreateKey,
    InvitationShown,
    Invite,
    KeyShown,
    Me,
    MemberShown,
    NewKey,
    PermissionList,
    PermissionShown,
)
from hansa.core.actions import lock
from hansa.core.api.answers import Shown, expect
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.core.permissions import PERMISSIONS, Permission
from hansa.kernel.ids import public_id

routes = Routes("Team")
router = routes.router

MemberId = Annotated[str, reference("member")]
InvitationId = Annotated[str, reference("invite")]
KeyId = Annotated[str, reference("key")]
PermissionName = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": r"^[a-z_]+\.[a-z_]+$", "examples": ["deal.approve"]})
]


@routes.get("/me", Me)
def show_me(request: ApiRequest) -> dict[str, Any]:
    """Whom this key speaks for, where, and what it may do."""
    client = request.auth
    return {
        "id": public_id("key", client.key_id),
        "name": client.name,
        "workspace": show_workspace(client.workspace),
        "roles": sorted(client.actor.roles),
        "scopes": sorted(client.scopes),
    }


@routes.get("/members", Page[MemberShown])
def list_members(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The people who work here; a vendor sees its partners' people too."""
    rows = Membership.objects.visible_to(request.actor).select_related("user", "organization")
    return page(request, rows, paging, each(show_member))


@routes.get("/members/{member_id}", MemberShown)
def show_one_member(request: ApiRequest, member_id: MemberId) -> dict[str, Any]:
    """One person."""
    return show_member(Membership.objects.visible_to(request.actor).named(member_id))


@routes.patch("/members/{member_id}", MemberShown)
def change_roles(request: ApiRequest, member_id: MemberId, body: ChangeRoles) -> dict[str, Any]:
    """Set what a member may do. The last administrator keeps that role."""
    member = Membership.objects.visible_to(request.actor).named(member_id)
    expect(request, show_member(lock(request.actor, member)))
    return show_member(actions.change_roles(request.actor, member, roles=body.roles))


@routes.get("/invitations", Page[InvitationShown])
def list_invitations(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The invitations that were sent from this side."""
    rows = Invitation.objects.visible_to(request.actor)
    return page(request, rows, paging, each(show_invitation), by="sent_at")


@routes.post("/invitations", InvitationShown, creates=True)
def invite_member(request: ApiRequest, body: Invite) -> dict[str, Any]:
    """Invite somebody to your organization by e-mail; the link works once, for 72 hours, for that address only."""
    workspace = request.auth.workspace
    return show_invitation(actions.invite_member(request.actor, workspace, **body.dict()))


@routes.get("/invitations/{invitation_id}", InvitationShown)
def show_one_invitation(request: ApiRequest, invitation_id: InvitationId) -> dict[str, Any]:
    """One invitation."""
    return show_invitation(Invitation.objects.visible_to(request.actor).named(invitation_id))


@routes.post("/invitations/{invitation_id}/revocation", InvitationShown)
def revoke_invitation(request: ApiRequest, invitation_id: InvitationId) -> dict[str, Any]:
    """Withdraw an invitation before it is used."""
    invitation = Invitation.objects.visible_to(request.actor).named(invitation_id)
    return show_invitation(actions.revoke_invitation(request.actor, invitation))


@routes.get("/api-keys", Page[KeyShown], to=actions.KEEPING_KEYS)
def list_keys(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The keys of this workspace, without their secrets."""
    return page(request, _own_keys(request), paging, each(show_key), by="created_at")


@routes.post("/api-keys", NewKey, creates=True)
def create_key(request: ApiRequest, body: CreateKey) -> Shown:
    """Make a credential for a machine; its secret is shown this once."""
    key = actions.create_api_key(request.actor, request.auth.workspace, **body.dict())
    shown = show_key(key)
    return Shown({**shown, "secret": key.secret}, {**shown, "secret": None})


@routes.get("/api-keys/{key_id}", KeyShown, to=actions.KEEPING_KEYS)
def show_one_key(request: ApiRequest, key_id: KeyId) -> dict[str, Any]:
    """One key, without its secret."""
    return show_key(_own_keys(request).named(key_id))


@routes.post("/api-keys/{key_id}/revocation", KeyShown)
def revoke_key(request: ApiRequest, key_id: KeyId) -> dict[str, Any]:
    """Kill a credential; the next request with it is refused."""
    return show_key(actions.revoke_api_key(request.actor, _own_keys(request).named(key_id)))


@routes.get("/permissions", PermissionList, side="vendor")
def list_permissions(request: ApiRequest) -> dict[str, Any]:
    """Everything that needs permission, and which roles have it here."""
    changes = request.actor.changes
    return {"data": [show_permission(permission, changes) for _, permission in sorted(PERMISSIONS.items())]}


@routes.get("/permissions/{permission_name}", PermissionShown, side="vendor")
def show_one_permission(request: ApiRequest, permission_name: PermissionName) -> dict[str, Any]:
    """Which roles may do one thing here."""
    return show_permission(_permission(permission_name), request.actor.changes)


@routes.patch("/permissions/{permission_name}", PermissionShown, side="vendor")
def change_permission(request: ApiRequest, permission_name: PermissionName, body: ChangePermission) -> dict[str, Any]:
    """Set which roles may do one thing here, from the next request on; `standard` sent as `roles` is the way back."""
    found = _permission(permission_name)
    vendor = lock(request.actor, request.auth.workspace.vendor)
    expect(request, show_permission(found, frozenset(vendor.permission_changes)))
    changed = actions.change_permission(request.actor, vendor, name=found.name, roles=body.roles)
    return show_permission(found, frozenset(changed.permission_changes))


def show_permission(permission: Permission, changes: frozenset[str]) -> dict[str, Any]:
    return {
        "id": permission.name,
        "room": permission.room,
        "summary": permission.summary,
        "roles": sorted(who_may(permission, changes)),
        "standard": sorted(permission.by),
        "open": sorted(open_roles(permission)),
    }


def show_workspace(workspace: Workspace) -> dict[str, Any]:
    return {
        "id": workspace.public_id,
        "slug": workspace.slug,
        "side": workspace.side,
        "vendor": workspace.vendor_name,
        "company": workspace.company_name,
        "partner": public_id("partner", workspace.partnership_id) if workspace.partnership_id else None,
    }


def show_member(member: Membership) -> dict[str, Any]:
    return {
        "id": member.public_id,
        "name": member.user.name,
        "email": member.user.email,
        "company": member.organization.name,
        "roles": sorted(member.roles),
        "status": member.status,
        "created_at": member.created_at,
    }


def show_invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        "id": invitation.public_id,
        "email": invitation.email,
        "name": invitation.name,
        "roles": sorted(invitation.roles),
        "status": invitation.status,
        "invited_by": invitation.inviter,
        "sent_at": invitation.sent_at,
        "expires_at": invitation.expires_at,
    }


def show_key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.public_id,
        "name": key.name,
        "shown_as": key.shown_as,
        "roles": sorted(key.roles),
        "scopes": sorted(key.scopes),
        "created_at": key.created_at,
        "last_used_on": str(key.last_used_on) if key.last_used_on else None,
        "revoked_at": key.revoked_at,
    }


def _permission(name: str) -> Permission:
    if name not in PERMISSIONS:
        raise Http404
    return PERMISSIONS[name]


def _own_keys(request: ApiRequest) -> Any:
    return ApiKey.objects.visible_to(request.actor).filter(workspace=request.auth.workspace)
