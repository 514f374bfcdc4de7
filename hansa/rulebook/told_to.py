"""The tables that somebody is told of: a partner those that decide about it, the vendor those of every scope."""

from collections.abc import Sequence
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
    return turns_of([policy], actor)[policy.name]


def turns_of(policies: Sequence[Policy], actor: Actor) -> dict[str, list[list[Turn]]]:
    """The same of several policies by their names, all read at once."""
    if actor.side == "vendor":
        scopes = told_to_vendor(policies)
        return {name: [_turns(turns, "", former) for turns, former in told] for name, told in scopes.items()}
    rows = Enrollment.objects.visible_to(actor).filter(partnership_id=actor.partnership_id).select_related("program")
    programs = {Place.of(row): row.program.name for row in rows} or {Place(actor.partnership_id): ""}
    told = told_of(policies, list(programs))
    return {name: _to_partner(turns, list(programs.values())) for name, turns in told.items()}


def _to_partner(told: list[list[Told]], programs: list[str]) -> list[list[Turn]]:
    """The same turns once, for the programs in which they count; those are named where other programs have others."""
    found: dict[tuple[Told, ...], list[str]] = {}
    for turns, program in zip(told, programs, strict=True):
        found.setdefault(tuple(turns), []).append(program)
    return [
        _turns(list(turns), " and ".join(names) if len(found) > 1 else "", turns[0].rules)
        for turns, names in found.items()
    ]


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
