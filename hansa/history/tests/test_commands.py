import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from hansa.core.tenancy import acting
from hansa.history.models import Unsealed
from hansa.testing.cast import Cast

NO_SUCH_HEAD = {"day": "2026-01-01", "position": 2, "hash": "00" * 32}


def hansa(capsys: Any, *words: str, code: int = 0) -> Any:
    """What `hansa chain …` answers for programs."""
    try:
        call_command("chain", *words, "--workspace", "northwind", "--json")
        ended = 0
    except SystemExit as end:
        ended = int(end.code or 0)
    assert ended == code
    return json.loads(capsys.readouterr().out)


def test_an_operator_seals_verifies_and_exports(cast: Cast, capsys, tmp_path: Path) -> None:
    assert hansa(capsys, "head", code=1)["error"]["code"] == "nothing_sealed"
    cast.register()
    assert hansa(capsys, "seal") == {"sealed": 2, "heads": 0}
    head = hansa(capsys, "head")
    assert head["position"] == 2
    found = hansa(capsys, "verify")
    assert (found["entries"], found["hash"], found["findings"]) == (2, head["hash"], [])
    file = tmp_path / "chain.jsonl"
    assert hansa(capsys, "export", "--to", str(file))["written"] == 2
    assert json.loads(file.read_text().splitlines()[-1])["hash"] == head["hash"]
    assert hansa(capsys, "export", "--to", str(file), "--after", "1")["written"] == 1
    assert hansa(capsys, "export", "--to", str(tmp_path / "no" / "such"), code=1)["error"]["code"] == "not_written"


@pytest.mark.parametrize(
    ("head", "code", "said"),
    [
        ({}, 3, "entries 1 to 2: not all as they were, says the kept head of 2026-01-01"),
        ({"position": 9}, 3, "entries 1 to 9: 7 of them are gone, says the kept head of 2026-01-01"),
        ({"vendor": "vendor_01kaj3e5xq9m2v7c4t8w6y0r1s"}, 1, "heads_of_another"),
        ({"hash": "no hash"}, 1, "heads_unreadable"),
    ],
)
def test_heads_that_were_kept_outside_are_held_against_the_chain(
    cast: Cast, capsys, tmp_path: Path, head: dict[str, Any], code: int, said: str
) -> None:
    cast.register()
    hansa(capsys, "seal")
    file = tmp_path / "heads.jsonl"
    file.write_text(json.dumps({"vendor": cast.vendor_admin.workspace.vendor.public_id, **NO_SUCH_HEAD, **head}))
    answer = hansa(capsys, "verify", "--heads", str(file), code=code)
    assert said in json.dumps(answer)


def test_an_event_that_waits_is_not_missed(cast: Cast, capsys) -> None:
    cast.register()
    assert hansa(capsys, "verify")["findings"] == []
    with acting(cast.system):
        Unsealed.objects.all().delete()
    assert len(hansa(capsys, "verify", code=3)["findings"]) == 2
