"""Addresses of disputes: those of both sides, the partner's portal, and the vendor's console."""

from django.urls import URLPattern, path

from hansa.disputes import views
from hansa.disputes.views import console as desk
from hansa.disputes.views import portal as partner

DISPUTES = "w/<slug:workspace>/disputes/"
HEARINGS = "w/<slug:workspace>/hearings/"

both: list[URLPattern] = [
    path(DISPUTES, views.disputes, name="disputes"),
    path(f"{DISPUTES}<str:dispute>/", views.dispute, name="dispute"),
    path(f"{HEARINGS}<str:hearing>/statement/", desk.answer, name="answer-hearing"),
]

portal: list[URLPattern] = [
    path("w/<slug:workspace>/deals/<str:deal>/dispute/", partner.open_one, name="open-dispute"),
    path(f"{DISPUTES}<str:dispute>/statement/", partner.state, name="add-statement"),
    path(f"{DISPUTES}<str:dispute>/withdrawal/", partner.withdraw, name="withdraw-dispute"),
    path(f"{DISPUTES}<str:dispute>/appeal/", partner.appeal, name="appeal-dispute"),
    path(f"{HEARINGS}<str:hearing>/", partner.hearing, name="hearing"),
    path(f"{HEARINGS}<str:hearing>/appeal/", partner.appeal_hearing, name="appeal-hearing"),
]

console: list[URLPattern] = [
    path(f"{DISPUTES}<str:dispute>/question/", desk.ask_opener, name="ask-opener"),
    path(f"{DISPUTES}<str:dispute>/other-side/", desk.ask_other_side, name="ask-other-side"),
    path(f"{DISPUTES}<str:dispute>/granting/", desk.grant, name="grant-dispute"),
    path(f"{DISPUTES}<str:dispute>/upholding/", desk.uphold, name="uphold-dispute"),
]

urlpatterns = [*portal, *both, *console]
