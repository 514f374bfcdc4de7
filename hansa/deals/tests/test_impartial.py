"""An insider cannot grant what is their own, nor say when something happened."""

from typing import Any

import pytest

from hansa.accounts.actions import offboard_member
from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.deals import actions
from hansa.deals.models import Deal, Status
from hansa.kernel.errors import DomainError
from hansa.testing import routes
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine, registration

SET_BY_US = {
    "submitted_at",
    "decided_at",
    "closed_at",
    "protected_until",
    "due_at",
    "at",
    "status",
    "asked_at",
    "until",
}


@pytest.fixture
def insider(cast: Cast) -> Person:
    """Mara sells for the partner, and is a channel manager of the vendor too."""
    home = cast.vendor_admin.workspace
    roles = [Role.CHANNEL_MANAGER, Role.VENDOR_ADMIN]
    membership = Membership.objects.create(
        user=cast.partner_rep.user, organization=home.organization, roles=[str(role) for role in roles]
    )
    return Person(cast.partner_rep.user, membership, home)


def grants(cast: Cast, actor: Actor) -> dict[str, Any]:
    """Every action that gives a partner something, ready to be done."""
    waiting, held = cast.register(domain=""), cast.register(customer="Adatum", domain="adatum.example")
    late = cast.register(customer="Litware", domain="litware.example")
    rep = cast.partner_rep.actor
    extension = actions.request_extension(rep, held, days=30, reason="The budget comes in March.")
    lines = [cast.planner.pk]
    amendment = actions.request_lines(rep, held, product_lines=lines, reason="Another project.")
    return {
        "approve": lambda: actions.approve_deal(actor, waiting),
        "approve an extension": lambda: actions.approve_extension(actor, extension),
        "approve other lines": lambda: actions.approve_amendment(actor, amendment),
        "extend": lambda: actions.extend_deal(actor, late, days=30),
    }


def test_who_works_for_both_sides_grants_nothing_to_their_own(cast: Cast, insider: Person) -> None:
    for grant in grants(cast, insider.actor).values():
        with pytest.raises(DomainError) as refused:
            grant()
        assert refused.value.code == "own_interest"


def test_neither_does_a_key_that_they_made(cast: Cast, insider: Person) -> None:
    deal = cast.register(domain="")
    answer = machine(insider).post(f"/deal-registrations/{deal.public_id}/approval", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "own_interest")


def test_who_left_the_partner_does_not_grant_what_they_registered_there(cast: Cast, insider: Person) -> None:
    own = cast.register(domain="")
    colleagues = cast.register(cast.partner_admin, customer="Adatum", domain="")
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    with acting(cast.system):
        Deal.objects.filter(pk=own.pk).update(owner=cast.partner_admin.membership)
    with pytest.raises(DomainError, match="colleague"):
        actions.approve_deal(insider.actor, own)
    assert actions.approve_deal(insider.actor, colleagues).status == Status.APPROVED


def test_others_grant_all_of_it(cast: Cast) -> None:
    for grant in grants(cast, cast.channel_manager.actor).values():
        grant()


def test_no_request_says_when_something_happened(cast: Cast) -> None:
    """Whatever the operation: none takes a time that is ours to set, and what nobody asked for is refused."""
    named = [
        (route.name, name)
        for route in routes.operations()
        if "/deal-registrations" in route.template or "/extensions" in route.template or "/amendments" in route.template
        for name in route.body.get("properties", {})
    ]
    assert ("register_deal", "expected_close") in named
    assert [(operation, name) for operation, name in named if name in SET_BY_US] == []
    partner = machine(cast.partner_admin)
    for name in sorted(SET_BY_US):
        body = registration(cast) | {name: "2020-01-01T00:00:00Z"}
        assert partner.post("/deal-registrations", body).status_code == 422
    with acting(cast.system):
        assert not Deal.objects.exists()
