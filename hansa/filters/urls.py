"""Addresses of saved filters."""

from django.urls import path

from hansa.filters import views

FILTERS = "w/<slug:workspace>/filters/"

urlpatterns = [
    path(FILTERS, views.filters, name="filters"),
    path(f"{FILTERS}<str:filter>/sharing/", views.share, name="share-filter"),
    path(f"{FILTERS}<str:filter>/privacy/", views.unshare, name="unshare-filter"),
    path(f"{FILTERS}<str:filter>/deletion/", views.delete, name="delete-filter"),
]
