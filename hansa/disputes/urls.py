"""Addresses of disputes: those of both sides, the partner's portal, and the vendor's console."""

urlpatterns: list = []
