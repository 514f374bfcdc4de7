"""What the body of a request refers to."""

from collections.abc import Sequence
from typing import Any

from hansa.core.models import RecordQuerySet
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import parse_public_id


def chosen(rows: RecordQuerySet, reference: str, field: str) -> Any:
    """The row that a field names. Raises Invalid for a malformed, missing or invisible one alike."""
    return all_chosen(rows, [reference], field)[0]


def all_chosen(rows: RecordQuerySet, references: Sequence[str], field: str) -> list[Any]:
    """The rows that a field names, in its order, each once. Raises Invalid unless all are there."""
    try:
        ids = [parse_public_id(rows.model.id_prefix, reference) for reference in dict.fromkeys(references)]
        found = rows.in_bulk(ids) if ids else {}
        return [found[id] for id in ids]
    except (ValueError, KeyError):
        raise Invalid("not_found", f"There is no such {rows.model._meta.verbose_name}.", field) from None
