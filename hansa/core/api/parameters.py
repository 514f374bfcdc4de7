"""What a request's address and form may say: what the operation names, once each, and nothing else."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from hansa.kernel.errors import Invalid


def exactly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`view` behind a check: a parameter that its operation does not name, or that comes twice, is refused (422).

    A filter that is misspelt would else be no filter, and show more than was asked for.
    """
    named: dict[str, list[str]] = {"query": [], "form": [], "file": []}

    def learn(operation: Operation) -> None:
        models: list[Any] = operation.models
        for model in models:
            if model.__ninja_param_source__ in named:
                named[model.__ninja_param_source__] += getattr(model, "__ninja_flatten_map__", model.model_fields)

    @wraps(view)
    def checked(request: HttpRequest, **given: Any) -> HttpResponse:
        _refuse_others(request.GET, named["query"])
        _refuse_others(request.POST, named["form"])
        _refuse_others(request.FILES, named["file"])
        return view(request, **given)

    contribute_operation_callback(checked, learn)
    return checked


def _refuse_others(sent: MultiValueDict[str, Any], named: Collection[str]) -> None:
    for name, values in sent.lists():
        if name not in named:
            allowed = f"these: {', '.join(named)}" if named else "none"
            raise Invalid("unknown_parameter", f"There is no parameter {name!r} here. Allowed are {allowed}.", name)
        if len(values) > 1:
            raise Invalid("repeated_parameter", f"The parameter {name} stands here {len(values)} times.", name)
