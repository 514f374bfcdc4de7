import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hansa.core.csv_out import csv_file

BEGINS = tuple("=+-@|%＝＋－＠｜％")
NEGATIVE = re.compile(r"-[0-9.,]+(,last)?")  # a number, to which a program that separates otherwise adds the next cell
HOSTILE = [
    "=1+1",
    "  =cmd|'/c calc'!A1",
    "\t=1+1",
    "\r\n=1+1",
    '\n\t \r=HYPERLINK("http://x.example")',
    "\0=1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u202e=1+1",
    "\u2028@SUM(1)",
    "\u200d+1",
    "＝1+1",
    "－1+1",
    "@SUM(1+1)",
    "+1-1",
    "-2+3",
    "|calc",
    "%0A=1",
    "Contoso;=1+1;",
    "Contoso\t=1+1",
    "Contoso\n=1+1",
    'Contoso",=1+1,"',
    'Contoso; "=1+1',
]


def cells(text: str) -> list[str]:
    [_, row] = list(csv.reader(io.StringIO(csv_file(["Customer", "Next"], [[text, "last"]]).decode("utf-8-sig"))))
    assert row[1:] == ["last"]
    return row[:1]


def formulas(text: str) -> list[str]:
    """What a program would take for formulas, whatever it takes for the end of a cell or a line."""
    written = csv_file(["Customer", "Next"], [[text, "last"]]).decode("utf-8-sig")
    found = []
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(written), delimiter=separator):
            found += [cell for cell in row if cell.lstrip().startswith(BEGINS)]
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_shown_as_text(text: str) -> None:
    assert formulas(text) == []
    assert cells(text)[0][0] not in BEGINS


@given(st.text(alphabet=st.sampled_from("=+-@|%;,\t\r\n \"'\0\u00a0\u200b\u200d\ufeff＝＋1a")))
@example("-1")
def test_no_text_becomes_a_formula(text: str) -> None:
    assert [cell for cell in formulas(text) if not NEGATIVE.fullmatch(cell)] == []


def test_a_file_of_one_row_has_one_line_for_it() -> None:
    assert csv_file(["Customer"], [["Contoso\r\nLogistics"]]) == b"\xef\xbb\xbfCustomer\r\nContoso  Logistics\r\n"


@pytest.mark.parametrize(
    "text", ["Contoso", "Müller & Söhne", "日本電気", "O'Brien; sons", "شركة", "12-34", "-5", "a=b"]
)
def test_an_ordinary_name_stays_as_it_is(text: str) -> None:
    assert cells(text) == [text]
