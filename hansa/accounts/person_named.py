"""The person whom the body of a request names."""

from typing import Any

from hansa.accounts.models import Membership
from hansa.core.actors import Actor
from hansa.core.api.chosen import chosen
from hansa.core.models import RecordQuerySet
from hansa.kernel.errors import Invalid


def person_named(actor: Actor, fit: RecordQuerySet, reference: str, field: str, *, unfit: tuple[str, str]) -> Any:
    """The membership that a field names, one of those who `fit`. Raises Invalid.

    Of somebody else whom the actor sees it says why not: `unfit` are its code and its message, about "{}".
    """
    try:
        return chosen(fit, reference, field)
    except Invalid:
        other = chosen(Membership.objects.visible_to(actor).select_related("user"), reference, field)
        code, message = unfit
        raise Invalid(code, message.format(other), field) from None
