import pytest
from allauth.mfa.models import Authenticator as Kept
from django.core import mail
from django.core.management import call_command
from django.test import Client

from hansa.accounts.actions import demand_second_factor, reset_second_factor
from hansa.accounts.models import Membership, Vendor
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.partnerships.actions import start_looking
from hansa.testing.cast import Cast, Person
from hansa.testing.factors import SECURITY, STEP, add_app, code_of, password_login, recovery_codes, with_password, works
from hansa.testing.queue import run_jobs

HOME, DEMAND = "/w/northwind/", "/w/northwind/team/second-step/"


@pytest.fixture
def demanded(cast: Cast) -> Cast:
    demand_second_factor(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor)
    return cast


def reset_page(person: Person) -> str:
    return f"/w/{person.workspace.slug}/team/{person.membership.public_id}/second-step/reset/"


def test_an_administrator_demands_it_and_waives_it(cast: Cast) -> None:
    client, vendor = with_password(cast.vendor_admin), cast.vendor_admin.workspace.vendor
    add_app(client)
    assert "Your partners&#x27; people are not asked." in client.get(DEMAND).content.decode()
    for demanded in (True, False):
        client.post(DEMAND)
        vendor.refresh_from_db()
        assert vendor.demands_second_factor is demanded
    with acting(cast.system):
        names = list(
            Event.objects.filter(name__startswith="vendor.second").order_by("at").values_list("name", flat=True)
        )
    assert names == ["vendor.second_factor_demanded", "vendor.second_factor_waived"]
    assert not Vendor.objects.exclude(pk=vendor.pk).filter(demands_second_factor=True).exists()


def test_nobody_else_may_demand_it(cast: Cast, browse) -> None:
    assert browse(cast.channel_manager).post(DEMAND).status_code == 403
    assert (
        browse(cast.partner_admin).post(f"/w/{cast.partner_admin.workspace.slug}/team/second-step/").status_code == 404
    )


def test_who_has_none_is_led_to_set_one_up_from_every_page(demanded: Cast, browse) -> None:
    client = browse(demanded.channel_manager)
    for page in (HOME, f"{HOME}registrations/", f"{HOME}team/", DEMAND):
        assert client.get(page).url == SECURITY
        assert client.post(page).url == SECURITY
    assert "Northwind asks its team for a second step" in client.get(SECURITY).content.decode()


def test_who_set_one_up_goes_on(demanded: Cast) -> None:
    client = with_password(demanded.channel_manager)
    assert not works(client, demanded.channel_manager)
    add_app(client)
    assert works(client, demanded.channel_manager)
    client.post(f"{SECURITY}app/remove/")
    assert not works(client, demanded.channel_manager)


def test_partners_and_other_vendors_are_not_asked(demanded: Cast, browse) -> None:
    for person in (demanded.partner_rep, demanded.partner_admin, demanded.stranger, demanded.stranger_rep):
        assert works(browse(person), person)


def test_it_is_demanded_of_who_looks_at_a_portal_too(demanded: Cast, browse) -> None:
    start_looking(
        demanded.channel_manager.actor,
        demanded.partnership,
        person=demanded.partner_rep.membership,
        reason="Case 7",
    )
    assert browse(demanded.channel_manager).get("/w/northwind-fabrikam/").url == SECURITY


def test_an_administrator_resets_a_colleagues(cast: Cast, browse) -> None:
    mara, session = cast.partner_rep, with_password(cast.partner_rep)
    secret = add_app(session)
    paula = browse(cast.partner_admin)
    assert "Reset second step" in paula.get("/w/northwind-fabrikam/team/").content.decode()
    assert "call back" in paula.get(reset_page(mara)).content.decode()
    paula.post(reset_page(mara))
    assert not works(session, mara)
    assert works(password_login(mara), mara)
    assert Client().post(STEP, {"code": code_of(secret)}).url.startswith("/account/login/")
    run_jobs()
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([mara.user.email], "Hansa: your second step was reset")
    with acting(cast.system):
        event = Event.objects.get(name="member.second_factor_reset")
    assert (event.subject_id, event.actor_id) == (mara.membership.pk, cast.partner_admin.membership.pk)


def test_nobody_resets_their_own_or_another_companys(cast: Cast, browse) -> None:
    with pytest.raises(DomainError, match="your page Security"):
        reset_second_factor(cast.partner_admin.actor, cast.partner_admin.membership)
    with pytest.raises(NotPermitted):
        reset_second_factor(cast.vendor_admin.actor, cast.partner_rep.membership)
    assert browse(cast.partner_rep).post(reset_page(cast.partner_admin)).status_code == 403
    elsewhere = f"/w/northwind-fabrikam/team/{cast.rival_rep.membership.public_id}/second-step/reset/"
    assert browse(cast.partner_admin).post(elsewhere).status_code == 404


def test_who_works_elsewhere_too_keeps_what_guards_that(cast: Cast) -> None:
    mara, elsewhere = cast.partner_rep, cast.stranger_rep.workspace.organization
    add_app(with_password(mara))
    Membership.objects.create(user=mara.user, organization=elsewhere, roles=[Role.PARTNER_SALES])
    with pytest.raises(DomainError, match="another company too"):
        reset_second_factor(cast.partner_admin.actor, mara.membership)
    assert len(recovery_codes(mara)) == 10


def test_who_works_on_the_companys_other_side_too_keeps_it(cast: Cast) -> None:
    mara = cast.partner_rep
    add_app(with_password(mara))
    mara.membership.roles = [Role.PARTNER_SALES, Role.VENDOR_ADMIN]
    mara.membership.save()
    with pytest.raises(DomainError, match="another company too"):
        reset_second_factor(cast.partner_admin.actor, mara.membership)
    assert Kept.objects.filter(user=mara.user).exists()


def test_who_runs_hansa_helps_who_works_elsewhere_too(cast: Cast) -> None:
    mara, elsewhere = cast.partner_rep, cast.stranger_rep.workspace.organization
    add_app(with_password(mara))
    Membership.objects.create(user=mara.user, organization=elsewhere, roles=[Role.PARTNER_SALES])
    call_command("second_factor", "reset", "--email", mara.user.email)
    assert works(password_login(mara), mara)
    for vendor in (cast.vendor_admin, cast.stranger):
        with acting(vendor.actor):
            [event] = Event.objects.filter(name="member.second_factor_reset", vendor=vendor.actor.vendor_id)
        assert event.actor_label == "hansa second-factor reset"


def test_who_is_not_here_cannot_be_helped(cast: Cast, capsys) -> None:
    with pytest.raises(SystemExit):
        call_command("second_factor", "reset", "--email", "nobody@fabrikam.example")
    assert "Nobody with the address" in capsys.readouterr().err
