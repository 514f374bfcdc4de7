"""What a deal's page advises about disputes."""

from typing import Any

from hansa.core.tenancy import acting
from hansa.disputes.actions import appeal_hearing, open_dispute
from hansa.disputes.beside import WORKED_BEFORE
from hansa.disputes.tests.contest import GRANT, contested, decided
from hansa.programs.models import Program
from hansa.testing.cast import Cast, Person
from hansa.testing.queue import run_jobs
from hansa.testing.reading import text_of

OURS, THEIR_DEALS = "/w/northwind-fabrikam/deals/", "/w/northwind-proseware/deals/"


def page(browse: Any, person: Person, address: str) -> str:
    return text_of(browse(person).get(address))


def test_what_is_disputed_is_not_advised_again(cast: Cast, browse: Any) -> None:
    _, ours = contested(cast)
    assert WORKED_BEFORE in page(browse, cast.partner_rep, f"{OURS}{ours.public_id}/")
    open_dispute(cast.partner_rep.actor, ours, statement="We have met them since March.")
    assert WORKED_BEFORE not in page(browse, cast.partner_rep, f"{OURS}{ours.public_id}/")


def test_who_lost_a_deal_in_a_dispute_is_led_to_the_appeal_and_not_to_register_again(cast: Cast, browse: Any) -> None:
    with acting(cast.system):
        Program.objects.filter(pk=cast.program.pk).update(cooling_off_days=30)
    held, _, hearing = decided(cast, **GRANT)
    run_jobs()
    address = f"{THEIR_DEALS}{held.public_id}/"
    read = page(browse, cast.rival_rep, address)
    assert "The protection went to somebody else in a dispute." in read
    assert f"appeal until {hearing.appeal_until:%-d %B %Y}" in read
    assert f"hearings/{hearing.public_id}/" in read
    for untrue in ("register it again", "Register again", "gives others their turn"):
        assert untrue not in read
    appeal_hearing(cast.rival_rep.actor, hearing, statement="Our offer was first.")
    read = page(browse, cast.rival_rep, address)
    assert "appeal until" not in read
    assert f"hearings/{hearing.public_id}/" in read
