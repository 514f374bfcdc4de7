"""What one side writes, the other reads and is told of."""

import pytest
from django.core import mail

from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.kernel.errors import DomainError
from hansa.notices.models import Notice
from hansa.notices.reading import unread_by_topic
from hansa.partnerships.actions import end_partnership
from hansa.partnerships.models import Partnership
from hansa.talk.actions import post_message, write_note
from hansa.talk.models import Message, Note, Thread, thread_about
from hansa.talk.muting import mute, unmute
from hansa.testing.cast import Cast, Person
from hansa.testing.queue import run_jobs


@pytest.fixture
def deal(cast: Cast) -> Deal:
    deal = cast.register()
    run_jobs()
    mail.outbox.clear()
    return deal


def told(cast: Cast) -> set[str]:
    """Whom the jobs that wait write to."""
    mail.outbox.clear()
    run_jobs()
    return {letter.to[0].split("@")[0] for letter in mail.outbox}


def thread_of(person: Person, deal: Deal) -> Thread:
    with acting(person.actor):
        thread = thread_about(person.actor, deal)
    assert thread
    return thread


def texts(person: Person) -> list[str]:
    with acting(person.actor):
        return list(Message.objects.visible_to(person.actor).order_by("at", "id").values_list("text", flat=True))


def test_both_sides_read_what_either_writes_and_no_rival_does(cast: Cast, deal: Deal) -> None:
    post_message(cast.channel_manager.actor, deal, text="Shall I send the security pack?")
    post_message(cast.partner_rep.actor, deal, text="  Yes please.\n")
    assert texts(cast.partner_admin) == texts(cast.deal_desk) == ["Shall I send the security pack?", "Yes please."]
    assert texts(cast.rival_rep) == texts(cast.stranger) == []


def test_a_message_leaves_an_event_that_does_not_repeat_it(cast: Cast, deal: Deal) -> None:
    message = post_message(cast.partner_rep.actor, deal, text="About the price")
    with acting(cast.partner_rep.actor):
        event = Event.objects.visible_to(cast.partner_rep.actor).get(name="message.posted")
    assert event.subject_id == message.pk
    assert event.data == {"about": deal.public_id, "side": "partner", "via": "page"}


def test_who_answers_for_the_deal_is_told_and_the_author_is_not(cast: Cast, deal: Deal) -> None:
    post_message(cast.partner_rep.actor, deal, text="Hello")
    assert told(cast) == {"jonas"}
    post_message(cast.channel_manager.actor, deal, text="Hello to you")
    assert told(cast) == {"mara"}


def test_who_has_written_is_told_from_then_on(cast: Cast, deal: Deal) -> None:
    post_message(cast.deal_desk.actor, deal, text="A question from the desk")
    assert told(cast) == {"jonas", "mara"}
    post_message(cast.partner_rep.actor, deal, text="An answer")
    assert told(cast) == {"jonas", "desk"}


def test_where_nobody_takes_part_the_administrators_are_told(cast: Cast) -> None:
    with acting(cast.system):
        partnership = Partnership.objects.get(pk=cast.partnership.pk)
    post_message(cast.channel_manager.actor, partnership, text="Welcome")
    assert told(cast) == {"paula"}


def test_the_notice_says_who_wrote_about_what_and_leads_there(cast: Cast, deal: Deal) -> None:
    post_message(cast.partner_rep.actor, deal, text="Hello")
    post_message(cast.channel_manager.actor, deal, text="Hello to you")
    run_jobs()
    for person, author, path in (
        (cast.channel_manager, "Mara Lindqvist", f"registrations/{deal.public_id}/#conversation"),
        (cast.partner_rep, "Jonas Weber", f"deals/{deal.public_id}/#conversation"),
    ):
        with acting(person.actor):
            notice = Notice.objects.visible_to(person.actor).filter(topic__isnull=False).get()
        assert (notice.title, notice.path) == (f"{author} wrote about Contoso Logistics", path)


def test_who_has_muted_a_conversation_is_told_nothing_until_they_listen_again(cast: Cast, deal: Deal) -> None:
    post_message(cast.channel_manager.actor, deal, text="One")
    run_jobs()
    thread = thread_of(cast.partner_rep, deal)
    mute(cast.partner_rep.actor, thread)
    mute(cast.partner_rep.actor, thread)
    post_message(cast.channel_manager.actor, deal, text="Two")
    assert told(cast) == set()
    unmute(cast.partner_rep.actor, thread)
    post_message(cast.channel_manager.actor, deal, text="Three")
    assert told(cast) == {"mara"}


def test_muting_is_ones_own(cast: Cast, deal: Deal) -> None:
    post_message(cast.deal_desk.actor, deal, text="One")
    run_jobs()
    mute(cast.channel_manager.actor, thread_of(cast.channel_manager, deal))
    post_message(cast.partner_rep.actor, deal, text="Two")
    assert told(cast) == {"desk"}


def test_a_conversation_has_one_thread_however_often_it_begins(cast: Cast, deal: Deal) -> None:
    for person in (cast.partner_rep, cast.channel_manager, cast.partner_rep):
        post_message(person.actor, deal, text="Hello")
    with acting(cast.system):
        assert Thread.objects.visible_to(cast.system).count() == 1
        thread = Thread.objects.visible_to(cast.system).get()
        assert thread.last_at == Message.objects.visible_to(cast.system).latest("at").at


def test_nothing_is_said_by_nothing(cast: Cast, deal: Deal) -> None:
    for text, code in ((" \n", "text_missing"), ("x" * 10_001, "text_too_long")):
        with pytest.raises(DomainError) as refusal:
            post_message(cast.partner_rep.actor, deal, text=text)
        assert refusal.value.code == code
    assert texts(cast.channel_manager) == []


def test_nobody_writes_where_nobody_reads_any_more(cast: Cast, deal: Deal) -> None:
    with acting(cast.system):
        partnership = Partnership.objects.get(pk=cast.partnership.pk)
    end_partnership(cast.vendor_admin.actor, partnership)
    with pytest.raises(DomainError) as refusal:
        post_message(cast.channel_manager.actor, deal, text="Still there?")
    assert refusal.value.code == "partnership_ended"


def test_a_note_is_for_the_vendors_people_alone(cast: Cast, deal: Deal) -> None:
    note = write_note(cast.channel_manager.actor, deal, text="They asked for 40 % off")
    with acting(cast.deal_desk.actor):
        assert Note.objects.visible_to(cast.deal_desk.actor).get().text == note.text
        assert Event.objects.visible_to(cast.deal_desk.actor).get(name="note.written").partnership_id is None
    with acting(cast.partner_rep.actor):
        assert list(Note.objects.filter(vendor=deal.vendor_id)) == []
        assert not Event.objects.filter(vendor=deal.vendor_id, name="note.written").exists()
    assert told(cast) == set()


def test_a_partner_writes_no_notes(cast: Cast, deal: Deal) -> None:
    with pytest.raises(DomainError) as refusal:
        write_note(cast.partner_rep.actor, deal, text="Mine")
    assert refusal.value.code == "not_permitted"


def test_every_role_of_either_side_may_write(cast: Cast, deal: Deal) -> None:
    for person, role in ((cast.deal_desk, Role.ACCOUNT_EXECUTIVE), (cast.partner_admin, Role.PARTNER_TECHNICAL)):
        person.membership.roles = [role]
        post_message(person.actor, deal, text="Hello")
    assert len(texts(cast.partner_rep)) == 2


def test_unread_is_what_one_was_told_and_has_not_read(cast: Cast, deal: Deal) -> None:
    post_message(cast.channel_manager.actor, deal, text="One")
    post_message(cast.channel_manager.actor, deal, text="Two")
    run_jobs()
    for person, unread in ((cast.partner_rep, {thread_of(cast.partner_rep, deal).pk: 2}), (cast.partner_admin, {})):
        with acting(person.actor):
            assert unread_by_topic(person.actor) == unread
