"""The generated pages of docs/reference: what the code says of itself."""

from collections.abc import Iterable, Iterator

import orjson
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from hansa.accounts.roles import Role
from hansa.core.actions import ACTIONS
from hansa.core.events import HANDLERS
from hansa.kernel.lifecycle import Lifecycle, say

API_ROOT = "api/v1"


def pages() -> dict[str, str]:
    """The content of each generated file, by name."""
    return {
        "openapi.json": openapi(),
        "events.md": events(),
        "permissions.md": permissions(),
        "lifecycles.md": lifecycles(),
    }


def openapi() -> str:
    """The API's own document."""
    document = import_string(settings.API).get_openapi_schema(path_prefix=API_ROOT)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n"


def events() -> str:
    """Which action leaves which event, and who reacts."""
    left_by: dict[str, list[str]] = {}
    for declared in ACTIONS.values():
        left_by.setdefault(declared.emits, []).append(declared.name)
    names = sorted({*left_by, *HANDLERS})
    rows = (
        (_code([name]), _code(sorted(left_by.get(name, []))), _code(sorted(HANDLERS.get(name, {})))) for name in names
    )
    return _page(
        "Events",
        "Every change leaves one event for each subject, in the transaction of the change. An event without an action"
        " of its own is left by an action that brought it about on the way.",
        ("Event", "Left by the action", "Reactions"),
        rows,
    )


def permissions() -> str:
    """Which action is for whom."""
    rows = (
        (_code([declared.name]), declared.summary, ", ".join(_roles(declared.by)) or "the system alone")
        for declared in sorted(ACTIONS.values(), key=lambda declared: (declared.room, declared.name))
    )
    return _page(
        "Permissions",
        "Every write is an action, and its permission stands on the line that declares it.",
        ("Action", "What it does", "Who may"),
        rows,
    )


def lifecycles() -> str:
    """Which moves each status has."""
    rows = (
        (f"{model._meta.verbose_name} {field}", _code([move]), ", ".join(map(say, sources)), say(target))
        for model, field, move, sources, target in _moves()
    )
    return _page(
        "Lifecycles",
        "A status changes by these moves and no others; the database refuses the rest.",
        ("Of", "Move", "From", "To"),
        rows,
    )


def _moves() -> Iterator[tuple]:
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        for lifecycle in vars(model).values():
            if isinstance(lifecycle, Lifecycle):
                for name, move in lifecycle.moves.items():
                    yield model, lifecycle.field, name, move.sources, move.target


def _roles(by: frozenset[str]) -> list[str]:
    if by == frozenset(Role):
        return ["everyone"]
    return [str(role.label) for role in Role if role in by]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _page(title: str, about: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"# {title}", "", "Generated from the code by `hansa docs`.", "", about, ""]
    lines += [_row(head), _row(["---"] * len(head)), *map(_row, rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
