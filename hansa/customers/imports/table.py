"""A file's content as text in rows and columns, whatever it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hansa.kernel.errors import Invalid

LARGEST_FILE = 20 * 1024 * 1024  # bytes
MOST_CELLS = 2_000_000
MOST_COLUMNS = 500
MOST_ROWS = 1_000_000  # blank ones counted


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the header; `number` counts as a spreadsheet does, so the first is 2."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Every cell is text without blanks around it. A row has the header's width, unless it was ragged in the file."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, header: str) -> list[str]:
        """The cells of a column that are not blank; none where there is no such column."""
        if header not in self.headers:
            return []
        place = self.headers.index(header)
        return [row.cells[place] for row in self.rows if place < len(row.cells) and row.cells[place]]


def unreadable(code: str, message: str) -> Invalid:
    """The refusal of a file."""
    return Invalid(code, message, "file")


def build_table(records: Iterable[Sequence[str]]) -> Table:
    """Make a table of a file's records, the header first; blank ones are left out. Raises Invalid."""
    headers: tuple[str, ...] = ()
    rows: list[Row] = []
    cells = 0
    for number, record in enumerate(records, start=1):
        if number > MOST_ROWS:
            raise unreadable("too_many_rows", f"The file has more than {MOST_ROWS:,} rows. Split it into several.")
        stripped = _stripped(record)
        if not stripped:
            continue
        if not headers:
            headers = _headers(stripped)
            continue
        cells += len(headers)
        if cells > MOST_CELLS:
            raise unreadable("too_many_cells", f"The file has more than {MOST_CELLS:,} cells. Split it into several.")
        missing = len(headers) - len(stripped)
        rows.append(Row(number, stripped if missing < 0 or len(record) < len(headers) else stripped + ("",) * missing))
    if not headers:
        raise unreadable("empty_file", "The file is empty.")
    if not rows:
        raise unreadable("no_rows", "The file has a header and no rows under it.")
    return Table(headers, tuple(rows))


def _stripped(record: Sequence[str]) -> tuple[str, ...]:
    """The cells without blanks around them, and without blank cells at the end."""
    cells = [cell.strip() for cell in record]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _headers(cells: tuple[str, ...]) -> tuple[str, ...]:
    if len(cells) > MOST_COLUMNS:
        raise unreadable("too_many_columns", f"The file has more than {MOST_COLUMNS} columns.")
    headers = tuple(cell or f"Column {place}" for place, cell in enumerate(cells, start=1))
    seen: dict[str, int] = {}
    for place, header in enumerate(headers, start=1):
        first = seen.setdefault(header.casefold(), place)
        if first != place:
            raise unreadable(
                "duplicate_header",
                f"Columns {first} and {place} are both called “{header}”. Give each column a name of its own.",
            )
    return headers
