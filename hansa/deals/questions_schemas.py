"""Questions about registrations and their answers, as the API says them."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from hansa.core.api.fields import Amount, Body, Country, Day, Email, OneOf, text
from hansa.deals import clock_models
from hansa.deals.models import DealType
from hansa.deals.schemas import Note


class QuestionShown(Schema):
    """It is over once `closed_at` is set: answered if `answered_at` is too, else the time to answer has passed."""

    id: str
    number: int
    question: str
    fields: list[str]
    asked_at: datetime
    answer_by: datetime
    note: str
    answered_at: datetime | None
    closed_at: datetime | None


class QuestionList(Schema):
    data: list[QuestionShown]


class AskForMore(Body):
    """`fields` are open to the partner until the answer; it may come until your work ends on `answer_by`."""

    question: Annotated[str, text(2000, shortest=1, lines=True)]
    fields: Annotated[list[Annotated[str, OneOf(clock_models.Field)]], Field(max_length=20)] = []
    answer_by: Day


class Changes(Body):
    """What is left out stays as it is; only fields that the question opened may be here."""

    customer: Annotated[str, text(300, shortest=1)] = ""
    domain: Annotated[str, text(253)] = ""
    country: Country = ""
    amount: Amount | None = None
    expected_close: Day | None = None
    deal_type: Annotated[str, OneOf(DealType)] = DealType.NEW.value
    contact_name: Annotated[str, text(200)] = ""
    contact_email: Email | Literal[""] = ""
    need: Annotated[str, text(4000, lines=True)] = ""


class Answer(Body):
    note: Note = ""
    changes: Changes = Changes()
