from django.apps import AppConfig


class Accounts(AppConfig):
    name = "hansa.accounts"
    label = "accounts"
