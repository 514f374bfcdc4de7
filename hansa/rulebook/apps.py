from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Rulebook(AppConfig):
    name = "hansa.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Learn the policies of every room (`rules.py`), and what decisions are about (`decided.py`)."""
        autodiscover_modules("kept", "rules", "decided")
