"""Addresses of the policies, all of them the vendor's, and of decisions, which each side reads in its own share.

Everybody reads what is in force on the page `program`.
"""

from django.urls import URLPattern, path

from hansa.rulebook import comparing, decision_views, replay_views, views

POLICIES = "w/<slug:workspace>/program/policies/"
VERSION = POLICIES + "versions/<str:policy_version>/"
REPLAY = "w/<slug:workspace>/program/replays/<str:replay>/"

urlpatterns: list[URLPattern] = [
    path(POLICIES, views.policies, name="policies"),
    path(POLICIES + "<slug:policy>/", views.policy, name="policy"),
    path(POLICIES + "<slug:policy>/draft/", views.draft, name="draft-policy"),
    path(POLICIES + "<slug:policy>/compare/", comparing.compare, name="compare-policies"),
    path(VERSION, views.version, name="policy-version"),
    path(VERSION + "change/", views.change, name="change-policy"),
    path(VERSION + "table.dmn", views.table_file, name="policy-file"),
    path(VERSION + "propose/", views.propose, name="propose-policy"),
    path(VERSION + "send-back/", views.send_back, name="send-back-policy"),
    path(VERSION + "publish/", views.publish, name="publish-policy"),
    path(VERSION + "end/", views.end, name="end-policy"),
    path("w/<slug:workspace>/decisions/<str:decision>/", decision_views.decision, name="decision"),
    path(VERSION + "withdraw/", views.withdraw, name="withdraw-policy"),
    path(VERSION + "replay/", replay_views.replay_version, name="replay-policy"),
    path(REPLAY, replay_views.replay, name="replay"),
    path(REPLAY + "cases/", replay_views.replay_cases, name="replay-cases"),
]
