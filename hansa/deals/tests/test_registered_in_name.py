"""A distributor registers in the name of a reseller: the deal is the reseller's, and the distributor reads along."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.http import Http404
from django.utils import timezone

from hansa.accounts.models import Membership
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, hand_over_deal, register_in_name, reject_deal, remove_party, withdraw_deal
from hansa.deals.models import Deal, Party, Protection, RejectReason, Status
from hansa.kernel.errors import DomainError
from hansa.kernel.money import Money
from hansa.notices.models import Notice
from hansa.partnerships.actions import set_distributors, suspend_partner
from hansa.partnerships.models import Partnership
from hansa.programs.models import Program
from hansa.testing.cast import Cast, Person, another_partner, distributor_of
from hansa.testing.machine import machine, registration
from hansa.testing.mutants import without_first_wall, without_second_wall
from hansa.testing.queue import run_jobs

HOME = "/w/northwind-woodgrove"
REGISTER = f"{HOME}/deals/register/"
FORM = {
    "customer": "Contoso Logistics",
    "domain": "contoso-logistics.example",
    "country": "NL",
    "amount": "84000",
    "deal_type": "new",
    "expected_close": "2027-03-31",
}


@pytest.fixture
def woodgrove(cast: Cast) -> Person:
    return distributor_of(cast)


def form(cast: Cast, **changes: Any) -> dict[str, Any]:
    return FORM | {"product_lines": cast.analytics.public_id, "reseller": cast.partnership.public_id} | changes


def in_name(cast: Cast, **changes: Any) -> dict[str, Any]:
    return registration(cast, reseller=cast.partnership.public_id, **changes)


def the_deal(cast: Cast) -> Deal:
    with acting(cast.system):
        found: Deal = Deal.objects.select_related("owner__user", "partnership").get()
        return found


def titles(person: Person) -> set[str]:
    run_jobs()
    with acting(person.actor):
        return set(Notice.objects.visible_to(person.actor).values_list("title", flat=True))


def test_what_the_distributor_registers_is_the_resellers(cast: Cast, woodgrove: Person, browse: Any) -> None:
    theirs, mine = browse(woodgrove), browse(cast.partner_rep)
    assert "For whom do you register?" in theirs.get(REGISTER).content.decode()
    answer = theirs.post(REGISTER, form(cast), follow=True).content.decode()
    assert "Contoso Logistics is Fabrikam Consulting&#x27;s" in answer
    assert "Registered by you, on behalf of Fabrikam Consulting" in answer
    deal = the_deal(cast)
    assert (deal.partnership_id, deal.status, deal.owner) == (cast.partnership.pk, Status.APPROVED, None)
    with acting(cast.partner_rep.actor):
        assert Protection.objects.visible_to(cast.partner_rep.actor).get().partnership_id == cast.partnership.pk
    page = mine.get(f"/w/northwind-fabrikam/deals/{deal.public_id}/").content.decode()
    assert "Rep of Woodgrove (Woodgrove), on behalf of Fabrikam Consulting" in page
    assert "Woodgrove, in your name" in page
    desk = browse(cast.channel_manager).get(f"/w/northwind/registrations/{deal.public_id}/").content.decode()
    assert "on behalf of Fabrikam Consulting" in desk


def test_both_are_told_once_each(cast: Cast, woodgrove: Person) -> None:
    register_in_name(woodgrove.actor, reseller=cast.partnership.pk, **facts(cast, domain=""))
    assert titles(cast.partner_admin) == {"Woodgrove registered Contoso Logistics in your name"}
    reject_deal(cast.channel_manager.actor, the_deal(cast), reason=RejectReason.TOO_EARLY)
    assert titles(woodgrove) == {"Contoso Logistics was not approved for Fabrikam Consulting"}


def test_the_reseller_does_with_it_what_it_likes_and_the_distributor_nothing(cast: Cast, woodgrove: Person) -> None:
    deal = register_in_name(woodgrove.actor, reseller=cast.partnership.pk, **facts(cast))
    with pytest.raises(Http404):
        withdraw_deal(woodgrove.actor, deal)
    hand_over_deal(cast.partner_admin.actor, deal, to=cast.partner_rep.membership.pk)
    remove_party(cast.partner_rep.actor, deal)
    with acting(woodgrove.actor):
        assert not Deal.objects.filter(pk=deal.pk).exists()
        assert not Event.objects.filter(subject_id=deal.pk).exists()
    assert withdraw_deal(cast.partner_rep.actor, deal).status == Status.WITHDRAWN


def test_only_who_supplies_an_active_reseller_and_is_active_registers_for_it(cast: Cast, woodgrove: Person) -> None:
    rest = another_partner(cast, "litware", role=Role.PARTNER_ADMIN, partner_type="distributor")
    for person, reseller in ((woodgrove, cast.rivals), (rest, cast.partnership), (cast.partner_rep, depot(woodgrove))):
        with pytest.raises(DomainError, match="buys through"):
            register_in_name(person.actor, reseller=reseller.pk, **facts(cast))
    with acting(cast.system):
        own = Partnership.objects.get(pk=depot(woodgrove).pk)
    suspend_partner(cast.vendor_admin.actor, own)
    with pytest.raises(DomainError, match="Only an active partner"):
        register_in_name(woodgrove.actor, reseller=cast.partnership.pk, **facts(cast))
    with acting(cast.system):
        assert not Deal.objects.exists()


def test_a_supply_taken_away_ends_it(cast: Cast, woodgrove: Person, browse: Any) -> None:
    page = browse(woodgrove)
    set_distributors(cast.channel_manager.actor, cast.partnership, distributors=[])
    assert "For whom do you register?" not in page.get(REGISTER).content.decode()
    assert machine(woodgrove).post("/shared-deals", in_name(cast)).status_code == 422


def test_a_sent_name_of_somebody_else_registers_nothing(cast: Cast, woodgrove: Person, browse: Any) -> None:
    answer = browse(woodgrove).post(REGISTER, form(cast, reseller=cast.rivals.public_id))
    assert answer.status_code == 422
    with acting(cast.system):
        assert not Deal.objects.exists()


def test_a_third_company_is_refused(cast: Cast, woodgrove: Person, browse: Any) -> None:
    answer = browse(woodgrove).post(REGISTER, form(cast, beside=cast.partnership.public_id))
    assert "you read along yourself, alone" in answer.content.decode()


def test_what_keeps_a_reseller_from_registering_stays_its_own(cast: Cast, woodgrove: Person) -> None:
    with acting(cast.system):
        Program.objects.filter(pk=cast.program.pk).update(open_registrations_max=1)
    cast.register(customer="Adatum", domain="adatum.example")
    answer = machine(woodgrove).post("/shared-deals", in_name(cast))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_their_name")
    suspend_partner(cast.vendor_admin.actor, cast.partnership)
    again = machine(woodgrove).post("/shared-deals", in_name(cast))
    assert (again.status_code, again.json()["detail"]) == (409, answer.json()["detail"])


def test_a_customer_of_the_resellers_own_reads_as_one_of_anybody_else(
    cast: Cast, woodgrove: Person, browse: Any
) -> None:
    cast.register(cast.rival_rep)
    cast.register(customer="Adatum", domain="adatum.example")
    page, seen = browse(woodgrove), []
    for name in ("Contoso Logistics", "Adatum"):
        domain = f"{name.lower().replace(' ', '-')}.example"
        answer = page.post(REGISTER, form(cast, customer=name, domain=domain), follow=True)
        listed = page.get(f"{HOME}/deals/?show=beside").content.decode()
        assert "Customer taken" in listed
        assert "Registered already" not in listed
        seen.append([word for word in ("is taken", "Customer taken", "before", "already") if word in _said(answer)])
    assert seen[0] == seen[1]
    with acting(cast.partner_rep.actor):
        reasons = Deal.objects.visible_to(cast.partner_rep.actor).filter(status=Status.DUPLICATE)
        assert set(reasons.values_list("reason", flat=True)) == {"", "own_claim"}


def test_the_api_answers_with_the_shared_deal(cast: Cast, woodgrove: Person) -> None:
    client = machine(woodgrove)
    made = client.post("/shared-deals", in_name(cast)).json()
    assert (made["owner"], made["registered_by_you"], made["status"]) == ("Fabrikam Consulting", True, "approved")
    assert client.get(f"/deal-registrations/{made['id']}").status_code == 404
    owners = machine(cast.partner_admin).get(f"/deal-registrations/{made['id']}").json()
    assert (owners["registrant"], owners["beside"]["company"], owners["owner"]) == ("Woodgrove", "Woodgrove", None)
    with acting(cast.system):
        [event] = Event.objects.filter(name="deal.registered")
        assert (event.partnership_id, event.on_behalf_of) == (cast.partnership.pk, "Fabrikam Consulting")


def test_sent_twice_it_is_registered_once(cast: Cast, woodgrove: Person, browse: Any) -> None:
    page = browse(woodgrove)
    number = page.get(REGISTER).context["form"]["submission"].value()
    places = {page.post(REGISTER, form(cast, submission=number))["Location"] for _ in range(2)}
    assert places == {f"{HOME}/deals/{the_deal(cast).public_id}/"}


def test_the_database_lets_a_distributor_plant_nothing_of_its_resellers(cast: Cast, woodgrove: Person) -> None:
    deal = register_in_name(woodgrove.actor, reseller=cast.partnership.pk, **facts(cast))
    with acting(woodgrove.actor):
        assert Deal.objects.filter(pk=deal.pk).update(need="ours") == 0
        assert Party.objects.filter(deal=deal).delete()[0] == 0
        planted = Deal.objects.get(pk=deal.pk)
        planted.pk = None
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            planted.save(force_insert=True)


def test_nobody_of_the_distributor_grants_it_on_the_vendors_side(cast: Cast, woodgrove: Person) -> None:
    deal = register_in_name(woodgrove.actor, reseller=cast.partnership.pk, **facts(cast, domain=""))
    home = cast.vendor_admin.workspace
    colleague = another_hat(woodgrove, home)
    with pytest.raises(DomainError, match="Let a colleague decide"):
        approve_deal(home.actor("person", colleague.pk, "Colleague", colleague.roles), deal)


def another_hat(woodgrove: Person, home: Any) -> Membership:
    """A colleague of the distributor's person, who works for the vendor too."""
    user = type(woodgrove.user).objects.create_user("both@woodgrove.example", None, name="Colleague")
    Membership.objects.create(user=user, organization=woodgrove.workspace.organization, roles=[Role.PARTNER_SALES])
    made: Membership = Membership.objects.create(user=user, organization=home.organization, roles=[Role.DEAL_DESK])
    return made


def facts(cast: Cast, **changes: Any) -> dict[str, Any]:
    """What an action is told of a complete registration."""
    return {
        "customer": "Contoso Logistics",
        "domain": "contoso-logistics.example",
        "country": "NL",
        "amount": Money(84_000_00, "EUR"),
        "product_lines": [cast.analytics.pk],
        "expected_close": timezone.now().date() + timedelta(days=70),
        **changes,
    }


def depot(person: Person) -> Partnership:
    return Partnership(pk=person.workspace.partnership_id)


def _said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.mark.parametrize("removed", [without_first_wall, without_second_wall], ids=["first", "second"])
def test_with_one_wall_gone_a_rival_still_registers_for_nobody(committed: Cast, removed: Any) -> None:
    distributor_of(committed)
    with removed(), pytest.raises(DomainError, match="buys through"):
        register_in_name(committed.rival_rep.actor, reseller=committed.partnership.pk, **facts(committed))
    with acting(committed.system):
        assert not Deal.objects.exists()
