"""What decisions in this room are about: where a partner stands toward its tier."""

from datetime import datetime

from hansa.core.actors import Actor
from hansa.rulebook.about import About, decides_about
from hansa.rulebook.models import Decision
from hansa.tiers.models import TierStanding
from hansa.tiers.rules import CRITERIA


@decides_about(CRITERIA.name, CRITERIA.title, TierStanding.id_prefix)
def standing(actor: Actor, decision: Decision, now: datetime) -> About | None:
    """The partner's tier in a program."""
    rows = TierStanding.objects.visible_to(actor).select_related("enrollment__program", "partnership__organization")
    found = rows.filter(pk=decision.subject_id).first()
    if found is None:
        return None
    if actor.side == "partner":
        return About(f"Your tier in {found.enrollment.program}", f"tier/?place={found.enrollment.public_id}")
    return About(f"{found.partnership}: tier in {found.enrollment.program}", f"tiers/{found.public_id}/")
