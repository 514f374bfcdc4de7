"""Statements written by hand whose rows are model instances, for what every single request asks.

The ORM makes such a statement anew each time, which costs more than PostgreSQL's answer to it.
"""

from typing import Any

from django.db.models import JSONField, Model

from hansa.core.database import ask_together


class Joined:
    """A SELECT over several tables: `Joined("FROM … WHERE …", person=User, member=Membership)`.

    The keywords name the tables' aliases in the statement. An alias "other__one" becomes the attribute `one` of the
    instance of alias "other", as with `select_related`; a row that an outer join left empty becomes None.
    """

    def __init__(self, rest: str, **models: type[Model]) -> None:
        self.models = models
        for model in models.values():
            if any(
                hasattr(field, "from_db_value") or isinstance(field, JSONField) for field in model._meta.concrete_fields
            ):
                raise TypeError(f"{model.__name__} has a field whose values the ORM converts on the way in")
        self.names = {
            alias: [field.attname for field in model._meta.concrete_fields] for alias, model in models.items()
        }
        columns = (
            f'"{alias}"."{field.column}"' for alias, model in models.items() for field in model._meta.concrete_fields
        )
        self.sql = f"SELECT {', '.join(columns)} {rest}"

    def rows(self, *parameters: Any) -> list[dict[str, Any]]:
        """The rows, each as instances by their alias."""
        [found] = ask_together((self.sql, parameters))
        return [self._instances(row) for row in found]

    def _instances(self, row: tuple[Any, ...]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        begin = 0
        for alias, model in self.models.items():
            names = self.names[alias]
            values = row[begin : begin + len(names)]
            begin += len(names)
            key = values[names.index(model._meta.pk.attname)]
            made[alias] = None if key is None else model.from_db("default", names, values)
            owner, _, attribute = alias.rpartition("__")
            if owner and made[owner]:
                setattr(made[owner], attribute, made[alias])
        return made
