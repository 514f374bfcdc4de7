"""Support looks at the portal as a partner's person sees it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core import mail
from django.test import Client

from hansa.accounts.actions import change_roles, offboard_member, stop_looking
from hansa.accounts.models import ViewAs
from hansa.accounts.roles import Role
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.partnerships.actions import assign_manager, end_partnership, start_looking
from hansa.partnerships.models import Partnership
from hansa.testing.cast import Cast, Person
from hansa.testing.databases import move_clock
from hansa.testing.queue import run_jobs

PORTAL, SECURITY = "/w/northwind-fabrikam/", "/account/security/"


def look(cast: Cast, viewer: Person, person: Person | None = None) -> ViewAs:
    view: ViewAs = start_looking(
        viewer.actor, partnership_of(cast), person=(person or cast.partner_rep).membership, reason="Case 7"
    )
    return view


def partnership_of(cast: Cast) -> Partnership:
    with acting(cast.system):
        return Partnership.objects.get(pk=cast.partnership.pk)


def events(cast: Cast, name: str) -> list[Event]:
    with acting(cast.system):
        return list(Event.objects.filter(name=name).order_by("at", "id"))


def sees(client: Client) -> bool:
    return client.get(PORTAL).status_code == 200


def test_from_the_partners_page_into_the_portal_and_back(cast: Cast, browse) -> None:
    jonas, partner = browse(cast.channel_manager), f"/w/northwind/partners/{cast.partnership.public_id}/"
    start = f"{partner}people/{cast.partner_rep.membership.public_id}/look/"
    assert start.removeprefix(partner) in jonas.get(partner).content.decode()
    assert not sees(jonas)
    assert jonas.post(start, {"reason": " "}).status_code == 422
    assert jonas.post(start, {"reason": "Case 7"}).url == PORTAL
    seen = jonas.get(f"{PORTAL}deals/").content.decode()
    assert "You see what <b>Mara Lindqvist</b> sees" in seen
    assert "Your reason: Case 7" in seen
    with acting(cast.system):
        stop = f"/w/northwind/looking/{ViewAs.objects.get().public_id}/stop/"
    assert jonas.post(stop).url == partner
    assert not sees(jonas)


def test_the_page_shows_what_the_person_sees_and_no_rivals(cast: Cast, browse) -> None:
    deal = cast.register()
    cast.register(cast.rival_rep, customer="Tailwind Freight", domain="tailwind-freight.example")
    look(cast, cast.channel_manager)
    jonas = browse(cast.channel_manager)
    told = jonas.get(f"{PORTAL}deals/").content.decode()
    assert "Contoso Logistics" in told
    assert "Tailwind Freight" not in told
    assert jonas.get(f"{PORTAL}deals/{deal.public_id}/").status_code == 200
    assert jonas.get(f"{PORTAL}team/invite/").status_code == 403  # a rep may not


def test_an_administrator_may_look_anywhere_a_channel_manager_at_their_own_and_others_nowhere(
    cast: Cast, browse
) -> None:
    look(cast, cast.vendor_admin)
    assign_manager(cast.vendor_admin.actor, partnership_of(cast), channel_manager=cast.vendor_admin.membership)
    for other in (cast.channel_manager, cast.deal_desk, cast.partner_admin):
        with pytest.raises(NotPermitted):
            look(cast, other)
    machine = replace(cast.vendor_admin.actor, kind="client")
    with pytest.raises(NotPermitted):
        start_looking(machine, partnership_of(cast), person=cast.partner_rep.membership, reason="Case 7")
    page = f"/w/northwind/partners/{cast.partnership.public_id}/"
    assert "/look/" not in browse(cast.deal_desk).get(page).content.decode()


def test_only_people_at_work_there_are_looked_at(cast: Cast) -> None:
    for person in (cast.rival_rep, cast.channel_manager, cast.stranger_rep):
        with pytest.raises(DomainError, match="does not work there"):
            look(cast, cast.vendor_admin, person)


def test_who_works_there_too_goes_as_oneself(cast: Cast) -> None:
    type(cast.partner_rep.membership).objects.create(
        user=cast.vendor_admin.user, organization=cast.partner_rep.workspace.organization, roles=[Role.PARTNER_SALES]
    )
    with pytest.raises(DomainError, match="go there as yourself"):
        look(cast, cast.vendor_admin)


def test_a_new_look_ends_the_one_before(cast: Cast) -> None:
    first = look(cast, cast.vendor_admin)
    look(cast, cast.vendor_admin, cast.partner_admin)
    with acting(cast.system):
        assert ViewAs.objects.get(pk=first.pk).stopped_at


def test_every_page_is_in_the_audit_with_both_people(cast: Cast, browse) -> None:
    look(cast, cast.channel_manager)
    jonas = browse(cast.channel_manager)
    pages = [PORTAL, f"{PORTAL}deals/", f"{PORTAL}team/", f"{PORTAL}deals/register/"]
    for page in pages:
        jonas.get(page)
    jonas.post(f"{PORTAL}deals/register/")
    seen = events(cast, "view_as.page_seen")
    assert [event.data["page"] for event in seen] == [*pages, f"{PORTAL}deals/register/"]
    for event in [*events(cast, "view_as.started"), *seen]:
        assert (event.actor_id, event.actor_label) == (cast.channel_manager.membership.pk, "Jonas Weber")
        assert event.on_behalf_of == "Mara Lindqvist"
    audit = browse(cast.vendor_admin).get("/w/northwind/audit/").content.decode()
    assert "Jonas Weber, as Mara Lindqvist" in audit


def test_nothing_is_changed_there(cast: Cast, browse) -> None:
    look(cast, cast.channel_manager)
    jonas = browse(cast.channel_manager)
    refused = jonas.post(f"{PORTAL}deals/register/", {"customer": "Contoso"})
    assert refused.status_code == 403
    assert "Stop looking" in refused.content.decode()
    with acting(cast.system):
        assert not Deal.objects.exists()


def test_it_ends_after_half_an_hour(committed: Cast, browse) -> None:
    look(committed, committed.channel_manager)
    jonas = browse(committed.channel_manager)
    move_clock("29 minutes")
    assert sees(jonas)
    move_clock("31 minutes")
    assert not sees(jonas)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_next_click_after_it_leads_back_and_says_that_it_is_over(committed: Cast, browse, method: str) -> None:
    look(committed, committed.channel_manager)
    jonas = browse(committed.channel_manager)
    move_clock("31 minutes")
    before = len(events(committed, "view_as.page_seen"))
    partner = f"/w/northwind/partners/{committed.partnership.public_id}/"
    back = getattr(jonas, method)(f"{PORTAL}deals/register/", follow=True)
    assert back.redirect_chain == [(partner, 302)]
    assert "you no longer see what Mara Lindqvist sees" in back.content.decode()
    assert len(events(committed, "view_as.page_seen")) == before
    assert browse(committed.vendor_admin).get(PORTAL).status_code == 404


def _stopped(cast: Cast, view: ViewAs) -> None:
    stop_looking(cast.channel_manager.actor, view)


def _no_channel_manager(cast: Cast, view: ViewAs) -> None:
    change_roles(cast.vendor_admin.actor, cast.channel_manager.membership, roles=[Role.DEAL_DESK])


def _viewer_left(cast: Cast, view: ViewAs) -> None:
    offboard_member(cast.vendor_admin.actor, cast.channel_manager.membership)


def _person_left(cast: Cast, view: ViewAs) -> None:
    offboard_member(cast.partner_admin.actor, cast.partner_rep.membership)


def _another_looks_after_them(cast: Cast, view: ViewAs) -> None:
    assign_manager(cast.vendor_admin.actor, partnership_of(cast), channel_manager=cast.vendor_admin.membership)


def _partnership_ended(cast: Cast, view: ViewAs) -> None:
    end_partnership(cast.vendor_admin.actor, partnership_of(cast))


@pytest.mark.parametrize(
    "end",
    [_stopped, _no_channel_manager, _viewer_left, _person_left, _another_looks_after_them, _partnership_ended],
    ids=lambda end: end.__name__,
)
def test_it_ends_with_the_next_click(cast: Cast, browse, end: Callable[[Cast, ViewAs], None]) -> None:
    view, jonas = look(cast, cast.channel_manager), browse(cast.channel_manager)
    assert sees(jonas)
    end(cast, view)
    assert not sees(jonas)


def test_it_opens_one_portal_to_one_person(cast: Cast, browse) -> None:
    look(cast, cast.channel_manager)
    assert browse(cast.channel_manager).get("/w/northwind-proseware/").status_code == 404
    assert not sees(browse(cast.vendor_admin))


def test_nobody_stops_somebody_elses(cast: Cast) -> None:
    view = look(cast, cast.channel_manager)
    with pytest.raises(NotPermitted):
        stop_looking(cast.vendor_admin.actor, view)


def test_the_person_reads_who_looked_and_why(cast: Cast, browse) -> None:
    look(cast, cast.channel_manager)
    run_jobs()
    assert [letter.to for letter in mail.outbox] == [[cast.partner_rep.user.email]]
    mara = browse(cast.partner_rep)
    assert "Jonas Weber looks at the portal as you see it" in mara.get(f"{PORTAL}inbox/").content.decode()
    told = mara.get(SECURITY).content.decode()
    assert "Jonas Weber of Northwind" in told
    assert "Case 7" in told
    assert "Case 7" not in browse(cast.partner_admin).get(SECURITY).content.decode()
