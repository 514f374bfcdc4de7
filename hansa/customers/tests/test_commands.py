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
from hansa.accounts.models import Workspace
from hansa.accounts.roles import Role
from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.customers.models import Company, Opportunity
from hansa.customers.resolve import rows_of
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
    assert [file["unmapped"] for file in answer["files"]] == [[], []]
    with acting(cast.system):
        assert Opportunity.objects.get().company == Company.objects.get(name="Contoso", country="NL")


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


def look_up(lines: str, *words: str, tmp_path: Path) -> tuple[int, list[Any]]:
    """The answers to these lines in northwind, whose only customer is Umbrella Cargo of umbrella.example."""
    with acting(System("test", Workspace.objects.get(slug="northwind").vendor_id)):
        vendor = Workspace.objects.get(slug="northwind").vendor
        known = Company(vendor=vendor, name="Umbrella Cargo", domain="umbrella.example", country="NL")
        for row in rows_of(known):
            row.save()
    (tmp_path / "cases.jsonl").write_text(lines)
    return run("customers", "lookup", "--workspace", "northwind", "--cases", str(tmp_path / "cases.jsonl"), *words)


def test_a_domain_alone_is_explained_by_the_domain(cast: Cast, tmp_path: Path) -> None:
    code, [answer] = look_up('{"domain": "umbrella.example"}', tmp_path=tmp_path)
    [match] = answer["matches"]
    assert (code, match["name"], match["same"]) == (0, "Umbrella Cargo", True)
    assert match["reasons"] == ["same web domain umbrella.example"]


def test_a_country_that_is_guessed_is_said(cast: Cast, tmp_path: Path) -> None:
    code, [answer] = look_up('{"name": "Umbrella Cargo", "country": "Neverland"}', tmp_path=tmp_path)
    assert (code, answer["remarks"]) == (0, ["Country “Neverland” was read as Netherlands."])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("oops", "Line 2: it must hold a JSON object with a name or a domain, such as {"),
        ('["x"]', "Line 2: it must hold a JSON object"),
        ("[" * 100_000, "Line 2: it must hold a JSON object"),
        ("{}", "Line 2: Give a name or a web domain."),
        ('{"country": "NL"}', "Line 2: Give a name or a web domain."),
        ('{"name": 5}', "Line 2: name must be text"),
        (r'{"name": "\ud800"}', "Line 2: name holds half a character."),
        ('{"domain": "no domain"}', "Line 2: “no domain” is no web domain"),
        ('{"name": "x", "country": "Atlantis"}', "Line 2: There is no country “Atlantis”."),
    ],
)
def test_a_line_that_is_no_case_is_told_by_its_number(cast: Cast, tmp_path: Path, line: str, said: str) -> None:
    code, [answer] = look_up(f"\n{line}\n", tmp_path=tmp_path)
    assert (code, answer["line"]) == (3, 2)
    assert answer["error"].startswith(said)


@pytest.mark.parametrize("limit", ["0", "-3", "101"])
def test_a_number_of_matches_that_cannot_be_is_refused(cast: Cast, tmp_path: Path, limit: str) -> None:
    code, [answer] = look_up('{"name": "x"}', "--limit", limit, tmp_path=tmp_path)
    assert (code, answer["error"]["field"]) == (1, "limit")


def test_no_cases_are_no_lines(cast: Cast, tmp_path: Path) -> None:
    assert look_up("\n", tmp_path=tmp_path) == (0, [])


def test_broken_text_on_standard_input_is_told_by_its_line(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"name": "x"}\n{"name": "\xff"}\n')))
    code, [answer] = run("customers", "lookup", "--workspace", "northwind", "--cases", "-")
    assert (code, answer["error"]["code"]) == (1, "cases_unreadable")
    assert "line 2 is not UTF-8" in answer["error"]["message"]


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
    assert "vendor_admin" in answer["error"]["message"]
    assert "partner_sales" not in answer["error"]["message"]


@pytest.mark.parametrize("name", ["", "  "])
def test_a_key_without_a_name_is_refused(cast: Cast, name: str) -> None:
    code, [answer] = run("api_key", "create", "--workspace", "northwind", "--name", name, "--roles", "vendor_admin")
    assert (code, answer["error"]["code"]) == (1, "name_missing")


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
