"""The generated pages of docs/reference: what the code says of itself."""

from collections.abc import Iterable, Iterator

import orjson
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.urls import get_resolver
from django.utils.module_loading import import_string

from hansa.accounts.permissions import open_roles
from hansa.accounts.roles import EVERYONE, PARTNER_ROLES, TEAM_ADMINS, VENDOR_ROLES, Role
from hansa.core.actions import ACTIONS
from hansa.core.events import HANDLERS
from hansa.core.permissions import PERMISSIONS, Permission
from hansa.kernel.lifecycle import Lifecycle, say

API_ROOT = "api/v1"


def pages() -> dict[str, str]:
    """The content of each generated file, by name."""
    get_resolver().url_patterns  # noqa: B018 - whatever a page can reach is known then
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
    """Which action, and which reading that is not for everybody, is for whom."""
    rows = (
        (
            _code([declared.name]),
            declared.summary,
            ", ".join(_roles(declared.by)) or "the system alone",
            _open_to(declared),
        )
        for declared in sorted(PERMISSIONS.values(), key=lambda declared: (declared.room, declared.name))
    )
    return _page(
        "Permissions",
        "Every write is an action, and its permission stands on the line that declares it: the standard. A vendor's"
        ' administrator changes it for the roles of the last column, on the page "Who may do what" or by'
        " `PATCH /api/v1/permissions/{name}`; pages, buttons and the API go by it.",
        ("Action or reading", "What it does", "Who may, by the standard", "A vendor may change it for"),
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
        for lifecycle in _facts_of(model):
            if isinstance(lifecycle, Lifecycle):
                for name, move in lifecycle.moves.items():
                    yield model, lifecycle.field, name, move.sources, move.target


def _facts_of(model: type[Model]) -> Iterator[object]:
    """What stands in a model and in the abstract ones that it is made of."""
    made_of = [kind for kind in model.__mro__[1:] if getattr(getattr(kind, "_meta", None), "abstract", False)]
    return (fact for kind in (model, *made_of) for fact in vars(kind).values())


def _open_to(declared: Permission) -> str:
    found = open_roles(declared)
    sides = [
        who
        for who, roles in (("the vendor's people", VENDOR_ROLES), ("partners' people", PARTNER_ROLES))
        if roles & found
    ]
    kept = ", administrators aside" if sides and not TEAM_ADMINS & found else ""
    return " and ".join(sides) + kept if sides else "nobody"


def _roles(by: frozenset[str]) -> list[str]:
    if by == EVERYONE:
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
