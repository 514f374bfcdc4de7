"""The database's own check of a lifecycle."""

from typing import Any

import pgtrigger
from django.apps import apps


class Guard(pgtrigger.FSM):
    """A trigger that refuses every change of `field` that the model's lifecycle does not have, whatever code runs."""

    def __init__(self, field: str = "status", *, lifecycle: str = "LIFECYCLE"):
        self.field, self.lifecycle = field, lifecycle
        pgtrigger.Trigger.__init__(self, name=f"{field}_moves")

    def get_func(self, model: Any) -> str:
        """The trigger's body for this model, or for a migration's picture of it, which has no lifecycle of its own."""
        self.transitions = getattr(apps.get_model(model._meta.label), self.lifecycle).pairs()
        return str(super().get_func(model))
