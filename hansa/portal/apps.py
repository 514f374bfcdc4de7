from django.apps import AppConfig


class Portal(AppConfig):
    name = "hansa.portal"
    label = "portal"
