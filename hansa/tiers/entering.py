"""Numbers of many partners entered at once, from a file or by a machine: all of them, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from uuid import UUID

from hansa.core.actions import at_once
from hansa.core.actors import Actor
from hansa.core.events import enqueue
from hansa.core.tenancy import acting, moment
from hansa.customers.imports.read import read_table
from hansa.customers.imports.table import Row, Table, unreadable
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import new_id
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Program
from hansa.tiers.actions import check_number, enter_fact, terms_of, today_of
from hansa.tiers.evaluate import EVALUATE_ALL
from hansa.tiers.facts import enterable
from hansa.tiers.models import EnteredFact, TierTerms
from hansa.tiers.words import Words

MOST = 5_000
COLUMNS = ("partner", "fact", "value", "as of")
Wrong = tuple[str, str]
"""Which row cannot be taken, and why."""


class Key(NamedTuple):
    """Of a partner, a fact and a day there is one number."""

    enrollment: UUID
    fact: str
    dated: date


@dataclass(frozen=True, slots=True)
class Number:
    """One number to enter; `row` is how who sent it finds it again."""

    row: str
    enrollment: Enrollment
    fact: str
    value: Decimal
    dated: date

    @property
    def key(self) -> Key:
        return Key(self.enrollment.pk, self.fact, self.dated)


def enter_numbers(actor: Actor, numbers: Sequence[Number], wrong: Sequence[Wrong] = (), *, field: str = "") -> int:
    """Enter them, and let a job evaluate the vendor's partners; returns how many there were.

    Raises Invalid about `field`, with every row that cannot be taken: these `wrong` ones, and what is no number to
    enter. Then nothing is entered.
    """
    with acting(actor):
        rows = _rows(actor, numbers)

        def write(_: object) -> None:
            if parts := [*wrong, *_unfit(numbers, today_of(actor))]:
                raise Invalid("rows_unfit", _said(parts), field, parts)
            for each in numbers:
                row = rows[each.key]
                row.value, row.entered_by, row.entered_at = each.value, actor.label, moment()
            EnteredFact.objects.bulk_create(
                rows.values(),
                update_conflicts=True,
                unique_fields=["vendor", "enrollment", "fact", "dated"],
                update_fields=["value", "entered_by", "entered_at"],
            )

        at_once(enter_fact, actor, list(rows.values()), write)
        if TierTerms.objects.filter(vendor_id=actor.vendor_id, running=True).exists():
            enqueue(EVALUATE_ALL, vendor_id=actor.vendor_id)
    return len(numbers)


def enter_file(actor: Actor, program: Program, content: bytes) -> int:
    """Enter the numbers of a file about a program's partners, with a row for each and the columns `COLUMNS`.

    A partner is its name or its id, a fact its name or how the program calls it, and a day is written 2026-01-31.
    Raises Invalid for a file that cannot be read, or with every row that cannot be taken.
    """
    table = read_table(content)
    places = [_place(table, name) for name in COLUMNS]
    if len(table.rows) > MOST:
        raise unreadable("too_many_rows", f"The file has more than {MOST:,} rows. Split it into several.")
    with acting(actor):
        partners, facts = _partners(actor, program), _facts(program)
        numbers: list[Number] = []
        wrong: list[Wrong] = []
        for row in table.rows:
            try:
                numbers.append(_read(row, places, partners, facts))
            except ValueError as unread:
                wrong.append((f"row {row.number}", str(unread)))
        return enter_numbers(actor, numbers, wrong, field="file")


def _rows(actor: Actor, numbers: Sequence[Number]) -> dict[Key, EnteredFact]:
    """The rows that the numbers are kept in, as they are or new, in an order that all who enter share."""
    entered = EnteredFact.objects.visible_to(actor).filter(
        enrollment__in={each.enrollment.pk for each in numbers}, dated__in={each.dated for each in numbers}
    )
    there = {Key(one.enrollment_id, one.fact, one.dated): one for one in entered}
    wanted = {each.key: each for each in sorted(numbers, key=lambda each: each.key)}
    return {key: there.get(key) or _new(actor, each) for key, each in wanted.items()}


def _new(actor: Actor, number: Number) -> EnteredFact:
    place = number.enrollment
    about = {"vendor_id": actor.vendor_id, "partnership_id": place.partnership_id, "enrollment_id": place.pk}
    return EnteredFact(id=new_id(), **about, fact=number.fact, value=number.value, dated=number.dated)


def _unfit(numbers: Sequence[Number], today: date) -> list[Wrong]:
    first: dict[Key, str] = {}
    wrong = []
    for each in numbers:
        try:
            check_number(each.fact, each.value, each.dated, today)
        except Invalid as refusal:
            wrong.append((each.row, refusal.message))
        if first.setdefault(each.key, each.row) != each.row:
            wrong.append((each.row, f"It is about the same partner, fact and day as {first[each.key]}."))
    return wrong


def _said(parts: Sequence[Wrong]) -> str:
    return f"Nothing was entered. {len(parts)} row{'s' if len(parts) > 1 else ''} cannot be taken."


def _place(table: Table, name: str) -> int:
    headers = [header.casefold().replace("_", " ") for header in table.headers]
    if name not in headers:
        raise unreadable("column_missing", f"The header needs the columns {', '.join(COLUMNS)}: {name} is missing.")
    return headers.index(name)


def _partners(actor: Actor, program: Program) -> dict[str, list[Enrollment]]:
    """The places in the program by what a partner may be called in a file: its id, and its name."""
    known: dict[str, list[Enrollment]] = {}
    rows = Enrollment.objects.visible_to(actor).filter(program=program).select_related("partnership__organization")
    for place in rows:
        for name in {place.partnership.public_id, place.partnership.organization.name.casefold()}:
            known.setdefault(name, []).append(place)
    return known


def _facts(program: Program) -> dict[str, str]:
    """The facts that the vendor enters, by what they may be called in a file."""
    words = Words(terms_of(program), "EUR")
    return {one.name: one.name for one in enterable()} | {label.casefold(): name for name, label in words.entered()}


def _read(
    row: Row, places: Sequence[int], partners: Mapping[str, Sequence[Enrollment]], facts: Mapping[str, str]
) -> Number:
    """A row of a file. Raises ValueError with what is wrong with it."""
    partner, fact, value, dated = (row.cells[place] if place < len(row.cells) else "" for place in places)
    found = partners.get(partner) or partners.get(partner.casefold()) or ()
    if len(found) != 1:
        raise ValueError(f"{partner or 'Nobody'} is {'more than one partner' if found else 'no partner'} here.")
    if fact.casefold() not in facts:
        raise ValueError(f"{fact or 'Nothing'} is no fact that you enter.")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value or 'Nothing'} is no number. Write it as 1234.5.") from None
    try:
        day = date.fromisoformat(dated)
    except ValueError:
        raise ValueError(f"{dated or 'Nothing'} is no day. Write it as 2026-01-31.") from None
    return Number(f"row {row.number}", found[0], facts[fact.casefold()], number, day)
