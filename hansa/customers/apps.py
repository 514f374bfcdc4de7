from django.apps import AppConfig


class Customers(AppConfig):
    name = "hansa.customers"
    label = "customers"
