"""The worker: runs jobs until it is told to stop."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from hansa.core.garbage import spare_what_is_loaded


class Command(BaseCommand):
    help = "Run jobs: reactions, mail, imports, the sweep, the watchdog."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time")
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")

    def handle(self, *args: Any, **options: Any) -> None:
        spare_what_is_loaded()
        call_command(
            "procrastinate",
            "worker",
            f"--concurrency={options['concurrency']}",
            "--shutdown-graceful-timeout=20",
            "--delete-jobs=successful",
            *(["--one-shot"] if options["once"] else []),
        )
