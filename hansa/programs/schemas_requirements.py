"""Requirements and reasons, as the API says them."""

from typing import Annotated

from ninja import Field, Schema

from hansa.core.api.fields import Body, OneOf, text
from hansa.programs.reasons import LONGEST, EndReason, LossReason, RejectReason, WinReason
from hansa.programs.requirements import MOST, EvidenceWhen, Requirable

Cap = Annotated[int, Field(ge=0, le=MOST)]


class RequirementsShown(Schema):
    """What a registration needs beyond customer, product lines, amount and expected close; a cap of 0 is none."""

    id: str
    required_fields: list[Annotated[str, OneOf(Requirable)]]
    evidence: Annotated[str, OneOf(EvidenceWhen)]
    open_registrations_max: int
    registrations_per_day: int


class ChangeRequirements(Body):
    """What is left out stays as it is."""

    required_fields: Annotated[list[Annotated[str, OneOf(Requirable)]], Field(max_length=len(Requirable))] | None = None
    evidence: Annotated[str, OneOf(EvidenceWhen)] | None = None
    open_registrations_max: Cap | None = None
    registrations_per_day: Cap | None = None


class ReasonShown(Schema):
    """The code stays the same whatever the reason is called."""

    code: str
    label: str


class ReasonsShown(Schema):
    """The reasons that can be given, in the program's own words."""

    id: str
    reject: list[ReasonShown]
    end: list[ReasonShown]
    win: list[ReasonShown]
    loss: list[ReasonShown]


class _Called(Body):
    label: Annotated[str, text(LONGEST, shortest=1)]


class RejectCalled(_Called):
    code: Annotated[str, OneOf(RejectReason)]


class EndCalled(_Called):
    code: Annotated[str, OneOf(EndReason)]


class WinCalled(_Called):
    code: Annotated[str, OneOf(WinReason)]


class LossCalled(_Called):
    code: Annotated[str, OneOf(LossReason)]


class ChangeReasons(Body):
    """The reasons that can be given from now on; a list that is left out stays as it is."""

    reject: Annotated[list[RejectCalled], Field(min_length=1, max_length=len(RejectReason))] | None = None
    end: Annotated[list[EndCalled], Field(min_length=1, max_length=len(EndReason))] | None = None
    win: Annotated[list[WinCalled], Field(min_length=1, max_length=len(WinReason))] | None = None
    loss: Annotated[list[LossCalled], Field(min_length=1, max_length=len(LossReason))] | None = None

    def wanted(self) -> dict[str, dict[str, str]]:
        """What the action wants to know; the last of two with one code counts."""
        given = self.dict(exclude_none=True)
        return {what: {one["code"]: one["label"] for one in called} for what, called in given.items()}
