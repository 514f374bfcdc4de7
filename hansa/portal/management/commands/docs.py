"""`hansa docs` writes docs/reference from the code; `hansa docs --check` fails where the two differ."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hansa.portal.reference import pages


class Command(BaseCommand):
    help = "Write the reference pages from the code, or with --check say which are not true any more."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail where a page differs")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, true = settings.REFERENCE, pages()
        stale = [name for name, text in true.items() if not _says(folder / name, text)]
        if options["check"]:
            if stale:
                raise CommandError(f"docs/reference is behind the code in {', '.join(stale)}: run hansa docs")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (folder / name).write_text(true[name], encoding="utf-8")
            self.stdout.write(f"docs/reference/{name}")


def _says(path: Any, text: str) -> bool:
    return path.is_file() and bool(path.read_text(encoding="utf-8") == text)
