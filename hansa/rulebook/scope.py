"""Whom a version of a policy is for: all partners, a program's, some types in it, or a pilot; the narrowest decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hansa.core.actors import Actor
from hansa.kernel.errors import Invalid
from hansa.partnerships.models import Enrollment, Partnership
from hansa.programs.models import PartnerType, Program
from hansa.rulebook.models import PolicyVersion

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a version is meant for. Types of partners belong to a program; a pilot may be within one."""

    program: Program | None = None
    partner_types: Sequence[str] = ()
    pilot: str = ""
    partners: Sequence[Partnership] = ()

    def columns(self) -> dict[str, Any]:
        """The columns of a version. Raises Invalid with the field that does not fit."""
        pilot = " ".join(self.pilot.split())
        if not set(self.partner_types) <= set(PartnerType.values):
            raise Invalid("partner_type_unknown", "There is no such type of partner.", "partner_types")
        if self.partner_types and self.program is None:
            raise Invalid("program_missing", "Say in which program these types of partners are.", "program")
        if self.partner_types and pilot:
            raise Invalid("pilot_has_types", "A pilot is for its partners, whatever their types.", "partner_types")
        if self.partners and not pilot:
            raise Invalid("pilot_unnamed", "Give the pilot a name: its partners read it.", "pilot")
        if pilot and not self.partners:
            raise Invalid("pilot_empty", "Choose the partners of the pilot.", "partners")
        if len(pilot) > LONGEST_NAME:
            raise Invalid("too_long", f"Keep it under {LONGEST_NAME} characters.", "pilot")
        return {
            "program": self.program,
            "for_types": " ".join(sorted(set(self.partner_types))),
            "pilot": pilot,
            "pilot_partners": sorted(partner.pk for partner in self.partners),
        }


EVERYBODY = Scope()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a partner stands: what decides which versions reach it."""

    partnership_id: UUID | None = None
    program_id: UUID | None = None
    partner_types: Sequence[str] = ()

    @classmethod
    def of(cls, enrollment: Enrollment) -> "Place":
        return cls(enrollment.partnership_id, enrollment.program_id, tuple(enrollment.partner_types))


ANYWHERE = Place()
"""Only what is for all partners reaches it."""


def reaches(version: PolicyVersion, place: Place) -> bool:
    """Whether the version is for a partner who stands there; `REACHING` is the same in SQL."""
    if version.pilot and place.partnership_id not in version.pilot_partners:
        return False
    if version.program_id and version.program_id != place.program_id:
        return False
    return not version.for_types or not set(version.partner_types).isdisjoint(place.partner_types)


REACHING = """(version.pilot = '' OR partnership.id = ANY(version.pilot_partners))
  AND (version.program_id IS NULL OR version.program_id = enrollment.program_id)
  AND (version.for_types = '' OR string_to_array(version.for_types, ' ') && enrollment.partner_types)"""
NARROWEST_FIRST = """version.pilot <> '' DESC, version.for_types <> '' DESC, version.program_id IS NOT NULL DESC,
  version.number DESC"""


def reached(actor: Actor, version: PolicyVersion) -> list[UUID] | None:
    """The partnerships that the version is for, as they stand now; None where it is for all. Within `acting`."""
    if not version.narrow:
        return None
    if not version.program_id:
        return list(version.pilot_partners)
    standing = Enrollment.objects.visible_to(actor).filter(program=version.program_id)
    return sorted({one.partnership_id for one in standing if reaches(version, Place.of(one))})


def deciding(versions: Iterable[PolicyVersion], at: datetime) -> PolicyVersion | None:
    """Of the published versions that reach a partner, the one that decides at that moment."""
    running = [one for one in versions if one.begins and one.begins <= at and (one.ends is None or one.ends > at)]
    return max(running, key=lambda one: one.rank, default=None)


def covering(versions: Iterable[PolicyVersion], scope: PolicyVersion) -> list[PolicyVersion]:
    """The versions that are at least as wide as this one's scope: what decides there while it does not itself."""
    return [
        one
        for one in versions
        if one.scope == scope.scope
        or (not one.pilot and one.program_id in (None, scope.program_id) and one.for_types in ("", scope.for_types))
    ]
