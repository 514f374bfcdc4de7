from django.apps import AppConfig


class Rulebook(AppConfig):
    name = "hansa.rulebook"
    label = "rulebook"
