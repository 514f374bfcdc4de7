from django.apps import AppConfig


class Partnerships(AppConfig):
    name = "hansa.partnerships"
    label = "partnerships"
