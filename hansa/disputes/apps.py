from django.apps import AppConfig


class Disputes(AppConfig):
    name = "hansa.disputes"
    label = "disputes"
