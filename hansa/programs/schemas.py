"""What a vendor offers, as the API says it."""

from typing import Annotated

from ninja import Field, Schema

from hansa.core.api.fields import COUNTRY_WORDS, Body, matching, text
from hansa.programs.actions import LONGEST_RULES, MOST_REMINDERS

CODE_WORDS = "It must be small letters and figures, in parts joined by hyphens, such as fleet-analytics."


class TierShown(Schema):
    id: str
    name: str
    rank: int


class ProgramShown(Schema):
    """A program with its rules of engagement and its terms."""

    id: str
    name: str
    rules_of_engagement: str
    protection_days: int
    stale_after_days: int
    reminder_days: list[int]
    extensions_max: int
    extension_days: int
    cooling_off_days: int
    notice_days: int
    tiers: list[TierShown]


class LineShown(Schema):
    """What protection is given for."""

    id: str
    code: str
    name: str
    retired: bool


class TerritoryShown(Schema):
    """A set of countries (ISO 3166-1 alpha-2)."""

    id: str
    name: str
    countries: list[str]


class ChangeRules(Body):
    """What is left out stays as it is."""

    rules_of_engagement: Annotated[str, text(LONGEST_RULES, lines=True)] | None = None
    protection_days: Annotated[int, Field(ge=1, le=730)] | None = None
    stale_after_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class ChangeTerms(Body):
    """By which terms approved deals live on. What is left out stays as it is; 0 turns a term off."""

    reminder_days: Annotated[list[Annotated[int, Field(ge=1, le=365)]], Field(max_length=MOST_REMINDERS)] | None = None
    extensions_max: Annotated[int, Field(ge=0, le=99)] | None = None
    extension_days: Annotated[int, Field(ge=1, le=365)] | None = None
    cooling_off_days: Annotated[int, Field(ge=0, le=365)] | None = None
    notice_days: Annotated[int, Field(ge=0, le=365)] | None = None


class AddLine(Body):
    code: Annotated[str, matching("^[a-z0-9]+(-[a-z0-9]+)*$", CODE_WORDS, max_length=60)]
    name: Annotated[str, text(200, shortest=1)]
    aliases: Annotated[list[Annotated[str, text(200, shortest=1)]], Field(max_length=50)] = []


class AddTerritory(Body):
    name: Annotated[str, text(200, shortest=1)]
    countries: Annotated[
        list[Annotated[str, matching("^[A-Z]{2}$", COUNTRY_WORDS)]], Field(min_length=1, max_length=250)
    ]
