"""Addresses of the inbox, and of a demonstration's mail."""

from django.urls import path

from hansa.notices import views

INBOX, NOTIFICATIONS = "w/<slug:workspace>/inbox/", "w/<slug:workspace>/notifications/"

urlpatterns = [
    path(INBOX, views.inbox, name="inbox"),
    path(f"{INBOX}read/", views.read_all, name="read-all-notices"),
    path(f"{INBOX}<str:notice>/", views.read, name="read-notice"),
    path(NOTIFICATIONS, views.notifications, name="notifications"),
    path(f"{NOTIFICATIONS}calendar/", views.renew_calendar, name="renew-calendar"),
    path(f"{NOTIFICATIONS}calendar/revoke/", views.revoke_calendar, name="revoke-calendar"),
    path("inbox/", views.all_inboxes, name="all-inboxes"),
    path("inbox/read/", views.read_everything, name="read-everything"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:number>/", views.mail, name="sent-mail"),
    path("outbox/<int:number>/letter/", views.letter, name="sent-letter"),
]
