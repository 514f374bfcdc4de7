"""Tell the past of an invented vendor, from a seed."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from hansa.accounts.models import Workspace
from hansa.core.operator import Answer, AnsweringCommand
from hansa.kernel.errors import DomainError
from hansa.simulator.tell import Size, tell_new_vendor

FIRST_YEAR = 2000


class Command(AnsweringCommand):
    help = (
        "Tell the past of an invented vendor: partners, registrations, decisions, results. It reaches nobody outside."
        " The database's clock is moved meanwhile, so it refuses a database that has real people in it: who has an"
        " address that does not end in .example is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--partners", type=int, default=60, help="at least 1")
        parser.add_argument("--registrations", type=int, default=2000, help="at least 0")
        parser.add_argument("--months", type=int, default=18, help="1 to 240")
        parser.add_argument(
            "--until", type=datetime.fromisoformat, help=f"when the past ends, from {FIRST_YEAR}; now unless given"
        )
        parser.add_argument("--workspace", default="simulated", help="the slug of the vendor's workspace")
        parser.add_argument("--through-actions", action="store_true", help="slower: by the actions, not by COPY")
        parser.add_argument("--json", action="store_true", help="say what was written as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many registrations ended in which status."""
        self.give(simulate, as_json=options.pop("json"), **options)


def simulate(
    *,
    seed: int,
    partners: int,
    registrations: int,
    months: int,
    until: datetime | None,
    workspace: str,
    through_actions: bool,
    **_: Any,
) -> Answer:
    """Found the vendor and tell its past."""
    if Workspace.objects.filter(slug=workspace).exists():
        message = f"There is a workspace {workspace} already; choose another with --workspace."
        raise DomainError("slug_in_use", message, "workspace")
    end = until or timezone.now()
    if not FIRST_YEAR <= end.year <= timezone.now().year:
        message = f"A past can be told until a day in the years from {FIRST_YEAR} to this one."
        raise DomainError("until_out_of_range", message, "until")
    size = Size(seed, partners, registrations, months)
    told = tell_new_vendor(workspace, size, end if end.tzinfo else end.replace(tzinfo=UTC), through_actions)
    said = ", ".join(f"{count:,} {name}" for name, count in told.items()) or "no registrations"
    return Answer({"workspace": workspace, **told}, f"{workspace}: {said}")
