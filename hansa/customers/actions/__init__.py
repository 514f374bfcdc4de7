"""What happens to customers and to imports. One module a use case; the names are imported from here."""

from hansa.customers.actions.edit_company import CompanyChanges, edit_company
from hansa.customers.actions.imports import (
    discard_import,
    fail_import,
    finish_import,
    map_import,
    start_import,
    upload_import,
)

IMPORTING = (upload_import, map_import, start_import, discard_import)

__all__ = [
    "IMPORTING",
    "CompanyChanges",
    "discard_import",
    "edit_company",
    "fail_import",
    "finish_import",
    "map_import",
    "start_import",
    "upload_import",
]
