from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hansa.core.tenancy import acting
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.models import Company, Import
from hansa.testing.cast import Cast

HOME = "/w/northwind/imports/"
ACCOUNTS = "account,sector,office_location\nContoso,retail,Germany\n,medical,Kenya\n"


@pytest.fixture
def desk(cast: Cast, browse: Any) -> Client:
    client: Client = browse(cast.channel_manager)
    return client


def upload(client: Client, text: str = ACCOUNTS, name: str = "accounts.csv") -> Any:
    return client.post(HOME, {"file": SimpleUploadedFile(name, text.encode()), "kind": ""})


def kept(cast: Cast) -> Any:
    with acting(cast.system):
        return Import.objects.get()


def answers(cast: Cast, **changes: str) -> dict[str, str]:
    one = kept(cast)
    columns = {f"column_{name}": header for name, header in one.mapping["columns"].items()}
    return {"kind": one.kind, "decimal": ".", "date_order": "", "currency": "EUR", **columns, **changes}


def test_an_uploaded_file_shows_what_would_become_of_its_rows(cast: Cast, desk: Client) -> None:
    page = desk.get(upload(desk).headers["Location"]).content.decode()
    assert "What would become of the first rows" in page
    assert "Nothing is written yet" in page.split(">Import 2 rows<")[0]
    assert "What would become of the first rows" in page.split(">Import 2 rows<")[1]
    assert "Name is missing." in page
    with acting(cast.system):
        assert not Company.objects.exists()


def test_a_file_that_cannot_be_read_is_refused_on_the_page(cast: Cast, desk: Client) -> None:
    answer = upload(desk, "")
    assert answer.status_code == 422
    assert "empty" in answer.content.decode()


def test_a_column_can_be_read_as_something_else(cast: Cast, desk: Client) -> None:
    address = upload(desk).headers["Location"]
    desk.post(f"{address}columns/", answers(cast, column_city="office_location", column_country=""))
    assert kept(cast).mapping["columns"] == {"name": "account", "industry": "sector", "city": "office_location"}


def test_a_needed_column_that_nobody_named_is_asked_for(cast: Cast, desk: Client) -> None:
    address = upload(desk).headers["Location"]
    answer = desk.post(f"{address}columns/", answers(cast, column_name="", then="start"))
    assert answer.status_code == 422
    assert "Say which column holds: Name." in answer.content.decode()


def test_the_result_counts_every_row_and_says_what_was_not_taken(cast: Cast, desk: Client) -> None:
    address = upload(desk).headers["Location"]
    desk.post(f"{address}columns/", answers(cast, then="start"))
    assert "Writing rows" in desk.get(address).content.decode()
    run_to_the_end(cast.system, kept(cast).pk)
    page = desk.get(address).content.decode()
    assert "Name is missing." in page
    file = desk.get(f"{address}remarks.csv")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "Name is missing." in file.content.decode()
    with acting(cast.system):
        assert Company.objects.get().name == "Contoso"


def test_a_discarded_file_is_not_kept(cast: Cast, desk: Client) -> None:
    address = upload(desk).headers["Location"]
    desk.post(f"{address}discard/")
    with acting(cast.system):
        assert bytes(Import.objects.get().content) == b""


def test_nobody_but_the_channel_team_imports(cast: Cast, desk: Client, browse: Any) -> None:
    address = upload(desk).headers["Location"]
    for person in (cast.partner_admin, cast.rival_rep, cast.stranger):
        assert browse(person).get(address).status_code == 404
    assert browse(cast.partner_admin).get("/w/northwind-fabrikam/imports/").status_code == 404
    assert browse(cast.stranger).get(address.replace("northwind", "wingtip")).status_code == 404
    assert browse(cast.deal_desk).get(HOME).status_code == 403
