"""The root of the API: one document, one router a room."""

from ninja import NinjaAPI

api = NinjaAPI(title="Hansa", version="1", urls_namespace="api")
