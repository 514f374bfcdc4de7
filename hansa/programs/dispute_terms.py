"""The terms of disputes: what the vendor fills in, and how the API says them."""

from typing import Annotated, Any

from django import forms
from ninja import Field, Schema

from hansa.core.api.fields import Body
from hansa.programs.models import Program

NAMES = ("dispute_days", "dispute_hours", "appeal_days")


class DisputeTermsForm(forms.Form):
    dispute_days = forms.IntegerField(
        label="For how many days can a partner dispute a decision?",
        help_text="0: not at all. Counted from when a registration was turned down or its protection ended.",
        min_value=0,
        max_value=365,
    )
    dispute_hours = forms.IntegerField(
        label="Within how many business hours do you decide a dispute?",
        help_text="The clock stands while a side is asked for evidence.",
        min_value=1,
        max_value=1_000,
    )
    appeal_days = forms.IntegerField(
        label="For how many days can the side that lost appeal?",
        help_text="0: not at all. An appeal is decided by somebody else.",
        min_value=0,
        max_value=365,
    )


class DisputeTermsShown(Schema):
    """Days are calendar days, hours business hours."""

    id: str
    dispute_days: int
    dispute_hours: int
    appeal_days: int


class ChangeDisputeTerms(Body):
    """What is left out stays as it is; 0 days turn disputes or appeals off."""

    dispute_days: Annotated[int, Field(ge=0, le=365)] | None = None
    dispute_hours: Annotated[int, Field(ge=1, le=1_000)] | None = None
    appeal_days: Annotated[int, Field(ge=0, le=365)] | None = None


def present(program: Program) -> dict[str, Any]:
    """The terms as they are."""
    return {name: getattr(program, name) for name in NAMES}


def show_dispute_terms(program: Program) -> dict[str, Any]:
    """`DisputeTermsShown`."""
    return {"id": program.public_id, **present(program)}
