from django.apps import AppConfig


class Filters(AppConfig):
    name = "hansa.filters"
    label = "filters"
