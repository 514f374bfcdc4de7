from django.apps import AppConfig


class Deals(AppConfig):
    name = "hansa.deals"
    label = "deals"
