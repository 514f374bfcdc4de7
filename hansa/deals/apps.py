from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Deals(AppConfig):
    name = "hansa.deals"
    label = "deals"

    def ready(self) -> None:
        """Learn what rooms above say on a deal's page: every room's `beside.py`."""
        autodiscover_modules("beside")
