from typing import Any

import pytest
from django.test import Client

from hansa.accounts.models import Invitation
from hansa.core.tenancy import acting
from hansa.partnerships.models import Enrollment, Partnership
from hansa.programs.models import Tier
from hansa.testing.cast import Cast

HOME = "/w/northwind/partners/"
NEW = {
    "company": "Tailspin MSP",
    "country": "DE",
    "name": "Tara New",
    "email": "tara@tailspin-msp.example",
    "partner_types": ["msp"],
}


@pytest.fixture
def admin(cast: Cast, browse: Any) -> Client:
    client: Client = browse(cast.vendor_admin)
    return client


def at(cast: Cast, page: str = "") -> str:
    return f"{HOME}{cast.partnership.public_id}/{page}"


def partnership(cast: Cast) -> Any:
    with acting(cast.system):
        return Partnership.objects.select_related("channel_manager", "deputy").get(pk=cast.partnership.pk)


def enrollment(cast: Cast) -> Any:
    with acting(cast.system):
        return Enrollment.objects.select_related("tier").get(partnership=cast.partnership)


def test_the_partners_are_listed_by_name(cast: Cast, admin: Client) -> None:
    page = admin.get(HOME).content.decode()
    assert page.index("Fabrikam Consulting") < page.index("Proseware")
    assert "Proseware" not in admin.get(HOME, {"q": "fabri"}).content.decode()
    assert "Tailspin" not in page


def test_a_partner_shows_its_place_and_its_people(cast: Cast, admin: Client) -> None:
    page = admin.get(at(cast)).content.decode()
    for word in ("Reseller", "Registered", "Mara Lindqvist", "Jonas Weber"):
        assert word in page


def test_the_channel_manager_invites_a_partner_and_looks_after_it(cast: Cast, browse: Any) -> None:
    with acting(cast.system):
        program = cast.program.public_id
    client = browse(cast.channel_manager)
    form = client.get(f"{HOME}invite/")
    manager = cast.channel_manager.membership.public_id
    assert f'<option value="{manager}" selected>' in form.content.decode()
    page = client.post(f"{HOME}invite/", {**NEW, "program": program, "channel_manager": manager}, follow=True)
    assert "tara@tailspin-msp.example gets a link" in page.content.decode()
    sent = Invitation.objects.get(email="tara@tailspin-msp.example")
    assert sent.partnership_id
    with acting(cast.system):
        invited = Partnership.objects.get(pk=sent.partnership_id)
    assert (invited.status, invited.channel_manager_id) == ("invited", cast.channel_manager.membership.pk)


def test_an_incomplete_invitation_names_what_is_missing(cast: Cast, admin: Client) -> None:
    answer = admin.post(f"{HOME}invite/", {**NEW, "email": "no address", "partner_types": []})
    assert answer.status_code == 422
    assert "#id_email" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_the_manager_and_the_deputy_are_two_people(cast: Cast, admin: Client) -> None:
    jonas, home = cast.channel_manager.membership.public_id, cast.vendor_admin.membership.public_id
    assert admin.post(at(cast, "managers/"), {"channel_manager": jonas, "deputy": jonas}).status_code == 422
    admin.post(at(cast, "managers/"), {"channel_manager": home, "deputy": jonas})
    assert partnership(cast).deputy_id == cast.channel_manager.membership.pk


def test_a_partners_place_in_the_program_is_changed(cast: Cast, admin: Client) -> None:
    place = enrollment(cast)
    with acting(cast.system):
        gold = Tier.objects.get(program=place.program_id, rank=3).public_id
    admin.post(at(cast, f"enrollments/{place.public_id}/"), {"partner_types": ["msp", "isv"], "tier": gold})
    changed = enrollment(cast)
    assert (changed.partner_types, changed.tier.rank) == (["isv", "msp"], 3)


def test_a_step_says_first_what_it_will_do(cast: Cast, admin: Client) -> None:
    assert "out with their next request" in admin.get(at(cast, "end/")).content.decode()
    assert partnership(cast).status == "active"


def test_a_partner_is_suspended_and_works_again(cast: Cast, admin: Client) -> None:
    admin.post(at(cast, "suspend/"))
    assert partnership(cast).status == "suspended"
    assert admin.post(at(cast, "suspend/")).status_code == 409
    admin.post(at(cast, "resume/"))
    assert partnership(cast).status == "active"


def test_after_the_end_its_people_are_out(cast: Cast, admin: Client, browse: Any) -> None:
    rep = browse(cast.partner_rep)
    assert rep.get("/w/northwind-fabrikam/").status_code == 200
    admin.post(at(cast, "end/"))
    assert rep.get("/w/northwind-fabrikam/").status_code == 404


@pytest.mark.parametrize("page", ["", "managers/", "suspend/", "resume/", "end/"])
def test_partners_and_strangers_find_no_such_page(cast: Cast, browse: Any, page: str) -> None:
    for person in (cast.partner_admin, cast.rival_rep, cast.stranger):
        assert browse(person).post(at(cast, page)).status_code == 404
    assert browse(cast.stranger).get(at(cast, page).replace("northwind", "wingtip")).status_code == 404


def test_only_who_runs_the_program_changes_a_partners_standing(cast: Cast, browse: Any) -> None:
    for person in (cast.channel_manager, cast.deal_desk):
        assert browse(person).post(at(cast, "end/")).status_code == 403
    assert browse(cast.deal_desk).get(f"{HOME}invite/").status_code == 403
    assert partnership(cast).status == "active"
