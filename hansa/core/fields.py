"""Field types shared by every room."""

from typing import Any

from django.db import models


class TenantForeignKey(models.ForeignKey):
    """A reference that cannot leave its vendor.

    Row-level security does not check foreign keys, so the ordinary constraint is off, and `core.walls.Walls` adds one
    over (vendor_id, x_id), or (vendor_id, partnership_id, x_id) where both rows belong to a partner. It has no index of
    its own: where rows are looked up by it, that is together with their vendor, and the model names that index.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any):
        options["db_constraint"] = options["db_index"] = False
        options.setdefault("related_name", "+")
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("db_constraint", None)
        options.pop("db_index", None)
        return name, path, args, options


class HansaNow(models.Func):
    """The database's clock, as a column's default."""

    function = "hansa_now"
    output_field = models.DateTimeField()
