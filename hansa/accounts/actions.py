"""What organizations do with their people and their keys."""

import secrets

from django.core import signing
from django.db.models import Q

from hansa.accounts.actors import KEY_PREFIX, hash_secret, person_behind
from hansa.accounts.factors import forget_second_factor
from hansa.accounts.models import (
    INVITATION_LIFETIME,
    INVITATION_SALT,
    ApiKey,
    Invitation,
    Membership,
    User,
    Vendor,
    ViewAs,
    Workspace,
)
from hansa.accounts.permissions import CHANGES_PERMISSIONS, changed
from hansa.accounts.roles import EVERYONE, TEAM_ADMINS, VENDOR_ADMINS, VIEWERS, listed_roles, roles_of
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import advisory_lock, now
from hansa.kernel.errors import DomainError, Invalid, NotPermitted
from hansa.kernel.ids import parse_public_id
from hansa.kernel.text import seen

SCOPES = ("read", "write")
LONGEST_KEY_NAME = 200


@action("member.invite", emits="member.invited", by=TEAM_ADMINS, creates=True)
def invite_member(actor: Actor, workspace: Workspace, *, email: str, name: str, roles: list[str]) -> Invitation:
    """Invite somebody to the organization by e-mail; the link works once, for 72 hours, for that address only."""
    _leave_administrators_alone(actor, roles)
    return new_invitation(actor, workspace, email=email, name=name, roles=roles)


def new_invitation(actor: Actor, workspace: Workspace, *, email: str, name: str, roles: list[str]) -> Invitation:
    """An invitation, for the actions that make one. Raises Invalid."""
    email = email.strip().lower()
    check_roles(workspace, roles)
    if workspace.organization.memberships.active().filter(user__email=email).exists():
        raise DomainError("already_a_member", "This person is a member already.", "email")
    moment = now()
    Invitation.objects.filter(workspace=workspace, email=email, status=Invitation.Status.SENT).update(
        expires_at=moment  # a newer invitation replaces an older one
    )
    return Invitation.objects.create(
        workspace=workspace,
        email=email,
        name=name.strip(),
        roles=sorted(set(roles)),
        invited_by=person_behind(actor),
        inviter=actor.label,
        expires_at=moment + INVITATION_LIFETIME,
    )


def open_invitation(token: str) -> Invitation | None:
    """The invitation this link stands for, None if it was used, replaced, withdrawn, is too old, or its sender left."""
    try:
        id = parse_public_id(Invitation.id_prefix, signing.Signer(salt=INVITATION_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    invitation = (
        Invitation.objects.select_related("workspace__organization", "workspace__vendor")
        .filter(pk=id, status=Invitation.Status.SENT, workspace__closed=False)
        .first()
    )
    if invitation is None or invitation.expires_at <= now():
        return None
    senders = Membership.objects.filter(pk=invitation.invited_by)
    return None if senders.filter(~Q(status=Membership.Status.ACTIVE)).exists() else invitation


@action("invitation.accept", emits="member.joined", by=EVERYONE)
def accept_invitation(
    actor: Actor, invitation: Invitation, *, user: User | None = None, name: str = "", password: str = ""
) -> Membership:
    """Join the organization with the roles that the invitation names, as oneself or as somebody new here."""
    user = user or User.objects.create_user(invitation.email, password, name=name.strip())
    if user.email != invitation.email:
        raise DomainError("wrong_person", "This invitation was sent to another e-mail address.")
    if invitation.expires_at <= now():
        raise DomainError("invitation_expired", "This invitation is no longer valid. Ask for a new one.")
    Invitation.LIFECYCLE.apply(invitation, "accept")
    invitation.save(update_fields=["status"])
    organization = invitation.workspace.organization
    advisory_lock("membership", organization.pk, user.pk)
    membership: Membership | None = Membership.objects.filter(organization=organization, user=user).first()
    if membership is None:
        return Membership.objects.create(organization=organization, user=user, roles=invitation.roles)
    if membership.status == Membership.Status.DEPROVISIONED:
        Membership.LIFECYCLE.apply(membership, "rejoin")
        membership.roles = []  # who left starts anew
    membership.roles = sorted({*membership.roles, *invitation.roles})
    membership.save(update_fields=["roles", "status"])
    return membership


@action("invitation.decline", emits="invitation.declined", by=EVERYONE)
def decline_invitation(actor: Actor, invitation: Invitation) -> None:
    """Say no to an invitation; its link is used up."""
    Invitation.LIFECYCLE.apply(invitation, "decline")
    invitation.save(update_fields=["status"])


@action("invitation.revoke", emits="invitation.revoked", by=TEAM_ADMINS)
def revoke_invitation(actor: Actor, invitation: Invitation) -> None:
    """Withdraw an invitation before it is used."""
    Invitation.LIFECYCLE.apply(invitation, "revoke")
    invitation.save(update_fields=["status"])


@action("member.change_roles", emits="member.roles_changed", by=TEAM_ADMINS)
def change_roles(actor: Actor, membership: Membership, *, roles: list[str]) -> None:
    """Set what a member of one's own company may do here. The last administrator keeps that role."""
    workspace = _shared_workspace(actor, membership)
    check_roles(workspace, roles)
    _leave_administrators_alone(actor, membership.roles, roles)
    elsewhere = set(membership.roles) - roles_of(workspace.side)  # a company may be a vendor and somebody's partner
    _keep_administrators(membership, staying=elsewhere.union(roles))
    membership.roles = sorted(elsewhere.union(roles))
    membership.save(update_fields=["roles"])


@action("member.offboard", emits="member.offboarded", by=TEAM_ADMINS)
def offboard_member(actor: Actor, membership: Membership) -> None:
    """End the access of a member of one's own company: sessions, invitations and keys stop with the next request.

    Who is at work on the company's other side too loses what is held here, and stays there.
    """
    workspace = _shared_workspace(actor, membership)
    elsewhere = set() if actor.kind == "system" else set(membership.roles) - roles_of(workspace.side)
    if elsewhere.issuperset(membership.roles):
        raise NotPermitted("not_permitted", "This person does not work here.")
    _leave_administrators_alone(actor, membership.roles)
    _keep_administrators(membership, staying=elsewhere)
    if elsewhere:
        membership.roles = sorted(elsewhere)
        ApiKey.objects.filter(workspace=workspace, created_by=membership, revoked_at=None).update(revoked_at=now())
    else:
        Membership.LIFECYCLE.apply(membership, "offboard")
    membership.save(update_fields=["roles", "status"])


@action("member.reset_second_factor", emits="member.second_factor_reset", by=TEAM_ADMINS)
def reset_second_factor(actor: Actor, membership: Membership) -> None:
    """Take a locked-out colleague's passkeys, app and recovery codes away and end their sessions; the password stays.

    Not of somebody who works elsewhere too: one company's administrator would weaken what guards another.
    """
    workspace = _shared_workspace(actor, membership)
    if membership.pk == actor.id:
        raise DomainError("own_second_factor", "Change your own on your page Security.")
    others = Membership.objects.active().filter(user=membership.user_id).exclude(pk=membership.pk)
    elsewhere = others.exists() or bool(set(membership.roles) - roles_of(workspace.side))
    if elsewhere and actor.kind != "system":
        raise DomainError(
            "works_elsewhere",
            "This person works for another company too. Whoever runs Hansa can reset the second step.",
        )
    forget_second_factor(membership.user_id)


@action("api_key.create", emits="api_key.created", by=TEAM_ADMINS, creates=True)
def create_api_key(
    actor: Actor,
    workspace: Workspace,
    *,
    name: str,
    roles: list[str],
    scopes: list[str] | None = None,
    person: Membership | None = None,
) -> ApiKey:
    """Make a credential for a machine; its secret is shown once, and nowhere afterwards.

    The secret is on the returned row as `secret`. `person` answers for a key that the system makes.
    """
    called = seen(name).strip()
    if not called:
        raise Invalid("name_missing", "Say what the key is for.", "name")
    if len(called) > LONGEST_KEY_NAME:
        raise Invalid("name_too_long", f"A key's name has at most {LONGEST_KEY_NAME} characters.", "name")
    check_roles(workspace, roles)
    if actor.kind != "system" and not actor.roles.issuperset(roles) and TEAM_ADMINS.isdisjoint(actor.roles):
        raise DomainError("too_much", "A key cannot do more than you can.", "roles")
    chosen = list(SCOPES) if scopes is None else scopes
    if not chosen or not set(chosen) <= set(SCOPES):
        raise Invalid("unknown_scope", f"Choose among the scopes {', '.join(SCOPES)}.", "scopes")
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        workspace=workspace,
        name=called,
        secret_hash=hash_secret(secret),
        shown_as=secret[:10] + "…",
        roles=sorted(set(roles)),
        scopes=sorted(set(chosen)),
        created_by_id=person.pk if person and actor.kind == "system" else person_behind(actor),
    )
    key.secret = secret  # type: ignore[attr-defined]
    return key


@action("api_key.revoke", emits="api_key.revoked", by=TEAM_ADMINS)
def revoke_api_key(actor: Actor, key: ApiKey) -> None:
    """Kill a credential; the next request with it is refused."""
    key.revoked_at = key.revoked_at or now()
    key.save(update_fields=["revoked_at"])


@action("vendor.change_look", emits="vendor.look_changed", by=VENDOR_ADMINS)
def change_look(actor: Actor, vendor: Vendor, *, name: str, accent: str) -> None:
    """Set the name and the color that partners see."""
    vendor.name, vendor.accent = name.strip(), accent.lower()
    vendor.save(update_fields=["name", "accent"])


@action(CHANGES_PERMISSIONS, emits="vendor.permissions_changed", by=VENDOR_ADMINS)
def change_permission(actor: Actor, vendor: Vendor, *, name: str, roles: list[str]) -> None:
    """Set which roles may do one thing here, from their next click or request on."""
    vendor.permission_changes = changed(frozenset(vendor.permission_changes), name, roles)
    vendor.save(update_fields=["permission_changes"])


KEEPING_KEYS = (create_api_key, revoke_api_key)


@action("vendor.demand_second_factor", emits="vendor.second_factor_demanded", by=VENDOR_ADMINS)
def demand_second_factor(actor: Actor, vendor: Vendor) -> None:
    """Close the console to those of the vendor's own team who have no second factor, until they have one."""
    vendor.demands_second_factor = True
    vendor.save(update_fields=["demands_second_factor"])


@action("vendor.waive_second_factor", emits="vendor.second_factor_waived", by=VENDOR_ADMINS)
def waive_second_factor(actor: Actor, vendor: Vendor) -> None:
    """Let the vendor's own team work with a password alone again."""
    vendor.demands_second_factor = False
    vendor.save(update_fields=["demands_second_factor"])


@action("view_as.see_page", emits="view_as.page_seen", by=VIEWERS)
def see_page(actor: Actor, view: ViewAs, *, path: str) -> None:
    """Leave a trace of a page that the viewer opens as somebody else sees it."""
    view.page = path
    view.save(update_fields=["page"])


@action("view_as.stop", emits="view_as.stopped", by=VIEWERS)
def stop_looking(actor: Actor, view: ViewAs) -> None:
    """Stop looking at the portal as somebody else sees it."""
    if view.viewer_id != actor.id:
        raise NotPermitted("not_permitted", "Only who looks can stop looking.")
    view.stopped_at = view.stopped_at or now()
    view.save(update_fields=["stopped_at"])


def check_roles(workspace: Workspace, roles: list[str]) -> None:
    """Raises Invalid unless there is a role and all of them fit the workspace's side."""
    if not roles:
        raise Invalid("role_missing", "Choose at least one role.", "roles")
    if not roles_of(workspace.side).issuperset(roles):
        message = f"Choose among the roles of a {workspace.side}: {listed_roles(workspace.side)}."
        raise Invalid("role_unknown", message, "roles")


def _leave_administrators_alone(actor: Actor, *touched: list[str]) -> None:
    """Raises `too_much` where somebody whom the vendor lets look after people makes or unmakes an administrator."""
    if actor.kind == "system" or not TEAM_ADMINS.isdisjoint(actor.roles):
        return
    if any(not TEAM_ADMINS.isdisjoint(roles) for roles in touched):
        raise DomainError("too_much", "Only an administrator makes, changes or removes an administrator.", "roles")


def _shared_workspace(actor: Actor, membership: Membership) -> Workspace:
    """Where both work. A vendor sees its partners' people, but they may work for its competitors as well."""
    shared = Workspace.objects.visible_to(actor).filter(organization=membership.organization_id)
    if actor.kind != "system":
        shared = shared.filter(partnership_id=actor.partnership_id)
    workspace: Workspace | None = shared.first()
    if workspace is None:
        raise NotPermitted("not_permitted", "Only a company's own administrators may change its people.")
    return workspace


def _keep_administrators(membership: Membership, *, staying: set[str]) -> None:
    """Raises `last_administrator` if the member alone holds such a role, and it is not among those that stay."""
    advisory_lock("administrators", membership.organization_id)
    others = Membership.objects.active().filter(organization=membership.organization_id).exclude(pk=membership.pk)
    for role in sorted(TEAM_ADMINS.intersection(membership.roles) - staying):
        if not others.filter(roles__contains=[role]).exists():
            raise DomainError("last_administrator", "Somebody else must be administrator first.")
