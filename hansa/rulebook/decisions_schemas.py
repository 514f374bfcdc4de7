"""Decisions as the API says them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

from hansa.core.api.fields import text
from hansa.core.api.paging import Paging


class AnswerShown(Schema):
    """What one policy said: the version, the id of the row that fired, and its outputs.

    Of a policy that adds up, `row` has the ids of all rows that fired, with " + " between two. To partners a row that
    rests on what only the vendor knows has the neutral id of its answer. `asked` is the version in force, where Hansa's
    own table answered in its place; the vendor alone reads it.
    """

    policy: str
    version: str
    row: str
    outputs: dict[str, Any]
    asked: str | None = None


class TurningChange(Schema):
    """Another value of one fact; `side` says that everything beyond it would have brought the same."""

    fact: str
    was: Any
    to: Any
    side: str


class Turned(Schema):
    """The smallest change of the case that would have brought this answer, and in a sentence."""

    answer: Any
    changes: list[TurningChange]
    text: str


class OneDecision(Schema):
    """What was decided, by which rows and on which facts, as far as they are yours to know.

    `made_by` is `policy`, or the person whose decision it is, with the reason as the `note`. `subject` is what it is
    about, null where that may be of several kinds.
    """

    id: str
    subject: str | None
    partner: str
    policy: str
    version: str
    answers: list[AnswerShown]
    facts: dict[str, Any]
    outputs: dict[str, Any]
    note: str
    made_by: str
    at: datetime


class DecisionInFull(OneDecision):
    """`change` says how it would have come out better: the rule's own hint, or else the `counterfactual` in words.

    The counterfactual is computed from what the partner may see, for both sides alike. `alternatives` are for the
    vendor: the smallest change to each other answer that the table has.
    """

    change: str
    counterfactual: Turned | None
    alternatives: list[Turned]


class DecisionFilter(Paging):
    """Which decisions: each filter that is given narrows the list."""

    subject: Annotated[str, text(60), Field(description="The id of what is decided about, e.g. of a deal")] = ""
    policy: Annotated[str, text(100)] = ""
    automatic: Annotated[bool | None, Field(description="By the rules, or else by a person")] = None


class AgainShown(Schema):
    """One answer as it was recorded, and as the same version gives it to the same facts now."""

    policy: str
    version: str
    row: str
    outputs: dict[str, Any]
    row_now: str
    outputs_now: dict[str, Any] | None
    same: bool
    problem: str


class RerunShown(Schema):
    """A decision made again; `same` says whether each answer is the one that was recorded."""

    decision: str
    same: bool
    answers: list[AgainShown]
