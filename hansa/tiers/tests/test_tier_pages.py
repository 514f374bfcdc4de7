"""The pages of tiers, as partner and vendor read them."""

from datetime import timedelta
from typing import Any

from hansa.core.tenancy import acting
from hansa.programs.models import Tier
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs
from hansa.tiers.tests.running import certify, evaluated, place, run_tiers, standing, today

PORTAL, CONSOLE = "/w/northwind-fabrikam/tier/", "/w/northwind/tiers/"


def read(browse: Any, person: Any, path: str) -> str:
    answer = browse(person).get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_partner_reads_what_it_has_and_exactly_what_is_missing(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    certify(cast, 1)
    page = read(browse, cast.partner_rep, PORTAL)
    assert "To reach Silver" in page
    assert "1 more" in page
    assert "1; at least 2 asked, since enrollment" in page


def test_what_nobody_has_measured_is_said_to_be_that(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    evaluated(cast)
    page = read(browse, cast.partner_rep, PORTAL)
    assert "not measured yet" in page
    assert "not measured yet; at least 2 asked" not in page
    assert "at least 2 asked" in page


def test_what_if_says_the_tier_and_what_would_still_be_missing(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    certify(cast, 1)
    page = read(browse, cast.partner_rep, f"{PORTAL}?what_if=1&certifications=1")
    assert "That makes Silver" in page
    assert "3 more (Certifications)" in page
    assert "That is still Registered" in read(browse, cast.partner_rep, f"{PORTAL}?what_if=1&won_deals=9")
    assert place(cast).tier.rank == 1


def test_a_number_that_is_none_is_refused_at_its_field(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    evaluated(cast)
    assert "Enter a number." in read(browse, cast.partner_rep, f"{PORTAL}?what_if=1&certifications=many")


def test_where_tiers_are_set_by_hand_the_page_says_so(cast: Cast, browse: Any) -> None:
    assert "Set by hand" in read(browse, cast.partner_rep, PORTAL)
    assert "Tiers are set by hand" in read(browse, cast.vendor_admin, CONSOLE)


def test_the_manager_sees_who_is_near_and_who_is_below(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    certify(cast, 1)
    assert "Fabrikam Consulting" in read(browse, cast.channel_manager, CONSOLE)
    assert "Proseware" not in read(browse, cast.channel_manager, CONSOLE)
    certify(cast, 2)
    certify(cast, 1)
    assert "below since" in read(browse, cast.channel_manager, f"{CONSOLE}?show=falling")
    assert "Fabrikam Consulting" in read(browse, cast.channel_manager, f"{CONSOLE}?show=all&q=fabri")
    assert "Nobody here" in read(browse, cast.channel_manager, f"{CONSOLE}?show=waiting")


def test_the_manager_approves_what_waits(cast: Cast, browse: Any) -> None:
    run_tiers(cast, approve_promotion=True)
    certify(cast, 2)
    desk, here = browse(cast.channel_manager), f"{CONSOLE}{standing(cast).public_id}/"
    assert "Silver waits for approval" in desk.get(here).content.decode()
    assert desk.post(f"{here}approve/", {"note": "Well done."}).status_code == 302
    assert place(cast).tier.rank == 2
    assert "Silver was reached: Well done." in read(browse, cast.partner_rep, PORTAL)


def test_declining_needs_a_reason_which_the_partner_reads(cast: Cast, browse: Any) -> None:
    run_tiers(cast, approve_promotion=True)
    certify(cast, 2)
    desk, here = browse(cast.channel_manager), f"{CONSOLE}{standing(cast).public_id}/"
    assert desk.post(f"{here}decline/", {}).status_code == 422
    assert desk.post(f"{here}decline/", {"reason": "Let us meet first."}).status_code == 302
    assert "The change was declined: Let us meet first." in read(browse, cast.partner_rep, PORTAL)


def test_an_exception_is_granted_read_and_ended(cast: Cast, browse: Any) -> None:
    run_tiers(cast)
    gold = next(one for one in evaluated_tiers(cast) if one.rank == 3)
    desk, here = browse(cast.channel_manager), f"{CONSOLE}{standing(cast).public_id}/"
    given = {"tier": gold.public_id, "until": str(today(cast) + timedelta(days=9)), "reason": "A launch."}
    assert desk.post(f"{here}exception/", given).status_code == 302
    page = read(browse, cast.partner_rep, PORTAL)
    assert "Gold by exception up to and including" in page
    assert "A launch." in page
    listed = read(browse, cast.channel_manager, f"{CONSOLE}?show=exceptions")
    assert "Fabrikam Consulting" in listed
    action = page_action(desk.get(here).content.decode())
    assert desk.post(action).status_code == 302
    assert "by exception" not in read(browse, cast.partner_rep, PORTAL)


def test_numbers_are_entered_by_a_form_that_names_the_vendors_own(cast: Cast, browse: Any) -> None:
    run_tiers(cast, custom={"custom_1": {"label": "Case studies", "unit": ""}})
    evaluated(cast)
    desk, here = browse(cast.channel_manager), f"{CONSOLE}{standing(cast).public_id}/"
    assert "Case studies" in desk.get(f"{here}number/").content.decode()
    given = {"fact": "custom_1", "value": "4", "dated": str(today(cast))}
    assert desk.post(f"{here}number/", given).status_code == 302
    assert standing(cast).facts["custom_1"] == 4
    assert desk.post(f"{here}evaluate/").status_code == 302


def test_the_terms_are_a_form(cast: Cast, browse: Any) -> None:
    desk = browse(cast.vendor_admin)
    here = f"/w/northwind/program/setup/tiers/{cast.program.public_id}/"
    form = desk.get(here).context["form"]
    given = {name: value for name, value in form.initial.items() if value not in (None, False)}
    assert desk.post(here, {**given, "running": "on", "grace_days": "30"}).status_code == 302
    run_jobs()
    assert standing(cast).held == 1
    assert desk.post(here, {**given, "grace_days": "9000"}).status_code == 422


def evaluated_tiers(cast: Cast) -> list[Any]:
    evaluated(cast)
    with acting(cast.system):
        return list(Tier.objects.filter(program=cast.program))


def page_action(html: str) -> str:
    """Where the button that ends an exception leads."""
    return html.split('/end/"')[0].split('action="')[-1] + "/end/"
