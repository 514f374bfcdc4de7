"""The coded reason that somebody gives for a deal, in the words of its program."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from hansa.core.actors import Actor
from hansa.deals.models import Deal
from hansa.kernel.errors import Invalid
from hansa.programs.models import Program
from hansa.programs.reasons import REASONS, offered

NONE_SHARED = "The programs of these registrations have no reason in common. Narrow the list down to one program's."


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


def shared_reasons(actor: Actor, deals: Iterable[UUID], what: str) -> dict[str, str]:
    """{code: label} of the reasons that the programs of all these deals offer; what they call it stands side by side.

    Inside `acting`.
    """
    programs = Deal.objects.visible_to(actor).filter(pk__in=deals).values("program")
    each = [offered(one.reasons, what) for one in Program.objects.visible_to(actor).filter(pk__in=programs)]
    codes = [code for code in REASONS[what].values if each and all(code in labels for labels in each)]
    return {code: " / ".join(dict.fromkeys(labels[code] for labels in each)) for code in codes}


def offer(form: forms.Form, deal: Deal) -> None:
    """Let a form that asks for a reason offer those of the deal's program; its class says what they are for."""
    if what := getattr(form, "reasons_for", None):
        _offer(form, offered(deal.program.reasons, what))


def offer_shared(form: forms.Form, actor: Actor, deals: Iterable[UUID]) -> None:
    """The same for many deals: the reasons that all of their programs offer. Inside `acting`."""
    if what := getattr(form, "reasons_for", None):
        labels = shared_reasons(actor, deals, what)
        _offer(form, labels)
        if not labels:
            form.fields["reason"].help_text = NONE_SHARED


def _offer(form: forms.Form, labels: dict[str, str]) -> None:
    field: Any = form.fields["reason"]
    empty = [choice for choice in field.choices if not choice[0]]
    field.choices = [*empty, *labels.items()]
