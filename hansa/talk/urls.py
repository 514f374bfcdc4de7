"""Addresses of conversations, the same on both sides."""

from django.urls import path

from hansa.talk import views

MESSAGES = "w/<slug:workspace>/messages/"
GENERAL = f"{MESSAGES}with/<str:partner>/"
THREAD = f"{MESSAGES}<str:thread>/"

urlpatterns = [
    path(MESSAGES, views.messages, name="messages"),
    path(GENERAL, views.general, name="general-conversation"),
    path(f"{GENERAL}write/", views.write_general, name="write-general-message"),
    path(THREAD, views.thread, name="conversation"),
    path(f"{THREAD}reading/", views.read, name="read-conversation"),
    path(f"{THREAD}mute/", views.mute, name="mute-conversation"),
    path("outbox/<int:number>/answer/", views.answer_mail, name="answer-mail"),
]
