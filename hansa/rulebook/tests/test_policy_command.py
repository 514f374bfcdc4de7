import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

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
