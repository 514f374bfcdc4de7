"""Commands for operators: a noun, a verb, an answer as text or with `--json` for programs.

They end with 0 when it was done, 1 when it was refused, 2 when the words were wrong, 3 when some of it was not done.
"""

import json
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError

from hansa.kernel.errors import DomainError, Invalid

DONE, REFUSED, PARTLY = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verb has to say: `data` for programs, a list as JSON lines; `text` for people."""

    data: Any
    text: str
    code: int = DONE


class AnsweringCommand(BaseCommand):
    """A command that gives one answer, or says why it was refused."""

    requires_system_checks = ()

    def give(self, answer: Callable[..., Answer], *, as_json: bool, **options: Any) -> None:
        """Write what `answer` makes of the options, and exit with its code unless that is 0. It may raise DomainError.

        A list of nothing is no line at all in JSON.
        """
        try:
            given = answer(**options)
        except OperationalError as away:
            self._refuse(DomainError("database_away", unreachable(away)), as_json=as_json)
        except DomainError as refusal:
            self._refuse(refusal, as_json=as_json)
        lines = given.data if isinstance(given.data, list) else [given.data]
        said = [json.dumps(line, ensure_ascii=False) for line in lines] if as_json else [given.text]
        if said:
            self.stdout.write("\n".join(said))
        if given.code:
            sys.exit(given.code)

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Named as people type it."""
        return super().create_parser(prog_name, subcommand.replace("_", "-"), **options)

    def _refuse(self, refusal: DomainError, *, as_json: bool) -> NoReturn:
        if as_json:
            error = {"code": refusal.code, "message": refusal.message, "field": refusal.field}
            self.stdout.write(json.dumps({"error": error}))
        self.stderr.write(refusal.message)
        sys.exit(REFUSED)


class NounCommand(AnsweringCommand, ABC):
    """`hansa NOUN VERB`. A noun adds its verbs in `add_verbs`."""

    def add_arguments(self, parser: CommandParser) -> None:
        self.verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
        self.add_verbs()

    @abstractmethod
    def add_verbs(self) -> None:
        """Call `verb` for each."""

    def verb(self, name: str, answer: Callable[..., Answer], help: str) -> ArgumentParser:
        """Add a verb; `answer` gets the options by name, and may raise DomainError."""
        parser: ArgumentParser = self.verbs.add_parser(name, help=help, description=help)
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer in JSON")
        parser.set_defaults(answer=answer)
        return parser

    def handle(self, *args: Any, answer: Callable[..., Answer], as_json: bool, **options: Any) -> None:
        """Give the verb's answer."""
        self.give(answer, as_json=as_json, **options)


def lines_of(cases: str) -> list[tuple[int, str]]:
    """The lines of a file, or of standard input for `-`, with their numbers from 1, without empty ones.

    Raises Invalid where it is unreadable, or a line is not UTF-8.
    """
    place = "Standard input" if cases == "-" else cases
    try:
        content = sys.stdin.buffer.read() if cases == "-" else Path(cases).read_bytes()
    except OSError as error:
        raise Invalid("cases_unreadable", f"{place} cannot be read: {error.strerror}.", "cases") from None
    lines = []
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            lines.append((number, line.decode()))
        except UnicodeDecodeError:
            message = f"{place} cannot be read: line {number} is not UTF-8."
            raise Invalid("cases_unreadable", message, "cases") from None
    return [(number, line) for number, line in lines if line.strip()]


def unreachable(error: OperationalError) -> str:
    """That the database did not answer, in a sentence or two for the operator."""
    why = (str(error).strip().splitlines() or ["no answer"])[0].rstrip(".?")
    return (
        f"The database cannot be used: {why}. Start Hansa with make run, or set DATABASE_URL and HANSA_HOME as it has."
    )
