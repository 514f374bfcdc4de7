"""Conversations on the pages of both sides."""

import pytest
from django.test import Client

from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.notices.models import Notice, SentMail
from hansa.talk.actions import post_message
from hansa.talk.limits import MESSAGES
from hansa.talk.models import Message, Thread, thread_about
from hansa.talk.shown import SHOWN
from hansa.testing.cast import Cast, Person
from hansa.testing.queue import run_jobs


@pytest.fixture
def deal(cast: Cast) -> Deal:
    deal = cast.register()
    run_jobs()
    return deal


def page(person: Person, path: str) -> str:
    return f"/w/{person.workspace.slug}/{path}"


def deal_page(person: Person, deal: Deal) -> str:
    return page(person, f"{'registrations' if person.actor.side == 'vendor' else 'deals'}/{deal.public_id}/")


def thread(cast: Cast, deal: Deal) -> Thread:
    with acting(cast.system):
        found = thread_about(cast.system, deal)
    assert found
    return found


def html(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_each_side_writes_on_the_deals_page_and_reads_the_other_there(cast: Cast, deal: Deal, browse) -> None:
    for person, text in ((cast.partner_rep, "May we offer a pilot?"), (cast.channel_manager, "Go ahead <gladly>.")):
        answer = browse(person).post(page(person, f"deals/{deal.public_id}/messages/"), {"text": text})
        assert answer.headers["Location"] == f"{deal_page(person, deal)}#conversation"
    rep, manager = (html(browse(it), deal_page(it, deal)) for it in (cast.partner_rep, cast.channel_manager))
    assert rep.index("May we offer a pilot?") < rep.index("Go ahead &lt;gladly&gt;.")
    assert "Jonas Weber, Northwind" in rep
    assert "You ·" in rep
    assert "Mara Lindqvist, Fabrikam Consulting" in manager


def test_what_cannot_be_posted_is_shown_again_with_why(cast: Cast, deal: Deal, browse) -> None:
    answer = browse(cast.partner_rep).post(
        page(cast.partner_rep, f"deals/{deal.public_id}/messages/"), {"text": "y" * 10_001}
    )
    assert answer.status_code == 422
    assert "y" * 100 in answer.content.decode()
    empty = browse(cast.partner_rep).post(page(cast.partner_rep, f"deals/{deal.public_id}/messages/"), {"text": " "})
    assert "Write something first." in empty.content.decode()


def test_nobody_writes_without_end(cast: Cast, deal: Deal, browse) -> None:
    for _ in range(MESSAGES.times):
        MESSAGES.take(cast.partner_rep.membership.pk)
    answer = browse(cast.partner_rep).post(
        page(cast.partner_rep, f"deals/{deal.public_id}/messages/"), {"text": "One more"}
    )
    assert answer.status_code == 422
    assert "Please wait a little" in answer.content.decode()


def test_an_internal_note_is_on_the_vendors_page_alone(cast: Cast, deal: Deal, browse) -> None:
    manager, rep = browse(cast.channel_manager), browse(cast.partner_rep)
    manager.post(page(cast.channel_manager, f"registrations/{deal.public_id}/notes/"), {"text": "Price is the risk"})
    assert "Price is the risk" in html(manager, deal_page(cast.channel_manager, deal))
    rep_page = html(rep, deal_page(cast.partner_rep, deal))
    assert "Price is the risk" not in rep_page
    assert "Internal note" not in rep_page
    answer = rep.post(page(cast.partner_rep, f"registrations/{deal.public_id}/notes/"), {"text": "Mine"})
    assert answer.status_code == 404


def test_what_is_new_is_marked_until_it_is_read(cast: Cast, deal: Deal, browse) -> None:
    rep = browse(cast.partner_rep)
    post_message(cast.partner_rep.actor, deal, text="One")
    post_message(cast.channel_manager.actor, deal, text="Two")
    run_jobs()
    listed = html(rep, page(cast.partner_rep, "messages/"))
    assert "1 new" in listed
    assert html(rep, deal_page(cast.partner_rep, deal)).count('class="say new"') == 1
    answer = rep.post(page(cast.partner_rep, f"messages/{thread(cast, deal).public_id}/reading/"))
    assert answer.headers["Location"] == f"{deal_page(cast.partner_rep, deal)}#conversation"
    assert 'class="say new"' not in html(rep, deal_page(cast.partner_rep, deal))
    with acting(cast.partner_rep.actor):
        assert not Notice.objects.visible_to(cast.partner_rep.actor).filter(topic__isnull=False, read_at=None).exists()


def test_who_answers_has_read(cast: Cast, deal: Deal, browse) -> None:
    rep = browse(cast.partner_rep)
    post_message(cast.channel_manager.actor, deal, text="Two")
    run_jobs()
    rep.post(page(cast.partner_rep, f"deals/{deal.public_id}/messages/"), {"text": "Three"})
    assert 'class="say new"' not in html(rep, deal_page(cast.partner_rep, deal))


def test_reading_a_notice_in_the_inbox_reads_the_message(cast: Cast, deal: Deal, browse) -> None:
    rep = browse(cast.partner_rep)
    post_message(cast.channel_manager.actor, deal, text="Two")
    run_jobs()
    with acting(cast.partner_rep.actor):
        notice = Notice.objects.visible_to(cast.partner_rep.actor).get(topic__isnull=False)
    rep.post(page(cast.partner_rep, f"inbox/{notice.public_id}/"))
    assert 'class="say new"' not in html(rep, deal_page(cast.partner_rep, deal))


def test_the_list_has_the_unread_first_and_no_others(cast: Cast, deal: Deal, browse) -> None:
    later = cast.register(customer="Litware", domain="litware.example")
    theirs = cast.register(cast.rival_rep, customer="Tailspin Toys", domain="toys.example")
    post_message(cast.channel_manager.actor, deal, text="Unread")
    run_jobs()
    for one in (later, theirs):
        post_message(cast.channel_manager.actor, one, text="Later")
    listed = html(browse(cast.partner_rep), page(cast.partner_rep, "messages/"))
    assert listed.index("Contoso Logistics") < listed.index("Litware")
    assert "Jonas Weber: Unread" in listed
    assert "Tailspin Toys" not in listed
    assert "Tailspin Toys" in html(browse(cast.channel_manager), page(cast.channel_manager, "messages/"))


def test_both_sides_write_in_general(cast: Cast, browse) -> None:
    reference = cast.partnership.public_id
    for person, text in ((cast.partner_admin, "Who does our taxes?"), (cast.deal_desk, "Finance does.")):
        answer = browse(person).post(page(person, f"messages/with/{reference}/write/"), {"text": text})
        assert answer.headers["Location"] == page(person, f"messages/with/{reference}/#conversation")
    read = html(browse(cast.partner_rep), page(cast.partner_rep, f"messages/with/{reference}/"))
    assert read.index("Who does our taxes?") < read.index("Finance does.")
    assert browse(cast.rival_rep).get(page(cast.rival_rep, f"messages/with/{reference}/")).status_code == 404
    partner = html(browse(cast.channel_manager), page(cast.channel_manager, f"partners/{reference}/"))
    assert page(cast.channel_manager, f"messages/with/{reference}/") in partner


def test_a_long_conversation_goes_on_on_its_own_page(cast: Cast, deal: Deal, browse) -> None:
    for number in range(SHOWN + 1):
        post_message(cast.partner_rep.actor, deal, text=f"Message {number:03}")
    manager = browse(cast.channel_manager)
    shown = html(manager, deal_page(cast.channel_manager, deal))
    assert "Message 000" not in shown
    assert f"Message {SHOWN:03}" in shown
    whole = page(cast.channel_manager, f"messages/{thread(cast, deal).public_id}/")
    assert whole in shown
    assert "Message 000" in html(manager, whole)


def test_muting_and_listening_again(cast: Cast, deal: Deal, browse) -> None:
    post_message(cast.channel_manager.actor, deal, text="One")
    rep, address = browse(cast.partner_rep), page(cast.partner_rep, f"messages/{thread(cast, deal).public_id}/mute/")
    rep.post(address)
    assert "Tell me of new messages again" in html(rep, deal_page(cast.partner_rep, deal))
    rep.post(address, {"again": "yes"})
    assert "Mute: no more notices" in html(rep, deal_page(cast.partner_rep, deal))


def test_reading_a_page_changes_nothing_that_is_read(cast: Cast, deal: Deal, browse) -> None:
    post_message(cast.channel_manager.actor, deal, text="Two")
    run_jobs()
    rep = browse(cast.partner_rep)
    for _ in range(2):
        assert 'class="say new"' in html(rep, deal_page(cast.partner_rep, deal))


def test_a_visitor_of_a_demonstration_answers_a_mail_as_its_reader_would(
    cast: Cast, deal: Deal, browse, settings
) -> None:
    settings.DEMO, settings.MAIL_REPLY_DOMAIN = True, "reply.example"
    settings.EMAIL_BACKEND = "hansa.notices.mailbox.DemonstrationBackend"
    post_message(cast.channel_manager.actor, deal, text="Shall I?")
    run_jobs()
    sent, visitor = SentMail.objects.get(), browse()
    assert "Answer this mail" in html(visitor, f"/outbox/{sent.pk}/")
    answer = visitor.post(f"/outbox/{sent.pk}/answer/", {"text": "Yes, please do."}, follow=True)
    assert "Your answer is in the conversation." in answer.content.decode()
    with acting(cast.partner_rep.actor):
        message = Message.objects.visible_to(cast.partner_rep.actor).get(via="mail")
    assert (message.text, message.author_id) == ("Yes, please do.", cast.partner_rep.membership.pk)


def test_where_mail_goes_out_nobody_answers_by_page(cast: Cast, browse) -> None:
    assert browse().post("/outbox/1/answer/", {"text": "Yes"}).status_code == 404
