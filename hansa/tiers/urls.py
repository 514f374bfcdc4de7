"""Addresses of tiers: the partner's own page, and the vendor's."""

from django.urls import URLPattern, path

from hansa.tiers.views import console, numbers, portal

HERE = "w/<slug:workspace>/"
TIERS = HERE + "tiers/"
STANDING = TIERS + "<str:standing>/"

urlpatterns: list[URLPattern] = [
    path(HERE + "tier/", portal.tier, name="tier"),
    path(TIERS, console.tiers, name="tiers"),
    path(TIERS + "exceptions/<str:exception>/end/", console.end_exception, name="end-tier-exception"),
    path(TIERS + "numbers/", numbers.numbers, name="enter-tier-facts"),
    path(STANDING, console.standing, name="tier-standing"),
    path(STANDING + "approve/", console.approve, name="approve-tier"),
    path(STANDING + "decline/", console.decline, name="decline-tier"),
    path(STANDING + "exception/", console.grant, name="grant-tier-exception"),
    path(STANDING + "number/", console.enter, name="enter-tier-fact"),
    path(STANDING + "evaluate/", console.evaluate, name="evaluate-tier"),
    path(HERE + "program/setup/tiers/<str:program>/", console.terms, name="change-tier-terms"),
]
