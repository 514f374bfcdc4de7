from typing import Any

import pytest

from hansa.accounts.actions import change_look, change_roles, create_api_key, offboard_member, revoke_api_key
from hansa.accounts.actors import client_actor
from hansa.accounts.models import ApiKey, Vendor
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.kernel.errors import DomainError
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import Machine, machine


def make(person: Person, **changes: Any) -> Any:
    return create_api_key(person.actor, person.workspace, **{"name": "CRM", "roles": [Role.PARTNER_SALES], **changes})


def test_a_key_speaks_for_its_workspace_with_its_roles(cast: Cast) -> None:
    key = make(cast.partner_admin, scopes=["read"])
    client = client_actor(key.secret)
    assert client is not None
    assert client.actor.partnership_id == cast.partnership.pk
    assert client.member_id == cast.partner_admin.membership.pk
    assert (client.actor.roles, client.scopes) == (frozenset([Role.PARTNER_SALES]), frozenset(["read"]))


def test_nothing_kept_of_a_key_lets_anybody_in(cast: Cast) -> None:
    secret = make(cast.partner_admin).secret
    kept = ApiKey.objects.values().get()
    assert secret not in str(kept)
    with acting(cast.system):
        assert secret not in str(Event.objects.filter(name="api_key.created").values().get())
    assert client_actor(kept["shown_as"]) is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": ""}, "name_missing"),
        ({"name": " \u200b"}, "name_missing"),
        ({"name": "x" * 201}, "name_too_long"),
        ({"roles": []}, "role_missing"),
        ({"roles": [Role.VENDOR_ADMIN]}, "role_unknown"),
        ({"scopes": []}, "unknown_scope"),
        ({"scopes": ["read", "rule"]}, "unknown_scope"),
    ],
)
def test_a_key_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        make(cast.partner_admin, **wrong)
    assert refusal.value.code == code
    assert not ApiKey.objects.exists()


def test_a_key_is_asked_for_roles_that_fit_by_their_names(cast: Cast) -> None:
    body = {"name": "Sync", "roles": ["partner_sales", "administrator"]}
    [error] = machine(cast.partner_admin).post("/api-keys", body).json()["errors"]
    assert "partner_sales" in error["message"]
    [error] = machine(cast.partner_admin).post("/api-keys", {**body, "roles": ["vendor_admin"]}).json()["errors"]
    assert error["message"].startswith("Choose among the roles of a partner: partner_admin, partner_sales, ")
    assert "vendor_admin" not in error["message"]


def test_a_key_of_blanks_is_refused_over_the_api(cast: Cast) -> None:
    answer = machine(cast.partner_admin).post("/api-keys", {"name": "  ", "roles": ["partner_sales"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "name_missing")


def test_a_key_is_told_its_own_name(cast: Cast) -> None:
    secret = make(cast.partner_admin, name="a").secret
    assert Machine(secret).get("/me").json()["name"] == "a"


def test_a_key_made_by_a_key_dies_with_the_person_behind_both(cast: Cast) -> None:
    admin, leaver = cast.partner_admin, cast.partner_rep
    change_roles(admin.actor, leaver.membership, roles=[Role.PARTNER_ADMIN])
    leaver.membership.refresh_from_db()
    first = client_actor(make(leaver, roles=[Role.PARTNER_ADMIN]).secret)
    assert first is not None
    second: Any = create_api_key(first.actor, leaver.workspace, name="made", roles=[Role.PARTNER_SALES])
    assert client_actor(second.secret) is not None
    offboard_member(admin.actor, leaver.membership)
    assert client_actor(second.secret) is None


def test_a_revoked_key_stays_revoked_since_the_first_time(cast: Cast) -> None:
    key = make(cast.partner_admin)
    first = revoke_api_key(cast.partner_admin.actor, key).revoked_at
    assert revoke_api_key(cast.partner_admin.actor, key).revoked_at == first
    assert client_actor(key.secret) is None


def test_a_vendor_sets_its_name_and_color(cast: Cast) -> None:
    change_look(cast.vendor_admin.actor, cast.partnership.vendor, name=" Northwind Traders ", accent="#B4005A")
    vendor = Vendor.objects.get(pk=cast.partnership.vendor_id)
    assert (vendor.name, vendor.accent) == ("Northwind Traders", "#b4005a")
