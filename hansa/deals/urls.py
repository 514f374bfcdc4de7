"""Addresses of deals: those of both sides, the partner's portal, and the vendor's console."""

from django.urls import URLPattern

both: list[URLPattern] = []

portal: list[URLPattern] = []

console: list[URLPattern] = []

urlpatterns = [*both, *portal, *console]
