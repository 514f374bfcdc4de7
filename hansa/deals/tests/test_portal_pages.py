import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hansa.accounts.models import Vendor
from hansa.core.tenancy import acting
from hansa.deals.actions import reject_deal
from hansa.deals.models import Deal, Outcome, RejectReason, Stage, Status
from hansa.kernel.ids import new_id
from hansa.testing.cast import Cast

DEALS = "/w/northwind-fabrikam/deals/"


def filled(cast: Cast, **changes: object) -> dict[str, object]:
    """The registration form as somebody in a hurry fills it in."""
    return {
        "customer": "Contoso Logistics",
        "domain": "contoso-logistics.example",
        "country": "NL",
        "product_lines": [cast.analytics.public_id],
        "amount": "84,000",
        "expected_close": (timezone.now() + timedelta(days=70)).date().isoformat(),
        "deal_type": "new",
        **changes,
    }


def the_deal(cast: Cast) -> Deal:
    with acting(cast.system):
        return Deal.objects.get()


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_registering_leads_to_the_deal_with_its_answer_and_reason(cast: Cast, browse) -> None:
    answer = browse(cast.partner_rep).post(f"{DEALS}register/", filled(cast), follow=True)
    told = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{DEALS}{the_deal(cast).public_id}/"
    assert "Protected until" in told
    assert "Nobody else works on this customer with these product lines." in told


def test_mistakes_are_said_all_at_once_and_what_was_typed_stays(cast: Cast, browse) -> None:
    answer = browse(cast.partner_rep).post(
        f"{DEALS}register/", filled(cast, customer="", amount="much", expected_close="", need="Paper routes")
    )
    told = answer.content.decode()
    assert answer.status_code == 422
    assert told.count('class="error"') == 3
    assert "Paper routes" in told


@pytest.mark.parametrize(
    ("typed", "understood"), [("1.500", "€1,500."), ("12,5k", "€12,500."), ("84.000,50", "€84,000.50.")]
)
def test_the_amount_is_said_as_it_was_understood(cast: Cast, browse, typed: str, understood: str) -> None:
    answer = browse(cast.partner_rep).post(f"{DEALS}register/", filled(cast, amount=typed), follow=True)
    assert f"Registered with {understood}" in answer.content.decode()


def test_an_empty_form_says_what_each_field_wants_above_and_beside_it(cast: Cast, browse) -> None:
    answer = browse(cast.partner_rep).post(f"{DEALS}register/", {"deal_type": "new"})
    told = unescape(answer.content.decode())
    for sentence in (
        "Write its name.",
        "Choose the customer's country.",
        "Choose at least one product line.",
        "Write the amount in figures, for example 84,000.",
        "Choose the day, as well as you know it.",
    ):
        assert told.count(sentence) == 2, sentence
    assert "This field is required." not in told


def test_a_close_in_a_far_century_is_asked_about(cast: Cast, browse) -> None:
    answer = browse(cast.partner_rep).post(f"{DEALS}register/", filled(cast, expected_close="9999-12-31"))
    assert answer.context["form"].errors["expected_close"] == [
        "The expected close is more than ten years away. Is the year right?"
    ]


def test_a_refusal_of_the_rules_stands_at_its_field(cast: Cast, browse) -> None:
    answer = browse(cast.partner_rep).post(f"{DEALS}register/", filled(cast, expected_close="2020-01-01"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["expected_close"] == ["The expected close lies in the past."]


def test_attempts_are_capped_and_the_input_is_kept(cast: Cast, browse) -> None:
    Vendor.objects.update(registrations_per_day=1)
    client = browse(cast.partner_rep)
    client.post(f"{DEALS}register/", filled(cast))
    answer = client.post(f"{DEALS}register/", filled(cast, customer="Litware Health"))
    assert (answer.status_code, int(answer["Retry-After"]) > 60) == (429, True)
    assert "1 registrations for today" in answer.content.decode()
    assert "Litware Health" in answer.content.decode()
    assert the_deal(cast).customer_name == "Contoso Logistics"


def test_a_second_click_leads_to_what_the_first_one_made(cast: Cast, browse) -> None:
    client, form = browse(cast.partner_rep), filled(cast, submission=str(new_id()))
    first, second = client.post(f"{DEALS}register/", form), client.post(f"{DEALS}register/", form)
    assert first.headers["Location"] == second.headers["Location"] == f"{DEALS}{the_deal(cast).public_id}/"


def test_a_taken_customer_is_told_without_by_whom_or_until_when(cast: Cast, browse) -> None:
    rival = cast.register(cast.rival_rep)
    told = page(browse(cast.partner_rep), f"{DEALS}{cast.register().public_id}/")
    assert "Customer taken" in told
    assert "dispute this decision" in told
    assert "jonas@northwind.example" in told
    assert "Proseware" not in told
    assert f"{rival.protected_until:%Y-%m-%d}" not in told


def test_what_one_registered_before_leads_to_the_earlier_registration(cast: Cast, browse) -> None:
    first, client = cast.register(), browse(cast.partner_rep)
    answer = client.post(f"{DEALS}register/", filled(cast), follow=True)
    told = answer.content.decode()
    assert "You have registered Contoso Logistics before." in told
    assert "Registered already" in told
    assert f'href="{DEALS}{first.public_id}/"' in told
    assert "taken" not in told
    assert "appeal" not in told
    assert "Registered already" in page(client, DEALS)
    assert [deal.status for deal in client.get(f"{DEALS}?show=taken").context["page"]] == []


def test_a_registration_under_review_says_who_decides(cast: Cast, browse) -> None:
    told = page(browse(cast.partner_rep), f"{DEALS}{cast.register(domain='').public_id}/")
    assert re.search(r"Jonas Weber decides by \w{3} \d\d:\d\d UTC, and you are told at once\.", told)


def test_a_rejection_says_its_reason_and_note(cast: Cast, browse) -> None:
    deal = cast.register(domain="")
    reject_deal(cast.channel_manager.actor, deal, reason=RejectReason.TOO_EARLY, note="Come back in spring.")
    told = page(browse(cast.partner_rep), f"{DEALS}{deal.public_id}/")
    assert "Too early: no project yet. Come back in spring" in told
    assert "Decided by Jonas Weber" in told


def test_the_stage_moves_by_one_press(cast: Cast, browse) -> None:
    deal = cast.register()
    client = browse(cast.partner_rep)
    assert "Move to Discovery" in page(client, f"{DEALS}{deal.public_id}/")
    answer = client.post(f"{DEALS}{deal.public_id}/stage/", {"stage": "discovery"}, follow=True)
    assert the_deal(cast).stage == Stage.DISCOVERY
    assert "Moved to Discovery." in answer.content.decode()


def test_withdrawing_asks_first(cast: Cast, browse) -> None:
    deal, client = cast.register(), browse(cast.partner_rep)
    assert "Any other partner may register this customer at once." in page(client, f"{DEALS}{deal.public_id}/withdraw/")
    assert the_deal(cast).status == Status.APPROVED
    client.post(f"{DEALS}{deal.public_id}/withdraw/")
    assert the_deal(cast).status == Status.WITHDRAWN


@pytest.mark.parametrize(("step", "sent"), [("stage/", {"stage": "proposal"}), ("withdraw/", {})])
def test_what_a_closed_deal_no_longer_takes_leads_back_to_it(cast: Cast, browse, step: str, sent: dict) -> None:
    deal, client = cast.register(), browse(cast.partner_rep)
    client.post(f"{DEALS}{deal.public_id}/report/lost/", {"reason": "no_budget"})
    answer = client.post(f"{DEALS}{deal.public_id}/{step}", sent, follow=True)
    assert answer.redirect_chain[-1][0] == f"{DEALS}{deal.public_id}/"
    assert "This deal is lost already." in answer.content.decode()


@pytest.mark.parametrize("step", ["withdraw/", "report/won/", "report/lost/"])
def test_the_page_of_an_end_leads_back_once_the_deal_has_ended(cast: Cast, browse, step: str) -> None:
    deal, client = cast.register(), browse(cast.partner_rep)
    client.post(f"{DEALS}{deal.public_id}/withdraw/")
    answer = client.get(f"{DEALS}{deal.public_id}/{step}", follow=True)
    assert answer.redirect_chain[-1][0] == f"{DEALS}{deal.public_id}/"
    assert "This deal is withdrawn" in answer.content.decode()


@pytest.mark.parametrize(("result", "reason", "outcome"), [("won", "price", "won"), ("lost", "no_budget", "lost")])
def test_a_result_needs_a_reason(cast: Cast, browse, result: str, reason: str, outcome: str) -> None:
    deal, client = cast.register(), browse(cast.partner_rep)
    address = f"{DEALS}{deal.public_id}/report/{result}/"
    assert client.post(address, {"note": "nice"}).status_code == 422
    assert the_deal(cast).outcome == Outcome.OPEN
    answer = client.post(address, {"reason": reason}, follow=True)
    assert the_deal(cast).outcome == outcome
    assert f"Reported as {outcome}." in answer.content.decode()


def test_a_rival_finds_no_page_of_the_deal(cast: Cast, browse) -> None:
    deal, rival = cast.register(), browse(cast.rival_rep)
    for step in ("", "withdraw/", "report/won/"):
        assert rival.get(f"/w/northwind-proseware/deals/{deal.public_id}/{step}").status_code == 404
    assert rival.post(f"/w/northwind-proseware/deals/{deal.public_id}/stage/", {"stage": "proposal"}).status_code == 404


def test_the_list_narrows(cast: Cast, browse) -> None:
    cast.register()
    cast.register(cast.partner_admin, customer="Litware Health", domain="")
    client = browse(cast.partner_rep)
    for query, shown in (
        ("", {"Contoso Logistics", "Litware Health"}),
        ("?mine=1", {"Contoso Logistics"}),
        ("?show=review", {"Litware Health"}),
        ("?show=protected&stage=qualified", {"Contoso Logistics"}),
        ("?q=litw", {"Litware Health"}),
        ("?q=nobody", set()),
        ("?show=nonsense&stage=nonsense&after=nonsense", {"Contoso Logistics", "Litware Health"}),
    ):
        assert {deal.customer_name for deal in client.get(DEALS + query).context["page"]} == shown


def test_the_list_costs_the_same_however_long_it_is(cast: Cast, browse) -> None:
    client = browse(cast.partner_rep)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, DEALS)
    for number in range(3):
        cast.register(customer=f"Customer {number}", domain=f"customer-{number}.example")
    with CaptureQueriesContext(connection) as more:
        assert "Customer 2" in page(client, DEALS)
    asked = [query["sql"] for query in more if query["sql"].startswith("SELECT")]
    assert len(more) == len(few)
    assert len(asked) <= 10, asked


def test_what_a_partner_writes_is_text_and_no_markup(cast: Cast, browse) -> None:
    cast.register(customer="<b>Bold & Sons", domain="bold.example")
    assert "&lt;b&gt;Bold &amp; Sons</a>" in page(browse(cast.partner_rep), DEALS)


def test_an_empty_list_teaches(cast: Cast, browse) -> None:
    assert "Register the customer you are talking to." in page(browse(cast.partner_rep), DEALS)


def test_what_comes_next_is_read_before_all_else(cast: Cast, browse) -> None:
    page = browse(cast.partner_rep).get(f"{DEALS}{cast.register().public_id}/").content.decode()
    assert page.index("<h2>Next</h2>") < page.index("Expected close") < page.index("Conversation")
