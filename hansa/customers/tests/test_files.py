"""Files as people send them, and as nobody should."""

import io
import random
import zipfile
from contextlib import suppress

import pytest
import xlsxwriter

from hansa.customers.imports import spreadsheet, table
from hansa.customers.imports.read import read_table
from hansa.kernel.errors import Invalid

TEXT = "Account Name;City\nMüller;Köln\nŁódź Sp. z o.o.;Łódź\n"
WESTERN = "Account Name;City\nMüller;Köln\nCafé Olé;Orléans\n"


def book(*rows: list[object], sheets: int = 1) -> bytes:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content)
    for _ in range(sheets):
        sheet = workbook.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    workbook.close()
    return content.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read_table(content)
    assert refused.value.field == "file"
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_a_mark(encoding: str) -> None:
    read = read_table(TEXT.encode(encoding))
    assert read.headers == ("Account Name", "City")
    assert [row.cells for row in read.rows] == [("Müller", "Köln"), ("Łódź Sp. z o.o.", "Łódź")]


def test_windows_files_are_read() -> None:
    assert read_table(WESTERN.encode("cp1252")).rows[1].cells == ("Café Olé", "Orléans")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    text = 'name,city,note\nContoso,Utrecht,"a; b | c"\nKontoso,Ghent,x\n'.replace(",", separator)
    assert read_table(text.encode()).rows[0].cells == ("Contoso", "Utrecht", "a; b | c")


def test_one_column_is_a_table_too() -> None:
    assert [row.cells for row in read_table(b"name\nContoso\nKontoso\n").rows] == [("Contoso",), ("Kontoso",)]


def test_rows_are_numbered_as_in_a_spreadsheet() -> None:
    assert [row.number for row in read_table(b"name,city\n\na,b\n,,\nc,d\n").rows] == [3, 5]


def test_missing_cells_at_the_end_of_a_full_row_are_blank() -> None:
    assert read_table(b"a,b,c\n1,,\n").rows[0].cells == ("1", "", "")


def test_formulas_are_text() -> None:
    cells = ("=1+1", "@SUM(A1)", '=HYPERLINK("x")')
    assert read_table(b'a,b,c\n=1+1,@SUM(A1),"=HYPERLINK(""x"")"\n').rows[0].cells == cells


def test_a_spreadsheet_reads_like_its_csv() -> None:
    read = read_table(book(["name", "n", "f", "blank"], ["Contoso", 5, 1.5, None], ["Kontoso", True, "=x", "y"]))
    assert [row.cells for row in read.rows] == [("Contoso", "5", "1.5", ""), ("Kontoso", "TRUE", "0", "y")]


def test_the_first_sheet_with_anything_in_it_counts() -> None:
    assert read_table(book(["name"], ["Contoso"], sheets=3)).headers == ("name",)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("empty_file", b""),
        ("empty_file", b" \r\n\r\n"),
        ("empty_file", b"\xef\xbb\xbf"),
        ("no_rows", b"name,city\n"),
        ("not_text", b"name,city\nCon\0toso,Utrecht\n"),
        ("not_text", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"x" * 50),
        ("encoding", "name\nMüller\n".encode() + "Köln\nx\n".encode("cp1252")),
        ("cut_off", "name\nMüller\nKöln".encode()[:-2] + b"\xc3"),
        ("cut_off", b'name,city\nContoso,"Utre'),
        ("cut_off", b"name,city\nContoso,Utrecht\nKont"),
        ("not_a_table", b'name,city\n"Con"toso,Utrecht\n'),
        ("duplicate_header", b"Name,City,name\na,b,c\n"),
        ("too_many_columns", b",".join(b"c%d" % i for i in range(501)) + b"\n1\n"),
        ("too_many_rows", b"name\nContoso\n" + b"\n" * 1_000_000),
        ("cell_too_long", b'name\n"' + b"x" * 200_000 + b'"\n'),
        ("old_spreadsheet", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500),
        ("damaged", b"PK\x03\x04" + b"\0" * 100),
        ("damaged", book(["name"], ["Contoso"])[:-200]),
        ("damaged", book(["name"], ["Contoso"])[: len(book(["name"], ["Contoso"])) // 2]),
        ("empty_file", book()),
    ],
)
def test_what_is_no_table_is_refused_in_words(code: str, content: bytes) -> None:
    assert refusal(content) == code


def test_the_cap_is_exact() -> None:
    row = b"Contoso," + b"x" * 10_000 + b"\n"
    fits = b"name,note\n" + row * (table.LARGEST_FILE // len(row) - 1)
    fits += b"Kontoso," + b"y" * (table.LARGEST_FILE - len(fits) - len(b"Kontoso,"))
    assert read_table(fits).rows[-1].cells[0] == "Kontoso"
    assert refusal(fits + b"y") == "file_too_large"


def test_the_cap_on_cells_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_CELLS", 6)
    assert len(read_table(b"a,b\n" + b"1,2\n" * 3).rows) == 3
    assert refusal(b"a,b\n" + b"1,2\n" * 4) == "too_many_cells"


def zipped(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    bomb = zipped({"xl/worksheets/sheet1.xml": bytes(spreadsheet.LARGEST_UNPACKED + 1)})
    assert len(bomb) < 1024 * 1024
    assert refusal(bomb) == "unpacks_too_large"


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    honest = bytes(10 * 1024 * 1024)
    bomb = zipped({"xl/worksheets/sheet1.xml": honest})
    assert refusal(bomb.replace(len(honest).to_bytes(4, "little"), (100).to_bytes(4, "little"))) == "damaged"


def test_two_cells_far_apart_do_not_take_the_memory_of_all_between_them() -> None:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content)
    sheet = workbook.add_worksheet()
    sheet.write(0, 0, "name")
    sheet.write(1_048_575, 16_383, "far away")
    workbook.close()
    assert refusal(content.getvalue()) in ("damaged", "too_many_cells")


def test_no_bytes_whatever_break_the_reader() -> None:
    chance = random.Random(7)
    good = book(["name", "city"], ["Contoso", "Utrecht"])
    for _ in range(60):
        if chance.random() < 0.3:
            content = bytearray(good)
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        else:
            content = bytearray(chance.choices(b'",;\n\r\t|=ab\xe4\xc3\xbc\0', k=chance.randrange(1, 60)))
        with suppress(Invalid):
            read_table(bytes(content))
