"""Addresses of the program, all of them the vendor's; who only reads it goes to the page `program`."""

from django.urls import URLPattern, path

from hansa.programs.views import console as desk
from hansa.programs.views import requirements, review

SETUP = "w/<slug:workspace>/program/setup/"

urlpatterns: list[URLPattern] = [
    path(SETUP, desk.setup, name="program-setup"),
    path(SETUP + "rules/<str:program>/", desk.rules, name="change-rules"),
    path(SETUP + "review/<str:program>/", review.terms, name="change-review"),
    path(SETUP + "answers/<str:program>/", review.answers, name="change-answers"),
    path(SETUP + "calendar/", review.calendar, name="change-calendar"),
    path(SETUP + "terms/<str:program>/", desk.terms, name="change-terms"),
    path(SETUP + "requirements/<str:program>/", requirements.requirements, name="change-requirements"),
    path(SETUP + "reasons/<str:program>/", requirements.reasons, name="change-reasons"),
    path(SETUP + "disputes/<str:program>/", review.disputes, name="change-dispute-terms"),
    path(SETUP + "lines/add/", desk.add_line, name="add-line"),
    path(SETUP + "lines/<str:line>/retire/", desk.retire_line, name="retire-line"),
    path(SETUP + "territories/add/", desk.add_territory, name="add-territory"),
    path(SETUP + "look/", desk.look, name="change-look"),
]
