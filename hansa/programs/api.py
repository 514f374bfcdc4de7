"""Programs, product lines and territories: the vendor writes them, its partners read them."""

from typing import Annotated, Any

from ninja import Query

from hansa.core.actions import lock
from hansa.core.api.answers import expect
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.programs import actions
from hansa.programs.calendar_text import parse_clock
from hansa.programs.dispute_terms import ChangeDisputeTerms, DisputeTermsShown, present, show_dispute_terms
from hansa.programs.models import ProductLine, Program, Territory
from hansa.programs.review_said import show_answers, show_calendar, show_review
from hansa.programs.schemas import (
    AddLine,
    AddTerritory,
    ChangeRules,
    ChangeTerms,
    LineShown,
    ProgramShown,
    TerritoryShown,
)
from hansa.programs.schemas_review import (
    AnswersShown,
    CalendarShown,
    ChangeAnswers,
    ChangeCalendar,
    ChangeReview,
    ReviewShown,
)

routes = Routes("Programs")
router = routes.router

ProgramId = Annotated[str, reference("program")]
LineId = Annotated[str, reference("line")]
TerritoryId = Annotated[str, reference("territory")]


@routes.get("/programs", Page[ProgramShown])
def list_programs(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The vendor's programs with their rules of engagement."""
    rows = Program.objects.visible_to(request.actor).prefetch_related("tiers")
    return page(request, rows, paging, each(show_program))


@routes.get("/programs/{program_id}", ProgramShown)
def show_one_program(request: ApiRequest, program_id: ProgramId) -> dict[str, Any]:
    """One program."""
    return show_program(Program.objects.visible_to(request.actor).named(program_id))


@routes.patch("/programs/{program_id}", ProgramShown)
def change_rules(request: ApiRequest, program_id: ProgramId, body: ChangeRules) -> dict[str, Any]:
    """Write what partners read as the rules of engagement, and the terms that the rules name."""
    program = lock(request.actor, Program.objects.visible_to(request.actor).named(program_id))
    expect(request, show_program(program))
    present = {name: getattr(program, name) for name in ChangeRules.model_fields}
    wanted = present | body.dict(exclude_none=True)
    return show_program(actions.change_rules(request.actor, program, **wanted))


@routes.patch("/programs/{program_id}/terms", ProgramShown)
def change_terms(request: ApiRequest, program_id: ProgramId, body: ChangeTerms) -> dict[str, Any]:
    """Set by which terms approved deals live on: reminders, extensions, cooling-off, and notice."""
    program = lock(request.actor, Program.objects.visible_to(request.actor).named(program_id))
    expect(request, show_program(program))
    present = {name: getattr(program, name) for name in ChangeTerms.model_fields}
    wanted = present | body.dict(exclude_none=True)
    return show_program(actions.change_terms(request.actor, program, **wanted))


@routes.get("/programs/{program_id}/review", ReviewShown)
def show_program_review(request: ApiRequest, program_id: ProgramId) -> dict[str, Any]:
    """Within how many business hours a registration is decided, and what happens if it is not."""
    return show_review(Program.objects.visible_to(request.actor).named(program_id))


@routes.patch("/programs/{program_id}/review", ReviewShown)
def change_review(request: ApiRequest, program_id: ProgramId, body: ChangeReview) -> dict[str, Any]:
    """Change that for what is sent to review from now on; a time that a partner was told stays."""
    program = lock(request.actor, Program.objects.visible_to(request.actor).named(program_id))
    expect(request, show_review(program))
    present = {name: getattr(program, name) for name in ChangeReview.model_fields}
    wanted = present | body.dict(exclude_none=True)
    return show_review(actions.change_review(request.actor, program, **wanted))


@routes.get("/programs/{program_id}/dispute-terms", DisputeTermsShown)
def show_terms_of_disputes(request: ApiRequest, program_id: ProgramId) -> dict[str, Any]:
    """For how long decisions can be disputed and appealed, and within how many business hours that is decided."""
    return show_dispute_terms(Program.objects.visible_to(request.actor).named(program_id))


@routes.patch("/programs/{program_id}/dispute-terms", DisputeTermsShown)
def change_dispute_terms(request: ApiRequest, program_id: ProgramId, body: ChangeDisputeTerms) -> dict[str, Any]:
    """Change that for disputes that are opened, decided or appealed from now on."""
    program = lock(request.actor, Program.objects.visible_to(request.actor).named(program_id))
    expect(request, show_dispute_terms(program))
    wanted = present(program) | body.dict(exclude_none=True)
    return show_dispute_terms(actions.change_dispute_terms(request.actor, program, **wanted))


@routes.get("/programs/{program_id}/answers", AnswersShown)
def show_program_answers(request: ApiRequest, program_id: ProgramId) -> dict[str, Any]:
    """Whether registrations are answered at once, or all together at set times."""
    return show_answers(Program.objects.visible_to(request.actor).named(program_id))


@routes.patch("/programs/{program_id}/answers", AnswersShown)
def change_answers(request: ApiRequest, program_id: ProgramId, body: ChangeAnswers) -> dict[str, Any]:
    """Answer all registrations together at these times, taken and free alike, or each at once."""
    program = lock(request.actor, Program.objects.visible_to(request.actor).named(program_id))
    expect(request, show_answers(program))
    times = [parse_clock(time) for time in body.times]
    return show_answers(actions.change_answers(request.actor, program, answer_times=times))


@routes.get("/calendar", CalendarShown)
def show_business_hours(request: ApiRequest) -> dict[str, Any]:
    """When the vendor's people work; due times are counted by it."""
    return show_calendar(request.actor)


@routes.patch("/calendar", CalendarShown)
def change_calendar(request: ApiRequest, body: ChangeCalendar) -> dict[str, Any]:
    """Change it for clocks that start or go on from now on; `holidays` replaces the whole list."""
    present = show_calendar(request.actor)
    expect(request, present)
    wanted = body.over(present)
    actions.change_calendar(request.actor, request.auth.workspace.vendor, **wanted)
    return show_calendar(request.actor)


@routes.get("/product-lines", Page[LineShown])
def list_lines(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """What can be registered, and what could be once."""
    return page(request, ProductLine.objects.visible_to(request.actor), paging, each(show_line))


@routes.post("/product-lines", LineShown, creates=True)
def add_line(request: ApiRequest, body: AddLine) -> dict[str, Any]:
    """Offer a product line for registration."""
    return show_line(actions.add_product_line(request.actor, request.auth.workspace.vendor, **body.dict()))


@routes.get("/product-lines/{line_id}", LineShown)
def show_one_line(request: ApiRequest, line_id: LineId) -> dict[str, Any]:
    """One product line."""
    return show_line(ProductLine.objects.visible_to(request.actor).named(line_id))


@routes.post("/product-lines/{line_id}/retirement", LineShown)
def retire_line(request: ApiRequest, line_id: LineId) -> dict[str, Any]:
    """Take a product line out of new registrations; what is protected stays so."""
    line = ProductLine.objects.visible_to(request.actor).named(line_id)
    return show_line(actions.retire_product_line(request.actor, line))


@routes.get("/territories", Page[TerritoryShown])
def list_territories(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The sets of countries that partners can be confined to."""
    return page(request, Territory.objects.visible_to(request.actor), paging, each(show_territory))


@routes.post("/territories", TerritoryShown, creates=True)
def add_territory(request: ApiRequest, body: AddTerritory) -> dict[str, Any]:
    """Name a set of countries."""
    return show_territory(actions.add_territory(request.actor, request.auth.workspace.vendor, **body.dict()))


@routes.get("/territories/{territory_id}", TerritoryShown)
def show_one_territory(request: ApiRequest, territory_id: TerritoryId) -> dict[str, Any]:
    """One territory."""
    return show_territory(Territory.objects.visible_to(request.actor).named(territory_id))


def show_program(program: Program) -> dict[str, Any]:
    return {
        "id": program.public_id,
        "name": program.name,
        "rules_of_engagement": program.rules_of_engagement,
        "protection_days": program.protection_days,
        "stale_after_days": program.stale_after_days,
        **{term: getattr(program, term) for term in actions.TERMS},
        "tiers": [{"id": tier.public_id, "name": tier.name, "rank": tier.rank} for tier in program.tiers.all()],
    }


def show_line(line: ProductLine) -> dict[str, Any]:
    return {"id": line.public_id, "code": line.code, "name": line.name, "retired": line.retired}


def show_territory(territory: Territory) -> dict[str, Any]:
    return {"id": territory.public_id, "name": territory.name, "countries": sorted(territory.countries)}
