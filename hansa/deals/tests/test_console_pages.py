from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hansa.core.tenancy import acting
from hansa.customers.models import Company
from hansa.deals.actions import reject_deal
from hansa.deals.models import Deal, EndReason, RejectReason, Status
from hansa.testing.cast import Cast

HOME = "/w/northwind"
PAGES = ("", "approval/", "rejection/", "duplicate/", "end/")


@pytest.fixture
def desk(cast: Cast, browse: Any) -> Client:
    client: Client = browse(cast.channel_manager)
    return client


def waiting(cast: Cast, **facts: Any) -> Deal:
    """A registration without a web address, which a person decides."""
    return cast.register(domain="", **facts)


def at(deal: Deal, page: str = "") -> str:
    return f"{HOME}/registrations/{deal.public_id}/{page}"


def status(cast: Cast, deal: Deal) -> str:
    with acting(cast.system):
        return Deal.objects.get(pk=deal.pk).status


def test_the_queue_shows_what_waits_with_what_the_system_proposes(cast: Cast, desk: Client) -> None:
    waiting(cast)
    cast.register(cast.rival_rep, customer="Litware Health", domain="litware.example")
    page = desk.get(f"{HOME}/registrations/").content.decode()
    assert "1 undecided registration of your partners" in page
    assert "Contoso Logistics" in page
    assert "no conflict found, web address missing" in page
    assert "Litware Health" not in page


def test_possible_duplicates_stand_alone(cast: Cast, desk: Client) -> None:
    waiting(cast)
    waiting(cast, customer="Litware Health")
    cast.register(cast.rival_rep, domain="")
    page = desk.get(f"{HOME}/registrations/?show=alike").content.decode()
    assert "Fabrikam Consulting was first and is not decided" in page
    assert "Litware Health" not in page


def test_one_partner_can_be_looked_at_alone(cast: Cast, desk: Client) -> None:
    waiting(cast)
    waiting(cast, person=cast.rival_rep, customer="Litware Health")
    page = desk.get(f"{HOME}/registrations/?partner={cast.rivals.public_id}").content.decode()
    assert "Litware Health" in page
    assert "Contoso Logistics" not in page


def test_the_heading_counts_what_is_listed(cast: Cast, desk: Client) -> None:
    waiting(cast)
    waiting(cast, customer="Litware Health")
    waiting(cast, person=cast.rival_rep)
    for query, heading in (
        ("?show=all", "3 undecided registrations"),
        ("?show=alike", "1 possible duplicate"),
        ("?show=overdue", "No overdue registrations"),
        (f"?partner={cast.rivals.public_id}", "1 undecided registration of Proseware"),
    ):
        assert desk.get(f"{HOME}/registrations/{query}").context["title"] == heading


def test_who_manages_no_partner_sees_all_that_waits(cast: Cast, browse: Any) -> None:
    waiting(cast)
    assert "Contoso Logistics" in browse(cast.deal_desk).get(f"{HOME}/registrations/").content.decode()


def test_the_queue_costs_the_same_number_of_queries_however_long_it_is(cast: Cast, desk: Client) -> None:
    counts = []
    for number in range(2):
        waiting(cast, customer=f"Customer {number} Works")
        with CaptureQueriesContext(connection) as asked:
            desk.get(f"{HOME}/registrations/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_registration_stands_beside_what_it_resembles(cast: Cast, desk: Client) -> None:
    waiting(cast)
    second = waiting(cast, person=cast.rival_rep)
    page = desk.get(at(second)).content.decode()
    assert "Earlier registration: Fabrikam Consulting" in page
    assert "An earlier registration of this customer is not decided yet." in page


def test_approving_protects_and_says_until_when(cast: Cast, desk: Client) -> None:
    deal = waiting(cast)
    page = desk.post(at(deal, "approval/"), {"note": "Good luck"}, follow=True).content.decode()
    assert status(cast, deal) == Status.APPROVED
    assert "is protected until" in page
    assert "for Fleet Analytics" in page


def test_a_taken_customer_is_refused_on_the_page_itself(cast: Cast, desk: Client) -> None:
    first, second = waiting(cast), waiting(cast, person=cast.rival_rep)
    desk.post(at(first, "approval/"))
    refused = desk.post(at(second, "approval/"))
    assert refused.status_code == 409
    assert "this customer is protected for another registration" in refused.content.decode()
    assert "Protected registration: Fabrikam Consulting" in refused.content.decode()
    assert status(cast, second) == Status.UNDER_REVIEW


def test_rejecting_needs_a_coded_reason(cast: Cast, desk: Client) -> None:
    deal = waiting(cast)
    assert desk.post(at(deal, "rejection/"), {"reason": ""}).status_code == 422
    assert desk.post(at(deal, "rejection/"), {"reason": RejectReason.OTHER}).status_code == 422
    desk.post(at(deal, "rejection/"), {"reason": RejectReason.TOO_EARLY})
    assert status(cast, deal) == Status.REJECTED


@pytest.mark.parametrize("step", ["rejection/", "duplicate/", "question/"])
def test_what_was_written_to_the_partner_goes_along_to_the_next_question(cast: Cast, desk: Client, step: str) -> None:
    deal = waiting(cast)
    asked = desk.post(at(deal, step), {"then": "ask", "note": "Call the buyer first."})
    assert asked.status_code == 200
    assert "Call the buyer first.</textarea>" in asked.content.decode()
    assert status(cast, deal) == Status.UNDER_REVIEW


def test_a_decided_registration_says_what_it_resembled_then(cast: Cast, desk: Client) -> None:
    decided = cast.register(customer="Litware Health", domain="litware.example")
    assert "Nothing resembles it" in desk.get(at(waiting(cast))).content.decode()
    assert "When it was decided, no other registration" in desk.get(at(decided)).content.decode()


def test_marking_a_duplicate_says_first_what_the_partner_will_learn(cast: Cast, desk: Client) -> None:
    deal = waiting(cast)
    assert "never by whom or until when" in desk.get(at(deal, "duplicate/")).content.decode()
    desk.post(at(deal, "duplicate/"))
    assert status(cast, deal) == Status.DUPLICATE


def test_ending_a_protection_needs_a_reason_and_frees_the_customer(cast: Cast, desk: Client) -> None:
    deal = cast.register()
    assert "End the protection" in desk.get(at(deal)).content.decode()
    desk.post(at(deal, "end/"), {"reason": EndReason.NO_ACTIVITY})
    assert status(cast, deal) == Status.CANCELED
    assert cast.register(cast.rival_rep).status == Status.APPROVED


def test_what_is_decided_cannot_be_decided_again(cast: Cast, desk: Client) -> None:
    deal = waiting(cast)
    reject_deal(cast.channel_manager.actor, deal, reason=RejectReason.TOO_EARLY)
    assert desk.post(at(deal, "approval/")).status_code == 409
    told = desk.post(at(deal, "duplicate/"), follow=True).content.decode()
    assert "This deal is rejected: you cannot mark it as a duplicate now." in told


@pytest.mark.parametrize("step", ["rejection/", "duplicate/"])
def test_the_page_of_a_decision_leads_back_once_it_is_decided(cast: Cast, desk: Client, step: str) -> None:
    deal = cast.register()
    answer = desk.get(at(deal, step), follow=True)
    assert answer.redirect_chain[-1][0] == at(deal)
    assert "This deal is approved: you cannot" in answer.content.decode()
    assert "What will happen" not in answer.content.decode()


def test_the_page_of_ending_leads_back_once_it_has_ended(cast: Cast, desk: Client) -> None:
    deal = cast.register()
    desk.post(at(deal, "end/"), {"reason": EndReason.NO_ACTIVITY})
    assert (
        "This deal is canceled: you cannot cancel it now." in desk.get(at(deal, "end/"), follow=True).content.decode()
    )


@pytest.mark.parametrize("page", PAGES)
def test_partners_and_strangers_find_no_such_page(cast: Cast, browse: Any, page: str) -> None:
    deal = waiting(cast)
    for person in (cast.partner_admin, cast.rival_rep, cast.stranger):
        assert browse(person).post(at(deal, page)).status_code == 404
    own = at(deal, page).replace(HOME, "/w/northwind-fabrikam")
    assert browse(cast.partner_rep).post(own).status_code == 404
    elsewhere = at(deal, page).replace(HOME, "/w/wingtip")
    assert browse(cast.stranger).post(elsewhere).status_code == 404


def test_the_deal_desk_decides_and_does_not_end_protections(cast: Cast, browse: Any) -> None:
    deal, client = waiting(cast), browse(cast.deal_desk)
    assert client.post(at(deal, "end/"), {"reason": EndReason.NO_ACTIVITY}).status_code == 403
    client.post(at(deal, "approval/"))
    assert status(cast, deal) == Status.APPROVED


def test_the_deals_of_all_partners_are_listed_for_the_vendor(cast: Cast, desk: Client) -> None:
    cast.register()
    cast.register(cast.rival_rep, customer="Litware Health", domain="litware.example")
    everything = desk.get(f"{HOME}/deals/").content.decode()
    one = desk.get(f"{HOME}/deals/?partner={cast.rivals.public_id}").content.decode()
    assert "Contoso Logistics" in everything
    assert "Litware Health" in everything
    assert "Contoso Logistics" not in one
    found = desk.get(f"{HOME}/deals/?q=litw").content.decode()
    assert "Litware Health" in found
    assert "Contoso Logistics" not in found
    assert "No deal fits" in desk.get(f"{HOME}/deals/?q=litw&show=won").content.decode()


def companies(cast: Cast) -> dict[str, Company]:
    with acting(cast.system):
        return {company.name: company for company in Company.objects.all()}


def test_two_companies_that_are_one_are_merged(cast: Cast, desk: Client) -> None:
    cast.register(domain="contoso.com")
    cast.register(cast.rival_rep, customer="Contoso Logistics Group", domain="contoso.de", lines=[cast.planner])
    known = companies(cast)
    kept, merged = known["Contoso Logistics"], known["Contoso Logistics Group"]
    path = f"{HOME}/customers/{merged.public_id}/merge/"
    choice = desk.get(path, {"q": "Contoso Logistics"}).content.decode()
    assert f'value="{kept.public_id}"' in choice
    assert "1 deal, protected for Fabrikam Consulting" in choice
    merging = desk.post(path, {"kept": kept.public_id}, follow=True)
    assert "Contoso Logistics Group (contoso.de) is part of this company now." in merging.content.decode()
    assert companies(cast)["Contoso Logistics Group"].merged_into_id == kept.pk


def test_two_protections_on_one_line_stand_in_the_way_of_a_merge(cast: Cast, desk: Client) -> None:
    for person, domain in ((cast.partner_rep, "contoso.com"), (cast.rival_rep, "litware.com")):
        cast.register(person, customer=domain.split(".")[0], domain=domain)
    known = companies(cast)
    path = f"{HOME}/customers/{known['litware'].public_id}/merge/"
    answer = desk.post(path, {"kept": known["contoso"].public_id})
    assert answer.status_code == 409
    assert "be merged yet" in answer.content.decode()
