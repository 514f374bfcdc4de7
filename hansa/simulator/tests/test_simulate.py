"""`hansa simulate` checks what it is asked for before it founds anybody."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from hansa.accounts.models import Workspace
from hansa.testing.cast import Cast


def simulate(*words: str) -> tuple[int, Any, str]:
    """The exit code, the JSON answer and what is said to people."""
    out, said, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("simulate", *words, "--json", stdout=out, stderr=said)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue()), said.getvalue()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--partners", "0", "--registrations", "40", "--months", "1"), "partners"),
        (("--registrations", "-5"), "registrations"),
        (("--months", "0"), "months"),
        (("--months", "100000"), "months"),
        (("--until", "1999-12-31"), "until"),
        (("--until", "9999-12-31"), "until"),
    ],
)
def test_a_size_of_which_no_past_can_be_told_founds_nobody(cast: Cast, words: tuple[str, ...], field: str) -> None:
    code, answer, said = simulate("--workspace", "simb", *words)
    assert (code, answer["error"]["field"]) == (1, field)
    assert field[:-1] in said
    assert not Workspace.objects.filter(slug="simb").exists()


def test_a_workspace_that_is_there_is_refused_in_json_too(cast: Cast) -> None:
    code, answer, said = simulate("--workspace", "northwind")
    assert (code, answer["error"]["code"]) == (1, "slug_in_use")
    assert "--workspace" in said


def test_a_vendor_without_registrations_can_be_told(committed: Cast) -> None:
    code, answer, _ = simulate("--partners", "1", "--registrations", "0", "--months", "1", "--workspace", "simb")
    assert (code, answer) == (0, {"workspace": "simb"})
