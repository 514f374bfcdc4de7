"""Addresses of the inbox, and of a demonstration's mail."""

from django.urls import path

from hansa.notices import views

INBOX = "w/<slug:workspace>/inbox/"

urlpatterns = [
    path(INBOX, views.inbox, name="inbox"),
    path(f"{INBOX}read/", views.read_all, name="read-all-notices"),
    path(f"{INBOX}<str:notice>/", views.read, name="read-notice"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:number>/", views.mail, name="sent-mail"),
    path("outbox/<int:number>/letter/", views.letter, name="sent-letter"),
]
