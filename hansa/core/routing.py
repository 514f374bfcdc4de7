"""Which database login does what: the owner changes tables, the runtime role changes rows."""

from typing import Any


class OwnerMigrates:
    """Migrations run as the owner only; everything else uses the default login, the runtime role."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, *objects: Any, **hints: Any) -> bool:
        return True
