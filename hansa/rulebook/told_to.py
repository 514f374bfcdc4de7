"""The tables that somebody is told of: a partner those that decide about it, the vendor those of every scope."""

from dataclasses import dataclass
from datetime import datetime

from hansa.core.actors import Actor
from hansa.partnerships.models import Enrollment
from hansa.rulebook.in_force import Told, told_of, told_to_vendor
from hansa.rulebook.policies import Policy, Rules
from hansa.rulebook.scope import Place

GOES_ON = "What was for some partners only ends then, and this table decides again."


@dataclass(frozen=True, slots=True)
class Turn:
    """A table, the one `before` it, and whom and how long it is for; with `begins` it is still to come, else it decides
    `since` then, or since ever."""

    rules: Rules
    before: Rules | None
    begins: datetime | None
    since: datetime | None
    ends: datetime | None
    reach: str
    """Whom it is for, in words that follow "for"; empty for everybody."""
    summary: str


def turns_told(policy: Policy, actor: Actor) -> list[list[Turn]]:
    """What decides now and what will, in that order, for each scope that differs. Within `acting`."""
    if actor.side == "vendor":
        return [_turns(turns, "", before) for turns, before in told_to_vendor(policy)]
    return [_turns(list(turns), where, turns[0].rules) for turns, where in _of_partner(policy, actor)]


def _of_partner(policy: Policy, actor: Actor) -> list[tuple[tuple[Told, ...], str]]:
    """The same turns once, for the programs in which they count; those are named where other programs have others."""
    places = Enrollment.objects.visible_to(actor).filter(partnership_id=actor.partnership_id).select_related("program")
    found: dict[tuple[Told, ...], list[str]] = {}
    for place in places:
        found.setdefault(tuple(told_of(policy, Place.of(place))), []).append(place.program.name)
    found = found or {tuple(told_of(policy, Place(actor.partnership_id))): []}
    return [(turns, " and ".join(names) if len(found) > 1 else "") for turns, names in found.items()]


def _turns(told: list[Told], where: str, former: Rules) -> list[Turn]:
    """`former` decides there until the first of them does, unless that does already."""
    turns: list[Turn] = []
    before = former if told[0].begins else None
    for one in told:
        version = one.version
        goes_on = bool(one.begins) and (version is None or version.begins != one.begins)
        turns.append(
            Turn(
                one.rules,
                before,
                one.begins,
                None if one.begins or not version else version.begins,
                version.ended_at if version and not one.begins else None,
                version.reach if version and version.narrow else where,
                GOES_ON if goes_on else version.summary if version and one.begins else "",
            )
        )
        before = one.rules
    return turns
