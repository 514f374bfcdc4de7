"""The OpenAPI document: what django-ninja says of the operations, and the habits that all of them share."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE

from hansa.core.api.entrance import RATE, Bearer
from hansa.core.api.problems import MEDIA_TYPE, Problem, handle_errors

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of your making, new for each new request. Sent again, the request has no second effect.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of what you read: the change is refused (412) if that has changed meanwhile.",
    "schema": {"type": "string"},
}
IF_NONE_MATCH = {**IF_MATCH, "name": "If-None-Match", "description": "The ETag that you have: 304 if it still holds."}

COUNT = {"type": "integer", "minimum": 0}
RATE_HEADERS = {
    "RateLimit-Limit": {"description": f"Requests in {RATE.seconds} seconds", "schema": COUNT},
    "RateLimit-Remaining": {"description": "How many are left", "schema": COUNT},
    "RateLimit-Reset": {"description": "Seconds until they are counted anew", "schema": COUNT},
}
TEXT = {"schema": {"type": "string"}}
SAID = {
    304: "You have this already.",
    400: "The request cannot be read.",
    401: "There is no valid key.",
    403: "The key, its scopes or its roles do not allow it.",
    404: "There is no such thing, or not for you.",
    409: "A rule says no; `code` says which.",
    412: "It has changed since you read it.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "The input is incomplete, malformed or unknown here; `errors` name the fields.",
    429: "Too many requests, or a cap is reached.",
    500: "Something went wrong on our side.",
    503: "Busy for a moment.",
}


class HansaApi(NinjaAPI):
    """An API of which every error is a problem, and whose document says all that it can answer."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self._documents: dict[str, Any] = {}
        handle_errors(self)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The OpenAPI 3.1 document, put together once for each prefix: whoever gets it leaves it as it is."""
        prefix = (self.get_root_path(path_params or {}) if path_prefix is None else path_prefix).strip("/")
        if prefix not in self._documents:
            self._documents[prefix] = self._document(prefix)
        return self._documents[prefix]

    def _document(self, prefix: str) -> Any:
        document = super().get_openapi_schema(path_prefix=prefix)
        for operations in document["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
        shape = Problem.model_json_schema(ref_template=REF_TEMPLATE, mode="serialization")
        document["components"]["schemas"] |= {**shape.pop("$defs"), Problem.__name__: shape}
        document["components"]["responses"] = {str(status): _problem(status) for status in SAID if status >= 400}
        scheme = document["components"]["securitySchemes"][Bearer.__name__]
        scheme["description"] = "An API key of Hansa: `hansa_` and 43 characters."
        document["servers"] = [{"url": "/"}]
        document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
        return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    single = method != "get" or 304 in responses
    operation["x-scope"] = "read" if method == "get" else "write"
    if 304 in responses:
        operation["parameters"].append(IF_NONE_MATCH)
    if method != "get":
        operation["parameters"].append(IDEMPOTENCY_KEY)
    if method == "patch":
        operation["parameters"].append(IF_MATCH)
    for status, response in responses.items():
        if status >= 400:
            responses[status] = {"$ref": f"#/components/responses/{status}"}
        else:
            response["description"] = SAID.get(status, response["description"])
            response["headers"] = _headers(method, status, single=single)


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": SAID[status],
        "headers": _problem_headers(status),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _problem_headers(status: int) -> dict[str, Any]:
    headers: dict[str, Any] = {} if status in (401, 500, 503) else dict(RATE_HEADERS)
    if status in (429, 503):
        headers["Retry-After"] = {"description": "Seconds to wait", "schema": COUNT}
    if status == 401:
        headers["WWW-Authenticate"] = TEXT
    return headers


def _headers(method: str, status: int, *, single: bool) -> dict[str, Any]:
    headers: dict[str, Any] = dict(RATE_HEADERS)
    headers["ETag" if single else "Link"] = TEXT
    if status == 201:
        headers["Location"] = TEXT
    if method != "get":
        headers["Idempotent-Replay"] = {"description": "true for an answer given before", **TEXT}
    return headers
