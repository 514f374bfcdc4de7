from collections.abc import Iterator
from functools import partial
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser

from hansa.core.garbage import spare_what_is_loaded
from hansa.testing import browser, databases
from hansa.testing.cast import Cast, Person, build_cast
from hansa.testing.world import World, build_world

# The files that take longest, in this order: begun last, they would leave one worker busy while the others are done.
LONGEST = (
    "test_isolation",
    "test_how_to",
    "test_run",
    "test_api_races",
    "test_fuzz",
    "test_walk_console",
    "test_life",
    "test_api_docs",
    "test_walk_portal",
    "test_walk_security",
    "test_answers_tell_nothing",
    "test_api_walk",
    "test_demonstration",
    "test_engines_agree",
)


def pytest_configure() -> None:
    """Serve static files from the source: nothing collects them before a test. No property fails by being slow."""
    hypothesis.settings.register_profile(
        "hansa", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("hansa")
    settings.WHITENOISE_USE_FINDERS = True
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def pytest_collection_finish() -> None:
    """Looking for garbage among what modules and tests hold for good takes one second of fifteen."""
    spare_what_is_loaded()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    with django_db_blocker.unblock():
        databases.create(f"hansa_test_{worker_id}")
    yield
    for connection in connections.all():
        connection.close()


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast, in a transaction that is rolled back after the test."""
    return build_cast()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The fixed cast, committed, for tests with several connections; every table is emptied afterwards."""
    with django_db_blocker.unblock():
        databases.empty()
        yield build_cast()
        connections["default"].close()
        databases.empty()


@pytest.fixture
def browse() -> Any:
    """A web client logged in as one of the cast: `browse(cast.partner_rep)`."""

    def log_in(person: Person | None = None) -> Client:
        client = Client()
        if person:
            client.force_login(person.user)
        return client

    return log_in


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser; tests that need it are skipped where there is none."""
    try:
        with browser.chromium() as window:
            yield window
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def visit(committed: Cast, chromium: Browser) -> Iterator[Any]:
    """A visitor of the live site: `visit(cast.partner_rep, size="desktop")`; take the cast from `committed`."""
    with browser.live_server() as address:
        yield partial(browser.visitor, chromium, address)
        for context in chromium.contexts:
            context.close()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A row of every party in every table, committed for a module's tests, which leave it as it is."""
    with django_db_blocker.unblock():
        databases.empty()
        yield build_world()
        connections["default"].close()
        databases.empty()
