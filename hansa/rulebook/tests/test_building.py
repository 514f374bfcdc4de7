"""What makes a table whole, and what is said of one that is not."""

from collections.abc import Sequence

import pytest

from hansa.rulebook.dmn.building import RawColumn, RawOutput, RawRow, RawTable, build
from hansa.rulebook.dmn.syntax import Malformed
from hansa.rulebook.dmn.values import Kind

AGE = RawColumn("Age", "age", Kind.NUMBER)
FEE = RawOutput("fee", Kind.NUMBER)


def problems(
    *rows: tuple[Sequence[str], Sequence[str]], outputs: Sequence[RawOutput] = (FEE,), **more: str
) -> list[str]:
    raw = [RawRow(cells, values) for cells, values in rows]
    with pytest.raises(Malformed) as wrong:
        build(RawTable("fees", [AGE], outputs, raw, **more))  # type: ignore[arg-type]
    return [str(problem) for problem in wrong.value.problems]


def test_every_cell_that_is_wrong_is_named() -> None:
    assert problems((['"old"'], ["1"]), (["> 3"], ["much"])) == [
        "row 1, Age: this column is a number, and “old” is a string",
        'row 2, fee: “much” cannot be read from “much” on; a text stands in quotes, like "Gold"',
    ]


def test_a_row_has_a_cell_for_each_column() -> None:
    assert problems((["> 3", "-"], ["1"])) == ["row 1: 2 cells and 1 outputs do not fit 1 and 1 columns"]


def test_every_row_has_an_id_of_its_own() -> None:
    raw = [RawRow(["> 3"], ["1"], id="a"), RawRow(["-"], ["2"])]
    assert [row.id for row in build(RawTable("fees", [AGE], [FEE], raw)).rows] == ["a", "row-2"]
    with pytest.raises(Malformed) as wrong:
        build(RawTable("fees", [AGE], [FEE], [*raw, RawRow(["-"], ["3"], id="a")]))
    assert [str(problem) for problem in wrong.value.problems] == ["row 3, id: a is the id of row 1 too"]


@pytest.mark.parametrize(
    ("output", "policy", "by", "said"),
    [
        (RawOutput("fee", Kind.STRING), "COLLECT", "SUM", "SUM is made of numbers, and fee is a string"),
        (RawOutput("fee", Kind.NUMBER, default="null"), "COLLECT", "MIN", "MIN cannot be made of null"),
        (FEE, "FIRST", "SUM", "only a collecting table with one output can aggregate"),
        (FEE, "PRIORITY", "", "PRIORITY ranks by the outputs' allowed values, and there are none"),
        (FEE, "LAST", "", "LAST is none that tables know"),
    ],
)
def test_the_hit_policy_fits_the_outputs(output: RawOutput, policy: str, by: str, said: str) -> None:
    value = '"1"' if output.kind is Kind.STRING else "1"
    [problem] = problems((["-"], [value]), outputs=[output], hit_policy=policy, aggregation=by)
    assert problem.endswith(said)


def test_what_could_add_up_to_too_much_is_refused_before_any_case() -> None:
    most = ["-"], ["9999999999999999999999"]
    said = problems(most, most, outputs=[RawOutput("fee", Kind.NUMBER)], hit_policy="COLLECT", aggregation="SUM")
    assert [one.split(": ")[-1] for one in said] == [
        "rows that hold together could add up to more than 22 digits before the point"
    ]
