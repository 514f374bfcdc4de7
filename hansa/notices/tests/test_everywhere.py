"""One person's inbox over all the workspaces in which they work."""

from itertools import pairwise

import pytest
from django.http import QueryDict
from django.test import Client

from hansa.accounts.actions import demand_second_factor, offboard_member
from hansa.accounts.models import Membership
from hansa.core.tenancy import acting
from hansa.kernel.ids import new_id
from hansa.notices.everywhere import inbox_of
from hansa.notices.models import Notice
from hansa.testing.cast import Cast, Person
from hansa.testing.reading import text_of

INBOX = "/inbox/"


def notice_for(person: Person, title: str) -> Notice:
    with acting(person.actor):
        return Notice.objects.create(
            vendor_id=person.workspace.vendor_id,
            partnership_id=person.workspace.partnership_id,
            recipient=person.membership,
            event_id=new_id(),
            title=title,
            path="",
        )


def also_at(person: Person, other: Person) -> Person:
    """The same person, at work where somebody else works too."""
    member = Membership.objects.create(
        user=person.user, organization=other.workspace.organization, roles=other.membership.roles
    )
    return Person(person.user, member, other.workspace)


def read(person: Person, before: str = "") -> str:
    browser = Client()
    browser.force_login(person.user)
    answer = browser.get(INBOX + before)
    assert answer.status_code == 200
    return text_of(answer)


@pytest.fixture
def elsewhere(cast: Cast) -> Person:
    """Mara, who works for a partner of another vendor too."""
    return also_at(cast.partner_rep, cast.stranger_rep)


def test_it_shows_the_notices_of_every_workspace_newest_first_and_whose_they_are(cast: Cast, elsewhere: Person) -> None:
    for person, title in ((cast.partner_rep, "First"), (elsewhere, "Second"), (cast.partner_rep, "Third")):
        notice_for(person, title)
    page = read(cast.partner_rep)
    places = [page.index(title) for title in ("Third", "Second", "First")]
    assert places == sorted(places)
    assert page.index("Second") < page.index("Wingtip, Tailspin") < page.index("First")


def test_it_shows_nobody_elses(cast: Cast, elsewhere: Person) -> None:
    for other in (cast.rival_rep, cast.partner_admin, cast.stranger_rep, cast.vendor_admin):
        notice_for(other, "Not for Mara")
    assert "Not for Mara" not in read(cast.partner_rep)


def test_a_notice_is_read_from_there_and_leads_to_its_page(cast: Cast, elsewhere: Person) -> None:
    notice = notice_for(elsewhere, "Second")
    browser = Client()
    browser.force_login(cast.partner_rep.user)
    address = f"/w/{elsewhere.workspace.slug}/inbox/{notice.public_id}/"
    assert f'action="{address}"' in browser.get(INBOX).content.decode()
    assert browser.post(address).headers["Location"] == f"/w/{elsewhere.workspace.slug}/"
    assert "unread" not in browser.get(INBOX).content.decode()


def test_all_of_them_are_marked_as_read_at_once_and_nobody_elses(cast: Cast, elsewhere: Person) -> None:
    for person in (cast.partner_rep, elsewhere, cast.stranger_rep):
        notice_for(person, "News")
    browser = Client()
    browser.force_login(cast.partner_rep.user)
    browser.post(f"{INBOX}read/")
    assert not inbox_of(cast.partner_rep.user).unread
    assert inbox_of(cast.stranger_rep.user).unread


def test_the_pages_hold_each_notice_once_in_order(cast: Cast, elsewhere: Person) -> None:
    for number in range(7):
        notice_for((cast.partner_rep, elsewhere)[number % 2], f"News {number}")
    seen, page = [], inbox_of(cast.partner_rep.user, size=3)
    while True:
        seen += page.lines
        if not page.older:
            break
        page = inbox_of(cast.partner_rep.user, QueryDict(page.older[1:])["before"], size=3)
    assert [line.notice.title for line in seen] == [f"News {number}" for number in reversed(range(7))]
    assert all(one.notice.created_at >= other.notice.created_at for one, other in pairwise(seen))


@pytest.mark.parametrize("before", ["x", "2026-01-01~", "2026-01-01T00:00:00~" + "0" * 32, "2026-01-01T00:00:00Z~y"])
def test_a_page_that_is_none_is_not_there(cast: Cast, browse, before: str) -> None:
    assert browse(cast.partner_rep).get(INBOX, {"before": before}).status_code == 404


def test_where_one_has_left_nothing_is_shown_any_more(cast: Cast, elsewhere: Person) -> None:
    notice_for(elsewhere, "Second")
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    notice_for(cast.partner_rep, "First")
    page = read(cast.partner_rep)
    assert "Second" in page
    assert "First" not in page


def test_a_vendor_that_demands_a_second_step_shows_nothing_without_one(cast: Cast, elsewhere: Person) -> None:
    console = also_at(cast.partner_rep, cast.vendor_admin)
    notice_for(console, "For the team")
    notice_for(elsewhere, "Second")
    demand_second_factor(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor)
    page = read(cast.partner_rep)
    assert "Northwind asks its team for a second step" in page
    assert "For the team" not in page
    assert "Second" in page


def test_it_is_linked_where_one_chooses_and_from_each_inbox_of_who_works_in_several(
    cast: Cast, elsewhere: Person, browse
) -> None:
    browser, link = browse(cast.partner_rep), f'href="{INBOX}"'
    assert link in browser.get("/").content.decode()
    assert link in browser.get(f"/w/{elsewhere.workspace.slug}/inbox/").content.decode()
    alone = browse(cast.rival_rep).get(f"/w/{cast.rival_rep.workspace.slug}/inbox/").content.decode()
    assert link not in alone


def test_who_is_not_logged_in_is_led_to_the_log_in(cast: Cast) -> None:
    assert Client().get(INBOX).headers["Location"].startswith("/account/login/")
