from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hansa.core.tenancy import acting
from hansa.customers.models import Company
from hansa.testing.cast import Cast
from hansa.testing.machine import Machine, machine

CSV = b"account,country,website\nAdatum Corporation,NL,adatum.example\nTrey Research,Nowhere,\n"


@pytest.fixture
def vendor(cast: Cast) -> Machine:
    return machine(cast.vendor_admin)


@pytest.fixture
def partner(cast: Cast) -> Machine:
    return machine(cast.partner_admin)


def company(cast: Cast) -> Company:
    with acting(cast.system):
        return Company.objects.get(pk=cast.register().company_id)


def test_a_company_is_read_found_and_corrected(cast: Cast, vendor: Machine) -> None:
    path = f"/companies/{company(cast).public_id}"
    read = vendor.get(path)
    assert vendor.get("/companies").json()["data"][0]["id"] == read.json()["id"]
    [match] = vendor.get("/company-matches", {"name": "CONTOSO Logistics B.V.", "country": "NL"}).json()["data"]
    assert match["company"] == read.json()["id"]
    edited = vendor.patch(path, {"city": "Utrecht", "aliases": ["Contoso"]}, if_match=read["ETag"])
    assert (edited.json()["city"], edited.json()["aliases"]) == ("Utrecht", ["Contoso"])
    assert vendor.patch(path, {"city": "Delft"}, if_match=read["ETag"]).status_code == 412
    assert vendor.patch(path, {"city": None}).status_code == 422


def test_a_company_becomes_a_part_of_another(cast: Cast, vendor: Machine) -> None:
    kept = company(cast)
    merged = cast.register(cast.rival_rep, customer="Contoso Cargo", domain="cargo.example", lines=[cast.planner])
    with acting(cast.system):
        other = Company.objects.get(pk=merged.company_id).public_id
    answer = vendor.post(f"/companies/{kept.public_id}/merger", {"merged": other})
    assert "Contoso Cargo" in answer.json()["aliases"], answer.content
    assert vendor.get(f"/companies/{other}").json()["merged_into"] == kept.public_id


def test_a_column_that_no_field_takes_is_named(cast: Cast, vendor: Machine) -> None:
    sent = vendor.upload("/imports", b"account,D-U-N-S,Mood\nAdatum,150483782,good\n").json()
    assert sent["mapping"]["columns"] == {"name": "account", "duns": "D-U-N-S"}
    assert sent["unmapped"] == ["Mood"]
    assert vendor.get(f"/imports/{sent['id']}").json()["unmapped"] == ["Mood"]


@pytest.mark.parametrize(
    "words", [{"domain": "https://www.contoso-logistics.example/x"}, {"name": "Contoso Logistics"}]
)
def test_a_name_or_a_domain_finds_a_company(cast: Cast, vendor: Machine, words: dict[str, str]) -> None:
    known = company(cast).public_id
    [match] = vendor.get("/company-matches", words).json()["data"]
    assert match["company"] == known


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({}, "words_missing"),
        ({"name": " ", "domain": ""}, "words_missing"),
        ({"country": "NL"}, "words_missing"),
        ({"domain": "ask reception"}, "domain_unreadable"),
        ({"domain": "a\0.example"}, "malformed"),
    ],
)
def test_nothing_to_go_by_is_refused(cast: Cast, vendor: Machine, words: dict[str, str], code: str) -> None:
    answer = vendor.get("/company-matches", words)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_partner_does_not_even_learn_that_there_are_companies(cast: Cast, partner: Machine) -> None:
    known = company(cast).public_id
    for path in ("/companies", f"/companies/{known}", "/company-matches?name=Contoso", "/imports"):
        assert partner.get(path).status_code == 404
    assert partner.patch(f"/companies/{known}", {"city": "Delft"}).status_code == 404
    assert partner.upload("/imports", CSV).status_code == 404


def test_a_file_is_sent_mapped_and_discarded(cast: Cast, vendor: Machine) -> None:
    sent = vendor.upload("/imports", CSV, idempotency_key="a")
    assert (sent.status_code, sent.json()["kind"]) == (201, "accounts"), sent.content
    assert vendor.upload("/imports", CSV, idempotency_key="a").content == sent.content
    assert vendor.upload("/imports", CSV + b"x,NL,\n", idempotency_key="a").status_code == 422
    path = f"/imports/{sent.json()['id']}"
    mapped = vendor.patch(path, {"columns": {"name": "account"}}, if_match=sent["ETag"])
    assert mapped.json()["mapping"]["columns"] == {"name": "account"}
    assert (sent.json()["unmapped"], mapped.json()["unmapped"]) == ([], ["country", "website"])
    assert vendor.post(f"{path}/start").json()["status"] == "running"
    assert vendor.get(f"{path}/errors").json() == {"data": [], "next": None}
    other = vendor.upload("/imports", CSV).json()["id"]
    assert vendor.post(f"/imports/{other}/discarding").json()["status"] == "discarded"


@pytest.mark.parametrize("content", [b"", b"\x00\x00", b"PK\x03\x04half", b"\xd0\xcf\x11\xe0", b"\xff\xfe\x00"])
def test_an_unreadable_file_is_a_problem(cast: Cast, vendor: Machine, content: bytes) -> None:
    assert vendor.upload("/imports", content).status_code == 422


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"knid": "opportunities"}, "unknown_parameter"),
        ({"kind": SimpleUploadedFile("kind", b"accounts")}, "unknown_parameter"),
        ({"kind": ["accounts", "opportunities"]}, "repeated_parameter"),
    ],
)
def test_a_form_says_what_it_may_and_that_once(cast: Cast, vendor: Machine, more: dict[str, Any], code: str) -> None:
    headers = {"authorization": f"Bearer {vendor.secret}"}
    form = {"file": SimpleUploadedFile("file.csv", CSV), **more}
    answer = vendor.client.post("/api/v1/imports", form, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert vendor.get("/imports").json()["data"] == []


def test_a_broken_form_is_a_problem(cast: Cast, vendor: Machine) -> None:
    answer = vendor.client.generic(
        "POST", "/api/v1/imports", b"--x", "multipart/form-data", headers={"authorization": f"Bearer {vendor.secret}"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
