"""Who has a second factor, and where one is demanded."""

from collections.abc import Collection
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from hansa.accounts.models import User, Workspace


def with_second_factor(user_ids: Collection[UUID]) -> set[UUID]:
    """Those of these people who have a passkey or an app; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user__in=user_ids).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return set(factors.values_list("user", flat=True))


def owes_second_factor(user: User, workspace: Workspace) -> bool:
    """Whether the vendor whose team works in this workspace demands what the person has not got."""
    if workspace.side == "partner" or not workspace.vendor.demands_second_factor:
        return False
    return not with_second_factor([user.pk])


def forget_second_factor(user_id: UUID) -> None:
    """Remove passkeys, app and recovery codes of a person, and end every session."""
    Authenticator.objects.filter(user=user_id).delete()
    for session in UserSession.objects.filter(user=user_id):
        session.end()
