"""Addresses of the sealed history, for those who audit it."""

from django.urls import path

from hansa.history import views

CHAIN = "w/<slug:workspace>/audit/chain/"

urlpatterns = [
    path(CHAIN, views.chain, name="chain"),
    path(f"{CHAIN}heads.jsonl", views.heads_file, name="chain-heads"),
    path(f"{CHAIN}entries.jsonl", views.entries_file, name="chain-entries"),
    path(f"{CHAIN}<str:head>/entries.jsonl", views.days_entries_file, name="chain-entries-of-a-day"),
]
