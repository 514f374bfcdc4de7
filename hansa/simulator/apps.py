from django.apps import AppConfig


class Simulator(AppConfig):
    name = "hansa.simulator"
    label = "simulator"
