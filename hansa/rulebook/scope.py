"""Whom a version of a policy is for: all partners, a program's, some types in it, or a pilot; the narrowest decides."""

from collections import defaultdict
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
MOST_IN_A_PILOT = 500


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
        if len(self.partners) > MOST_IN_A_PILOT:
            raise Invalid("pilot_too_large", f"A pilot has at most {MOST_IN_A_PILOT} partners.", "partners")
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


def where(actor: Actor, among: Iterable[UUID] | None = None) -> list[Place]:
    """Where partners stand, all or those `among` these: in each of their programs, else in none. Within `acting`."""
    enrolled, partners = Enrollment.objects.visible_to(actor), Partnership.objects.visible_to(actor)
    if among is not None:
        enrolled, partners = enrolled.filter(partnership__in=among), partners.filter(pk__in=among)
    places = [*map(Place.of, enrolled)]
    nowhere = set(partners.values_list("pk", flat=True)) - {place.partnership_id for place in places}
    return [*places, *map(Place, sorted(nowhere))]


def decided_by(version: PolicyVersion, places: Iterable[Place], at: datetime) -> list[Place]:
    """Those of the places where the version decides, would it be in force then: it reaches them, and no narrower one
    does. Within `acting` as the vendor.
    """
    narrower = _narrower(version, at)
    return [place for place in places if reaches(version, place) and not any(reaches(one, place) for one in narrower)]


def reached(actor: Actor, version: PolicyVersion, at: datetime) -> list[UUID] | None:
    """The partnerships about which the version would decide, as they stand now; None: about all. Within `acting`."""
    if not version.narrow and not _narrower(version, at):
        return None
    places = where(actor, version.pilot_partners if version.pilot else None)
    found = decided_by(version, places, at)
    if not version.narrow and len(found) == len(places):
        return None
    return sorted({place.partnership_id for place in found if place.partnership_id})


def decided_elsewhere(
    actor: Actor, version: PolicyVersion, partners: Iterable[UUID], at: datetime
) -> dict[UUID, list[UUID]]:
    """By program, those of the partnerships about whom another version decides there. Within `acting`."""
    places = where(actor, partners)
    own = set(decided_by(version, places, at))
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for place in places:
        if place not in own and place.program_id and place.partnership_id:
            found[place.program_id].append(place.partnership_id)
    return found


def _narrower(version: PolicyVersion, at: datetime) -> list[PolicyVersion]:
    """The published versions that decide at that moment in this one's place about whom they reach."""
    published = PolicyVersion.objects.filter(
        vendor_id=version.vendor_id,
        policy=version.policy,
        status=PolicyVersion.Status.PUBLISHED,
        during__contains=at,
    )
    return [one for one in published.defer("dmn") if one.scope != version.scope and one.rank > version.rank]


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
