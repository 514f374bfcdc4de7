from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Talk(AppConfig):
    name = "hansa.talk"
    label = "talk"

    def ready(self) -> None:
        """Learn what people talk about: every room's `subjects.py`."""
        autodiscover_modules("subjects")
