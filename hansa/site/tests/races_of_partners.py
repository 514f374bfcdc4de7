"""What is raced of a second company on a deal: who sends it, what comes before it, and what is sent."""

from collections.abc import Callable
from typing import Any

from hansa.core.tenancy import acting
from hansa.kernel.ids import public_id
from hansa.partnerships.actions import set_distributors
from hansa.partnerships.models import Enrollment
from hansa.testing.cast import Cast, distributor_of
from hansa.testing.machine import machine, registration

Prepare = Callable[[Cast], dict[str, str]]


def approved(cast: Cast) -> dict[str, str]:
    return {"deal_id": cast.register().public_id}


def depot(cast: Cast) -> str:
    place = distributor_of(cast).workspace.partnership_id
    assert place
    return public_id("partner", place)


def shared(cast: Cast) -> dict[str, str]:
    deal, beside = approved(cast), depot(cast)
    brought_in = machine(cast.partner_admin).post(f"/deal-registrations/{deal['deal_id']}/party", {"beside": beside})
    assert brought_in.status_code == 200, brought_in.content
    return deal


def supplied(cast: Cast) -> dict[str, str]:
    depot(cast)
    return {"partner_id": cast.partnership.public_id}


def supplying(cast: Cast) -> dict[str, str]:
    """The cast's partner buys through its rivals."""
    with acting(cast.system):
        Enrollment.objects.filter(partnership=cast.rivals).update(partner_types=["distributor"])
    set_distributors(cast.channel_manager.actor, cast.partnership, distributors=[cast.rivals])
    return {}


CASES: dict[str, tuple[str, Prepare, Any]] = {
    "add_party": ("partner_admin", approved, lambda cast: {"beside": depot(cast)}),
    "register_in_name": (
        "rival_admin",
        supplying,
        lambda cast: registration(cast, reseller=cast.partnership.public_id),
    ),
    "remove_party": ("partner_admin", shared, None),
    "set_distributors": ("vendor_admin", supplied, {"distributors": []}),
}
