from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "hansa.core.web"
    label = "web"
