"""What is known of all partners of a program at a moment: a statement for each supplier, whatever the number."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from babel.numbers import get_currency_precision

from hansa.accounts.models import Vendor
from hansa.core.database import Query, array, ask_together
from hansa.partnerships.models import Enrollment
from hansa.programs.review_terms import calendar_of
from hansa.tiers.facts import FACTS, MONTHS_ENROLLED, TIER_FACTS, Supplier, type_facts
from hansa.tiers.models import TierTerms
from hansa.tiers.periods import FOREVER, begins, months_between

WHO = re.compile(r"WHO\(([a-z_.]+)\)")
ENTERED_SQL = """
SELECT DISTINCT ON (enrollment.partnership_id, entered.fact) enrollment.partnership_id, entered.fact, entered.value
FROM tiers_enteredfact entered JOIN partnerships_enrollment enrollment
  ON enrollment.vendor_id = entered.vendor_id AND enrollment.id = entered.enrollment_id
WHERE entered.vendor_id = %(vendor)s AND enrollment.program_id = %(program)s AND entered.dated <= %(day)s
  AND entered.dated >= (%(days)s::jsonb ->> entered.fact)::date WHO(enrollment.partnership_id)
ORDER BY enrollment.partnership_id, entered.fact, entered.dated DESC
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """For which program and partners, at which moment; `partners` None asks for all of the program."""

    terms: TierTerms
    at: datetime
    zone: ZoneInfo
    places: int
    partners: Sequence[UUID] | None = None

    def query(self, sql: str, more: Mapping[str, Any]) -> Query:
        """The statement for them: each `WHO(column)` in it narrows to the partners that are asked for."""
        narrows = r"AND \1 = ANY(%(partners)s::uuid[])" if self.partners is not None else ""
        given = {
            "vendor": self.terms.vendor_id,
            "program": self.terms.program_id,
            "at": self.at,
            "partners": array(self.partners or ()),
        }
        return WHO.sub(narrows, sql), {**given, **more}


def asking(terms: TierTerms, at: datetime) -> Asked:
    """What to ask for, by the vendor's zone and currency."""
    currency = Vendor.objects.values_list("currency", flat=True).get(pk=terms.vendor_id)
    return Asked(terms, at, calendar_of(terms.vendor_id).zone, get_currency_precision(currency))


def period_of(terms: TierTerms, fact: str, usual: str) -> str:
    """Over which period the program counts a fact."""
    said = terms.periods.get(fact, usual)
    return said if isinstance(said, str) else usual


def facts_of(asked: Asked, enrollments: Sequence[Enrollment]) -> dict[UUID, dict[str, Any]]:
    """All facts of `FACTS`, months and types, by the partnership's id. A number that nobody supplies is None.

    The places come with their partnerships, which say since when they are partners.
    """
    since = {fact.name: begins(period_of(asked.terms, fact.name, fact.period), asked.at, asked.zone) for fact in FACTS}
    numbers = [asked.query(each.sql, {**_times(since), "places": asked.places}) for each in TIER_FACTS]
    *supplied, entered = ask_together(*numbers, _entered(asked, since))
    found = {each.partnership_id: _without_numbers(each, asked) for each in enrollments}
    for supplier, rows in zip(TIER_FACTS, supplied, strict=True):
        _fill(found, supplier, rows)
    for partnership, fact, value in entered:
        if partnership in found and found[partnership].get(fact, 0) is None:
            found[partnership][fact] = _whole(value)
    return found


def _without_numbers(enrollment: Enrollment, asked: Asked) -> dict[str, Any]:
    months = months_between(enrollment.partnership.created_at, asked.at, asked.zone)
    nothing = {fact.name: None if fact.entered else 0 for fact in FACTS}
    return {**nothing, MONTHS_ENROLLED: max(months, 0), **type_facts(enrollment.partner_types)}


def _fill(found: dict[UUID, dict[str, Any]], supplier: Supplier, rows: Sequence[tuple[Any, ...]]) -> None:
    for facts in found.values():
        facts.update(dict.fromkeys(supplier.facts, 0))
    for partnership, *values in rows:
        if partnership in found:
            found[partnership].update(zip(supplier.facts, map(_whole, values), strict=True))


def _entered(asked: Asked, since: Mapping[str, datetime | None]) -> Query:
    days = {name: begun.date().isoformat() if begun else FOREVER for name, begun in since.items()}
    more = {"day": asked.at.astimezone(asked.zone).date(), "days": orjson.dumps(days).decode()}
    return asked.query(ENTERED_SQL, more)


def _times(since: Mapping[str, datetime | None]) -> dict[str, Any]:
    return {name: begun or FOREVER for name, begun in since.items()}


def _whole(value: Any) -> int | Decimal:
    """A number in the one form that tables know."""
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else number.quantize(Decimal("0.01"))
