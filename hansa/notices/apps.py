from django.apps import AppConfig


class Notices(AppConfig):
    name = "hansa.notices"
    label = "notices"
