"""The coded reason that somebody gives for a deal, in the words of its program."""

from typing import Any

from django import forms

from hansa.core.actors import Actor
from hansa.deals.models import Deal
from hansa.kernel.errors import Invalid
from hansa.programs.reasons import REASONS, offered


def reason_called(actor: Actor, deal: Deal, what: str, code: str) -> str:
    """What the deal's program calls this reason now. Raises Invalid for one that it does not offer.

    Hansa itself gives the reasons that a program's terms rest on, whether people may choose them or not.
    """
    labels = offered(deal.program.reasons, what)
    if code in labels:
        return labels[code]
    if actor.kind == "system" and code in REASONS[what].values:
        return str(REASONS[what](code).label)
    raise Invalid("reason_unknown", "Choose a reason.", "reason")


def offer(form: forms.Form, deal: Deal) -> None:
    """Let a form that asks for a reason offer those of the deal's program; its class says what they are for."""
    what = getattr(form, "reasons_for", None)
    if what is None:
        return
    field: Any = form.fields["reason"]
    empty = [choice for choice in field.choices if not choice[0]]
    field.choices = [*empty, *offered(deal.program.reasons, what).items()]
