"""The races of what a vendor does with its policies over the API, and what each begins with."""

from typing import Any

from hansa.deals.rules import PROTECTION
from hansa.rulebook.actions import draft_policy, propose_policy, publish_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.scope import Scope
from hansa.site.tests.race_starts import Prepare, nothing
from hansa.testing.cast import Cast, chief_of
from hansa.tiers.facts import TYPE_FACTS

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


def pilot(cast: Cast) -> dict[str, str]:
    """A version for one partner alone, in force."""
    vendor, chief = cast.vendor_admin.workspace.vendor, chief_of(cast).actor
    scope = Scope(pilot="First", partners=[cast.partnership])
    given = {"policy": PROTECTION, "dmn": TABLE.decode(), "summary": "Nothing yet.", "takes": False, "scope": scope}
    version = draft_policy(cast.vendor_admin.actor, vendor, **given)
    propose_policy(cast.vendor_admin.actor, version)
    publish_policy(chief, version)
    return {"policy_version_id": version.public_id}


def policy(cast: Cast) -> dict[str, str]:
    return {"policy": PROTECTION.name}


TYPES = dict.fromkeys(TYPE_FACTS, False)
CASE = {"facts": {"deal_type": "new", "tier_rank": 1, "amount_minor": 84_000_00, **TYPES}}
CASES: dict[str, tuple[str, Prepare, Any]] = {
    "draft_policy": ("vendor_admin", nothing, {"policy": PROTECTION.name, "dmn": TABLE.decode()}),
    "import_policy": ("vendor_admin", policy, TABLE),
    "change_policy": ("vendor_admin", drafted, {"summary": "Longer for Gold."}),
    "try_case": ("vendor_admin", drafted, CASE),
    "propose_policy": ("vendor_admin", drafted, None),
    "send_back_policy": ("vendor_admin", proposed, None),
    "publish_policy": ("vendor_admin", proposed, {}),
    "end_policy": ("vendor_admin", pilot, {"takes": False}),
    "withdraw_policy": ("vendor_admin", proposed, None),
}
