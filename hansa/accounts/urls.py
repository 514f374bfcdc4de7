"""Addresses of an organization's team and keys."""

from django.urls import path

from hansa.accounts import keyboard, views

TEAM, KEYS = "w/<slug:workspace>/team/", "w/<slug:workspace>/api-keys/"

urlpatterns = [
    path(TEAM, views.team, name="team"),
    path(f"{TEAM}invite/", views.invite, name="invite-member"),
    path(f"{TEAM}second-step/", views.demand_factor, name="demand-second-step"),
    path(f"{TEAM}<str:member>/second-step/reset/", views.reset_factor, name="reset-second-step"),
    path(f"{TEAM}<str:member>/roles/", views.roles, name="change-roles"),
    path(f"{TEAM}invitations/<str:invitation>/revoke/", views.revoke, name="revoke-invitation"),
    path("w/<slug:workspace>/keyboard/", keyboard.shortcuts, name="keyboard"),
    path(KEYS, views.api_keys, name="api-keys"),
    path(f"{KEYS}new/", views.new_api_key, name="new-api-key"),
    path(f"{KEYS}<str:key>/revoke/", views.revoke_key, name="revoke-api-key"),
]
