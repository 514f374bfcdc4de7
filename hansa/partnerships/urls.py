"""Addresses of partnerships: the vendor's console, and the invitations that anybody may open."""

from django.urls import URLPattern, path

from hansa.partnerships.views import console as desk
from hansa.partnerships.views import deputies, looking, supplies
from hansa.partnerships.views import invitations as answers

PARTNER = "w/<slug:workspace>/partners/<str:partner>/"
DEPUTIES = "w/<slug:workspace>/partners/deputies/"

console: list[URLPattern] = [
    path("w/<slug:workspace>/partners/", desk.partners, name="partners"),
    path("w/<slug:workspace>/partners/invite/", desk.invite_partner, name="invite-partner"),
    path(DEPUTIES, deputies.deputies, name="deputies"),
    path(DEPUTIES + "appoint/", deputies.appoint, name="appoint-deputy"),
    path(DEPUTIES + "<str:deputyship>/revoke/", deputies.revoke, name="revoke-deputy"),
    path(PARTNER, desk.partner, name="partner"),
    path(PARTNER + "managers/", desk.assign, name="assign-manager"),
    path(PARTNER + "distributors/", supplies.supplies, name="set-distributors"),
    path(PARTNER + "enrollments/<str:enrollment>/", desk.change_enrollment, name="change-enrollment"),
    path(PARTNER + "people/<str:member>/look/", looking.start, name="look-as"),
    path("w/<slug:workspace>/looking/<str:viewas>/stop/", looking.stop, name="stop-looking"),
    *(path(PARTNER + f"{step}/", desk.step, {"step": step}, name=f"{step}-partner") for step in desk.STEPS),
]

invitations: list[URLPattern] = [
    path("invitations/<str:token>/", answers.answer, name="invitation"),
    path("invitations/<str:token>/decline/", answers.decline, name="decline-invitation"),
]

urlpatterns = [*console, *invitations]
