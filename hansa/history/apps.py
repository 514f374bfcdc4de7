from django.apps import AppConfig


class History(AppConfig):
    name = "hansa.history"
    label = "history"
