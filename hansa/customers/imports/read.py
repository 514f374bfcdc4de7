"""Any file that people upload, as a table or a refusal that says what to do. Nothing in it is ever evaluated."""

from hansa.customers.imports.csv_text import decode, read_csv
from hansa.customers.imports.spreadsheet import read_spreadsheet
from hansa.customers.imports.table import LARGEST_FILE, Table, unreadable

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def read_table(content: bytes) -> Table:
    """Read CSV or XLSX, told apart by their content. Raises Invalid, in the words of who sent the file."""
    if len(content) > LARGEST_FILE:
        raise unreadable(
            "file_too_large", f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB. Split it into several."
        )
    if not content.strip():
        raise unreadable("empty_file", "The file is empty.")
    if content.startswith(OLD_EXCEL):
        raise unreadable("old_spreadsheet", "This is an old Excel file. Save it as .xlsx or .csv and send that.")
    if content.startswith(ZIP):
        return read_spreadsheet(content)
    return read_csv(decode(content))
