from django.apps import AppConfig


class Programs(AppConfig):
    name = "hansa.programs"
    label = "programs"
