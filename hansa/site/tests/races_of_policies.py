"""The races of what a vendor does with its policies over the API, and what each begins with."""

from typing import Any

from hansa.deals.rules import PROTECTION
from hansa.rulebook.actions import draft_policy, propose_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import PolicyVersion
from hansa.site.tests.race_starts import Prepare, nothing
from hansa.testing.cast import Cast, chief_of

TABLE = write_table(PROTECTION.built_in.table)


def draft(cast: Cast) -> PolicyVersion:
    """A draft of a colleague's."""
    vendor, dmn = cast.vendor_admin.workspace.vendor, TABLE.decode()
    version: PolicyVersion = draft_policy(
        chief_of(cast).actor, vendor, policy=PROTECTION, dmn=dmn, summary="Nothing yet.", takes=False
    )
    return version


def drafted(cast: Cast) -> dict[str, str]:
    return {"policy_version_id": draft(cast).public_id}


def proposed(cast: Cast) -> dict[str, str]:
    version = draft(cast)
    propose_policy(cast.vendor_admin.actor, version)
    return {"policy_version_id": version.public_id}


def policy(cast: Cast) -> dict[str, str]:
    return {"policy": PROTECTION.name}


CASE = {"facts": {"deal_type": "new", "tier_rank": 1}}
CASES: dict[str, tuple[str, Prepare, Any]] = {
    "draft_policy": ("vendor_admin", nothing, {"policy": PROTECTION.name, "dmn": TABLE.decode()}),
    "import_policy": ("vendor_admin", policy, TABLE),
    "change_policy": ("vendor_admin", drafted, {"summary": "Longer for Gold."}),
    "try_case": ("vendor_admin", drafted, CASE),
    "propose_policy": ("vendor_admin", drafted, None),
    "send_back_policy": ("vendor_admin", proposed, None),
    "publish_policy": ("vendor_admin", proposed, {}),
    "withdraw_policy": ("vendor_admin", proposed, None),
}
