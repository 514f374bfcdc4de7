"""The API's reference for people, made of its OpenAPI document."""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

from hansa.portal.reference import API_ROOT

CLAUSE = re.compile(r"[;:.] ")


def api_docs(request: HttpRequest) -> HttpResponse:
    """Every operation: what it takes, what it answers, what it may refuse. For everybody to read."""
    return render(request, "portal/api_docs.html", _reference())


@cache
def _reference() -> dict[str, Any]:
    document = import_string(settings.API).get_openapi_schema(path_prefix=API_ROOT)
    schemas = document["components"]["schemas"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    shapes = [
        {"name": name, "about": schema.get("description", ""), "fields": _fields(schema)}
        for name, schema in sorted(schemas.items())
        if schema.get("properties")
    ]
    problems = [(status, said["description"]) for status, said in document["components"]["responses"].items()]
    return {"info": document["info"], "groups": groups.items(), "shapes": shapes, "problems": problems}


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    answers = {status: said for status, said in operation["responses"].items() if int(status) < 300}
    [(status, answer)] = answers.items()
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "short": path.removeprefix(f"/{API_ROOT}"),
        "title": CLAUSE.split(operation["summary"])[0],
        "summary": operation["summary"],
        "about": operation.get("description", ""),
        "scope": operation["x-scope"],
        "parameters": [
            {"name": it["name"], "where": it["in"], "type": _type(it["schema"]), "about": it.get("description", "")}
            for it in operation["parameters"]
        ],
        "takes": [_type(said["schema"]) for said in content.values()],
        "status": status,
        "answers": ", ".join(_type(said["schema"]) for said in answer["content"].values()),
        "refuses": [said for said in operation["responses"] if int(said) >= 400],
    }


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {"name": name, "type": _type(part), "required": name in required, "about": part.get("description", "")}
        for name, part in schema["properties"].items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words, such as "list of DealShown"."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "allOf" in schema:  # one with a default
        return " and ".join(_type(part) for part in schema["allOf"])
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    known = schema.get("type", "anything") if "const" not in schema else repr(schema["const"])
    return f"{known} ({schema['format']})" if "format" in schema else str(known)
