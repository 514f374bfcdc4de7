"""Addresses of the pages that need several rooms."""

from django.urls import path

from hansa.portal.views import audit, home, program, search

WORKSPACE = "w/<slug:workspace>/"

urlpatterns = [
    path("", home.land, name="land"),
    path(WORKSPACE, home.home, name="home"),
    path(f"{WORKSPACE}program/", program.program, name="program"),
    path(f"{WORKSPACE}search/", search.search, name="search"),
    path(f"{WORKSPACE}audit/", audit.audit, name="audit"),
]
