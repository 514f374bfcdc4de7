"""What leaves the product is verified by a program that shares nothing with it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.core.tenancy import acting
from hansa.history.chain import canonical
from hansa.history.export import receipt
from hansa.history.models import Seal
from hansa.history.sealing import close_days, seal_all
from hansa.site.home import PROJECT
from hansa.testing import databases
from hansa.testing.cast import Cast, build_cast

FILE = PROJECT / "tools" / "verify_receipt.py"
PROGRAM = run_path(str(FILE))


class Files:
    """What an auditor and a partner hold: the chain, the heads and a receipt."""

    def __init__(self, folder: Path) -> None:
        self.chain, self.heads, self.receipt = folder / "chain.jsonl", folder / "heads.jsonl", folder / "receipt.json"

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.chain.read_text().split("\n")[:-1]]


@pytest.fixture(scope="module")
def original(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The text of each file, of a chain whose first day is over."""
    files = Files(tmp_path_factory.mktemp("original"))
    with django_db_blocker.unblock():
        databases.empty()
        cast = build_cast()
        for number in range(4):
            cast.register(customer=f"Customer {number}", domain=f"customer-{number}.example")
        vendor = cast.partnership.vendor_id
        seal_all(vendor)
        databases.move_clock("1 day")
        close_days(vendor)
        cast.register(customer="The day after", domain="after.example")
        seal_all(vendor)
        call_command("chain", "export", workspace="northwind", to=files.chain, facts=True)
        call_command("chain", "heads", workspace="northwind", to=files.heads)
        files.receipt.write_bytes(canonical(receipt_of(cast, 3)))
        yield {name: path.read_text() for name, path in vars(files).items()}
        databases.empty()


@pytest.fixture
def files(original: dict[str, str], tmp_path: Path) -> Files:
    held = Files(tmp_path)
    for name, text in original.items():
        getattr(held, name).write_text(text)
    return held


def receipt_of(cast: Cast, position: int) -> dict[str, Any]:
    with acting(cast.partner_rep.actor):
        return receipt(cast.partner_rep.actor, Seal.objects.get(position=position))


def verify(*arguments: object) -> tuple[int, str]:
    """What the program says, in a Python that has nothing of ours."""
    command = [sys.executable, "-I", "-S", str(FILE), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_receipt_holds_by_itself_with_a_head_and_with_the_chain(files: Files) -> None:
    code, said = verify(files.receipt)
    assert code == 0, said
    assert "Customer 1" in said
    assert verify(files.receipt, "--heads", files.heads)[0] == 0
    assert verify(files.receipt, "--chain", files.chain)[0] == 0
    assert verify("--chain", files.chain, "--heads", files.heads) == (
        0,
        "OK the chain holds: 10 entries, compared with 1 heads\n",
    )


RECEIPT_CHANGES = {
    "another customer": lambda it: it["what"]["facts"]["data"].update(customer="Another"),
    "another name": lambda it: it["who"]["facts"].update(label="Another"),
    "an earlier time": lambda it: it["entry"]["event"].update(at="2020-01-01T00:00:00.000000+00:00"),
    "an earlier seal": lambda it: it["entry"].update(sealed_at="2020-01-01T00:00:00.000000+00:00"),
    "an earlier place": lambda it: it["entry"].update(position=1),
    "another deal": lambda it: it["entry"]["event"].update(subject="deal_01kaj3e5xq9m2v7c4t8w6y0r1s"),
    "another hash": lambda it: it.update(hash="00" * 32),
    "another entry before": lambda it: it.update(previous="11" * 32),
    "another way": lambda it: it["path"].reverse(),
    "a shorter way": lambda it: it["path"].pop(),
    "another head": lambda it: it["head"].update(hash="22" * 32),
}


@pytest.mark.parametrize("change", RECEIPT_CHANGES)
def test_a_receipt_that_was_changed_does_not_hold(files: Files, change: str) -> None:
    held = json.loads(files.receipt.read_text())
    RECEIPT_CHANGES[change](held)
    files.receipt.write_text(json.dumps(held))
    code, said = verify(files.receipt)
    assert (code, "WRONG the receipt" in said) == (1, True)


def test_a_history_written_anew_is_told_by_the_head_and_by_the_receipt(files: Files) -> None:
    lines = files.lines()
    lines[2]["entry"]["event"]["name"] = "deal.rejected"
    seal_anew(lines)
    files.chain.write_bytes(b"\n".join(map(canonical, lines)))
    assert verify("--chain", files.chain)[0] == 0
    assert "WRONG entry 8" in verify("--chain", files.chain, "--heads", files.heads)[1]
    assert "another entry 3" in verify(files.receipt, "--chain", files.chain)[1]


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_changed_in_an_exported_chain_is_named(original: dict[str, str], data: st.DataObject) -> None:
    lines = [json.loads(line) for line in original["chain"].split("\n")[:-1]]
    place = data.draw(st.integers(0, len(lines) - 1), label="place")
    match data.draw(st.sampled_from(["change", "remove", "exchange", "repeat"]), label="kind"):
        case "change":
            holder, key = data.draw(st.sampled_from(list(leaves(lines[place]))), label="leaf")
            holder[key] = changed(holder[key])
        case "remove":
            del lines[place]
        case "exchange":
            other = (place + 1) % len(lines)
            lines[place], lines[other] = lines[other], lines[place]
        case "repeat":
            lines.insert(place, lines[place])
    wrong, _ = PROGRAM["wrong_in_chain"](lines, [json.loads(line) for line in original["heads"].split("\n")[:-1]])
    named = {int(number) for line in wrong for number in re.findall(r"\d+", line)}
    assert named & {place + 1, place + 2} or place == len(lines)  # what was last of all and no head knows


def leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in JSON that holds a text or a number, as (what holds it, key)."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            yield from leaves(inner)
        else:
            yield value, key


def changed(value: Any) -> Any:
    """Something else of the same kind; hexadecimal stays so."""
    if isinstance(value, str):
        return ("1" if value[:1] == "0" else "0") + value[1:]
    return value + 1 if isinstance(value, int) else "something"


def seal_anew(lines: list[dict[str, Any]]) -> None:
    """Make every hash fit again."""
    previous = bytes(32)
    for line in lines:
        line["previous"] = previous.hex()
        previous = sha256(previous + sha256(canonical(line["entry"])).digest()).digest()
        line["hash"] = previous.hex()
