"""Requests that leave nothing behind, and what can be said about their answers."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection, transaction
from django.test import Client, RequestFactory

from hansa.core.actors import Actor, System
from hansa.core.database import Query, ask_together
from hansa.core.tenancy import acting
from hansa.testing.census import WITHOUT_VENDOR
from hansa.testing.world import World, leaks

ID = re.compile(r"\b[a-z]+_[0-9a-z]{26}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=)"[^"]*"')
UNCOMPARED = {"Set-Cookie", "Date", "Expires", "Content-Length", "X-Request-Id", "ETag", "Server-Timing"}
UNCOUNTED = {"core_counter", "django_session", "usersessions_usersession"}

# Rows that a transaction touched so far, undone ones too. The counts hold what a second of earlier ones left as well;
# a transaction that wrote nothing has no number, and then none of it is looked at. The view of these counts would join
# the indexes of every table, which takes longer than the request.
TOUCHED = """
SELECT relname FROM pg_class
WHERE pg_current_xact_id_if_assigned() IS NOT NULL AND relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid) > 0
"""
DIGEST = "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t"


@dataclass(frozen=True)
class Answer:
    """What came back, as the reader may compare it, and the tables whose rows the request touched."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...]
    touched: frozenset[str]
    changed: frozenset[str]

    @property
    def everything(self) -> str:
        """Body and headers as one text."""
        return self.text + "\n" + "\n".join(f"{name}: {value}" for name, value in self.headers)

    def masked(self, *words: str) -> tuple[int, str]:
        """The answer without ids, tokens and the words that only this request had in it."""
        text = TOKEN.sub(r"\1", self.everything)
        for word in sorted(filter(None, words), key=len, reverse=True):
            text = text.replace(word, "…")
        return self.status, ID.sub("…", text)

    def apart(self, other: "Answer", word: str, others: str) -> str:
        """The first thing in which two answers differ."""
        pairs = zip(self.masked(word)[1].split("\n"), other.masked(others)[1].split("\n"), strict=False)
        line = next((f"{one!r}, {two!r}" for one, two in pairs if one != two), "")
        return f"{self.status}, {other.status} {line[:300]}"


class Door:
    """One party's way in: a client with a person's session or a machine's key.

    `places` are the parties for whom this person works; the actor's own is one of them.
    """

    def __init__(
        self, name: str, world: World, actor: Actor | None, client: Client, places: frozenset[str] = frozenset()
    ):
        self.name, self.world, self.actor, self.client = name, world, actor, client
        self.places = places or frozenset([world.party_of(actor).name] if actor else [])
        # With the cookies of now: what an answer sets is not sent again.
        self.requests = RequestFactory()
        self.requests.defaults = client.defaults
        self.requests.cookies = SimpleCookie({name: it.value for name, it in client.cookies.items()})
        self._answers: dict[tuple[str, ...], Answer] = {}
        self._seen: dict[str, Any] | None = None

    def own(self, method: str, path: str, body: Any = None, *, as_json: bool = False) -> Answer:
        """The answer to a request, which is asked once: nothing changes until the world is looked at anew."""
        if self._seen is not (seen := fingerprints(self.world)):
            self._seen, self._answers = seen, {}
        request = (method, path, json.dumps(body))
        if request not in self._answers:
            self._answers[request] = self.ask(method, path, body, as_json=as_json)
        return self._answers[request]

    def ask(self, method: str, path: str, body: Any = None, *, as_json: bool = False) -> Answer:
        """Send a request within a transaction that is undone."""
        before = fingerprints(self.world)  # here, where nothing is changed yet
        with undone():
            data = (
                {"data": json.dumps(body or {}), "content_type": "application/json"}
                if as_json
                else {"data": body or {}}
            )
            # Django's client would copy what each template was given, too.
            request = self.requests.generic(method, path, **_encoded(method, data, as_json))
            response = self.client.handler(request.environ)
            content = b"".join(response) if response.streaming else response.content
            touched = _touched()
            now = _look_at(self.world, touched)
            changed = frozenset(table for table in touched if now[table] != before[table])
        headers = tuple(sorted((k, v) for k, v in response.headers.items() if k not in UNCOMPARED))
        return Answer(response.status_code, content.decode("utf-8", "replace"), headers, touched, changed)

    def leaks(self, answer: Answer) -> set[str]:
        """Texts in the answer that are not for this party; the companies one works for are named on every page."""
        companies = {self.world.parties[place].person.workspace.organization.name.lower() for place in self.places}
        return {text for text in leaks(self.world, self.actor, answer.everything) if text.lower() not in companies}


class FormReader(HTMLParser):
    """The forms of a page: for each its address, and its fields with the values they come with."""

    def __init__(self, path: str):
        super().__init__()
        self.path, self._select = path, ""
        self.forms: list[tuple[str, dict[str, list[str]]]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form" and facts.get("method", "get").lower() == "post":
            self.forms.append((facts.get("action") or self.path, {}))
        if not self.forms:
            return
        fields = self.forms[-1][1]
        if tag in ("input", "textarea") and facts.get("name"):
            fields.setdefault(facts["name"], []).append(facts.get("value") or _typed(facts))
        elif tag == "select":
            self._select = facts.get("name", "")
        elif tag == "option" and self._select and facts.get("value"):
            fields.setdefault(self._select, []).append(facts["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def forms_in(path: str, html: str) -> list[tuple[str, dict[str, list[str]]]]:
    """(address, {field: values on offer}) of every form that posts."""
    reader = FormReader(path)
    reader.feed(html)
    return reader.forms


def fingerprints(world: World) -> dict[str, Any]:
    """Every table's fingerprint as the world was made, taken once."""
    known: dict[str, Any] | None = getattr(world, "_fingerprints", None)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE relname NOT LIKE 'core_event\\_%%'")
            tables = [name for (name,) in cursor.fetchall()]
        known = _look_at(world, [table for table in tables if _readable(table)])
        world._fingerprints = known  # type: ignore[attr-defined]
    return known


def forget_fingerprints(world: World) -> None:
    """Let the world be looked at anew, because a fixture added to it."""
    world._fingerprints = None  # type: ignore[attr-defined]


def _look_at(world: World, tables: Collection[str]) -> dict[str, Any]:
    """What each of these tables holds, both vendors' rows, as one hash each."""
    shared = [table for table in tables if table in WITHOUT_VENDOR]
    owned = [table for table in tables if table not in WITHOUT_VENDOR]
    found = {table: [rows] for table, rows in zip(shared, ask_together(*map(_digest, shared)), strict=True)}
    for vendor in sorted({party.vendor_id for party in world.parties.values()}) if owned else ():
        with acting(System("fingerprint", vendor), *map(_digest, owned)) as answers:
            for table, rows in zip(owned, answers, strict=True):
                found.setdefault(table, []).append(rows)
    return found


def _digest(table: str) -> Query:
    return DIGEST.format(connection.ops.quote_name(table)), []


@contextmanager
def undone() -> Iterator[None]:
    """A transaction whose end is as if it had not been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _touched() -> frozenset[str]:
    [rows] = ask_together((TOUCHED, []))
    names = {re.sub(r"^core_event_.*", "core_event", name) for (name,) in rows}
    return frozenset(names - UNCOUNTED)


def _readable(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
        return bool(cursor.fetchone()[0])


def _encoded(method: str, data: Mapping[str, Any], as_json: bool) -> dict[str, Any]:
    if as_json:
        return {} if method == "GET" else dict(data)
    if method != "POST":
        return {}
    lines = [f'--probe\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in data["data"].items()]
    return {"data": "".join(lines) + "--probe--\r\n", "content_type": "multipart/form-data; boundary=probe"}


def _typed(facts: Mapping[str, str]) -> str:
    plausible = {"email": "probe@example.org", "date": "2030-01-01", "number": "100", "url": "https://probe.example"}
    return plausible.get(facts.get("type", "text"), "Probe")
