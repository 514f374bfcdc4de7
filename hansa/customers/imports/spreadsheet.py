"""XLSX, read by a child process that may use little memory and time: such files can be made to unpack without end."""

import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from hansa.customers.imports import spreadsheet_child
from hansa.customers.imports.table import MOST_CELLS, Table, build_table, unreadable

LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes
MOST_PARTS = 1000
SECONDS = 60
CHUNK = 256 * 1024

DAMAGED = "The spreadsheet is damaged or was cut off on its way. Export it again, or save it as CSV."


def read_spreadsheet(content: bytes) -> Table:
    """The first sheet with anything in it; a formula counts as the value that was saved with it. Raises Invalid."""
    _unpack(content)
    try:
        # By its path: as a module of the package it would load what the package loads.
        read = subprocess.run(
            [sys.executable, "-I", spreadsheet_child.__file__, str(MOST_CELLS)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise unreadable("too_slow", "The spreadsheet takes too long to read. Save it as CSV.") from None
    if read.returncode == spreadsheet_child.TOO_MANY:
        raise unreadable(
            "too_many_cells", f"The spreadsheet has more than {MOST_CELLS:,} cells, blank ones counted. Save it as CSV."
        )
    if read.returncode:
        raise unreadable("damaged", DAMAGED)
    return build_table(_rows(read.stdout))


def _rows(lines: bytes) -> Iterator[list[str]]:
    for line in BytesIO(lines):
        row: list[str] = json.loads(line)
        if any("\0" in cell for cell in row):
            raise unreadable("not_text", "The spreadsheet has NUL characters in it.")
        yield row


def _unpack(content: bytes) -> None:
    """Unpack every part once, counting: what a part says about its own size may be a lie."""
    size = 0
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise unreadable("unpacks_too_large", "This is no spreadsheet: it has too many parts.")
            for part in parts:
                with archive.open(part) as stream:
                    while chunk := stream.read(CHUNK):
                        size += len(chunk)
                        if size > LARGEST_UNPACKED:
                            raise unreadable(
                                "unpacks_too_large",
                                f"The spreadsheet unpacks to more than {LARGEST_UNPACKED // 1024 // 1024} MB.",
                            )
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        ValueError,
    ):
        raise unreadable("damaged", DAMAGED) from None
