from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Files(AppConfig):
    name = "hansa.files"
    label = "files"

    def ready(self) -> None:
        """Learn what files are attached to: every room's `subjects.py`."""
        autodiscover_modules("subjects")
