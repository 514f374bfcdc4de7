"""Addresses of customers, all of them the vendor's."""

from django.urls import URLPattern, path

from hansa.customers.views import companies

urlpatterns: list[URLPattern] = [
    path("w/<slug:workspace>/customers/", companies.customers, name="customers"),
    path("w/<slug:workspace>/customers/<str:company>/", companies.company, name="company"),
]
