"""Addresses of the pages that need several rooms."""

from django.urls import path
from django.views.generic import RedirectView

from hansa.portal.views import api_docs, audit, calendar, home, permissions, program, search

WORKSPACE = "w/<slug:workspace>/"

urlpatterns = [
    path("api/docs", api_docs.api_docs, name="api-docs"),
    path("api/v1/docs", RedirectView.as_view(pattern_name="api-docs"), name="api-docs-elsewhere"),
    path("calendar/<str:secret>.ics", calendar.calendar, name="calendar"),
    path("", home.land, name="land"),
    path(WORKSPACE, home.home, name="home"),
    path(f"{WORKSPACE}program/", program.program, name="program"),
    path(f"{WORKSPACE}program/rules/<slug:policy>/", program.policy_rules, name="policy-rules"),
    path(f"{WORKSPACE}search/", search.search, name="search"),
    path(f"{WORKSPACE}audit/", audit.audit, name="audit"),
    path(f"{WORKSPACE}team/permissions/", permissions.permissions, name="permissions"),
    path(f"{WORKSPACE}team/permissions/<str:permission>/", permissions.permission, name="change-permission"),
]
