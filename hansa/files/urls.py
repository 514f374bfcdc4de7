"""Addresses of files; where they are attached says the room of the record."""

from django.urls import path

from hansa.files import views

FILE = "w/<slug:workspace>/files/<str:file>/"
INTERNAL = "w/<slug:workspace>/internal-files/<str:internal_file>/"

urlpatterns = [
    path(FILE, views.file, name="file"),
    path(f"{FILE}remove/", views.remove, name="remove-file"),
    path(INTERNAL, views.internal_file, name="internal-file"),
    path(f"{INTERNAL}remove/", views.remove_internal, name="remove-internal-file"),
]
