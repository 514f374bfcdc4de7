from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Tiers(AppConfig):
    name = "hansa.tiers"
    label = "tiers"

    def ready(self) -> None:
        """Learn what rooms above know of partners: every room's `tier_facts.py`."""
        autodiscover_modules("tier_facts")
