"""The real export, as it is published."""

from collections import Counter
from pathlib import Path

import pytest

import hansa.customers
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.customers.actions import map_import, start_import, upload_import
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.models import Company, Import, ImportRow, Opportunity, Owner
from hansa.programs.models import ProductLine
from hansa.testing.cast import Cast

FOLDER = Path(hansa.customers.__file__).parent / "data" / "maven_crm"
FILES = ("sales_teams.csv", "products.csv", "accounts.csv", "sales_pipeline.csv")


def bring_in(cast: Cast, name: str) -> Import:
    manager, vendor = cast.channel_manager.actor, cast.channel_manager.workspace.vendor
    import_ = upload_import(manager, vendor, file_name=name, content=(FOLDER / name).read_bytes())
    start_import(manager, import_)
    return run_to_the_end(cast.system, import_.pk)


@pytest.fixture
def imported(cast: Cast) -> dict[str, Import]:
    return {name: bring_in(cast, name) for name in FILES}


def test_every_row_is_accounted_for_and_a_file_leaves_one_event_of_all_its_rows(
    cast: Cast, imported: dict[str, Import]
) -> None:
    assert {name: import_.totals["created"] for name, import_ in imported.items()} == {
        "sales_teams.csv": 35,
        "products.csv": 7,
        "accounts.csv": 85,
        "sales_pipeline.csv": 8800,
    }
    for import_ in imported.values():
        assert import_.status == Import.Status.DONE
        assert sum(import_.totals.values()) == import_.rows_total == import_.rows_done
    with acting(cast.system):
        assert Opportunity.objects.count() == 8800
        assert ImportRow.objects.filter(source=imported["sales_pipeline.csv"]).count() == 8800
        assert Opportunity.objects.filter(company=None).count() == 1425
        assert Owner.objects.count() == 35
        names = Counter(Event.objects.values_list("name", flat=True))
    assert names == {"import.uploaded": 4, "import.started": 4, "import.finished": 4}


def test_the_misspelt_product_is_found(cast: Cast, imported: dict[str, Import]) -> None:
    with acting(cast.system):
        assert Opportunity.objects.filter(product_line=ProductLine.objects.get(name="GTX Pro")).count() == 1480
        assert not Opportunity.objects.filter(product_line=None).exists()
        told = ImportRow.objects.filter(message="“GTXPro” was read as GTX Pro.")
        assert told.count() == 1480


def test_stages_close_opportunities_and_dates_are_day_month_year(cast: Cast, imported: dict[str, Import]) -> None:
    with acting(cast.system):
        stages = Counter(Opportunity.objects.values_list("status_text", "is_open", "won"))
        first = Opportunity.objects.get(external_id="1C1I7A6R")
    assert stages == {
        ("Won", False, True): 4238,
        ("Lost", False, False): 2473,
        ("Engaging", True, None): 1589,
        ("Prospecting", True, None): 500,
    }
    assert (str(first.opened_on), str(first.closed_on), str(first.moved_on)) == (
        "2016-10-20",
        "2017-03-01",
        "2017-03-01",
    )
    assert first.amount_minor == 1054_00


def test_misspelt_countries_and_parents_are_understood(cast: Cast, imported: dict[str, Import]) -> None:
    with acting(cast.system):
        countries = dict(Company.objects.values_list("name", "country"))
        assert countries["Bioholding"] == "PH"
        assert countries["Hottechi"] == "KR"
        assert "" not in countries.values()
        assert Company.objects.filter(name="Codehow", parent__name="Acme Corporation").exists()
        assert Company.objects.exclude(parent=None).count() == 15


def test_a_second_run_changes_nothing(cast: Cast, imported: dict[str, Import]) -> None:
    for name in FILES:
        again = bring_in(cast, name)
        assert again.totals == {"created": 0, "updated": 0, "unchanged": again.rows_total, "rejected": 0}


def test_the_columns_can_be_said_by_hand(cast: Cast) -> None:
    manager = cast.channel_manager.actor
    content = (FOLDER / "accounts.csv").read_bytes()
    import_ = upload_import(manager, cast.channel_manager.workspace.vendor, file_name="a.csv", content=content)
    map_import(manager, import_, columns={"name": "account", "city": "office_location"})
    start_import(manager, import_)
    run_to_the_end(cast.system, import_.pk)
    with acting(cast.system):
        kenyan = Company.objects.get(name="Betatech")
        assert (kenyan.city, kenyan.country, kenyan.industry) == ("Kenya", "", "")
