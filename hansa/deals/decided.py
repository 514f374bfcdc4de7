"""What decisions in this room are about: a deal, for how long it is protected, and its product lines."""

from datetime import datetime
from typing import Any

from hansa.core.actors import Actor
from hansa.deals.actions.amend_deal import POLICY as AMENDMENT
from hansa.deals.beside import cards_beside
from hansa.deals.models import Amendment, Deal, ExtensionRequest
from hansa.deals.rules import APPROVAL, EXTENSION, TOGETHER
from hansa.deals.subjects import page
from hansa.rulebook.about import About, decides_about
from hansa.rulebook.models import Decision


@decides_about(APPROVAL.name, APPROVAL.title, Deal.id_prefix)
@decides_about(TOGETHER.name, TOGETHER.title, Deal.id_prefix)
def registration(actor: Actor, decision: Decision, now: datetime) -> About | None:
    """The registered deal, with the way to dispute what was decided."""
    deals = Deal.objects.visible_to(actor).select_related("program", "partnership__organization")
    return _about(actor, deals.filter(pk=decision.subject_id).first(), now)


@decides_about(EXTENSION.name, EXTENSION.title, ExtensionRequest.id_prefix)
def extension(actor: Actor, decision: Decision, now: datetime) -> About | None:
    """The deal whose protection was to last longer."""
    return _asked(actor, ExtensionRequest, decision, now)


@decides_about(AMENDMENT, "Whether a deal gets other product lines", Amendment.id_prefix)
def amendment(actor: Actor, decision: Decision, now: datetime) -> About | None:
    """The deal that was to be changed."""
    return _asked(actor, Amendment, decision, now)


def _asked(actor: Actor, model: Any, decision: Decision, now: datetime) -> About | None:
    asked = model.objects.visible_to(actor).select_related("deal__program", "deal__partnership__organization")
    found = asked.filter(pk=decision.subject_id).first()
    return _about(actor, found.deal if found else None, now)


def _about(actor: Actor, deal: Deal | None, now: datetime) -> About | None:
    if deal is None:
        return None
    title = f"{deal.customer_name}: {deal.lines_text}"
    return About(title, page(deal, actor.side), cards_beside(actor, deal, now))
