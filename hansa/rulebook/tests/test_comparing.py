"""Any two versions beside each other, for the vendor."""

from typing import Any

from hansa.deals.rules import APPROVAL
from hansa.rulebook.actions import draft_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import PolicyVersion
from hansa.testing.cast import Cast

PAGE = "/w/northwind/program/policies/registration-approval/compare/"
BUILT_IN = write_table(APPROVAL.built_in.table).decode()


def version(cast: Cast, was: str, becomes: str) -> PolicyVersion:
    dmn = BUILT_IN.replace(was, becomes)
    vendor = cast.vendor_admin.workspace.vendor
    made: PolicyVersion = draft_policy(cast.vendor_admin.actor, vendor, policy=APPROVAL, dmn=dmn)
    return made


def test_the_newest_stands_beside_what_is_in_force_until_others_are_chosen(cast: Cast, browse: Any) -> None:
    first, second = version(cast, "&gt; 365", "&gt; 180"), version(cast, "&gt; 365", "&gt; 90")
    page = browse(cast.vendor_admin).get(PAGE).content.decode()
    assert "1 row differs" in page
    assert "more than 90 days" in page
    chosen = {"old": first.public_id, "new": second.public_id}
    page = browse(cast.vendor_admin).get(PAGE, chosen).content.decode()
    assert "more than 180 days" in page
    assert (
        "No row differs" in browse(cast.vendor_admin).get(PAGE, {"old": "built-in", "new": "in-force"}).content.decode()
    )


def test_as_partners_read_it_nothing_of_the_vendors_own_shows(cast: Cast, browse: Any) -> None:
    version(cast, "A direct lead at this customer is open", "A hushed lead")
    page = browse(cast.vendor_admin).get(PAGE).content.decode()
    assert "A hushed lead" in page
    page = browse(cast.vendor_admin).get(PAGE, {"told": "on"}).content.decode()
    assert "No row differs" in page
    assert "hushed" not in page


def test_answers_stand_in_the_policys_words(cast: Cast, browse: Any) -> None:
    drafted = version(cast, '<text>"approved"', '<text>"under_review"')
    admin = browse(cast.vendor_admin)
    for address in (PAGE, PAGE.replace("compare/", ""), f"/w/northwind/program/policies/versions/{drafted.public_id}/"):
        page = admin.get(address).content.decode()
        assert "Under review" in page
        assert "evidence missing" in page
        assert "under_review" not in page
        assert "evidence_missing" not in page


def test_what_is_no_version_is_refused_and_said(cast: Cast, browse: Any) -> None:
    answer = browse(cast.vendor_admin).get(PAGE, {"old": "policy_none"})
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()
