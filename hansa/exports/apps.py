from django.apps import AppConfig


class Exports(AppConfig):
    name = "hansa.exports"
    label = "exports"
