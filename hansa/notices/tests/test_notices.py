from django.core import mail

from hansa.accounts.actions import invite_member, offboard_member, revoke_invitation
from hansa.core.tenancy import acting
from hansa.notices.models import Notice
from hansa.testing.cast import Cast, Person
from hansa.testing.queue import run_jobs


def inbox(person: Person) -> list[str]:
    with acting(person.actor):
        return list(Notice.objects.visible_to(person.actor).values_list("title", flat=True))


def test_the_channel_manager_is_told_of_a_new_partners_first_registration(cast: Cast) -> None:
    cast.register()
    run_jobs()
    assert inbox(cast.channel_manager) == ["Fabrikam Consulting registered its first deal"]
    cast.register(customer="Litware", domain="litware.example")
    run_jobs()
    assert len(inbox(cast.channel_manager)) == 1


def test_the_channel_manager_is_told_that_a_registration_waits(cast: Cast) -> None:
    cast.register()
    cast.register(customer="Litware", domain="")
    run_jobs()
    assert "Litware waits for a decision" in inbox(cast.channel_manager)


def test_each_notice_is_mailed_once_in_text_and_in_html(cast: Cast) -> None:
    cast.register()
    run_jobs()
    [letter] = mail.outbox
    assert letter.to == ["jonas@northwind.example"]
    assert letter.subject == "Northwind: Fabrikam Consulting registered its first deal"
    assert "/w/northwind/registrations/deal_" in letter.body
    [html] = letter.alternatives  # type: ignore[attr-defined]
    assert "<!doctype html>" in html[0].lower()
    assert run_jobs() == []


def test_a_subject_is_one_line_whatever_the_customer_is_called(cast: Cast) -> None:
    cast.register(customer="Acme\r\nBcc: everybody@x.example", domain="")
    run_jobs()
    assert all("\n" not in letter.subject and letter.bcc == [] for letter in mail.outbox)


def test_a_rival_is_told_nothing(cast: Cast) -> None:
    cast.register()
    run_jobs()
    assert inbox(cast.rival_rep) == inbox(cast.rival_admin) == inbox(cast.stranger) == []


def test_an_invitation_is_mailed_with_its_link(cast: Cast) -> None:
    admin = cast.partner_admin
    invitation = invite_member(
        admin.actor, admin.workspace, email="New@Fabrikam.example ", name="Nora New", roles=["partner_sales"]
    )
    run_jobs()
    [letter] = mail.outbox
    assert letter.to == ["new@fabrikam.example"]
    assert invitation.path in letter.body


def test_a_withdrawn_invitation_is_not_mailed(cast: Cast) -> None:
    admin = cast.partner_admin
    invitation = invite_member(
        admin.actor, admin.workspace, email="new@fabrikam.example", name="", roles=["partner_sales"]
    )
    revoke_invitation(admin.actor, invitation)
    run_jobs()
    assert mail.outbox == []


def test_who_left_is_told_nothing_more(cast: Cast) -> None:
    offboard_member(cast.vendor_admin.actor, cast.channel_manager.membership)
    cast.register()
    run_jobs()
    assert cast.channel_manager.user.email not in {address for letter in mail.outbox for address in letter.to}
