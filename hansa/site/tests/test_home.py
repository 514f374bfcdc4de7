import json
import os
import stat
import subprocess
import sys

import pytest

from hansa.site import home


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HANSA_HOME", str(tmp_path / "my home"))
    return tmp_path / "my home"


def test_the_home_is_made_at_first_use(folder):
    assert not folder.exists()
    assert home.home() == folder
    assert folder.is_dir()


def test_a_secret_stays_the_same_and_differs_from_others():
    first = home.secret("one")
    assert home.secret("one") == first
    assert home.secret("two") != first


def test_only_the_owner_reads_the_secrets(folder):
    home.secret("one")
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


def test_many_who_ask_at_once_get_the_same_secrets(folder):
    code = "import sys; from hansa.site.home import secret; print([secret(f'n{i}') for i in range(20)])"
    askers = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(4)]
    assert len({asker.communicate()[0] for asker in askers}) == 1
    assert len(json.loads((folder / "secrets.json").read_text())) == 20


def test_a_draft_that_a_crash_left_is_no_obstacle(folder):
    home.home()
    (folder / "secrets.json.new").write_text("half")
    assert home.secret("one")


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "8000.0"])
def test_a_port_that_is_none_is_refused(text, monkeypatch):
    monkeypatch.setenv("HANSA_PORT", text)
    with pytest.raises(ValueError, match="HANSA_PORT"):
        home.port()


def test_the_port_is_8000_unless_told(monkeypatch):
    monkeypatch.delenv("HANSA_PORT", raising=False)
    assert home.port() == 8000
    monkeypatch.setitem(os.environ, "HANSA_PORT", "8123")
    assert home.port() == 8123
