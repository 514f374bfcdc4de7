from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hansa.core.actions import ACTIONS
from hansa.core.tenancy import acting
from hansa.deals.actions import move_stage
from hansa.deals.models import Deal
from hansa.kernel.money import Money
from hansa.notices.models import Notice, SentMail
from hansa.portal.happenings import WORDS
from hansa.talk.actions import post_message
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs
from hansa.testing.reading import text_of

PORTAL, CONSOLE = "/w/northwind-fabrikam/", "/w/northwind/"


def told(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return text_of(answer)


def test_an_empty_home_teaches_how_to_begin(cast: Cast, browse) -> None:
    assert "Register your first deal" in told(browse(cast.partner_rep), PORTAL)
    assert "Nobody waits for you" in told(browse(cast.channel_manager), CONSOLE)


def test_the_partners_home_sums_each_stage_and_shows_what_ends_soon(cast: Cast, browse) -> None:
    move_stage(cast.partner_rep.actor, cast.register(amount=Money(100_00, "EUR")), stage="proposal")
    move_stage(cast.partner_rep.actor, cast.register(customer="Litware", domain="litware.example"), stage="proposal")
    with acting(cast.system):
        Deal.objects.filter(customer_name="Litware").update(protected_until=timezone.now() + timedelta(days=3))
    page = browse(cast.partner_rep).get(PORTAL)
    assert {stage["label"]: stage["sums"] for stage in page.context["stages"]}["Proposal"] == ["€84,100"]
    assert ">Litware<" in page.context["ending"]
    assert "Contoso" not in page.context["ending"]


def test_the_vendors_day_shows_who_waits(cast: Cast, browse) -> None:
    cast.register(domain="")
    page = browse(cast.channel_manager).get(CONSOLE)
    assert [deal.customer_name for deal in page.context["oldest"]] == ["Contoso Logistics"]
    assert "Fabrikam Consulting" in page.content.decode()


def test_a_search_reaches_ones_own_deals_alone(cast: Cast, browse) -> None:
    cast.register()
    cast.register(cast.rival_rep, customer="Contoso Rival Deal", domain="rival-deal.example")
    mine = told(browse(cast.partner_rep), f"{PORTAL}search/?q=conto")
    assert "Contoso Logistics" in mine
    assert "Contoso Rival Deal" not in mine
    everything = browse(cast.channel_manager).get(f"{CONSOLE}search/?q=conto")
    assert {company.name for company in everything.context["customers"]} == {"Contoso Logistics", "Contoso Rival Deal"}
    assert "Proseware · " in everything.context["deals"]
    assert "Fabrikam Consulting · " in everything.context["deals"]
    assert "Proseware" in told(browse(cast.channel_manager), f"{CONSOLE}search/?q=prose")


def test_the_program_page_shows_the_rules_and_nothing_of_the_vendors_own_facts(cast: Cast, browse) -> None:
    page = told(browse(cast.partner_rep), f"{PORTAL}program/")
    assert "This customer is taken for one of these product lines." in page
    assert "What we know ourselves says that the customer is taken" in page
    for secret in ("direct opportunity", "direct lead", "CRM", "similar", "Change the program"):
        assert secret not in page


def test_the_vendor_reads_the_rules_as_they_are(cast: Cast, browse) -> None:
    page = told(browse(cast.channel_manager), f"{CONSOLE}program/")
    assert "An open direct opportunity that moves: yes" in page
    assert "The amount: zero or less" in page


def test_every_event_has_plain_words() -> None:
    assert {declared.emits for declared in ACTIONS.values()} - WORDS.keys() == set()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?name=deal.stage_moved", ["Stage moved to Proposal"]),
        ("?actor=mara&name=deal.registered", ["Registered"]),
        ("?actor=nobody", []),
        ("?subject=deal_nonsense", []),
        ("?since=2999-01-01", []),
        ("?until=1999-01-01", []),
        ("?since=nonsense&name=deal.registered", ["Registered"]),
    ],
)
def test_the_audit_narrows(cast: Cast, browse, query: str, found: list[str]) -> None:
    move_stage(cast.partner_rep.actor, cast.register(), stage="proposal")
    page = browse(cast.vendor_admin).get(f"{CONSOLE}audit/{query}")
    assert [row.what for row in page.context["rows"]] == found


def test_the_audit_shows_the_history_of_one_thing_with_what_changed(cast: Cast, browse) -> None:
    deal = cast.register()
    cast.register(customer="Litware", domain="litware.example")
    move_stage(cast.partner_rep.actor, deal, stage="proposal")
    rows = browse(cast.vendor_admin).get(f"{CONSOLE}audit/?subject={deal.public_id}").context["rows"]
    assert [row.what for row in rows] == ["Stage moved to Proposal", "Approved", "Registered"]
    assert rows[0].changes == ["stage: qualified → proposal"]


def test_the_audit_is_for_few(cast: Cast, browse) -> None:
    assert browse(cast.deal_desk).get(f"{CONSOLE}audit/").status_code == 403
    assert browse(cast.partner_admin).get(f"{PORTAL}audit/").status_code == 404


def test_opening_a_notice_marks_it_read_and_leads_to_the_deal(cast: Cast, browse) -> None:
    deal = cast.register()
    run_jobs()
    client = browse(cast.channel_manager)
    assert "registered its first deal" in told(client, f"{CONSOLE}inbox/")
    with acting(cast.system):
        notice = Notice.objects.get(recipient=cast.channel_manager.membership)
    assert browse(cast.vendor_admin).post(f"{CONSOLE}inbox/{notice.public_id}/").status_code == 404
    answer = client.post(f"{CONSOLE}inbox/{notice.public_id}/")
    assert answer.headers["Location"] == f"{CONSOLE}registrations/{deal.public_id}/"
    assert "Mark all as read" not in told(client, f"{CONSOLE}inbox/")


def test_all_notices_are_read_at_once(cast: Cast, browse) -> None:
    cast.register()
    run_jobs()
    client = browse(cast.channel_manager)
    client.post(f"{CONSOLE}inbox/read/")
    assert client.get(f"{CONSOLE}inbox/").context["unread"] is False


def test_sent_mail_is_a_page_of_a_demonstration_only(cast: Cast, browse, settings) -> None:
    mail = SentMail.objects.create(to="mara@fabrikam.example", subject="Hello", text="Hi", html="<p>Hi</p>")
    pages = ("/outbox/", f"/outbox/{mail.pk}/", f"/outbox/{mail.pk}/letter/")
    assert {browse().get(page).status_code for page in pages} == {404}
    settings.DEMO = True
    assert {browse().get(page).status_code for page in pages} == {200}
    assert "script-src 'none'" in browse().get(pages[2]).headers["Content-Security-Policy"]
    assert "Hello" in told(browse(), "/outbox/")
    assert "/outbox/" in told(browse(), "/account/login/")


@pytest.mark.parametrize(
    ("base", "place"),
    [
        ("http://127.0.0.1:8000", {"REMOTE_ADDR": "192.168.1.7"}),
        ("http://127.0.0.1:8000", {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}),
        ("https://demonstration.example", {}),
    ],
)
def test_who_comes_from_elsewhere_logs_in_before_reading_sent_mail(
    cast: Cast, browse, settings, base: str, place: dict[str, str]
) -> None:
    settings.DEMO, settings.BASE_URL = True, base
    assert browse().get("/outbox/", **place).headers["Location"] == "/account/login/?next=/outbox/"
    assert browse(cast.partner_rep).get("/outbox/", **place).status_code == 200


def test_the_audit_calls_things_by_their_names(cast: Cast, browse) -> None:
    deal = cast.register()
    post_message(cast.partner_rep.actor, deal, text="Hello")
    [row] = browse(cast.vendor_admin).get(f"{CONSOLE}audit/?name=message.posted").context["rows"]
    assert row.name == "Contoso Logistics"
