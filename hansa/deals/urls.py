"""Addresses of deals: the partner's portal, and the vendor's console."""

from django.urls import URLPattern

portal: list[URLPattern] = []

console: list[URLPattern] = []

urlpatterns = [*portal, *console]
