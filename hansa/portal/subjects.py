"""What events are about, by name, where an event itself carries none."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from hansa.core.actors import Actor
from hansa.core.models import Event, TenantRecord
from hansa.deals.models import Deal
from hansa.kernel.ids import parse_public_id
from hansa.partnerships.models import Enrollment, Partnership
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import policy_named
from hansa.tiers.facts import BY_NAME
from hansa.tiers.models import EnteredFact, TierException, TierStanding, TierTerms

Named = tuple[type[TenantRecord], tuple[str, ...], Callable[..., str]]


def _version(policy: str, number: int) -> str:
    known = policy_named(policy)
    return f"{known.title if known else policy}, version {number}"


def _fact(partner: str, fact: str) -> str:
    known = BY_NAME.get(fact)
    return f"{partner}: {known.label if known else fact}"


PARTNER = ("partnership__organization__name",)
NAMED: Mapping[str, Named] = {
    Deal.id_prefix: (Deal, ("customer_name",), str),
    PolicyVersion.id_prefix: (PolicyVersion, ("policy", "number"), _version),
    Partnership.id_prefix: (Partnership, ("organization__name",), str),
    Enrollment.id_prefix: (Enrollment, PARTNER, str),
    TierStanding.id_prefix: (TierStanding, PARTNER, str),
    TierException.id_prefix: (TierException, PARTNER, str),
    TierTerms.id_prefix: (TierTerms, ("program__name",), str),
    EnteredFact.id_prefix: (EnteredFact, (*PARTNER, "fact"), _fact),
}


def names_of(actor: Actor, events: Iterable[Event]) -> dict[UUID, str]:
    """What these events are about, by the id of each event, within `acting`; a query for each kind of thing."""
    about = {event.id: _about(event) for event in events}
    wanted: dict[str, set[UUID]] = {}
    for kind, pk in about.values():
        wanted.setdefault(kind, set()).add(pk)
    found: dict[UUID, str] = {}
    for kind in wanted.keys() & NAMED.keys():
        model, columns, said = NAMED[kind]
        rows: Any = model.objects.visible_to(actor)
        named = rows.filter(pk__in=wanted[kind]).values_list("pk", *columns)
        found |= {pk: said(*parts) for pk, *parts in named}
    return {event: found[pk] for event, (_, pk) in about.items() if pk in found}


def _about(event: Event) -> tuple[str, UUID]:
    """The subject, or what that hangs on: the deal of a message."""
    said = str(event.data.get("about", ""))
    kind = said.rpartition("_")[0]
    try:
        return kind, parse_public_id(kind, said)
    except ValueError:
        return event.subject_type, event.subject_id
