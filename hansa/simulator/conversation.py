"""What the demonstration's people wrote to each other a moment ago."""

from hansa.accounts.actors import workspaces_of
from hansa.accounts.models import User
from hansa.core.actors import Actor
from hansa.core.tenancy import acting
from hansa.deals.models import Deal, Outcome, Status
from hansa.simulator.names import Human
from hansa.talk.actions import post_message, write_note

QUESTION = "They would like to try it in one place first. May we offer a pilot?"
ANSWER = "Gladly, for six weeks. I can bring our solution engineer to the first meeting."
THANKS = "Thursday at ten would suit them."
NOTE = "A pilot needs the sponsor's word: Ines asks her."


def talk(rep: Human, manager: Human) -> None:
    """Let the two write about the partner's latest protected deal; nothing where there is none."""
    partner, vendor = _actor(rep), _actor(manager)
    with acting(partner):
        protected = Deal.objects.visible_to(partner).filter(status=Status.APPROVED, outcome=Outcome.OPEN)
        deal = protected.order_by("-submitted_at", "-id").first()
    if deal is None:
        return
    for actor, text in ((partner, QUESTION), (vendor, ANSWER), (partner, THANKS)):
        post_message(actor, deal, text=text)
    write_note(vendor, deal, text=NOTE)


def _actor(human: Human) -> Actor:
    """Somebody of the demonstration, at work in their only workspace."""
    user = User.objects.get(email=human.email)
    return workspaces_of(user)[0].actor(user)
