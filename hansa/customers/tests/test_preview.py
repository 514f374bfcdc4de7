"""What a person reads before an import begins."""

import pytest
from django.db import connection, transaction

from hansa.core.tenancy import acting
from hansa.customers.imports.run import Preview, preview_import
from hansa.customers.models import Import, ImportRow
from hansa.customers.tests.test_import import ACCOUNTS, OPPORTUNITIES, bring_in, upload
from hansa.testing.cast import Cast

MORE_ACCOUNTS = ACCOUNTS.replace(",rail,", ",railways,") + "Fabrikam,,Philipines,,\n,,,x,\n"
FILES = {
    "accounts": MORE_ACCOUNTS,
    "opportunities": OPPORTUNITIES,
    "leads": "Lead ID,Company,Lead Status,Lead Owner\n1,Contoso Group,Open,Ada\n2,Tailspin,Converted,\n2,Again,Open,\n",
    "owners": "Sales Agent,Manager\nAda,Grace\nAda,Grace\n",
    "products": "Product\nfleet-analytics\nTeleporter 3000\n",
}


def preview(cast: Cast, import_: Import) -> Preview:
    """The preview, made where the database refuses every write and every lock on a row."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        return preview_import(cast.channel_manager.actor, import_)


def test_a_preview_says_what_would_become_of_rows(cast: Cast) -> None:
    bring_in(cast, ACCOUNTS)
    shown = preview(cast, upload(cast, MORE_ACCOUNTS))
    assert [row.outcome for row in shown.rows] == ["unchanged"] * 3 + ["updated", "created", "rejected"]
    assert shown.rows[4].message == "Country “Philipines” was read as Philippines."
    assert shown.mapping["columns"]["country"] == "Billing Country"


@pytest.mark.parametrize("kind", FILES)
def test_the_import_does_what_the_preview_said_and_the_preview_writes_nothing(cast: Cast, kind: str) -> None:
    bring_in(cast, ACCOUNTS)
    said = {row.number: (row.outcome, row.message) for row in preview(cast, upload(cast, FILES[kind], kind=kind)).rows}
    done = bring_in(cast, FILES[kind], kind=kind)
    with acting(cast.system):
        rows = list(ImportRow.objects.filter(source=done))
    assert said == {row.number: (row.outcome, row.message) for row in rows}
