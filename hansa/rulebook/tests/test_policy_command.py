import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from hansa.core.tenancy import acting
from hansa.deals.rules import APPROVAL
from hansa.rulebook.actions import draft_policy
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.scope import Scope
from hansa.testing.cast import Cast

KIT = Path(__file__).with_name("tck")
TABLE = str(KIT / "0004-simpletable-U.dmn")


def evaluate(cases: str, *words: str, file: str = TABLE, tmp_path: Path) -> tuple[int, str, str]:
    """The command's code, answer and complaint."""
    given, out, err = tmp_path / "cases.jsonl", StringIO(), StringIO()
    given.write_text(cases)
    try:
        call_command("policy", "evaluate", file, "--cases", str(given), *words, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_case_gets_its_answer_and_the_row_that_fired(tmp_path: Path) -> None:
    code, out, _ = evaluate(
        '{"Age": 18, "RiskCategory": "Medium", "isAffordable": true}\n', "--json", tmp_path=tmp_path
    )
    answer = json.loads(out)
    assert (code, answer["answer"], answer["rows"]) == (0, "Approved", [1])


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ({"Age": 18, "isAffordable": True}, "the fact RiskCategory is absent"),
        ({"Age": "old", "RiskCategory": "High", "isAffordable": True}, "Age: old is no number"),
        ({"Age": 1, "RiskCategory": "High", "isAffordable": 1}, "isAffordable: 1 is no boolean"),
        ({"Age": 1, "RiskCategory": "Unheard", "isAffordable": True}, 'RiskCategory may not be "Unheard"'),
        ({"Agee": 1}, "Agee is no fact of this table; it has"),
        ([], "a case is an object"),
    ],
)
def test_a_line_that_is_no_case_is_told_so_in_its_place(case: Any, error: str, tmp_path: Path) -> None:
    good = '{"Age": 17, "RiskCategory": "Low", "isAffordable": true}'
    code, out, _ = evaluate(f"{json.dumps(case)}\n{good}\n", "--json", tmp_path=tmp_path)
    first, second = map(json.loads, out.splitlines())
    assert code == 3
    assert first["error"].startswith(error)
    assert second["answer"] == "Declined"


def test_a_table_that_cannot_be_used_is_refused_with_every_cell_that_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "broken.dmn"
    broken.write_text(Path(TABLE).read_text().replace("&gt;=18", "over 18").replace('"Medium","Low"', "Medium", 1))
    code, _, err = evaluate("{}", file=str(broken), tmp_path=tmp_path)
    assert code == 1
    assert err.splitlines()[0].startswith("row 1, Age: “over 18” cannot be read")
    assert err.splitlines()[1].startswith("row 1, RiskCategory: “Medium” cannot be read")
    assert "a text stands in quotes" in err


def test_a_file_with_several_decisions_asks_which(tmp_path: Path) -> None:
    code, _, err = evaluate("{}", "--decision", "Nothing", tmp_path=tmp_path)
    assert (code, err.strip()) == (1, "there is no decision Nothing; this file holds Approval Status")


def policy(*words: str) -> tuple[int, str, str]:
    """The command's code, answer and complaint."""
    out, err = StringIO(), StringIO()
    try:
        call_command("policy", *words, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_file_is_checked_without_a_database(tmp_path: Path) -> None:
    good = APPROVAL.file
    assert policy("check", str(good), "--policy", APPROVAL.name)[:2] == (
        0,
        f"{good}: 13 rows, nothing to say against them.\n",
    )
    code, _, err = policy("check", TABLE, "--policy", APPROVAL.name)
    assert code == 1
    assert "Age: “Age” is no fact of this policy" in err
    code, _, err = policy("check", TABLE, "--policy", "nonsense")
    assert (code, "There is no policy nonsense" in err) == (1, True)


def test_what_the_analysis_finds_is_said_with_its_case_and_a_code(tmp_path: Path) -> None:
    gap = tmp_path / "gap.dmn"
    text = APPROVAL.file.read_text()
    gap.write_text(text[: text.rindex("<rule")] + text[text.rindex("</rule>") + 7 :])
    code, out, _ = policy("check", str(gap), "--policy", APPROVAL.name)
    assert code == 3
    assert "No row covers this case: You registered this customer" in out
    code, out, _ = policy("check", str(gap), "--policy", APPROVAL.name, "--json")
    assert json.loads(out)["gaps"][0]["case"]["own_claim"] is False


def test_a_draft_goes_in_and_comes_out_as_a_file(cast: Cast, tmp_path: Path) -> None:
    words = ("--policy", APPROVAL.name, "--summary", "As it was.", "--workspace", "northwind")
    code, out, err = policy("draft", str(APPROVAL.file), *words, "--json")
    assert code == 0, err
    with acting(cast.vendor_admin.actor):
        version = PolicyVersion.objects.get()
    assert json.loads(out)["id"] == version.public_id
    assert (version.author_id, version.author_name, version.takes) == (None, "hansa policy draft", True)
    assert f"{APPROVAL.name}: as Hansa comes, 1 open draft" in policy("list", "--workspace", "northwind")[1]
    file = tmp_path / "out.dmn"
    exported = policy("export", APPROVAL.name, "--version", "1", "--to", str(file), "--workspace", "northwind")
    assert exported[0] == 0
    assert file.read_text() == APPROVAL.file.read_text()
    assert "<decisionTable" in policy("export", APPROVAL.name, "--workspace", "northwind")[1]
    shown = policy("show", APPROVAL.name, "--version", "1", "--workspace", "northwind")[1]
    assert "13. in every other case: " in shown
    assert policy("show", APPROVAL.name, "--version", "9", "--workspace", "northwind")[0] == 1


def test_a_version_for_a_program_is_shown_with_whom_it_is_for(cast: Cast) -> None:
    given = {"dmn": APPROVAL.file.read_text(), "scope": Scope(program=cast.program)}
    draft_policy(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor, policy=APPROVAL, **given)
    code, out, err = policy("show", APPROVAL.name, "--version", "1", "--workspace", "northwind", "--json")
    assert code == 0, err
    assert json.loads(out)["about"]["reach"] == f"all partners in {cast.program.name}"
