"""CSV for people: every cell is shown as the text that it is, whatever program opens the file."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from defusedcsv import csv as defused

FORMULA = "=+-@|%"
# A program that separates by semicolons sees a cell begin where this file has none.
WITHIN = re.compile(r'([;,])(?=[ "]*[=+\-@|%＝＋－＠｜％])')


def csv_file(headings: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """A table in UTF-8 with the mark that spreadsheets look for. No cell of it is taken for a formula."""
    text = io.StringIO()
    writer = defused.writer(text, quoting=csv.QUOTE_MINIMAL)
    writer.writerows([harmless(cell) for cell in line] for line in (headings, *lines))
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: object) -> object:
    """A text on one line that does not begin with what spreadsheets skip: controls, spaces, marks without a width.

    Numbers stay. The ASCII characters that begin a formula are the writer's business; their wide forms are not known
    to it, and count as formulas to some programs.
    """
    if not isinstance(cell, str):
        return cell
    text = "".join(" " if unicodedata.category(one)[0] in "CZ" and one not in "\u200d\u200c" else one for one in cell)
    text = WITHIN.sub(r"\1'", text.lstrip(" \u200d\u200c"))
    first = text[:1]
    return f"'{text}" if first not in FORMULA and unicodedata.normalize("NFKC", first)[:1] in tuple(FORMULA) else text
