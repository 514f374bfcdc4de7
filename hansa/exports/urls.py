"""Addresses of exports."""

from django.urls import path

from hansa.exports import views

EXPORTS = "w/<slug:workspace>/exports/"

urlpatterns = [
    path(EXPORTS, views.exports, name="exports"),
    path(f"{EXPORTS}<str:export>/", views.export, name="export"),
    path(f"{EXPORTS}<str:export>/file/", views.export_file, name="export-file"),
]
