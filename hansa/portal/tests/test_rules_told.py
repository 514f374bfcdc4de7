"""What each side reads of the rules in force and to come, and how what changes is marked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hansa.core.tenancy import acting, moment
from hansa.deals.rules import APPROVAL, VALIDATION
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Program
from hansa.rulebook.actions import draft_policy, propose_policy, publish_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import Policy
from hansa.testing.cast import Cast, chief_of
from hansa.tiers.rules import POINTS

PARTNER = "/w/northwind-fabrikam/program/"
VENDOR = "/w/northwind/program/"


def announced(cast: Cast, policy: Policy, *changes: tuple[str, str], after: int = 40) -> PolicyVersion:
    """A version that differs from the table in force by these texts, published to begin in so many days."""
    dmn = write_table(policy.built_in.table).decode()
    for was, becomes in changes:
        assert was in dmn, was
        dmn = dmn.replace(was, becomes, 1)
    workspace = cast.vendor_admin.workspace
    version = draft_policy(
        cast.vendor_admin.actor, workspace.vendor, policy=policy, dmn=dmn, summary="Times get shorter.", takes=True
    )
    propose_policy(cast.vendor_admin.actor, version)
    with acting(cast.vendor_admin.actor):
        begins = moment() + timedelta(days=after)
    done: PolicyVersion = publish_policy(chief_of(cast).actor, version, begins=begins)
    return done


def test_a_partner_reads_what_will_change_from_when_and_what_it_was(cast: Cast, browse: Any) -> None:
    announced(cast, APPROVAL, ("&gt; 365", "&gt; 180"))
    page = browse(cast.partner_rep).get(PARTNER).content.decode()
    assert "Times get shorter." in page
    assert "comes into force" in page
    assert "more than 365 days</del>" in page
    assert "more than 180 days</ins>" in page
    assert "changed" in page
    whole = browse(cast.partner_rep).get(f"{PARTNER}rules/registration-approval/")
    [coming] = whole.context["coming"]
    assert [[word for word, _ in row.marks] for row in coming.changes] == [["changed"]]
    assert coming.same == len(coming.rows) - 1


def test_points_are_told_once_the_vendor_has_a_table_for_them(cast: Cast, browse: Any) -> None:
    for person, page in ((cast.partner_rep, PARTNER), (cast.channel_manager, VENDOR)):
        assert POINTS.title not in browse(person).get(page).content.decode()
        assert POINTS.title in browse(person).get(f"{page}rules/{POINTS.name}/").content.decode()
    announced(cast, POINTS, ("No points are counted.", "They follow."))
    for person, page in ((cast.partner_rep, PARTNER), (cast.channel_manager, VENDOR)):
        assert POINTS.title in browse(person).get(page).content.decode()


def test_amounts_are_told_as_money(cast: Cast, browse: Any) -> None:
    dmn = write_table(VALIDATION.built_in.table).decode()
    row = next(part for part in dmn.split("<rule ") if part.startswith('id="no-amount"'))
    announced(cast, VALIDATION, (row, row.replace("&lt; 1<", "&lt; 1500000<")))
    page = browse(cast.partner_rep).get(f"{PARTNER}rules/registration-validation/").content.decode()
    assert "zero or less</del>" in page
    assert "less than €15,000</ins>" in page
    assert "minor units" not in page


def test_a_row_that_comes_and_one_that_goes_are_marked_in_words(cast: Cast, browse: Any) -> None:
    dmn = write_table(APPROVAL.built_in.table).decode()
    far = next(part for part in dmn.split("<rule ")[1:] if "&gt; 365" in part).split("</rule>")[0]
    new = far.replace("&gt; 365", "&lt; 0").split(">", 1)[1]
    announced(cast, APPROVAL, (f"<rule {far}</rule>", f'<rule id="in-the-past">{new}</rule>'))
    page = browse(cast.partner_rep).get(f"{PARTNER}rules/registration-approval/")
    words = [word for row in page.context["coming"][0].changes for word, _ in row.marks]
    assert sorted(words) == ["added", "removed"]


@pytest.mark.parametrize(
    "change",
    [
        ("A direct lead at this customer is open", "A secret lead is open"),
        ("<text>earlier_claim</text>", "<text>crm_account</text>"),
    ],
)
def test_a_change_of_what_only_the_vendor_knows_shows_partners_nothing(
    change: tuple[str, str], cast: Cast, browse: Any
) -> None:
    announced(cast, APPROVAL, change)
    [coming] = browse(cast.partner_rep).get(f"{PARTNER}rules/registration-approval/").context["coming"]
    assert coming.changes == []
    assert coming.remarks == []
    partners = browse(cast.partner_rep).get(PARTNER).content.decode()
    assert "No rule reads differently for you." in partners
    assert "secret" not in partners
    [seen] = browse(cast.vendor_admin).get(f"{VENDOR}rules/registration-approval/").context["coming"]
    assert seen.changes or seen.remarks


def test_rows_without_an_id_are_all_told(cast: Cast, browse: Any) -> None:
    dmn = write_table(VALIDATION.built_in.table).decode()
    named = [part.split('"')[0] for part in dmn.split('<rule id="')[1:]]
    announced(cast, VALIDATION, *((f'<rule id="{name}"', "<rule") for name in named))
    [coming] = browse(cast.partner_rep).get(f"{PARTNER}rules/registration-validation/").context["coming"]
    assert len(coming.rows) == len(named)
    assert coming.changes == []


@pytest.mark.parametrize("who", ["partner_rep", "vendor_admin"])
def test_the_page_costs_the_same_however_many_places_and_policies_there_are(cast: Cast, browse: Any, who: str) -> None:
    client, page = browse(getattr(cast, who)), PARTNER if who == "partner_rep" else VENDOR
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    with acting(cast.system):
        vendor = cast.vendor_admin.workspace.vendor
        for number in range(3):
            other = Program.objects.create(vendor=vendor, name=f"Program {number}")
            given = {"program": other, "partnership": cast.partnership, "partner_types": ["reseller"]}
            Enrollment.objects.create(vendor=vendor, **given)
    with CaptureQueriesContext(connection) as more:
        client.get(page)
    assert len(more) == len(few)
    assert sum("rulebook_policyversion" in query["sql"] for query in more) == 1


def test_a_policy_that_is_none_is_not_there(cast: Cast, browse: Any) -> None:
    assert browse(cast.partner_rep).get(f"{PARTNER}rules/nonsense/").status_code == 404
