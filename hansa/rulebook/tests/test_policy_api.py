"""Policies over the API: from a draft to the rule that decides, and what each side reads."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.utils import timezone

from hansa.accounts.models import Membership
from hansa.deals.rules import APPROVAL
from hansa.rulebook.dmn.writing import write_table
from hansa.testing.cast import Cast, chief_of
from hansa.testing.machine import Machine, machine
from hansa.tiers.facts import TYPE_FACTS

BUILT_IN = write_table(APPROVAL.built_in.table).decode()
SHORTER = BUILT_IN.replace("&gt; 365", "&gt; 180")
VERSIONS = "/policy-versions"
CASE = {
    "own_claim": False,
    "protected": False,
    "direct_opportunity": False,
    "direct_lead": False,
    "earlier_claim": False,
    "similar_conflict": False,
    "held_until_lately": False,
    "crm_account": False,
    "similarity": None,
    "in_territory": True,
    "has_web_address": True,
    "days_to_close": 200,
    "evidence_required": False,
    "evidence_given": False,
    "deal_type": "new",
    "tier_rank": 1,
    "amount_minor": 84_000_00,
    **dict.fromkeys(TYPE_FACTS, False),
}


@pytest.fixture
def boss(cast: Cast) -> Machine:
    return machine(cast.vendor_admin)


@pytest.fixture
def chief(cast: Cast) -> Machine:
    """A program whose key another person of the vendor's made."""
    person = chief_of(cast)
    Membership.objects.filter(pk=person.membership.pk).update(roles=["vendor_admin"])
    person.membership.refresh_from_db()
    return machine(person)


def drafted(boss: Machine, dmn: str = SHORTER, **changes: Any) -> dict[str, Any]:
    body = {"policy": APPROVAL.name, "dmn": dmn, "summary": "Sooner.", "takes": False, **changes}
    answer = boss.post(VERSIONS, body)
    assert answer.status_code == 201, answer.content
    version: dict[str, Any] = answer.json()
    return version


def published(boss: Machine, chief: Machine, **body: Any) -> dict[str, Any]:
    place = f"{VERSIONS}/{drafted(boss)['id']}"
    assert boss.post(f"{place}/proposal").status_code == 200
    answer = chief.post(f"{place}/publication", body)
    assert answer.status_code == 200, answer.content
    version: dict[str, Any] = answer.json()
    return version


def test_a_version_goes_from_draft_to_the_rule_that_decides(cast: Cast, boss: Machine, chief: Machine) -> None:
    version = published(boss, chief)
    assert version["status"] == "published"
    assert version["ends"] is None
    assert boss.get(f"/policies/{APPROVAL.name}").json()["in_force"][0]["version"] == "1"
    listed = boss.get(VERSIONS, {"policy": APPROVAL.name, "status": "published"}).json()["data"]
    assert [one["id"] for one in listed] == [version["id"]]
    assert "dmn" not in listed[0]


def test_nobodys_own_key_publishes_what_they_wrote(boss: Machine) -> None:
    place = f"{VERSIONS}/{drafted(boss)['id']}"
    boss.post(f"{place}/proposal")
    answer = boss.post(f"{place}/publication", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "own_draft")


def test_notice_is_owed_over_the_api_as_on_the_page(boss: Machine, chief: Machine) -> None:
    place = f"{VERSIONS}/{drafted(boss, takes=True)['id']}"
    boss.post(f"{place}/proposal")
    answer = chief.post(f"{place}/publication", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "notice_too_short")
    late = (timezone.now() + timedelta(days=40)).isoformat()
    assert chief.post(f"{place}/publication", {"begins": late}).status_code == 200


def test_sent_back_changed_and_withdrawn(boss: Machine) -> None:
    place = f"{VERSIONS}/{drafted(boss)['id']}"
    assert boss.post(f"{place}/proposal").json()["status"] == "proposed"
    assert boss.patch(place, {"summary": "x"}).json()["code"] == "not_a_draft"
    assert boss.post(f"{place}/return").json()["status"] == "draft"
    changed = boss.patch(place, {"summary": "Much sooner."}).json()
    assert (changed["summary"], changed["dmn"]) == ("Much sooner.", SHORTER)
    assert boss.post(f"{place}/withdrawal").json()["status"] == "withdrawn"


def test_a_change_of_what_has_changed_meanwhile_is_refused(boss: Machine) -> None:
    place = f"{VERSIONS}/{drafted(boss)['id']}"
    known = boss.get(place)["ETag"]
    assert boss.patch(place, {"summary": "First."}, if_match=known).status_code == 200
    assert boss.patch(place, {"summary": "Second."}, if_match=known).status_code == 412


def test_a_file_is_imported_and_comes_out_as_it_was(boss: Machine) -> None:
    answer = boss.upload(f"/policies/{APPROVAL.name}/files", SHORTER.encode(), "approval.dmn")
    assert answer.status_code == 201
    assert answer.json()["takes"] is True
    file = boss.get(answer["Location"].removeprefix("/api/v1"))
    assert file["Content-Type"] == "application/xml"
    assert file.content.decode() == SHORTER
    assert boss.get(f"/policies/registration-protection/files/{answer.json()['id']}").status_code == 404


def test_a_bad_table_is_refused_with_every_cell(boss: Machine) -> None:
    broken = SHORTER.replace("&gt; 180", "over a year").replace('"approved"</text>', '"maybe"</text>')
    answer = boss.post(VERSIONS, {"policy": APPROVAL.name, "dmn": broken})
    assert (answer.status_code, answer.json()["code"]) == (422, "table_unfit")
    first, second = answer.json()["errors"]
    assert (first["field"], first["place"]) == ("dmn", "row 12, From today to the expected close")
    assert "cannot be read" in first["message"]
    assert second["place"] == "row 13, status"
    broken = broken.replace("over a year", "&gt; 1").replace(">true<", ">yes<")
    places = {
        error["place"] for error in boss.post(VERSIONS, {"policy": APPROVAL.name, "dmn": broken}).json()["errors"]
    }
    assert len(places) > 5


def test_a_table_is_read_row_by_row_with_what_partners_read(boss: Machine) -> None:
    table = boss.get(f"{VERSIONS}/{drafted(boss)['id']}/table").json()
    far = next(row for row in table["rows"] if row["number"] == 12)
    asked = {"asks": "From today to the expected close", "test": "> 180", "says": "more than 180 days"}
    assert far["conditions"] == [asked]
    assert far["outputs"] == {"status": "under_review", "because": None}
    hidden = next(row for row in table["rows"] if row["note"] != row["told"])
    assert hidden["told"] == "This customer is taken for one of these product lines."


def test_the_analysis_names_rows_and_shows_a_case(boss: Machine) -> None:
    never = BUILT_IN.replace("&gt; 365", "&gt; 1000").replace(
        "</decisionTable>",
        BUILT_IN[BUILT_IN.rindex("<rule") : BUILT_IN.rindex("</rule>") + 7].replace('id="', 'id="more-')
        + "</decisionTable>",
    )
    found = boss.get(f"{VERSIONS}/{drafted(boss, never)['id']}/findings").json()
    assert [(one["row"], one["by"]) for one in found["unreachable"]] == [(14, [13])]
    assert found["gaps"] == []
    gap = BUILT_IN[: BUILT_IN.rindex("<rule")] + BUILT_IN[BUILT_IN.rindex("</rule>") + 7 :]
    [first, *_] = boss.get(f"{VERSIONS}/{drafted(boss, gap)['id']}/findings").json()["gaps"]
    assert first["case"]["in_territory"] is True


def test_one_case_is_tried(boss: Machine) -> None:
    place = f"{VERSIONS}/{drafted(boss)['id']}/trial"
    said = boss.post(place, {"facts": CASE}).json()
    assert (said["row"], said["outputs"]["status"]) == (12, "under_review")
    lead = boss.post(place, {"facts": {**CASE, "direct_lead": True}}).json()
    assert lead["note"] != lead["told"]


def test_a_case_that_no_table_may_pass_over_is_tried_as_it_would_be_decided(boss: Machine) -> None:
    free = BUILT_IN.replace('"duplicate"</text>\n        </outputEntry>', '"approved"</text>\n        </outputEntry>')
    version = drafted(boss, free)
    tried = boss.post(f"{VERSIONS}/{version['id']}/trial", {"facts": CASE | {"protected": True}}).json()
    assert (tried["outputs"]["status"], tried["built_in"]) == ("duplicate", True)


def test_text_that_nobody_can_see_is_refused_in_a_filter(boss: Machine) -> None:
    for address in (VERSIONS, "/decisions"):
        assert boss.get(address, {"policy": "a\0b"}).status_code == 422


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"own_claim": "perhaps"}, "facts.own_claim", "no boolean"),
        ({"days_to_close": None}, "facts.days_to_close", "no number"),
        ({"days_to_close": 0.1 + 10**30}, "facts.days_to_close", "large"),
        ({"days_to_close": [1]}, "facts.days_to_close", "no number"),
        ({"color": 1}, "facts", "no fact"),
    ],
)
def test_a_case_that_is_none_is_told_which_fact(change: Any, field: str, said: str, boss: Machine) -> None:
    answer = boss.post(f"{VERSIONS}/{drafted(boss)['id']}/trial", {"facts": CASE | change})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert said in error["message"]


def test_two_versions_are_compared(boss: Machine) -> None:
    first, second = drafted(boss, BUILT_IN), drafted(boss)
    for query in ({}, {"against": first["id"]}):
        [change] = boss.get(f"{VERSIONS}/{second['id']}/difference", query).json()["changes"]
        assert (change["change"], change["was"]["conditions"][0]["test"]) == ("changed", "> 365")
        assert change["row"]["conditions"][0]["test"] == "> 180"
    absent = boss.get(f"{VERSIONS}/{second['id']}/difference", {"against": "policy_none"})
    assert absent.json()["errors"][0]["field"] == "against"


def test_a_partner_reads_the_rules_to_come_and_nothing_of_the_vendors_share(
    cast: Cast, boss: Machine, chief: Machine
) -> None:
    begins = (timezone.now() + timedelta(days=40)).isoformat()
    secret = SHORTER.replace("A direct lead at this customer is open", "A hushed lead")
    place = f"{VERSIONS}/{drafted(boss, secret)['id']}"
    boss.post(f"{place}/proposal")
    chief.post(f"{place}/publication", {"begins": begins})
    partner = machine(cast.partner_admin)
    policy = partner.get(f"/policies/{APPROVAL.name}").json()
    assert [one["version"] for one in policy["coming"]] == ["1"]
    assert {fact["audience"] for fact in policy["facts"]} == {"partner"}
    rules = partner.get(f"/policies/{APPROVAL.name}/rules")
    now, coming = rules.json()["tables"]
    assert (now["in_force"], now["changes"]) == (True, [])
    assert [change["row"]["conditions"][0]["test"] for change in coming["changes"]] == ["> 180"]
    assert [row["outputs"] for row in now["rows"] if row["neutral"]] == [
        {"status": "duplicate"},
        {"status": "under_review"},
    ]
    for word in ("hushed", "direct", "crm", "similar", "resembles"):
        assert word not in rules.content.decode().lower()
        assert word not in orjson.dumps(policy["facts"]).decode().lower()
    assert partner.get(f"/policies/{APPROVAL.name}/rules", if_none_match=rules["ETag"]).status_code == 304


def test_versions_are_not_there_for_partners(cast: Cast, boss: Machine) -> None:
    version, partner = drafted(boss)["id"], machine(cast.partner_admin)
    for path in ("", f"/{version}", f"/{version}/table", f"/{version}/findings", f"/{version}/difference"):
        assert partner.get(VERSIONS + path).status_code == 404
    assert partner.post(f"{VERSIONS}/{version}/trial", {"facts": CASE}).status_code == 404
    assert partner.get(f"/policies/{APPROVAL.name}/files/{version}").status_code == 404


def test_who_may_change_no_policy_reads_no_version(cast: Cast, boss: Machine) -> None:
    version = drafted(boss)["id"]
    manager = machine(cast.vendor_admin, roles=["deal_desk"])
    assert manager.get(f"{VERSIONS}/{version}").status_code == 403
    assert manager.post(f"{VERSIONS}/{version}/trial", {"facts": CASE}).status_code == 403
    assert manager.get(f"/policies/{APPROVAL.name}").status_code == 200
