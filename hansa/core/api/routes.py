"""How a room says its operations: one line with address, answer and who is let in; habits are added here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from ninja import Router
from ninja.constants import NOT_SET

from hansa.core.actions import refusing_broken_constraints
from hansa.core.actors import Side
from hansa.core.api.answers import Shown, answer, unless_known
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.idempotency import once
from hansa.core.api.parameters import exactly
from hansa.core.permissions import Wanted
from hansa.core.tenancy import acting, finish_together
from hansa.kernel.errors import NotPermitted

Handler = Callable[..., Any]

# Of these the document says the same everywhere; a shape for each, of each operation, would take seconds to build.
ALWAYS = (401, 403, 404, 422, 429, 500, 503)
WRITING = (400, 409, 413, 415)


class Routes:
    """The operations of one kind of thing. Handlers run in the actor's transaction and return JSON-ready data."""

    def __init__(self, tag: str):
        self.router = Router(tags=[tag])

    def get(self, path: str, shows: Any, *, side: Side | None = None, to: Wanted = ()) -> Callable:
        """Read. The other `side` gets 404; who on this side may do nothing of what it is there `to` do gets 403."""

        def declare(handler: Handler) -> Handler:
            @wraps(handler)
            def read(request: ApiRequest, **given: Any) -> HttpResponse:
                _let_in(request, side)
                with acting(request.actor):
                    data = handler(request, **given)
                if not request.actor.may(to):
                    raise NotPermitted("not_permitted", "Your role may not see this.")
                return unless_known(request, answer(request, data))

            unchanged = {304: None} if "id" in shows.model_fields else {}
            responses = {200: shows, **unchanged, **dict.fromkeys(ALWAYS)}
            return self.router.get(path, response=responses, **_named(handler))(exactly(read))

        return declare

    def file(self, path: str, media_type: str, *, to: Wanted = ()) -> Callable:
        """Fetch a file: the handler's own response. Who may do nothing of what it is there `to` do gets 403."""

        def declare(handler: Handler) -> Handler:
            @wraps(handler)
            def fetch(request: ApiRequest, **given: Any) -> HttpResponse:
                with acting(request.actor):
                    response: HttpResponse = handler(request, **given)
                if not request.actor.may(to):
                    raise NotPermitted("not_permitted", "Your role may not see this.")
                return response

            content = {"description": "The file", "content": {media_type: {"schema": {"type": "string"}}}}
            responses = dict.fromkeys((*ALWAYS, 409))
            register = self.router.get(
                path, response=responses, openapi_extra={"responses": {200: content}}, **_named(handler)
            )
            return register(exactly(fetch))

        return declare

    def post(
        self, path: str, shows: Any, *, creates: bool = False, side: Side | None = None, auth: Any = NOT_SET
    ) -> Callable:
        """Do something. The action behind it says who may; answers 201 if it `creates` what it shows, else 200."""

        def declare(handler: Handler) -> Handler:
            status = 201 if creates else 200
            responses = {status: shows, **dict.fromkeys((*ALWAYS, *WRITING))}
            register = self.router.post(path, response=responses, auth=auth, **_named(handler))
            return register(_writing(handler, status, side))

        return declare

    def patch(self, path: str, shows: Any, *, side: Side | None = None) -> Callable:
        """Change some facts. The handler compares `If-Match` by `answers.expect`, on the locked row."""

        def declare(handler: Handler) -> Handler:
            responses = {200: shows, **dict.fromkeys((*ALWAYS, *WRITING, 412))}
            return self.router.patch(path, response=responses, **_named(handler))(_writing(handler, 200, side))

        return declare


def _writing(handler: Handler, status: int, side: Side | None) -> Handler:
    @wraps(handler)
    def write(request: ApiRequest, **given: Any) -> HttpResponse:
        _let_in(request, side)
        keyed = once(request, request.actor, request.auth.key_id)
        with refusing_broken_constraints(), acting(request.actor, *(keyed.asking if keyed else ())) as rows:
            if keyed and (earlier := keyed.earlier(rows)):
                return earlier
            data = handler(request, **given)
            shown = data if isinstance(data, Shown) else Shown(data, data)
            response = answer(request, shown.data, status)
            finish_together()
            if keyed:
                body = response.content if shown.again is shown.data else answer(request, shown.again).content
                keyed.keep(response, body)
        return response

    return exactly(write)


def _let_in(request: ApiRequest, side: Side | None) -> None:
    if side is not None and request.actor.side != side:
        raise Http404


def _named(handler: Handler) -> dict[str, Any]:
    summary, _, rest = (handler.__doc__ or "").strip().partition("\n")
    return {
        "summary": summary.rstrip("."),
        "description": " ".join(rest.split()) or None,
        "operation_id": handler.__name__,
    }
