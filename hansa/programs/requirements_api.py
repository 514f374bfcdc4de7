"""What a registration needs in a program, and the reasons that can be given there."""

from typing import Any

from hansa.core.actions import lock
from hansa.core.api.answers import expect
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.routes import Routes
from hansa.programs import actions
from hansa.programs.api import ProgramId
from hansa.programs.models import Program
from hansa.programs.reasons import ReasonsFor, offered
from hansa.programs.requirements import REQUIREMENTS
from hansa.programs.schemas_requirements import ChangeReasons, ChangeRequirements, ReasonsShown, RequirementsShown

routes = Routes("Programs")
router = routes.router


@routes.get("/programs/{program_id}/requirements", RequirementsShown)
def show_requirements(request: ApiRequest, program_id: ProgramId) -> dict[str, Any]:
    """What a registration needs, whether evidence is asked for, and how many one partner may register."""
    return _requirements(Program.objects.visible_to(request.actor).named(program_id))


@routes.patch("/programs/{program_id}/requirements", RequirementsShown)
def change_requirements(request: ApiRequest, program_id: ProgramId, body: ChangeRequirements) -> dict[str, Any]:
    """Change that for new registrations; those that are there stay as they are."""
    program = lock(request.actor, Program.objects.visible_to(request.actor).named(program_id))
    expect(request, _requirements(program))
    present = {name: getattr(program, name) for name in REQUIREMENTS}
    wanted = present | body.dict(exclude_none=True)
    return _requirements(actions.change_requirements(request.actor, program, **wanted))


@routes.get("/programs/{program_id}/reasons", ReasonsShown)
def show_reasons(request: ApiRequest, program_id: ProgramId) -> dict[str, Any]:
    """The reasons that can be given for rejecting, ending, winning and losing."""
    return _reasons(Program.objects.visible_to(request.actor).named(program_id))


@routes.patch("/programs/{program_id}/reasons", ReasonsShown)
def change_reasons(request: ApiRequest, program_id: ProgramId, body: ChangeReasons) -> dict[str, Any]:
    """Choose which are offered and what they are called; codes stay, and so do words that were given before."""
    program = lock(request.actor, Program.objects.visible_to(request.actor).named(program_id))
    expect(request, _reasons(program))
    return _reasons(actions.change_reasons(request.actor, program, reasons=body.wanted()))


def _requirements(program: Program) -> dict[str, Any]:
    return {"id": program.public_id, **{name: getattr(program, name) for name in REQUIREMENTS}}


def _reasons(program: Program) -> dict[str, Any]:
    return {
        "id": program.public_id,
        **{
            what.value: [{"code": code, "label": label} for code, label in offered(program.reasons, what).items()]
            for what in ReasonsFor
        },
    }
