from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Core(AppConfig):
    name = "hansa.core"
    label = "core"

    def ready(self) -> None:
        """Learn who reacts to what: every room's `reactions.py`."""
        autodiscover_modules("reactions")
