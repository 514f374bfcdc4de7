"""The child process of `spreadsheet`: XLSX on standard input, one JSON array of strings for each row on the output."""

import json
import resource
import sys
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

MEMORY = 1024 * 1024 * 1024  # bytes of address space
CPU_SECONDS = 30
TOO_MANY = 3


def main(most_cells: int) -> int:
    """0 when all went out, TOO_MANY past the cells that the caller takes; anything else says that it broke."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    workbook = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if not sheet.height:
            continue
        if sheet.total_height * sheet.total_width > most_cells:
            return TOO_MANY
        for row in sheet.to_python(skip_empty_area=False):
            sys.stdout.write(json.dumps([as_text(cell) for cell in row]) + "\n")
        return 0
    return 0


def as_text(cell: Any) -> str:
    """A cell as a CSV export would have it: whole numbers without a fraction, dates as in ISO 8601."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
