"""What is raced of tiers: who sends it, what comes before it, and what is sent."""

from datetime import timedelta
from typing import Any

from hansa.core.tenancy import acting
from hansa.site.tests.race_starts import Prepare, program
from hansa.testing.cast import Cast
from hansa.tiers.actions import grant_exception
from hansa.tiers.models import TierException, TierStanding
from hansa.tiers.tests.running import certify, evaluated, place, run_tiers, tier, today


def stands(cast: Cast) -> dict[str, str]:
    """The cast's partner in a program whose tiers are evaluated."""
    run_tiers(cast)
    return {"standing_id": evaluated(cast).public_id}


def rises(cast: Cast) -> dict[str, str]:
    """Its promotion waits for somebody's word."""
    run_tiers(cast, approve_promotion=True)
    certify(cast, 2)
    return {"standing_id": evaluated(cast).public_id}


def excepted(cast: Cast) -> dict[str, str]:
    stands(cast)
    day = today(cast) + timedelta(days=30)
    manager = cast.channel_manager.actor
    grant_exception(manager, place(cast), tier=tier(cast, 1), until=day, reason="A launch.")
    with acting(cast.system):
        return {"exception_id": TierException.objects.get().public_id}


def about(cast: Cast, **given: Any) -> dict[str, Any]:
    """A body about the only standing of the cast's partner."""
    with acting(cast.system):
        found = TierStanding.objects.get(partnership=cast.partnership).public_id
    return {"standing": found, **given}


def exception(cast: Cast) -> dict[str, Any]:
    day = today(cast) + timedelta(days=30)
    return about(cast, tier=tier(cast, 1).public_id, until=str(day), reason="A launch.")


def number(cast: Cast) -> dict[str, Any]:
    return about(cast, fact="satisfaction", value="81.5", dated=str(today(cast)))


def numbers(cast: Cast) -> dict[str, Any]:
    return {"facts": [number(cast)]}


CASES: dict[str, tuple[str, Prepare, Any]] = {
    "evaluate_tier": ("vendor_admin", stands, None),
    "approve_tier": ("vendor_admin", rises, {}),
    "decline_tier": ("vendor_admin", rises, {"reason": "Let us meet first."}),
    "grant_tier_exception": ("vendor_admin", stands, exception),
    "end_tier_exception": ("vendor_admin", excepted, None),
    "enter_tier_fact": ("vendor_admin", stands, number),
    "enter_tier_facts": ("vendor_admin", stands, numbers),
    "change_tier_terms": ("vendor_admin", program, {"grace_days": 30}),
}
