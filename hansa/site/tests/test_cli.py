import sys

import pytest

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
