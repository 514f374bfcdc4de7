"""Every write is an action: who may, what it is called, what it announces, on one line; one transaction, one lock."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, wraps
from typing import Any, Protocol, cast
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models

from hansa.core.actors import SYSTEM_ROLE, Actor
from hansa.core.events import announce
from hansa.core.models import Event
from hansa.core.permissions import PERMISSIONS, Permission, Permitted
from hansa.core.tenancy import acting, moment
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.kernel.ids import new_id


@dataclass(slots=True)
class Run:
    """One outermost action at work: the events that it and the actions inside it leave, written together at its end."""

    causes: list[UUID]
    events: list[Event] = field(default_factory=list)
    replaced: dict[UUID, Event] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declared(Permission):
    """What the line above an action says about it."""

    emits: str


class Action(Permitted, Protocol):
    """An action as its callers have it; `actor.may(approve_deal)` asks before a button offers it."""

    def __call__(self, actor: Actor, target: Any, /, **given: Any) -> Any: ...


ACTIONS: dict[str, Declared] = {}
LOOKS_ONLY = "You only look at what somebody else sees. Stop looking to change something yourself."

_running: ContextVar[Run | None] = ContextVar("running action", default=None)


def action(name: str, *, emits: str, by: frozenset[str], creates: bool = False) -> Callable[[Callable], Action]:
    """Declare a write once: its permission, its transaction, its lock, its audit verb and its event.

    The action is called as ``fn(actor, target, **input)``. ``target`` is what the permission is judged on: the thing
    itself, which is locked, or with ``creates`` the parent a new thing belongs to, which is read and not locked. The
    event is about what the body returns, else about the target. Raises NotPermitted, or the body's own refusals.
    """

    def declare(body: Callable) -> Action:
        summary = (body.__doc__ or "").strip().split("\n")[0]
        declared = Declared(name, by, body.__module__.split(".")[1], summary, emits)
        ACTIONS[name] = PERMISSIONS[name] = declared

        @wraps(body)
        def run(actor: Actor, target: Any, /, **given: Any) -> Any:
            with refusing_broken_constraints(), acting(actor), _one_run() as running:
                _permitted(actor, declared)
                if not creates:
                    target = lock(actor, target)
                before = {} if creates else target.snapshot()
                event_id = new_id()
                cause = running.causes[-1] if running.causes else None
                running.causes.append(event_id)
                try:
                    subject = body(actor, target, **given) or target
                finally:
                    running.causes.pop()
                changes = difference(before, subject.snapshot()) if subject is target else {}
                own = event_of(event_id, emits, actor, subject, changes, cause, at=moment())
                running.events.append(running.replaced.pop(event_id, own))
            return subject

        run.name, run.by = name, by  # type: ignore[attr-defined]
        return cast(Action, run)

    return declare


def at_once(act: Permitted, actor: Actor, rows: Sequence[Any], change: Callable[[Sequence[Any]], None]) -> None:
    """The same action on many rows that are locked already: `change` does to all what its body does to one.

    Each row leaves its own event. Raises NotPermitted, or a refusal for all of them.
    """
    with refusing_broken_constraints(), acting(actor), _one_run() as running:
        declared = _permitted(actor, ACTIONS[act.name])
        cause = running.causes[-1] if running.causes else None
        before = [row.snapshot() for row in rows]
        change(rows)
        for row, was in zip(rows, before, strict=True):
            changes = difference(was, row.snapshot())
            running.events.append(event_of(new_id(), declared.emits, actor, row, changes, cause, at=moment()))


def also(name: str, actor: Actor, subject: Any, changes: dict[str, Any] | None = None) -> None:
    """Leave the event of a further subject, or a further transition, that the running action brought about."""
    running = _running.get()
    if running is None:
        raise RuntimeError(f"{name} announced outside an action")
    running.events.append(event_of(new_id(), name, actor, subject, changes or {}, running.causes[-1], at=moment()))


def instead(name: str, actor: Actor, subject: Any, changes: dict[str, Any] | None = None) -> None:
    """Leave this event in place of the running action's own, because it was not the target that changed."""
    running = _running.get()
    if running is None or not running.causes:
        raise RuntimeError(f"{name} announced outside an action")
    own, cause = running.causes[-1], running.causes[-2] if len(running.causes) > 1 else None
    running.replaced[own] = event_of(own, name, actor, subject, changes or {}, cause, at=moment())


@contextmanager
def caused_by(event_id: UUID) -> Iterator[None]:
    """Give the actions called inside this event as their cause; a reaction runs in it."""
    with _one_run() as running:
        running.causes.append(event_id)
        yield
        running.causes.pop()


def lock(actor: Actor, target: models.Model) -> Any:
    """The row as it is now, held against every other writer until the transaction ends."""
    rows = type(target).objects.visible_to(actor).select_for_update(no_key=True)  # type: ignore[attr-defined]
    return rows.named(target.pk)


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What changed, as {fact: [before, after]}."""
    keys = {**before, **after}
    return {key: [before.get(key), after.get(key)] for key in keys if before.get(key) != after.get(key)}


@contextmanager
def refusing_broken_constraints() -> Iterator[None]:
    """A named constraint is a business rule: its violation is a refusal, not a crash."""
    try:
        yield
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if broken not in constraint_refusals():
            raise
        code, message = constraint_refusals()[broken]
        raise DomainError(code, message) from error


@cache
def constraint_refusals() -> dict[str, tuple[str, str]]:
    """The refusal of every named constraint that has one: {constraint: (code, message)}."""
    return {
        rule.name: (rule.violation_error_code, str(rule.violation_error_message))
        for model in apps.get_models()
        for rule in model._meta.constraints
        if rule.violation_error_code
    }


def _permitted(actor: Actor, declared: Declared) -> Declared:
    if actor.looks_only:
        raise NotPermitted("looks_only", LOOKS_ONLY)
    if not (actor.may(declared) or SYSTEM_ROLE in actor.roles):
        raise NotPermitted("not_permitted", f"This is not for your role: {declared.summary}")
    return declared


@contextmanager
def _one_run() -> Iterator[Run]:
    running = _running.get()
    if running is not None:
        yield running
        return
    running = Run(causes=[])
    token = _running.set(running)
    try:
        yield running
        if running.events:
            announce(sorted(running.events, key=lambda event: event.id))
    finally:
        _running.reset(token)


def event_of(
    id: UUID, name: str, actor: Actor, subject: Any, changes: dict[str, Any], cause: UUID | None, *, at: datetime
) -> Event:
    """The unsaved event of one fact about `subject`, as it is now."""
    return Event(
        id=id,
        vendor_id=actor.vendor_id,
        partnership_id=_reader(actor, subject),
        name=name,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        on_behalf_of=actor.on_behalf_of or getattr(subject, "on_behalf_of", ""),
        subject_type=subject.id_prefix,
        subject_id=subject.pk,
        data=subject.snapshot(),
        changes=changes,
        cause_id=cause,
        at=at,
    )


def _reader(actor: Actor, subject: Any) -> UUID | None:
    """The partnership that may read events about this row, None for the vendor alone.

    People, keys and invitations have no audience of their own: their events belong to the side that acted.
    """
    if not hasattr(subject, "audience"):
        return getattr(subject, "partnership_id", actor.partnership_id)
    return subject.partnership_id if subject.audience == "partner" else None
