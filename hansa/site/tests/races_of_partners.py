"""What is raced of a second company on a deal: who sends it, what comes before it, and what is sent."""

from typing import Any

from hansa.core.tenancy import acting
from hansa.partnerships.actions import set_distributors
from hansa.partnerships.models import Enrollment
from hansa.site.tests.race_starts import Prepare, approved, depot, shared, supplied
from hansa.testing.cast import Cast
from hansa.testing.machine import registration


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
