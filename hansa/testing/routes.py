"""Every address of the site, from Django's own table and the API's own document, and what may stand in its places."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from hansa.accounts.models import Invitation, Membership, Workspace
from hansa.kernel.ids import new_id, public_id
from hansa.partnerships.models import Partnership
from hansa.site.api import api

PLACE = re.compile(r"<(?:\w+:)?(\w+)>|{(\w+)}")
REGEX = re.compile(r"\(\?P<(\w+)>[^)]*\)")
API_ROOT = "/api/v1"

# Places that name no row, and what to put there.
PLAIN = {
    "color": "0a6b6b",
    "number": "1",
    "uidb36": "1",
    "path": "x",
    "secret": "x",
    "format": "json",
    "policy": "registration-approval",
}
PLAIN |= {"permission": "deal.approve", "permission_name": "deal.approve"}
PLAIN |= {"policy": "registration-approval"}
PLAIN_ON = {"account_reset_password_from_key": {"key": "set-password"}}

# Places whose name is not that of a model.
ALIASES = {
    "token": Invitation,
    "workspace": Workspace,
    "channel_manager": Membership,
    "deputy": Membership,
    "distributor": Partnership,
    "reseller": Partnership,
}


@dataclass(frozen=True)
class Route:
    """An address with its places; `body` is the JSON schema that an API operation takes."""

    name: str
    template: str
    methods: tuple[str, ...]
    body: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)
    query: tuple[str, ...] = ()

    @property
    def places(self) -> list[str]:
        return [first or second for first, second in PLACE.findall(self.template)]

    @property
    def objects(self) -> dict[str, type[models.Model]]:
        """The places that name a row, with its model. Raises LookupError for one that nobody knows."""
        plain = {**PLAIN, **PLAIN_ON.get(self.name, {})}
        return {place: model_named(self._noun(place), self.name) for place in self.places if place not in plain}

    def _noun(self, place: str) -> str:
        """What a place is about; one that only says that it names something is about the word before it."""
        if place not in ("reference", "id", "public_id"):
            return place
        before = self.template.split(f"{place}>")[0].split(f"{{{place}}}")[0]
        return re.findall(r"/([a-z_-]+)/[^/]*$", before)[-1].replace("-", "_")

    def path(self, values: Mapping[str, str]) -> str:
        """The address with its places filled."""
        known = {**PLAIN, **PLAIN_ON.get(self.name, {}), **values}
        return PLACE.sub(lambda match: known[match.group(1) or match.group(2)], self.template)


def pages() -> list[Route]:
    """Every page."""
    return [Route(name, template, ("GET", "POST")) for name, template in _walk(get_resolver(), "/")]


def operations() -> list[Route]:
    """Every operation of the API's document."""
    document = api.get_openapi_schema()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            query = tuple(it["name"] for it in operation.get("parameters", ()) if it["in"] == "query")
            template = path if path.startswith(API_ROOT) else API_ROOT + path
            name = operation.get("operationId", f"{method} {path}")
            found.append(Route(name, template, (method.upper(),), resolved(schema, document), query))
    return found


def resolved(schema: Any, document: Mapping[str, Any], depth: int = 6) -> Any:
    """A schema with its references written out, to a depth."""
    if isinstance(schema, list):
        return [resolved(part, document, depth) for part in schema]
    if not isinstance(schema, Mapping) or depth == 0:
        return schema
    if "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return resolved(target, document, depth - 1)
    return {key: resolved(value, document, depth) for key, value in schema.items()}


def model_named(place: str, route: str = "") -> type[models.Model]:
    """The model that a place, a field or a property is about. Raises LookupError if there is none."""
    bare = re.sub(r"_(id|ids|public_id)$", "", place)
    for word in (bare, bare.removesuffix("s"), bare.removesuffix("ies") + "y"):
        if found := known_models().get(word.replace("_", "")):
            return found
    raise LookupError(f"{place} of {route or 'a body'}: say in hansa.testing.routes what it names")


@cache
def known_models() -> dict[str, type[models.Model]]:
    """Models by the words that name them: prefix of the public id, and name."""
    known: dict[str, type[models.Model]] = {}
    for model in apps.get_models():
        if prefix := getattr(model, "id_prefix", None):
            known |= {prefix: model, model._meta.model_name or "": model}
            known |= {str(model._meta.verbose_name).replace(" ", ""): model}
    return known | {name.replace("_", ""): model for name, model in ALIASES.items()}


def written(model: type[models.Model], row: Any, place: str = "") -> str:
    """A row as addresses write it."""
    if model is Workspace:
        return str(row.slug)
    return str(row.token if place == "token" else row.public_id)


def missing(model: type[models.Model], place: str = "") -> str:
    """What looks like such a row and is none."""
    if model is Workspace:
        return "no-such-workspace"
    prefix: str = model.id_prefix  # type: ignore[attr-defined]
    return str(Invitation(id=new_id()).token) if place == "token" else public_id(prefix, new_id())


def example(schema: Mapping[str, Any], name: str = "") -> Any:
    """A plausible value of a JSON schema: what is required and what is optional alike."""
    schema = next((it for it in schema.get("anyOf", ()) if it.get("type") != "null"), schema)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object" or "properties" in schema:
        return {key: example(part, key) for key, part in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [example(schema.get("items", {}), name)]
    plain = {"integer": 100_00, "number": 100, "boolean": False, "null": None}
    if schema.get("type") in plain:
        return max(plain[schema["type"]] or 0, schema.get("minimum", 0)) if plain[schema["type"]] else False
    return _words(schema, name)


def _words(schema: Mapping[str, Any], name: str) -> str:
    formats = {"date": "2030-01-01", "date-time": "2030-01-01T00:00:00Z", "email": "probe@example.org"}
    named = {"country": "NL", "currency": "EUR", "domain": "probe.example", "email": "probe@example.org"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    return next((value for word, value in named.items() if word in name), "Probe")


def _walk(resolver: URLResolver, root: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        template = root + REGEX.sub(r"<\1>", str(pattern.pattern)).strip("^$")
        if template.startswith(API_ROOT):
            continue
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, template)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or template, template
