"""Tiers: where partners stand, what is missing, exceptions, numbers that the vendor enters, and the terms."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Query

from hansa.core.actions import lock
from hansa.core.api.answers import expect
from hansa.core.api.chosen import chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import parse_public_id
from hansa.programs.models import Program, Tier
from hansa.tiers import actions
from hansa.tiers.api_shown import (
    show_exception,
    show_exceptions,
    show_fact,
    show_in_full,
    show_points,
    show_standing,
    show_terms,
    show_way,
)
from hansa.tiers.entering import Number, enter_numbers
from hansa.tiers.listing import narrowed
from hansa.tiers.models import EnteredFact, TierException, TierStanding
from hansa.tiers.schemas import (
    Approve,
    ChangeTierTerms,
    Decline,
    EnteredFactShown,
    EnterFact,
    EnterFacts,
    ExceptionShown,
    FactsEntered,
    GrantException,
    StandingFilter,
    StandingInFull,
    StandingShown,
    TierTermsShown,
    WhatIf,
    WhatIfAsked,
)
from hansa.tiers.shown import Board, board_of, what_if

routes = Routes("Tiers")
router = routes.router

StandingId = Annotated[str, reference("standing")]
ExceptionId = Annotated[str, reference("exception")]
ProgramId = Annotated[str, reference("program")]
RELATED = ("tier", "proposed", "enrollment__program")


@routes.get("/tier-standings", Page[StandingShown])
def list_standings(request: ApiRequest, wanted: Query[StandingFilter]) -> dict[str, Any]:
    """Where your partners stand, for a partner its own; newest first."""
    rows, _ = narrowed(request.actor, wanted.show, "")
    return page(request, rows.select_related(*RELATED), wanted, each(show_standing))


@routes.get("/tier-standings/{standing_id}", StandingInFull)
def show_one_standing(request: ApiRequest, standing_id: StandingId) -> dict[str, Any]:
    """One standing: each criterion, its points, what is missing for the next tier, and what the tier brings."""
    return _in_full(request, _standing(request, standing_id))


@routes.get("/tier-standings/{standing_id}/what-if", WhatIf)
def what_if_more(request: ApiRequest, standing_id: StandingId, asked: Query[WhatIfAsked]) -> dict[str, Any]:
    """Which tier more of some numbers would bring, such as `?more=certifications:2,revenue_sourced:40000`.

    Refused as fact_unknown for a fact that the criteria do not count.
    """
    board = board_of(request.actor, _standing(request, standing_id).enrollment)
    more: dict[str, Decimal] = {}
    for said in filter(None, asked.more.split(",")):
        name, _, added = said.partition(":")
        if name not in board.words.countable():
            raise Invalid("fact_unknown", f"{name} is no number of a partner.", "more")
        more[name] = more.get(name, Decimal(0)) + Decimal(added)
    tried = what_if(board, more)
    tier = str(tried.tier) if tried.tier else None
    return {
        "rank": tried.rank,
        "tier": tier,
        "rises": tried.rises,
        "up": [show_way(way) for way in tried.ways],
        "points": show_points(tried.points, board.points, tried.weights),
    }


@routes.post("/tier-standings/{standing_id}/evaluation", StandingInFull, side="vendor")
def evaluate_tier(request: ApiRequest, standing_id: StandingId) -> dict[str, Any]:
    """Evaluate one partner now. Refused as not_evaluated where tiers are set by hand."""
    actions.evaluate_standing(request.actor, _standing(request, standing_id))
    return _in_full(request, _standing(request, standing_id))


@routes.post("/tier-standings/{standing_id}/approval", StandingInFull, side="vendor")
def approve_tier(request: ApiRequest, standing_id: StandingId, body: Approve) -> dict[str, Any]:
    """Approve the tier that is proposed. Refused as nothing_proposed where none is."""
    actions.approve_change(request.actor, _standing(request, standing_id), note=body.note)
    return _in_full(request, _standing(request, standing_id))


@routes.post("/tier-standings/{standing_id}/refusal", StandingInFull, side="vendor")
def decline_tier(request: ApiRequest, standing_id: StandingId, body: Decline) -> dict[str, Any]:
    """Decline the tier that is proposed; it is not proposed again before the period ends."""
    actions.decline_change(request.actor, _standing(request, standing_id), reason=body.reason)
    return _in_full(request, _standing(request, standing_id))


@routes.get("/tier-exceptions", Page[ExceptionShown])
def list_exceptions(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The exceptions granted, those that are over too."""
    rows = TierException.objects.visible_to(request.actor).select_related("tier")
    return page(request, rows, paging, show_exceptions)


@routes.post("/tier-exceptions", ExceptionShown, creates=True, side="vendor")
def grant_tier_exception(request: ApiRequest, body: GrantException) -> dict[str, Any]:
    """Let a partner have a tier up to and including a day, whatever the criteria say."""
    standing = chosen(TierStanding.objects.visible_to(request.actor), body.standing, "standing")
    tier = chosen(Tier.objects.visible_to(request.actor), body.tier, "tier")
    granted = actions.grant_exception(
        request.actor, standing.enrollment, tier=tier, until=body.until, reason=body.reason
    )
    return show_exception(granted)


@routes.get("/tier-exceptions/{exception_id}", ExceptionShown)
def show_one_exception(request: ApiRequest, exception_id: ExceptionId) -> dict[str, Any]:
    """One exception."""
    return show_exception(_exception(request, exception_id))


@routes.post("/tier-exceptions/{exception_id}/end", ExceptionShown, side="vendor")
def end_tier_exception(request: ApiRequest, exception_id: ExceptionId) -> dict[str, Any]:
    """End an exception before its day. Refused as over_already for one that is over."""
    return show_exception(actions.end_exception(request.actor, _exception(request, exception_id)))


@routes.get("/tier-facts", Page[EnteredFactShown])
def list_tier_facts(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The numbers that the vendor entered about partners."""
    return page(request, EnteredFact.objects.visible_to(request.actor), paging, each(show_fact))


@routes.post("/tier-facts", EnteredFactShown, creates=True, side="vendor")
def enter_tier_fact(request: ApiRequest, body: EnterFact) -> dict[str, Any]:
    """Enter a number about a partner as of a day: certifications, satisfaction, or a fact of your own."""
    standing = chosen(TierStanding.objects.visible_to(request.actor), body.standing, "standing")
    given = {"fact": body.fact, "value": Decimal(body.value), "dated": body.dated}
    return show_fact(actions.enter_fact(request.actor, standing.enrollment, **given))


@routes.post("/tier-facts/batch", FactsEntered, side="vendor")
def enter_tier_facts(request: ApiRequest, body: EnterFacts) -> dict[str, Any]:
    """Enter many numbers about partners: all of them, or none. A job then evaluates the tiers.

    Refused as rows_unfit with each row that cannot be taken, by its place from 1 on.
    """
    known = TierStanding.objects.visible_to(request.actor).select_related("enrollment")
    standings = {one.public_id: one for one in known.filter(pk__in=_ids(one.standing for one in body.facts))}
    numbers, wrong = [], []
    for place, one in enumerate(body.facts, 1):
        if found := standings.get(one.standing):
            numbers.append(Number(f"row {place}", found.enrollment, one.fact, Decimal(one.value), one.dated))
        else:
            wrong.append((f"row {place}", "There is no such standing."))
    return {"entered": enter_numbers(request.actor, numbers, wrong, field="facts")}


@routes.get("/programs/{program_id}/tier-terms", TierTermsShown)
def show_tier_terms(request: ApiRequest, program_id: ProgramId) -> dict[str, Any]:
    """By which terms the tiers of a program are won and lost."""
    return show_terms(actions.terms_of(Program.objects.visible_to(request.actor).named(program_id)))


@routes.patch("/programs/{program_id}/tier-terms", TierTermsShown)
def change_tier_terms(request: ApiRequest, program_id: ProgramId, body: ChangeTierTerms) -> dict[str, Any]:
    """Change them; where `running` is true, an evaluation of all partners by them begins."""
    program = lock(request.actor, Program.objects.visible_to(request.actor).named(program_id))
    present = actions.terms_of(program)
    expect(request, show_terms(present))
    wanted = body.dict(exclude_none=True)
    for name in ("periods", "custom"):
        if name in wanted:
            wanted[name] = getattr(present, name) | wanted[name]
    actions.change_tier_terms(request.actor, program, **wanted)
    return show_terms(actions.terms_of(program))


def _ids(references: Iterable[str]) -> set[UUID]:
    return {parse_public_id(TierStanding.id_prefix, reference) for reference in references}


def _standing(request: ApiRequest, reference: str) -> TierStanding:
    found: TierStanding = TierStanding.objects.visible_to(request.actor).select_related(*RELATED).named(reference)
    return found


def _exception(request: ApiRequest, reference: str) -> TierException:
    rows = TierException.objects.visible_to(request.actor).select_related("tier", "enrollment__program")
    found: TierException = rows.named(reference)
    return found


def _in_full(request: ApiRequest, standing: TierStanding) -> dict[str, Any]:
    board: Board = board_of(request.actor, standing.enrollment)
    return show_in_full(standing, board)
