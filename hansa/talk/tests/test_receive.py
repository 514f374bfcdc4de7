"""An answer by mail is filed as its writer's, or turned away for the right reason."""

import pytest
from django.core import mail

from hansa.accounts.actions import offboard_member
from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.notices.letters import ABOVE
from hansa.partnerships.actions import end_partnership
from hansa.partnerships.models import Partnership
from hansa.talk.inbound.receive import REFUSALS, receive
from hansa.talk.limits import MESSAGES
from hansa.talk.models import Message
from hansa.testing.cast import Cast
from hansa.testing.mails import answerable, filed, written
from hansa.testing.queue import run_jobs

MARA, JONAS = "mara@fabrikam.example", "jonas@northwind.example"
pytestmark = pytest.mark.usefixtures("reply_domain")


def refusals(cast: Cast) -> list[str]:
    with acting(cast.system):
        events = Event.objects.visible_to(cast.system).filter(name="reply.refused").order_by("at", "id")
        return [event.data["refused"] for event in events]


def test_an_answer_is_filed_as_the_persons_who_was_told(cast: Cast, deal: Deal, address: str) -> None:
    outcome = receive(written(f"Mara Lindqvist <{MARA}>", f"Northwind <{address}>"))
    assert outcome.filed
    with acting(cast.partner_rep.actor):
        message = Message.objects.visible_to(cast.partner_rep.actor).select_related("thread").get(via="mail")
    assert (message.text, message.side, message.author_id) == (
        "Yes please.",
        "partner",
        cast.partner_rep.membership.pk,
    )
    assert message.thread.subject == deal.public_id


def test_the_other_side_is_told_and_may_answer_in_turn(cast: Cast, address: str) -> None:
    mail.outbox.clear()
    receive(written(MARA, address))
    run_jobs()
    [letter] = mail.outbox
    assert letter.to == [JONAS]
    assert receive(written(JONAS, letter.reply_to[0], "On its way.", id="<two@mailbox.example>")).filed
    assert filed(cast) == ["Yes please.", "On its way."]


def test_an_address_survives_a_mail_system_that_changes_its_case(cast: Cast, address: str) -> None:
    assert len(address.split("@")[0]) <= 64
    assert receive(written(MARA.upper(), address.upper())).filed


def test_what_is_quoted_is_left_out(cast: Cast, address: str) -> None:
    quoted = f"Yes.\n\nOn Tue, 24 Nov 2026 at 10:00, Hansa <hansa@localhost>\nwrote:\n> — {ABOVE} —\n> Jonas wrote\n"
    assert receive(written(MARA, address, quoted)).filed
    assert filed(cast) == ["Yes."]


def test_the_same_mail_twice_is_filed_once(cast: Cast, address: str) -> None:
    assert receive(written(MARA, address)).filed
    again = receive(written(MARA, address))
    assert (again.code, again.filed, again.dropped) == ("already_filed", False, True)
    without_id = written(MARA, address, "No id.").replace(b"Message-ID: <one@mailbox.example>\r\n", b"")
    assert [receive(without_id).code for _ in range(2)] == ["filed", "already_filed"]
    assert filed(cast) == ["Yes please.", "No id."]


def test_nobody_keeps_another_persons_mail_out_by_taking_its_message_id(cast: Cast, deal: Deal) -> None:
    addresses = answerable(cast, deal, by=cast.deal_desk)
    assert receive(written(JONAS, addresses[JONAS])).filed
    assert receive(written(MARA, addresses[MARA])).filed


@pytest.mark.parametrize(
    "local",
    [
        "reply",
        "reply+",
        "reply+" + "0" * 52,
        "reply+" + "z" * 52,
        "hansa",
        "reply+{token}0",
        "reply+0{token}",
        "reply+{id}{id}",
    ],
)
def test_an_address_that_we_did_not_sign_takes_nothing(cast: Cast, address: str, local: str) -> None:
    token = address.removeprefix("reply+").split("@")[0]
    outcome = receive(written(MARA, f"{local.format(token=token, id=token[:26])}@reply.hansa.example"))
    assert (outcome.code, outcome.dropped) == ("unknown_address", False)
    assert filed(cast) == refusals(cast) == []


def test_each_character_of_an_address_counts(cast: Cast, address: str) -> None:
    token, domain = address.removeprefix("reply+").split("@")
    for place, character in enumerate(token):
        other = "1" if character == "0" else "0"
        changed = f"reply+{token[:place]}{other}{token[place + 1 :]}@{domain}"
        assert receive(written(MARA, changed)).code == "unknown_address"


def test_our_signature_at_another_domain_is_not_ours(cast: Cast, address: str) -> None:
    for host in ("evil.example", "reply.hansa.example.evil.example", "xreply.hansa.example"):
        assert receive(written(MARA, f"{address.split('@')[0]}@{host}")).code == "unknown_address"


@pytest.mark.parametrize(
    "sender", ["remo@proseware.example", "stranger@elsewhere.example", JONAS, f"{MARA}.evil.example"]
)
def test_somebody_elses_mail_to_an_address_is_refused_and_the_vendor_is_told(
    cast: Cast, address: str, sender: str
) -> None:
    assert receive(written(sender, address)).code == "other_sender"
    assert filed(cast) == []
    assert refusals(cast) == ["other_sender"]


def test_a_persons_address_for_one_conversation_opens_no_other(cast: Cast, address: str) -> None:
    other = cast.register(cast.rival_rep, customer="Litware", domain="litware.example")
    theirs = answerable(cast, other)["remo@proseware.example"]
    assert receive(written(MARA, theirs)).code == "other_sender"
    assert receive(written("remo@proseware.example", address)).code == "other_sender"
    assert receive(written(MARA, f"{address}, {theirs}")).code == "several_addresses"
    assert filed(cast) == []


def test_who_has_left_answers_no_more(cast: Cast, address: str) -> None:
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    assert receive(written(MARA, address)).code == "left"
    assert (filed(cast), refusals(cast)) == ([], ["left"])


def test_nobody_answers_for_a_partner_that_is_none_any_more(cast: Cast, address: str) -> None:
    with acting(cast.system):
        partnership = Partnership.objects.get(pk=cast.partnership.pk)
    end_partnership(cast.vendor_admin.actor, partnership)
    assert receive(written(MARA, address)).code == "left"


def test_a_person_who_works_for_the_rival_now_reaches_nothing_of_the_old(cast: Cast, address: str) -> None:
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)
    Membership.objects.create(
        user=cast.partner_rep.user, organization=cast.rival_rep.workspace.organization, roles=[Role.PARTNER_SALES]
    )
    assert receive(written(MARA, address)).code == "left"


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied\r\n",
        "auto-submitted: AUTO-GENERATED; owner=x\r\n",
        "Precedence: bulk\r\n",
        "Precedence: list\r\n",
        "X-Autoreply: yes\r\n",
        "List-Id: <all.fabrikam.example>\r\n",
        "Return-Path: <>\r\n",
    ],
)
def test_what_a_program_sent_is_dropped_quietly(cast: Cast, address: str, head: str) -> None:
    outcome = receive(written(MARA, address, "I am away until Monday.", head=head))
    assert (outcome.code, outcome.dropped) == ("automatic", True)
    assert filed(cast) == refusals(cast) == []


def test_a_person_may_say_that_no_program_sent_it(cast: Cast, address: str) -> None:
    assert receive(written(MARA, address, head="Auto-Submitted: no\r\n")).filed


def test_our_own_mail_coming_back_begins_no_loop(cast: Cast, deal: Deal) -> None:
    answerable(cast, deal)
    [letter] = mail.outbox
    came_back = letter.message().as_bytes().replace(b"To: mara", b"X-To: mara").replace(b"Reply-To:", b"To:")
    assert receive(came_back).code == "automatic"


def test_an_answer_without_words_is_refused(cast: Cast, address: str) -> None:
    assert receive(written(MARA, address, f"\n> {ABOVE}\n> Hello\n")).code == "empty"


def test_attachments_are_left_out_with_a_remark(cast: Cast, address: str) -> None:
    body = (
        "--x\nContent-Type: text/plain\n\nSee the plan.\n"
        "--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=plan.pdf\n\n%PDF\n--x--\n"
    )
    outcome = receive(written(MARA, address, body, kind="Content-Type: multipart/mixed; boundary=x"))
    assert outcome.message
    assert (outcome.message.text, outcome.message.remark) == ("See the plan.", "1 attachment was left out.")


def test_a_very_long_answer_is_cut_and_says_so(cast: Cast, address: str) -> None:
    outcome = receive(written(MARA, address, "word\n" * 10_000))
    assert outcome.message
    assert len(outcome.message.text) <= 10_000
    assert "was longer" in outcome.message.remark


def test_who_answers_without_end_is_asked_to_come_back_later(cast: Cast, address: str) -> None:
    for _ in range(MESSAGES.times):
        MESSAGES.take(cast.partner_rep.membership.pk)
    outcome = receive(written(MARA, address))
    assert (outcome.later, outcome.filed) == (True, False)


def test_who_has_an_address_cannot_fill_the_audit(cast: Cast, address: str) -> None:
    for number in range(REFUSALS.times + 3):
        receive(written("x@elsewhere.example", address, id=f"<{number}@x>"))
    assert len(refusals(cast)) == REFUSALS.times


def test_an_installation_without_a_reply_domain_makes_no_addresses(cast: Cast, deal: Deal, settings) -> None:
    settings.MAIL_REPLY_DOMAIN = ""
    assert answerable(cast, deal) == {}
    [letter] = mail.outbox
    assert ABOVE not in str(letter.body)
