from django.apps import AppConfig
from django.utils.module_loading import import_module


class Disputes(AppConfig):
    name = "hansa.disputes"
    label = "disputes"

    def ready(self) -> None:
        """Say on a deal's page what there is to say about disputes."""
        import_module("hansa.disputes.beside")
