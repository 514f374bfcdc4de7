"""Over which ways news comes, as each person has chosen."""

import inspect
import re

import pytest
from django.core import mail
from django.test import Client

from hansa.core.events import HANDLERS
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.kernel.errors import Invalid
from hansa.notices.choosing import choose, chosen
from hansa.notices.kinds import KIND_OF, Channel, Kind
from hansa.notices.models import Notice
from hansa.partnerships.actions import start_looking
from hansa.talk.actions import post_message
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

TELLING = re.compile(r"notify\(|enqueue\(\"tell_")
TELLS = {n for n, handlers in HANDLERS.items() for it in handlers.values() if TELLING.search(inspect.getsource(it))}


def told(person: Person) -> list[str]:
    with acting(person.actor):
        return list(Notice.objects.visible_to(person.actor).values_list("title", flat=True))


def mailed(person: Person) -> list[str]:
    return [letter.subject for letter in mail.outbox if letter.to == [person.user.email]]


def page(person: Person) -> str:
    return f"/w/{person.workspace.slug}/notifications/"


@pytest.fixture
def deal(cast: Cast) -> Deal:
    deal = cast.register()
    run_jobs()
    mail.outbox.clear()
    return deal


def test_every_event_that_reactions_tell_of_is_of_a_kind() -> None:
    assert set(KIND_OF) == TELLS


def test_news_comes_to_the_inbox_and_by_mail_until_somebody_chooses(cast: Cast) -> None:
    assert set(chosen(cast.partner_rep.actor).values()) == {Channel.MAIL}


def test_who_wants_no_mail_still_has_it_in_the_inbox(cast: Cast, deal: Deal) -> None:
    choose(cast.channel_manager.actor, {"waiting": "inbox"})
    cast.register(customer="Litware", domain="")
    run_jobs()
    assert "Litware waits for a decision" in told(cast.channel_manager)
    assert mailed(cast.channel_manager) == []


def test_who_wants_nothing_of_a_kind_is_told_nothing_of_it_and_of_others_as_before(cast: Cast, deal: Deal) -> None:
    choose(cast.channel_manager.actor, {"conversation": "nothing"})
    before = told(cast.channel_manager)
    post_message(cast.partner_rep.actor, deal, text="Hello?")
    run_jobs()
    assert told(cast.channel_manager) == before
    cast.register(customer="Litware", domain="")
    run_jobs()
    assert mailed(cast.channel_manager) == ["Northwind: Litware waits for a decision"]


def test_the_choice_of_one_person_is_nobody_elses(cast: Cast, deal: Deal) -> None:
    choose(cast.channel_manager.actor, {"conversation": "nothing"})
    post_message(cast.channel_manager.actor, deal, text="A question")
    run_jobs()
    assert len(mailed(cast.partner_rep)) == 1


def test_one_may_change_ones_mind(cast: Cast, deal: Deal) -> None:
    choose(cast.channel_manager.actor, {"conversation": "nothing"})
    choose(cast.channel_manager.actor, {"conversation": "mail"})
    post_message(cast.partner_rep.actor, deal, text="Hello?")
    run_jobs()
    assert len(mailed(cast.channel_manager)) == 1


@pytest.mark.parametrize(
    ("kind", "channel"),
    [("security", "inbox"), ("security", "nothing"), ("decided", "nothing"), ("waiting", "mail"), ("gossip", "mail")],
)
def test_what_is_not_offered_cannot_be_chosen(cast: Cast, kind: str, channel: str) -> None:
    with pytest.raises(Invalid):
        choose(cast.partner_rep.actor, {kind: channel})
    assert set(chosen(cast.partner_rep.actor).values()) == {Channel.MAIL}


def test_security_is_mailed_whatever_was_chosen(cast: Cast) -> None:
    choices = {str(kind): "inbox" for kind in chosen(cast.partner_rep.actor) if kind != Kind.SECURITY}
    choose(cast.partner_rep.actor, choices)
    start_looking(cast.vendor_admin.actor, cast.partnership, person=cast.partner_rep.membership, reason="Case 7")
    run_jobs()
    assert len(mailed(cast.partner_rep)) == 1


def test_each_mail_leads_to_the_choice(cast: Cast, settings) -> None:
    cast.register()
    run_jobs()
    [letter] = mail.outbox
    address = f"{settings.BASE_URL}/w/northwind/notifications/"
    assert address in letter.body
    assert address in letter.alternatives[0][0]  # type: ignore[attr-defined]


def test_the_page_keeps_what_is_chosen_on_it(cast: Cast, browse) -> None:
    browser: Client = browse(cast.partner_rep)
    everything = {"decided": "inbox", "asked": "mail", "ending": "mail", "tier": "inbox", "conversation": "nothing"}
    everything |= {"rules": "inbox"}
    answer = browser.post(page(cast.partner_rep), everything, follow=True)
    assert "Saved." in answer.content.decode()
    now = {str(kind): str(channel) for kind, channel in chosen(cast.partner_rep.actor).items()}
    assert now == {**everything, "security": "mail"}


def test_the_page_refuses_what_is_not_offered(cast: Cast, browse) -> None:
    answer = browse(cast.partner_rep).post(page(cast.partner_rep), {"decided": "nothing"})
    assert answer.status_code == 422
    assert chosen(cast.partner_rep.actor)[Kind.DECIDED] == Channel.MAIL


def test_the_page_is_linked_from_the_inbox_and_the_persons_menu(cast: Cast, browse) -> None:
    inbox = browse(cast.partner_rep).get(f"/w/{cast.partner_rep.workspace.slug}/inbox/").content.decode()
    assert inbox.count(f'href="{page(cast.partner_rep)}"') == 2


def test_a_machine_reads_and_changes_the_choice_of_who_made_its_key(cast: Cast) -> None:
    admin = machine(cast.partner_admin)
    before = {one["kind"]: one for one in admin.get("/notification-settings").json()["settings"]}
    assert before["conversation"]["channels"] == ["mail", "inbox", "nothing"]
    assert before["security"]["channels"] == ["mail"]
    answer = admin.patch("/notification-settings", {"channels": {"conversation": "inbox"}})
    after = {one["kind"]: one["channel"] for one in answer.json()["settings"]}
    assert after == {**dict.fromkeys(before, "mail"), "conversation": "inbox"}
    assert chosen(cast.partner_admin.actor)[Kind.CONVERSATION] == Channel.INBOX
    assert set(chosen(cast.partner_rep.actor).values()) == {Channel.MAIL}


def test_a_machine_cannot_switch_security_off(cast: Cast) -> None:
    answer = machine(cast.partner_admin).patch("/notification-settings", {"channels": {"security": "nothing"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "channel_not_offered")
