"""Tables and cases made to break the reader, over the API and the form: refused in plain words, in bounded time."""

from collections.abc import Iterator
from time import process_time
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hansa.deals.rules import PROTECTION
from hansa.rulebook.dmn.writing import write_table
from hansa.testing.cast import Cast
from hansa.testing.machine import API, Machine, machine

GOOD = write_table(PROTECTION.built_in.table).decode()
RULE = GOOD[GOOD.index("<rule") : GOOD.index("</rule>") + 7]
BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + "&a;" * 1000 + '">]>'
HEAD, _, BODY = GOOD.partition("?>")
SCRIPT = "<script>alert(1)</script>"
VERSIONS = "/policy-versions"
DRAFT = "/w/northwind/program/policies/registration-protection/draft/"
MOST_SECONDS = 6  # of work, where one second is usual on a machine that does nothing else

HOSTILE = {
    "ten thousand rows": (GOOD.replace(RULE, "<rule/>" * 10_000, 1), "are too many"),
    "deep nesting": (GOOD.replace(RULE, "<a>" * 10_000 + "</a>" * 10_000, 1), "nested too deeply"),
    "elements without end": ("<definitions>" + "<a/>" * 210_000 + "</definitions>", "too many elements"),
    "an entity bomb": (f"{HEAD}?>{BOMB}{BODY}", "declares entities"),
    "a file of another": (f'{HEAD}?><!DOCTYPE d SYSTEM "file:///etc/passwd">{BODY}', "declares entities"),
    "a huge number": (GOOD.replace("<text>30</text>", f"<text>{'9' * 1_900}</text>", 1), "too large"),
    "a number beyond a text": (GOOD.replace("<text>30</text>", f"<text>{'9' * 500_000}</text>", 1), "are too many"),
    "a cell without end": (GOOD.replace("<text>30</text>", f"<text>{'not(' * 400}</text>", 1), "cannot be read"),
    "no XML": ("\x00\x01", "no well-formed XML"),
    "another encoding": (GOOD.replace("utf-8", "utf-16"), "well-formed|encoding"),
    "many mistakes": (GOOD.replace(RULE, "<rule></rule>" * 1_900, 1), "do not fit"),
}

each_file = pytest.mark.parametrize("name", HOSTILE)


@pytest.fixture
def boss(cast: Cast) -> Machine:
    return machine(cast.vendor_admin)


@pytest.fixture(autouse=True)
def _bounded(cast: Cast) -> Iterator[None]:
    began = process_time()
    yield
    assert process_time() - began < MOST_SECONDS


@each_file
def test_the_api_refuses_it_with_its_place(name: str, boss: Machine) -> None:
    dmn, said = HOSTILE[name]
    answer = boss.post(VERSIONS, {"policy": PROTECTION.name, "dmn": dmn})
    assert answer.status_code == 422, answer.content[:500]
    problem = answer.json()
    assert len(problem["errors"]) <= 101
    assert len(answer.content) < 100_000
    assert any(word in problem["detail"] for word in said.split("|"))


@each_file
def test_an_imported_file_is_refused_likewise(name: str, boss: Machine) -> None:
    dmn, said = HOSTILE[name]
    answer = boss.upload(f"/policies/{PROTECTION.name}/files", dmn.encode(), "table.dmn")
    assert answer.status_code == 422, answer.content[:500]
    assert any(word in answer.json()["detail"] for word in said.split("|"))


@each_file
def test_the_form_says_what_is_wrong(name: str, cast: Cast, browse: Any) -> None:
    dmn, said = HOSTILE[name]
    file = SimpleUploadedFile("table.dmn", dmn.encode())
    answer = browse(cast.vendor_admin).post(DRAFT, {"file": file, "summary": "Kept."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This table cannot be used yet" in page
    assert any(word in page for word in said.split("|"))
    assert "Kept." in page


def test_what_is_too_large_is_refused_before_it_is_read(boss: Machine, cast: Cast, browse: Any) -> None:
    large = b" " * 2_100_000
    assert boss.post(VERSIONS, {"policy": PROTECTION.name, "dmn": "x" * 1_100_000}).status_code == 413
    assert boss.upload(f"/policies/{PROTECTION.name}/files", large).status_code == 413
    page = browse(cast.vendor_admin).post(DRAFT, {"file": SimpleUploadedFile("table.dmn", large)})
    assert page.status_code == 422
    assert "Keep the file under 2 MB." in page.content.decode()


def test_what_is_no_text_is_refused(boss: Machine) -> None:
    latin = GOOD.replace("days", "d\xe4ys").encode("latin-1")
    answer = boss.upload(f"/policies/{PROTECTION.name}/files", latin)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_utf8")
    for body in (b'{"policy": "registration-protection", "dmn": "\\ud800"}', b'{"dmn": "\xff"}'):
        answer = boss.client.post(
            API + VERSIONS, body, content_type="application/json", headers={"authorization": f"Bearer {boss.secret}"}
        )
        assert answer.status_code == 422, answer.content


def test_a_script_in_a_note_is_text_wherever_it_is_shown(boss: Machine, cast: Cast, browse: Any) -> None:
    note = GOOD[GOOD.index("<description>", GOOD.index("<rule")) + 13 :].partition("</description>")[0]
    dmn = GOOD.replace(note, SCRIPT.replace("<", "&lt;").replace(">", "&gt;"), 1)
    version = boss.post(VERSIONS, {"policy": PROTECTION.name, "dmn": dmn, "summary": SCRIPT}).json()
    assert SCRIPT in [row["note"] for row in boss.get(f"{VERSIONS}/{version['id']}/table").json()["rows"]]
    author = browse(cast.vendor_admin)
    for path in (f"versions/{version['id']}/", f"versions/{version['id']}/change/", f"{PROTECTION.name}/compare/"):
        page = author.get(f"/w/northwind/program/policies/{path}").content.decode()
        assert "alert(1)" in page
        assert SCRIPT not in page


@pytest.mark.parametrize("number", ["9" * 5_000, "1e999999", "NaN", "[[[" * 2_000, '"' + "9" * 60_000 + '"'])
def test_a_case_beyond_all_bounds_is_refused(number: str, boss: Machine) -> None:
    version = boss.post(VERSIONS, {"policy": PROTECTION.name, "dmn": GOOD}).json()["id"]
    body = b'{"facts": {"deal_type": "new", "tier_rank": ' + number.encode() + b"}}"
    answer = boss.client.post(
        f"{API}{VERSIONS}/{version}/trial",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {boss.secret}"},
    )
    assert answer.status_code in (400, 422), answer.content
    assert len(answer.content) < 2_000
    assert orjson.loads(answer.content)["status"] == answer.status_code
