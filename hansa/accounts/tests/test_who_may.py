"""Each action about people, keys and looks, tried by everybody of the cast."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404

from hansa.accounts import actions
from hansa.accounts.roles import Role
from hansa.kernel.errors import NotPermitted
from hansa.testing.cast import Cast, Person

ROLES = [Role.PARTNER_SALES]
NEW = {"email": "nils@fabrikam.example", "name": "Nils", "roles": ROLES}
OURS, VENDORS = {"partner_admin"}, {"vendor_admin"}


def invitation(cast: Cast) -> Any:
    return actions.invite_member(cast.partner_admin.actor, cast.partner_admin.workspace, **NEW)


def key(cast: Cast) -> Any:
    return actions.create_api_key(cast.partner_admin.actor, cast.partner_admin.workspace, name="x", roles=ROLES)


# What is tried on something of the partner's, and whose administrators may. A new thing's parent is the workspace that
# one is in, so that a stranger tries on its own.
ATTEMPTS: dict[str, tuple[Callable[[Cast, Person, Any], Any], Callable[[Cast], Any], set[str]]] = {
    "change_roles": (
        lambda cast, person, member: actions.change_roles(person.actor, member, roles=[Role.PARTNER_SUPPORT]),
        lambda cast: cast.partner_rep.membership,
        OURS,
    ),
    "offboard_member": (
        lambda cast, person, member: actions.offboard_member(person.actor, member),
        lambda cast: cast.partner_rep.membership,
        OURS,
    ),
    "revoke_invitation": (
        lambda cast, person, sent: actions.revoke_invitation(person.actor, sent),
        invitation,
        OURS | VENDORS,
    ),
    "revoke_api_key": (lambda cast, person, made: actions.revoke_api_key(person.actor, made), key, OURS | VENDORS),
}
NAMES = (
    "vendor_admin", "channel_manager", "deal_desk", "partner_admin", "partner_rep", "rival_admin", "rival_rep",
    "stranger", "stranger_rep",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_only_these_may_touch_what_is_a_partners(cast: Cast, attempt: str, name: str) -> None:
    act, make, allowed = ATTEMPTS[attempt]
    target = make(cast)
    before = target.snapshot(), target.pk
    if name in allowed:
        act(cast, cast.people[name], target)
        return
    with pytest.raises((NotPermitted, Http404)):
        act(cast, cast.people[name], target)
    target.refresh_from_db()
    assert (target.snapshot(), target.pk) == before


@pytest.mark.parametrize("name", NAMES)
def test_only_administrators_invite_and_make_keys_where_they_work(cast: Cast, name: str) -> None:
    person = cast.people[name]
    roles = [min(person.membership.roles)]
    attempts = (
        lambda: actions.invite_member(person.actor, person.workspace, email="n@x.example", name="N", roles=roles),
        lambda: actions.create_api_key(person.actor, person.workspace, name="x", roles=roles),
    )
    for attempt in attempts:
        if name in ("vendor_admin", "partner_admin", "rival_admin", "stranger"):
            attempt()
        else:
            with pytest.raises(NotPermitted):
                attempt()


@pytest.mark.parametrize("name", NAMES)
def test_only_a_vendors_administrator_sets_its_look(cast: Cast, name: str) -> None:
    person = cast.people[name]
    vendor = person.workspace.vendor

    def attempt() -> None:
        actions.change_look(person.actor, vendor, name="New", accent="#123456")

    if name in ("vendor_admin", "stranger"):
        attempt()
    else:
        with pytest.raises(NotPermitted):
            attempt()
