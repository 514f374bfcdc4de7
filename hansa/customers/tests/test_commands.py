"""What operators type, and what programs read of it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

import hansa.customers
from hansa.accounts.actors import client_actor
from hansa.accounts.roles import Role
from hansa.core.tenancy import acting
from hansa.customers.models import Company, Opportunity
from hansa.testing.cast import Cast

MAVEN = Path(hansa.customers.__file__).parent / "data" / "maven_crm"


def run(*words: str) -> tuple[int, list[Any]]:
    """The exit code and the JSON lines of a command."""
    out, code = io.StringIO(), 0
    try:
        call_command(*words, "--json", stdout=out, stderr=io.StringIO())
    except SystemExit as end:
        code = int(end.code or 0)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def export(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return str(folder)


def test_a_folder_is_imported_in_the_order_that_its_files_need(cast: Cast, tmp_path: Path) -> None:
    folder = export(
        tmp_path,
        a="Opportunity ID,Account,Stage\n1,Contoso,Won\n",
        b="Account,Country\nContoso,Netherlands\n",
        c="Table,Field\nx,y\n",
    )
    code, [answer] = run("import", "crm", folder, "--workspace", "northwind")
    assert code == 0
    assert [(file["kind"], file["created"]) for file in answer["files"]] == [("accounts", 1), ("opportunities", 1)]
    assert answer["left_out"] == ["c.csv"]
    with acting(cast.system):
        assert Opportunity.objects.get().company == Company.objects.get(name="Contoso", country="NL")

    assert [file["unmapped"] for file in answer["files"]] == [[], []]

def test_rejected_rows_are_told_by_the_exit_code(cast: Cast, tmp_path: Path) -> None:
    folder = export(tmp_path, a="Opportunity ID,Stage\n1,Won\n1,Won\n")
    code, [answer] = run("import", "crm", folder, "--workspace", "northwind")
    assert (code, answer["files"][0]["rejected"]) == (3, 1)


def test_a_file_that_cannot_be_read_is_told_and_the_others_go_in(cast: Cast, tmp_path: Path) -> None:
    folder = export(tmp_path, a='Account,Country\nKontoso,"NL', b="Account,Country\nContoso,NL\n")
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    code, [answer] = run("import", "crm", folder, "--workspace", "northwind")
    assert code == 3
    assert [file["file"] for file in answer["files"]] == ["b.csv"]
    assert [(file["file"], file["message"].partition(":")[0]) for file in answer["unread"]] == [
        ("a.csv", "a.csv"),
        ("c.xlsx", "c.xlsx"),
    ]
    with acting(cast.system):
        assert Company.objects.get().name == "Contoso"


def test_a_folder_with_nothing_that_can_be_read_is_refused(cast: Cast, tmp_path: Path) -> None:
    folder = export(tmp_path, a='Account,Country\nKontoso,"NL')
    code, [answer] = run("import", "crm", folder, "--workspace", "northwind")
    assert (code, answer["error"]["code"]) == (1, "cut_off")
    assert answer["error"]["message"].startswith("a.csv: ")


def test_dates_that_could_be_either_are_asked_for(cast: Cast, tmp_path: Path) -> None:
    folder = export(tmp_path, a="Opportunity ID,Stage,Close Date\n1,Won,01/02/2029\n")
    code, [answer] = run("import", "crm", folder, "--workspace", "northwind")
    assert (code, answer["error"]["code"]) == (1, "date_order_missing")
    code, _ = run("import", "crm", folder, "--workspace", "northwind", "--date-order", "dmy")
    assert code == 0
    with acting(cast.system):
        assert str(Opportunity.objects.get().closed_on) == "2029-02-01"


@pytest.mark.parametrize(
    ("error", "folder", "workspace"),
    [
        ("no_workspace", ".", "nowhere"),
        ("no_workspace", ".", "northwind-fabrikam"),
        ("no_folder", "/no/such/folder", "northwind"),
    ],
)
def test_what_is_not_there_is_refused(cast: Cast, error: str, folder: str, workspace: str) -> None:
    code, [answer] = run("import", "crm", folder, "--workspace", workspace)
    assert (code, answer["error"]["code"]) == (1, error)


def test_cases_are_ranked_one_line_each(cast: Cast, tmp_path: Path) -> None:
    run(
        "import",
        "crm",
        export(tmp_path, a="Account,Country\nContoso,NL\nKontoso Rail,DE\n"),
        "--workspace",
        "northwind",
    )
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"name": "CONTOSO BV", "country": "Netherlands"}\n\n{"name": "Kontosso Rail", "country": "DE"}\n'
        'oops\n["x"]\n{"name": 5}\n'
    )
    code, answers = run("customers", "lookup", "--workspace", "northwind", "--cases", str(cases))
    assert code == 3
    same, alike, *wrong = answers
    assert (same["matches"][0]["name"], same["matches"][0]["same"]) == ("Contoso", True)
    assert alike["matches"][0]["name"] == "Kontoso Rail"
    assert 0.5 < alike["matches"][0]["score"] < 1
    assert alike["matches"][0]["reasons"]
    assert ["error" in answer for answer in wrong] == [True, True, True]


def test_cases_that_cannot_be_read_are_refused_in_json_too(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"\xff")
    for cases in ("/nope", str(tmp_path), str(tmp_path / "latin")):
        code, [answer] = run("customers", "lookup", "--workspace", "northwind", "--cases", cases)
        assert (code, answer["error"]["code"]) == (1, "cases_unreadable")


def test_a_database_that_is_away_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("server closed the connection\nmore about it")

    monkeypatch.setattr("hansa.customers.management.commands.customers.vendor_workspace", away)
    code, [answer] = run("customers", "lookup", "--cases", "-")
    assert (code, answer["error"]["code"]) == (1, "database_away")
    assert "server closed the connection" in answer["error"]["message"]


def test_a_key_works_at_once_with_what_it_was_given(cast: Cast) -> None:
    code, [answer] = run(
        "api_key",
        "create",
        "--workspace",
        "northwind-fabrikam",
        "--name",
        "bot",
        "--roles",
        "partner_sales",
        "--scopes",
        "read",
    )
    assert code == 0
    client = client_actor(answer["secret"])
    assert client is not None
    assert client.actor.partnership_id == cast.partnership.pk
    assert (client.actor.roles, client.scopes) == (frozenset({Role.PARTNER_SALES}), frozenset({"read"}))


@pytest.mark.parametrize("role", ["partner_sales", "administrator"])
def test_a_key_with_roles_that_do_not_fit_is_refused_with_those_that_do(cast: Cast, role: str) -> None:
    code, [answer] = run("api_key", "create", "--workspace", "northwind", "--name", "bot", "--roles", role)
    assert (code, answer["error"]["code"]) == (1, "role_unknown")


def test_a_vendor_is_founded_once(db: None) -> None:
    words = ("vendor", "create", "--name", "Acme", "--slug", "acme", "--admin-email", "a@acme.example")
    code, [answer] = run(*words)
    assert (code, answer["workspace"]) == (0, "acme")
    assert answer["password"]
    code, [answer] = run(*words)
    assert (code, answer["error"]["code"]) == (1, "slug_in_use")


def test_a_verb_is_needed(db: None) -> None:
    with pytest.raises(CommandError, match="VERB"):
        call_command("import")
    assert "vendor_admin" in answer["error"]["message"]
    assert "partner_sales" not in answer["error"]["message"]


@pytest.mark.parametrize("name", ["", "  "])
def test_a_key_without_a_name_is_refused(cast: Cast, name: str) -> None:
    code, [answer] = run("api_key", "create", "--workspace", "northwind", "--name", name, "--roles", "vendor_admin")
    assert (code, answer["error"]["code"]) == (1, "name_missing")
