"""Who is told of a change of the rules: colleagues, its author, and the people of partners, each once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hansa.accounts.models import Membership
from hansa.core.tenancy import acting, moment
from hansa.deals.rules import APPROVAL
from hansa.notices.models import Notice
from hansa.partnerships.models import Partnership
from hansa.rulebook import notice_jobs
from hansa.rulebook.actions import (
    draft_policy,
    end_policy,
    propose_policy,
    publish_policy,
    send_back_policy,
    withdraw_policy,
)
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.scope import EVERYBODY, Scope
from hansa.testing.cast import Cast, Person, chief_of
from hansa.testing.queue import run_jobs

SHORTER = write_table(APPROVAL.built_in.table).decode().replace("&gt; 365", "&gt; 180")


@pytest.fixture
def chief(cast: Cast) -> Person:
    return chief_of(cast)


def proposed(cast: Cast, scope: Scope = EVERYBODY, *, takes: bool = True) -> PolicyVersion:
    given: dict[str, Any] = {"dmn": SHORTER, "summary": "Half a year instead of a year.", "takes": takes}
    vendor = cast.vendor_admin.workspace.vendor
    version = draft_policy(cast.vendor_admin.actor, vendor, policy=APPROVAL, scope=scope, **given)
    waiting: PolicyVersion = propose_policy(cast.vendor_admin.actor, version)
    return waiting


def announced(cast: Cast, chief: Person, scope: Scope = EVERYBODY, days: int = 40) -> PolicyVersion:
    version = proposed(cast, scope, takes=days > 0)
    with acting(chief.actor):
        begins = moment() + timedelta(days=days) if days else None
    done: PolicyVersion = publish_policy(chief.actor, version, begins=begins)
    run_jobs()
    return done


def inbox(person: Person, *, unread: bool = False) -> list[Notice]:
    with acting(person.actor):
        found = Notice.objects.visible_to(person.actor).order_by("created_at", "id")
        return list(found.filter(read_at=None) if unread else found)


def test_colleagues_who_may_publish_are_asked_and_then_no_more(cast: Cast, chief: Person) -> None:
    version = proposed(cast)
    run_jobs()
    [asked] = inbox(chief, unread=True)
    assert "waits for a colleague" in asked.title
    assert "Half a year" in asked.text
    assert inbox(cast.vendor_admin) == inbox(cast.deal_desk) == []
    send_back_policy(chief.actor, version)
    run_jobs()
    assert inbox(chief, unread=True) == []
    [back] = inbox(cast.vendor_admin)
    assert "is sent back" in back.title


def test_the_author_and_every_active_partners_people_hear_what_changes_and_when(
    cast: Cast, chief: Person, mailoutbox: Any
) -> None:
    with acting(cast.system):
        Partnership.objects.filter(pk=cast.rivals.pk).update(status="suspended")
    version = announced(cast, chief)
    for person in (cast.partner_admin, cast.partner_rep):
        [told] = inbox(person)
        assert told.title == f"Rules change on {version.begins:%-d %B %Y}: How a registration is decided"
        assert told.text == "Half a year instead of a year."
        assert told.path == "program/rules/registration-approval/"
    assert inbox(cast.rival_rep) == []
    assert any("is published" in one.title for one in inbox(cast.vendor_admin))
    to = [mail.to[0] for mail in mailoutbox if "Rules change" in mail.subject]
    assert sorted(to) == sorted({cast.partner_admin.user.email, cast.partner_rep.user.email})
    assert all("/program/rules/registration-approval/" in mail.body for mail in mailoutbox if mail.to == to[:1])


def test_a_change_that_does_not_come_after_all_is_told(cast: Cast, chief: Person) -> None:
    withdraw_policy(cast.vendor_admin.actor, announced(cast, chief))
    run_jobs()
    titles = [one.title for one in inbox(cast.partner_rep)]
    assert titles[1] == "The rules stay as they are: How a registration is decided"
    withdraw_policy(cast.vendor_admin.actor, proposed(cast))
    run_jobs()
    assert len(inbox(cast.partner_rep)) == 2


def test_many_are_told_in_batches_and_each_once_however_often_a_job_runs(
    cast: Cast, chief: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_jobs, "AT_ONCE", 1)
    announced(cast, chief)
    people = (cast.partner_admin, cast.partner_rep, cast.rival_admin, cast.rival_rep)
    assert [len(inbox(person)) for person in people] == [1, 1, 1, 1]
    first = inbox(cast.partner_rep)[0]
    notice_jobs.tell_of_rules(str(first.event_id), str(first.vendor_id), str(UUID(int=0)))
    run_jobs()
    assert [len(inbox(person)) for person in people] == [1, 1, 1, 1]


def test_who_is_at_two_partners_is_told_where_it_concerns_them_and_only_whom_the_version_decides_about(
    cast: Cast, chief: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_jobs, "AT_ONCE", 1)
    with acting(cast.system):
        both = Membership.objects.create(
            user=cast.partner_rep.user, organization=cast.rivals.organization, roles=cast.rival_rep.membership.roles
        )
    announced(cast, chief, Scope(pilot="Careful", partners=[cast.rivals]))
    with acting(cast.system):
        assert Notice.objects.filter(recipient=both, title__startswith="Rules change").count() == 1
    assert inbox(cast.partner_rep) == inbox(cast.partner_admin) == []
    announced(cast, chief)
    assert [len(inbox(person)) for person in (cast.partner_admin, cast.partner_rep, cast.rival_rep)] == [1, 1, 1]


def test_the_end_of_a_pilot_says_whose_rules_end(cast: Cast, chief: Person) -> None:
    version = announced(cast, chief, Scope(pilot="Careful", partners=[cast.partnership]), days=0)
    end_policy(chief.actor, version, takes=False)
    run_jobs()
    assert inbox(cast.partner_rep)[-1].title == (
        "The rules for the pilot Careful end today: How a registration is decided"
    )
    assert len(inbox(cast.rival_rep)) == 0
