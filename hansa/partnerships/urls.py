"""Addresses of partnerships: the vendor's console, and the invitations that anybody may open."""

from django.urls import URLPattern

console: list[URLPattern] = []

invitations: list[URLPattern] = []

urlpatterns = [*console, *invitations]
