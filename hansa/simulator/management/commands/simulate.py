"""Tell the past of an invented vendor, from a seed."""

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hansa.accounts.models import Workspace
from hansa.kernel.errors import DomainError
from hansa.simulator.tell import Size, tell_new_vendor


class Command(BaseCommand):
    help = (
        "Tell the past of an invented vendor: partners, registrations, decisions, results. It reaches nobody outside."
        " The database's clock is moved meanwhile, so it refuses a database that has real people in it: who has an"
        " address that does not end in .example is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--partners", type=int, default=60)
        parser.add_argument("--registrations", type=int, default=2000)
        parser.add_argument("--months", type=int, default=18)
        parser.add_argument("--until", type=datetime.fromisoformat, help="when the past ends; now unless given")
        parser.add_argument("--workspace", default="simulated", help="the slug of the vendor's workspace")
        parser.add_argument("--through-actions", action="store_true", help="slower: by the actions, not by COPY")
        parser.add_argument("--json", action="store_true", help="say what was written as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["workspace"]
        if Workspace.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a workspace {slug} already; choose another with --workspace.")
        until = options["until"] or timezone.now()
        size = Size(options["seed"], options["partners"], options["registrations"], options["months"])
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        try:
            told = tell_new_vendor(slug, size, until, options["through_actions"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"workspace": slug, **told}))
        else:
            self.stdout.write(f"{slug}: " + ", ".join(f"{count:,} {name}" for name, count in told.items()))
