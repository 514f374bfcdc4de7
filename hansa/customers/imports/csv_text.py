"""CSV as people have it: any of four encodings, any of four separators."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice

from hansa.customers.imports.table import Table, build_table, unreadable

SEPARATORS = ",;\t|"
CUT_OFF = "The file ends in the middle of a row: it was cut off on its way. Export it again."


def decode(content: bytes) -> str:
    """The text of UTF-8, UTF-16 with or without a mark, or Windows-1252. Raises Invalid."""
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if len(content) - error.start < 4 and encoding != "cp1252":
            raise unreadable("cut_off", CUT_OFF) from None
        line = content.count(b"\n", 0, error.start) + 1
        raise unreadable(
            "encoding", f"Line {line} has characters that cannot be read. Save the file as CSV in UTF-8."
        ) from None
    if "\0" in text:
        raise unreadable("not_text", "This is neither a CSV file nor a spreadsheet: it has NUL characters in it.")
    return text.removeprefix("\ufeff")


def read_csv(text: str) -> Table:
    """Raises Invalid for text that is no table, or that was cut off."""
    table = build_table(_records(text, _separator(text)))
    if len(table.rows[-1].cells) < len(table.headers) and not text.endswith(("\n", "\r")):
        raise unreadable("cut_off", CUT_OFF)
    return table


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = content[:2000]
    if start.count(0) * 3 > len(start):
        return "utf-16-be" if start[0] == 0 else "utf-16-le"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        # Windows-1252 reads almost anything: it is believed only where nothing before looked like UTF-8.
        return "cp1252" if content[: error.start].isascii() and len(content) - error.end > 0 else "utf-8"
    return "utf-8"


def _separator(text: str) -> str:
    """The separator by which the most of the first rows have the header's width, wider ones first."""

    def fit(separator: str) -> tuple[int, int]:
        widths = [len(record) for record in islice(_lenient(text, separator), 50) if any(record)]
        if not widths or widths[0] == 1:
            return 0, 0
        return widths.count(widths[0]) * 100 // len(widths), widths[0]

    return max(SEPARATORS, key=fit)


def _lenient(text: str, separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
    except csv.Error:
        return


def _records(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise unreadable("cut_off", CUT_OFF) from None
            if "field larger" in str(error):
                raise unreadable("cell_too_long", f"Line {reader.line_num} has a cell that never ends.") from None
            raise unreadable(
                "not_a_table", f"Line {reader.line_num} is no CSV: a quotation mark stands inside a cell."
            ) from None
        yield record
