"""Policies, their versions and their tables, as the API says them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from hansa.core.api.fields import Body, Instant, OneOf, strict_reference, text
from hansa.programs.models import PartnerType
from hansa.rulebook.actions import LONGEST_SUMMARY
from hansa.rulebook.dmn.diff import Change
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.scope import LONGEST_NAME as LONGEST_PILOT
from hansa.rulebook.scope import MOST_IN_A_PILOT

LONGEST_NAME = 100
MOST_FACTS = 200

Dmn = Annotated[str, Field(min_length=1, description="A DMN file with one decision table")]
Summary = Annotated[str, text(LONGEST_SUMMARY, lines=True)]
PolicyName = Annotated[str, text(LONGEST_NAME, shortest=1)]
Case = dict[str, Any]


class FactShown(Schema):
    """A word that the tables of a policy may use. Partners see those whose audience they are."""

    name: str
    type: str
    description: str
    unit: str
    nullable: bool
    audience: str


class OutputShown(Schema):
    """What a table of a policy has to say; `allowed` empty allows every value of the type."""

    name: str
    type: str
    description: str
    nullable: bool
    allowed: list[Any]
    least: int | None
    most: int | None


class Period(Schema):
    """A table, when it decides and for whom: empty for everybody.

    `version` is the vendor's own number, or names the table that Hansa comes with.
    """

    version: str
    begins: datetime | None
    ends: datetime | None
    reach: str
    summary: str


class PolicyShown(Schema):
    """A kind of decision that is made by tables: its vocabulary, its outputs, what is in force and what comes."""

    id: str
    title: str
    facts: list[FactShown]
    outputs: list[OutputShown]
    in_force: list[Period]
    coming: list[Period]


class PolicyList(Schema):
    data: list[PolicyShown]


class ConditionShown(Schema):
    """What a row asks of one column: `test` as S-FEEL, and `says` as a person says it."""

    asks: str
    test: str
    says: str


class RowShown(Schema):
    """A row as its reader may see it; `neutral` where it stands for rows that rest on the vendor's own facts."""

    number: int
    id: str
    conditions: list[ConditionShown]
    outputs: dict[str, Any]
    note: str
    hint: str
    neutral: bool


class ChangeShown(Schema):
    """What became of a row: `row` as it is in the new table, `was` as it was in the old one."""

    change: Annotated[str, OneOf(Change)]
    row: RowShown | None
    was: RowShown | None


class DifferenceShown(Schema):
    """Rows that differ between two tables, and columns that came and went."""

    changes: list[ChangeShown]
    columns_added: list[str]
    columns_removed: list[str]


class ToldTable(Period, DifferenceShown):
    """A table as partners are told it. `changes` are against the table before it, for one that is to come."""

    in_force: bool
    hit_policy: str
    rows: list[RowShown]


class RulesShown(Schema):
    """A policy's tables as partners are told them: what is in force, and then what comes."""

    id: str
    title: str
    tables: list[ToldTable]


class ScopeShown(Schema):
    """Whom a version is for: a program, types of partners in it, or a pilot's partners; nothing for everybody."""

    program: str | None
    partner_types: list[str]
    pilot: str
    partners: list[str]


class VersionShown(Schema):
    """A vendor's own version of a policy; `begins` and `ends` are there from its publication on."""

    id: str
    policy: str
    number: int
    status: Annotated[str, OneOf(PolicyVersion.Status)]
    summary: str
    takes: bool
    author: str | None
    author_name: str
    published_by: str
    begins: datetime | None
    ends: datetime | None
    created_at: datetime
    reach: str
    scope: ScopeShown


class VersionInFull(VersionShown):
    """A version with its table as a DMN file."""

    dmn: str


class VendorsRow(RowShown):
    """A row as its author reads it, and what partners read in its place: the same, or the neutral words."""

    told: str


class TableShown(Schema):
    """A version's table, row by row."""

    policy: str
    version: str
    hit_policy: str
    columns: list[str]
    rows: list[VendorsRow]


class UnreachableRow(Schema):
    """A row that never fires: `by` are the rows that come before it, else one of its cells holds of nothing."""

    row: int
    by: list[int]
    column: str | None
    case: Case | None


class GapFound(Schema):
    """Cases that no row covers: a test for each column, and one such case."""

    where: list[str]
    case: Case


class OverlapFound(Schema):
    """Rows that hold together where that is forbidden, and a case in which they do."""

    rows: list[int]
    case: Case


class PastNull(Schema):
    """A row that is passed where a fact is not known, and a case in which it is."""

    row: int
    column: str
    case: Case


class FindingsShown(Schema):
    """What the analysis finds in a table; `unfinished` says what it did not look at to the end."""

    unreachable: list[UnreachableRow]
    gaps: list[GapFound]
    overlaps: list[OverlapFound]
    past_null: list[PastNull]
    unfinished: list[str]


class Tried(Schema):
    """What a version says of one case: the row that fires, the answer, and what the partner would read.

    Of a policy that adds up, `rows` are all that fit, and `row` the first of them, 0 without one. Where no table
    decides, row and answer are those of the table that Hansa comes with, and `built_in` says so.
    """

    row: int
    rows: list[int]
    id: str
    outputs: dict[str, Any]
    note: str
    hint: str
    told: str
    facts: Case
    built_in: bool


class GivenScope(Body):
    """Whom a version is for; left out: everybody."""

    program: Annotated[str, strict_reference("program")] | None = None
    partner_types: Annotated[list[Annotated[str, OneOf(PartnerType)]], Field(max_length=len(PartnerType))] = []
    pilot: Annotated[str, text(LONGEST_PILOT)] = ""
    partners: Annotated[list[Annotated[str, strict_reference("partner")]], Field(max_length=MOST_IN_A_PILOT)] = []


class DraftPolicy(Body):
    """A table for a policy, what partners read of the change, and whom it is for."""

    policy: PolicyName
    dmn: Dmn
    summary: Summary = ""
    takes: bool = True
    scope: GivenScope | None = None


class ChangePolicy(Body):
    """What is left out stays."""

    dmn: Dmn | None = None
    summary: Summary | None = None
    takes: bool | None = None
    scope: GivenScope | None = None


class PublishPolicy(Body):
    """From when it decides; left out: from now."""

    begins: Instant | None = None


class EndPolicy(Body):
    """When it ends, left out: now; and whether that takes something from its partners, who are then told before."""

    ends: Instant | None = None
    takes: bool = True


class TryCase(Body):
    """A value for each fact: dates, moments and durations as texts, numbers as numbers or, exactly, as texts."""

    facts: Annotated[Case, Field(max_length=MOST_FACTS)]
