"""What a vendor may change about who does what, and how a change is checked and said."""

from collections.abc import Set

from hansa.accounts.roles import EVERYONE, PARTNER_ROLES, TEAM_ADMINS, VENDOR_ROLES, Role
from hansa.core.permissions import PERMISSIONS, Permission, change, holds
from hansa.kernel.errors import DomainError, Invalid

CHANGES_PERMISSIONS = "vendor.change_permissions"


def open_roles(permission: Permission) -> frozenset[str]:
    """The roles that a vendor may give this to or take it from.

    They are of the sides that have it by the standard. Not among them: an administrator, where it is the
    administrators' by the standard, so that nobody is locked out. What is Hansa's own, everybody's answer to an
    invitation, and the changing of permissions itself are open to none.
    """
    if permission.by == EVERYONE or permission.name == CHANGES_PERMISSIONS:
        return frozenset()
    sides = [roles for roles in (VENDOR_ROLES, PARTNER_ROLES) if roles & permission.by]
    kept = TEAM_ADMINS if permission.by <= TEAM_ADMINS else frozenset()
    return frozenset().union(*sides) - kept


def who_may(permission: Permission, changes: Set[str]) -> list[Role]:
    """The roles that may at a vendor with these changes, in their usual order."""
    return [role for role in Role if holds(role, permission, changes)]


def changed(changes: Set[str], name: str, roles: list[str]) -> list[str]:
    """A vendor's changes, sorted, once exactly these roles may do the thing of this name.

    Raises Invalid for what there is not, DomainError for what is not open to a vendor.
    """
    permission, wanted = PERMISSIONS.get(name), frozenset(roles)
    if permission is None:
        raise Invalid("permission_unknown", "There is no such permission.", "name")
    if not wanted <= EVERYONE:
        raise Invalid("role_unknown", "Choose among the roles that there are.", "roles")
    differing, open_ = wanted ^ permission.by, open_roles(permission)
    if not differing <= open_:
        first = next(role for role in Role if role in differing - open_)
        raise DomainError("permission_fixed", _why_fixed(permission, first), "roles")
    others = {one for one in changes if one.split()[0] != name}
    return sorted(others | {change(name, role, given=role in wanted) for role in differing})


def differences(permission: Permission, changes: Set[str]) -> tuple[list[Role], list[Role]]:
    """What differs from the standard: the roles to which it is given, and those from which it is taken."""
    may = set(who_may(permission, changes))
    given = [role for role in Role if role in may - permission.by]
    return given, [role for role in Role if role in permission.by - may]


def _why_fixed(permission: Permission, role: Role) -> str:
    if not permission.by:
        return "Hansa does this by itself; it cannot be given to anybody."
    if permission.by == EVERYONE:
        return "Everybody answers their own invitation; it cannot be taken from anybody."
    if permission.name == CHANGES_PERMISSIONS:
        return "Who may do what is for administrators alone."
    if role in permission.by:
        return "Administrators keep this, so that nobody is locked out."
    side = "your own people" if permission.by <= VENDOR_ROLES else "partners' people"
    return f"This is for {side}; {role.label} is a role on the other side."
