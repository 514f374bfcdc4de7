"""From a draft to the rule that decides, and back, through the pages and the actions."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from hansa.core.tenancy import acting, moment
from hansa.deals.rules import APPROVAL, PROTECTION
from hansa.kernel.errors import DomainError
from hansa.rulebook.actions import (
    TableUnfit,
    change_policy,
    draft_policy,
    propose_policy,
    publish_policy,
    withdraw_policy,
)
from hansa.rulebook.dmn.syntax import HitPolicy, Malformed
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import Decision, PolicyVersion
from hansa.testing import races
from hansa.testing.cast import Cast, Person, chief_of

PAGE = "/w/northwind/program/policies/"
BUILT_IN = write_table(APPROVAL.built_in.table).decode()
EVERYTHING_IS_LOOKED_AT = BUILT_IN.replace(
    '<outputEntry>\n          <text>"approved"</text>', '<outputEntry>\n          <text>"under_review"</text>'
)


@pytest.fixture
def chief(cast: Cast) -> Person:
    return chief_of(cast)


def draft(cast: Cast, dmn: str = EVERYTHING_IS_LOOKED_AT, **changes: Any) -> PolicyVersion:
    given = {"policy": APPROVAL, "dmn": dmn, "summary": "A person looks at everything.", "takes": False, **changes}
    return draft_policy(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor, **given)


def published(cast: Cast, chief: Person, begins: datetime | None = None, **changes: Any) -> PolicyVersion:
    version = draft(cast, **changes)
    propose_policy(cast.vendor_admin.actor, version)
    done: PolicyVersion = publish_policy(chief.actor, version, begins=begins)
    return done


def test_a_published_table_decides_from_its_beginning(cast: Cast, chief: Person) -> None:
    assert cast.register(customer="Before", domain="before.example").status == "approved"
    published(cast, chief)
    deal = cast.register(customer="After", domain="after.example")
    assert deal.status == "under_review"
    with acting(cast.deal_desk.actor):
        assert Decision.objects.get(subject_id=deal.pk).version == "1"


def test_no_table_passes_over_a_customer_that_is_protected(cast: Cast, chief: Person) -> None:
    free = BUILT_IN.replace('"duplicate"</text>\n        </outputEntry>', '"approved"</text>\n        </outputEntry>')
    published(cast, chief, dmn=free)
    cast.register()
    assert cast.register(cast.rival_rep).status == "duplicate"


def test_the_author_does_not_publish(cast: Cast, chief: Person) -> None:
    version = draft(cast)
    propose_policy(cast.vendor_admin.actor, version)
    with pytest.raises(DomainError, match="colleague"):
        publish_policy(cast.vendor_admin.actor, version)


def test_what_takes_something_is_told_a_month_before(cast: Cast, chief: Person) -> None:
    version = draft(cast, takes=True)
    propose_policy(cast.vendor_admin.actor, version)
    with pytest.raises(DomainError, match="30 days before"):
        publish_policy(chief.actor, version)
    publish_policy(chief.actor, version, begins=version.created_at + timedelta(days=31))
    assert cast.register().status == "approved"


def test_nothing_begins_in_the_past(cast: Cast, chief: Person) -> None:
    version = draft(cast)
    propose_policy(cast.vendor_admin.actor, version)
    with pytest.raises(DomainError, match="past"):
        publish_policy(chief.actor, version, begins=version.created_at - timedelta(hours=1))


def test_the_former_version_published_again_takes_the_change_back(cast: Cast, chief: Person) -> None:
    first = published(cast, chief)
    second = published(cast, chief, dmn=BUILT_IN)
    assert cast.register().status == "approved"
    with acting(cast.vendor_admin.actor):
        first.refresh_from_db()
    assert first.ends == second.begins


def test_a_version_to_come_can_be_withdrawn_and_the_one_before_goes_on(cast: Cast, chief: Person) -> None:
    first = published(cast, chief, dmn=BUILT_IN)
    second = draft(cast)
    propose_policy(cast.vendor_admin.actor, second)
    second = publish_policy(chief.actor, second, begins=second.created_at + timedelta(days=5))
    second = withdraw_policy(cast.vendor_admin.actor, second)
    with acting(cast.vendor_admin.actor):
        first.refresh_from_db()
    assert (second.status, first.ends) == ("withdrawn", None)
    with pytest.raises(DomainError, match="in force already"):
        withdraw_policy(cast.vendor_admin.actor, first)


def test_what_stands_between_two_can_be_withdrawn(cast: Cast, chief: Person) -> None:
    first, now = published(cast, chief), moment_of(cast)
    second, third = (published(cast, chief, begins=now + timedelta(days=days)) for days in (5, 10))
    withdraw_policy(cast.vendor_admin.actor, second)
    with acting(cast.vendor_admin.actor):
        first.refresh_from_db()
    assert first.ends == third.begins


def test_withdrawn_and_followed_at_the_same_moment_versions_leave_no_gap(committed: Cast) -> None:
    cast, chief = committed, chief_of(committed)
    published(cast, chief)
    with races.contest(cast, [cast.vendor_admin, chief]) as contest:
        for days in range(2, 20, 2):
            now = moment_of(cast)
            coming = published(cast, chief, begins=now + timedelta(days=days))
            following = propose_policy(cast.vendor_admin.actor, draft(cast))
            answers = contest.race(
                [
                    partial(withdraw_policy, cast.vendor_admin.actor, coming),
                    partial(publish_policy, chief.actor, following, begins=now + timedelta(days=days + 1)),
                ]
            )
            assert [one.error for one in answers if one.error] == []
            with acting(cast.vendor_admin.actor):
                rows = PolicyVersion.objects.filter(status=PolicyVersion.Status.PUBLISHED).order_by("during")
                periods = [(row.begins, row.ends) for row in rows]
            ends, begins = [end for _, end in periods], [begin for begin, _ in periods]
            assert ends == [*begins[1:], None]


def test_a_published_table_stays_as_it_is(cast: Cast, chief: Person) -> None:
    version = published(cast, chief)
    with pytest.raises(DomainError, match="Only a draft"):
        change_policy(cast.vendor_admin.actor, version, policy=APPROVAL, dmn=BUILT_IN, summary="x", takes=False)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('"approved"</text>', '"maybe"</text>', 'row 13, status: "maybe" is none of'),
        ("<text>own_claim</text>", "<text>color</text>", "is no fact of this policy"),
        ('hitPolicy="FIRST"', 'hitPolicy="COLLECT"', "wants one answer"),
        ("<description>Nobody else works on this customer with these product lines.</description>", "", "needs a note"),
    ],
)
def test_a_table_that_does_not_fit_the_policy_is_refused_with_the_place(
    was: str, becomes: str, said: str, cast: Cast, chief: Person
) -> None:
    assert was in BUILT_IN
    with pytest.raises(TableUnfit, match=said.replace("(", "\\(")):
        draft(cast, dmn=BUILT_IN.replace(was, becomes))


def test_outputs_stand_in_the_policys_order_however_a_file_has_them() -> None:
    table = APPROVAL.built_in.table
    rows = tuple(replace(row, values=row.values[::-1]) for row in table.rows)
    turned = replace(table, outputs=table.outputs[::-1], rows=rows)
    assert APPROVAL.read(write_table(turned)) == table
    because, status = turned.outputs
    ranked = (replace(because, allowed=()), status)
    with pytest.raises(Malformed, match="from left to right: status, because"):
        APPROVAL.read(write_table(replace(turned, outputs=ranked, hit_policy=HitPolicy.PRIORITY)))


def test_days_beyond_reason_are_refused(cast: Cast, chief: Person) -> None:
    table = write_table(PROTECTION.built_in.table).decode().replace("<text>30</text>", "<text>9000</text>")
    with pytest.raises(TableUnfit, match="no whole number from -700 to 700"):
        draft(cast, policy=PROTECTION, dmn=table)


def test_from_the_page_to_the_partner(cast: Cast, chief: Person, browse: Any) -> None:
    author, colleague, partner = browse(cast.vendor_admin), browse(chief), browse(cast.partner_rep)
    given = {"dmn": EVERYTHING_IS_LOOKED_AT, "summary": "A person looks at everything.", "takes": "on"}
    saved = author.post(f"{PAGE}registration-approval/draft/", given)
    page = saved["Location"]
    assert "changed" in author.get(page).content.decode()
    author.post(f"{page}propose/")
    assert "A colleague publishes it" in author.get(page).content.decode()
    begins = f"{moment_of(cast) + timedelta(days=40):%Y-%m-%dT%H:%M}"
    assert colleague.post(f"{page}publish/", {"begins": begins}).status_code == 302
    rules = partner.get(f"/w/{cast.partner_rep.workspace.slug}/program/").content.decode()
    assert "A person looks at everything." in rules
    assert "comes into force" in rules
    assert "An open direct opportunity" not in rules


def test_a_mistake_in_a_cell_is_told_and_nothing_is_lost(cast: Cast, chief: Person, browse: Any) -> None:
    broken = BUILT_IN.replace("&gt; 365", "&gt; a year")
    answer = browse(cast.vendor_admin).post(f"{PAGE}registration-approval/draft/", {"dmn": broken, "summary": "New."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "a year" in page
    assert "cannot be read" in page
    assert "New." in page


def test_one_case_is_tried(cast: Cast, chief: Person, browse: Any) -> None:
    version = draft(cast)
    case = {fact.name: "no" for fact in APPROVAL.vocabulary} | {"similarity": "", "days_to_close": "400", "try": "1"}
    case |= {"in_territory": "yes", "has_web_address": "yes", "tier_rank": "1", "amount_minor": "100"}
    page = browse(cast.vendor_admin).get(f"{PAGE}versions/{version.public_id}/", case).content.decode()
    assert "Row 12 fires" in page


def test_an_amount_is_tried_as_money(cast: Cast, chief: Person, browse: Any) -> None:
    by_amount = BUILT_IN.replace("<text>days_to_close</text>", "<text>amount_minor</text>")
    version = draft(cast, dmn=by_amount.replace("&gt; 365", "&gt; 1500000"))
    case = {fact.name: "no" for fact in APPROVAL.vocabulary} | {"similarity": "", "days_to_close": "40", "try": "1"}
    case |= {"in_territory": "yes", "has_web_address": "yes", "tier_rank": "1"}
    client, address = browse(cast.vendor_admin), f"{PAGE}versions/{version.public_id}/"
    page = client.get(address, case | {"amount_minor": "15.000,01 €"}).content.decode()
    assert "Row 12 fires: Under review." in page
    assert "more than €15,000" in page
    assert "minor units" not in page
    assert "Row 13 fires: Approved." in client.get(address, case | {"amount_minor": "15,000"}).content.decode()
    assert "Write the amount in figures" in client.get(address, case | {"amount_minor": "much"}).content.decode()


def moment_of(cast: Cast) -> Any:
    with acting(cast.vendor_admin.actor):
        return moment()
