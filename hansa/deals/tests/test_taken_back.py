"""A partner takes back what it asked for and nobody has answered."""

from typing import Any

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import (
    approve_extension,
    decline_amendment,
    request_extension,
    request_lines,
    withdraw_amendment,
    withdraw_extension,
)
from hansa.deals.models import Amendment, ExtensionRequest
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.notices.models import Notice
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

DEALS = "/w/northwind-fabrikam/deals"


def asked(cast: Cast) -> tuple[ExtensionRequest, Amendment]:
    """Wishes for more time and for another product line, about one deal."""
    rep, deal = cast.partner_rep.actor, cast.register()
    extension = request_extension(rep, deal, days=30, reason="The budget comes in March.")
    return extension, request_lines(rep, deal, product_lines=[cast.planner.pk], reason="Another project.")


def unread(cast: Cast) -> int:
    with acting(cast.channel_manager.actor):
        names = ("extension.requested", "amendment.requested")
        wishes = Event.objects.filter(name__in=names).values("id")
        return Notice.objects.filter(event_id__in=wishes, read_at=None).count()


def test_the_partner_takes_both_back_on_the_deals_page_and_asks_again(cast: Cast, browse: Any) -> None:
    extension, _ = asked(cast)
    run_jobs()
    assert unread(cast) == 2
    mara, page = browse(cast.partner_rep), f"{DEALS}/{extension.deal.public_id}/"
    assert mara.get(page).content.decode().count("Take it back") == 2
    for place in ("extension/withdraw/", "lines/withdraw/"):
        assert mara.post(page + place).url == page
        assert "It was answered meanwhile" in mara.post(page + place, follow=True).content.decode()
    run_jobs()
    assert unread(cast) == 0
    assert "Take it back" not in mara.get(page).content.decode()
    with acting(cast.system):
        assert {ExtensionRequest.objects.get().status, Amendment.objects.get().status} == {"withdrawn"}
        assert Event.objects.filter(name__in=("extension.withdrawn", "amendment.withdrawn")).count() == 2
    request_extension(cast.partner_rep.actor, extension.deal, days=20, reason="It is sooner.")
    request_lines(cast.partner_rep.actor, extension.deal, product_lines=[cast.planner.pk], reason="After all.")


def test_what_is_answered_or_taken_back_stays_so(cast: Cast) -> None:
    extension, amendment = asked(cast)
    rep, desk = cast.partner_rep.actor, cast.deal_desk.actor
    withdraw_extension(rep, extension)
    with pytest.raises(DomainError):
        approve_extension(desk, extension)
    decline_amendment(desk, amendment, note="No.")
    with pytest.raises(DomainError):
        withdraw_amendment(rep, amendment)


def test_it_is_for_the_partner_alone(cast: Cast) -> None:
    extension, amendment = asked(cast)
    with pytest.raises(NotPermitted):
        withdraw_extension(cast.vendor_admin.actor, extension)
    paths = (f"/extensions/{extension.public_id}/withdrawal", f"/amendments/{amendment.public_id}/withdrawal")
    for path in paths:
        assert machine(cast.rival_admin).post(path).status_code == 404
        assert machine(cast.vendor_admin).post(path).status_code == 404
        assert machine(cast.partner_admin).post(path).json()["status"] == "withdrawn"
        assert machine(cast.partner_admin).post(path).status_code == 409


@pytest.mark.browser
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_both_are_taken_back_in_the_browser(committed: Cast, visit: Any, size: str) -> None:
    extension, _ = asked(committed)
    mara = visit(committed.partner_rep, size=size)
    mara.open(f"{DEALS}/{extension.deal.public_id}/")
    mara.press("Take it back", exact=False)
    mara.press("Take it back", exact=False)
    assert mara.page.get_by_role("button", name="Take it back", exact=False).count() == 0
