import sys

import pytest
from django.db import OperationalError

from hansa.site import cli


@pytest.mark.parametrize("noun", ["api-key", "customers", "import", "vendor"])
def test_a_noun_says_its_verbs(noun: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["hansa", noun, "--help"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 0
    assert "VERB" in capsys.readouterr().out


def test_without_a_noun_it_lists_them(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["hansa"])
    assert cli.main() == 0
    assert "customers" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_its_help_is_about_its_own_commands(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hansa", word])
    assert cli.main() == 0
    said = capsys.readouterr().out
    told = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.startswith("  ")}
    assert {"api-key", "customers", "import", "migrate", "vendor", "worker"} <= set(told)
    assert "flush" not in told
    assert all(told.values())


def test_usage_names_a_command_as_it_is_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hansa", "api-key", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().out
    assert "hansa api-key" in said
    assert "api_key" not in said


def test_a_database_that_is_away_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(sys, "argv", ["hansa", "migrate"])
    monkeypatch.setattr(cli, "execute_from_command_line", away)
    assert cli.main() == 1
    assert "The database cannot be used: connection refused." in capsys.readouterr().err
