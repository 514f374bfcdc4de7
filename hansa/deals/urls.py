"""Addresses of deals: those of both sides, the partner's portal, and the vendor's console."""

from django.urls import URLPattern, path

from hansa.deals.views import portal as partner

DEALS = "w/<slug:workspace>/deals/"

both: list[URLPattern] = [
    path(DEALS, partner.deals, name="deals"),
    path(f"{DEALS}<str:deal>/", partner.deal, name="deal"),
]

portal: list[URLPattern] = [
    path(f"{DEALS}register/", partner.register, name="register-deal"),
    path(f"{DEALS}<str:deal>/stage/", partner.stage, name="move-stage"),
    path(f"{DEALS}<str:deal>/withdraw/", partner.withdraw, name="withdraw-deal"),
    path(f"{DEALS}<str:deal>/report/won/", partner.report, {"result": "won"}, name="report-won"),
    path(f"{DEALS}<str:deal>/report/lost/", partner.report, {"result": "lost"}, name="report-lost"),
]

console: list[URLPattern] = []

urlpatterns = [*portal, *both, *console]
