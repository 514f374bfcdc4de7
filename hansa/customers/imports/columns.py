"""What each kind of import knows about its columns, and which column of a file is probably which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from babel.numbers import is_currency

from hansa.customers.imports.table import Table
from hansa.customers.imports.values import guess_date_order, guess_decimal
from hansa.customers.models import Import
from hansa.kernel.errors import Invalid

Kind = Import.Kind


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column may hold; `headers` are what exports call it, the likelier first."""

    name: str
    label: str
    headers: tuple[str, ...]
    required: bool = False
    longest: int = 300


class Mapping(TypedDict):
    """How to read a file: {field: header}, and what its cells leave open. `date_order` None means: ask."""

    headers: list[str]
    columns: dict[str, str]
    date_order: str | None
    decimal: str
    currency: str


def _fields(*given: tuple[Any, ...]) -> tuple[Field, ...]:
    return tuple(Field(name, label, tuple(headers.split(", ")), *more) for name, label, headers, *more in given)


_OWNER = ("owner", "Owner", "sales agent, {} owner, deal owner, owner, owner name, assigned to, owner full name")
_WEBSITE = ("domain", "Website", "website, web site, website url, company domain name, domain, url, homepage")
_COUNTRY = (
    "country",
    "Country",
    "billing country, country, country/region, office location, shipping country, billing country code, country code",
)

FIELDS: dict[str, tuple[Field, ...]] = {
    Kind.OWNERS: _fields(
        ("name", "Name", "sales agent, owner, owner name, full name, name, user, sales rep", True),
        ("email", "E-mail", "email, e-mail, email address"),
        ("manager", "Manager", "manager, manager name, reports to"),
        ("region", "Region", "regional office, region, territory, office, team"),
    ),
    Kind.PRODUCTS: _fields(
        ("name", "Name", "product, product name, name", True),
        ("code", "Code", "product code, sku, code", False, 60),
    ),
    Kind.ACCOUNTS: _fields(
        ("name", "Name", "account, account name, company name, company, customer, customer name, name", True),
        _WEBSITE,
        _COUNTRY,
        ("city", "City", "billing city, city, shipping city, town"),
        ("industry", "Industry", "sector, industry, branch"),
        ("vat", "VAT number", "vat, vat number, vat id, tax id"),
        ("duns", "D-U-N-S number", "duns, duns number, d-u-n-s number, d-u-n-s, dun & bradstreet number"),
        ("lei", "LEI", "lei, legal entity identifier"),
        ("parent", "Parent company", "subsidiary of, parent account, parent company, parent, ultimate parent"),
    ),
    Kind.LEADS: _fields(
        ("external_id", "Lead ID", "lead id, record id, id, lead number", True, 200),
        ("name", "Name", "full name, lead name, name, lead"),
        ("account_name", "Company", "company, company / account, company name, account, account name"),
        ("domain", "Website or e-mail", "website, web site, company domain name, domain, email, e-mail"),
        _COUNTRY,
        ("product", "Product", "product, product interest, product line"),
        (_OWNER[0], _OWNER[1], _OWNER[2].format("lead")),
        ("status", "Status", "lead status, status, stage, lifecycle stage"),
        (
            "moved_on",
            "Last activity",
            "last activity, last activity date, last modified date, created date, create date",
        ),
    ),
    Kind.OPPORTUNITIES: _fields(
        ("external_id", "Opportunity ID", "opportunity id, deal id, record id, id, opportunity number", True, 200),
        ("name", "Name", "opportunity name, deal name, opportunity, name"),
        ("account_name", "Account", "account, account name, associated company, company, company name, customer"),
        ("product", "Product", "product, product name, product line"),
        (_OWNER[0], _OWNER[1], _OWNER[2].format("opportunity")),
        ("stage", "Stage", "deal stage, stage, stage name, opportunity stage", True),
        ("amount", "Amount", "close value, amount, value, deal amount, total"),
        ("currency", "Currency", "currency, amount currency, opportunity currency, currency code"),
        ("opened_on", "Opened", "engage date, created date, create date, open date, opened"),
        ("closed_on", "Closed", "close date, closed date, closed"),
        ("moved_on", "Last movement", "last stage change date, last activity, last activity date, last modified date"),
    ),
}
DATES = frozenset({"opened_on", "closed_on", "moved_on"})
DATE_ORDERS = ("", "dmy", "mdy")


def guess_kind(table: Table) -> str | None:
    """The kind whose required columns are all there and that knows the most of the columns; None if there is none."""
    known = {kind: len(_guess_columns(kind, table.headers)) for kind in FIELDS}
    complete = [kind for kind in FIELDS if not _missing(kind, _guess_columns(kind, table.headers))]
    # Opportunities name accounts, owners and products too: who knows more columns is right.
    return max(complete, key=lambda kind: known[kind], default=None)


def guess_mapping(kind: str, table: Table, currency: str) -> Mapping:
    """The likely mapping; a column without a likely field is left out."""
    columns = _guess_columns(kind, table.headers)
    date_order, decimal = _guess_formats(table, columns)
    return {
        "headers": list(table.headers),
        "columns": columns,
        "currency": currency,
        "date_order": date_order,
        "decimal": decimal,
    }


def unmapped(mapping: Mapping) -> list[str]:
    """The file's headers whose columns are not imported, in its order."""
    return [header for header in mapping["headers"] if header not in mapping["columns"].values()]


def check_mapping(kind: str, table: Table, mapping: Mapping) -> None:
    """Raises Invalid, with the field at fault, for a mapping that does not fit the file or leaves something open."""
    known = {field.name for field in FIELDS[kind]}
    for name, header in mapping["columns"].items():
        if name not in known or header not in table.headers:
            raise Invalid("unknown_column", f"The file has no column “{header}” to read as {name}.", name)
    missing = _missing(kind, mapping["columns"])
    if missing:
        raise Invalid("column_missing", f"Say which column holds: {missing[0].label}.", missing[0].name)
    if mapping["date_order"] not in (*DATE_ORDERS, None) or mapping["decimal"] not in (".", ","):
        raise Invalid("unknown_format", "Choose one of the formats for dates and amounts.", "date_order")
    if not is_currency(mapping["currency"]):
        raise Invalid("unknown_currency", f"“{mapping['currency']}” is no currency.", "currency")


def check_complete(mapping: Mapping) -> None:
    """Raises Invalid while it is open whether the day or the month comes first."""
    if mapping["date_order"] is None:
        raise Invalid("date_order_missing", "Say whether the dates begin with the day or the month.", "date_order")


def remap(table: Table, columns: dict[str, str], given: Mapping) -> Mapping:
    """A mapping with other columns; what its new columns leave open is guessed anew."""
    date_order, decimal = _guess_formats(table, columns)
    return {**given, "columns": columns, "date_order": date_order, "decimal": decimal}


def _guess_formats(table: Table, columns: dict[str, str]) -> tuple[str | None, str]:
    dates = [cell for name in DATES & columns.keys() for cell in table.column(columns[name])]
    amounts = table.column(columns["amount"]) if "amount" in columns else []
    return guess_date_order(dates), guess_decimal(amounts)


def _guess_columns(kind: str, headers: Sequence[str]) -> dict[str, str]:
    by_words = {_words(header): header for header in reversed(headers)}
    columns: dict[str, str] = {}
    for field in FIELDS[kind]:
        for likely in field.headers:
            header = by_words.get(_words(likely))
            if header and header not in columns.values():
                columns[field.name] = header
                break
    return columns


def _missing(kind: str, columns: dict[str, str]) -> list[Field]:
    return [field for field in FIELDS[kind] if field.required and field.name not in columns]


def _words(header: str) -> str:
    return " ".join(re.findall(r"\w+", header.casefold().replace("_", " ")))
