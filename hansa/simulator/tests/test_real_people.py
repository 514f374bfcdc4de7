"""An invented past moves the database's clock: never under people who are at work."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from hansa.accounts.models import User, Workspace
from hansa.testing.cast import Cast


@pytest.fixture
def somebody_real(committed: Cast) -> None:
    User.objects.create_user("grace@hopper.dev", None, name="Grace")


@pytest.mark.parametrize("command", ["simulate", "demo"])
def test_no_past_is_told_where_somebody_real_works(somebody_real: None, command: str) -> None:
    Workspace.objects.filter(slug="northwind").update(slug="moved-away")
    before = Workspace.objects.count()
    said = io.StringIO()
    with pytest.raises((CommandError, SystemExit)) as refusal:
        call_command(command, stderr=said)
    assert "real people" in f"{refusal.value} {said.getvalue()}"
    assert Workspace.objects.count() == before
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM core_clock")
        assert cursor.fetchone() is None
    connections["owner"].close()
