"""Each page that edits what is there: of two who opened it together, the later one overwrites nothing unseen."""

from typing import Any

import pytest
from django.forms import BaseForm
from django.test import Client

from hansa.core.tenancy import acting
from hansa.customers.models import Company
from hansa.deals.models import Deal
from hansa.deals.rules import APPROVAL
from hansa.partnerships.models import Enrollment
from hansa.programs.models import Program
from hansa.rulebook.actions import draft_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.testing.cast import Cast, Person

# address, the field that one changes, and the field that the other does; an address names rows of the cast in braces
PAGES: dict[str, tuple[str, tuple[str, Any], tuple[str, Any]]] = {
    "rules": ("program/setup/rules/{program}/", ("protection_days", "91"), ("rules_of_engagement", "Be fair.")),
    "terms": ("program/setup/terms/{program}/", ("extensions_max", "7"), ("notice_days", "9")),
    "review": ("program/setup/review/{program}/", ("review_hours", "33"), ("reminders", "40, 60")),
    "answers": ("program/setup/answers/{program}/", ("how", "together"), ("answer_times", "17:00")),
    "disputes": ("program/setup/disputes/{program}/", ("dispute_days", "41"), ("appeal_days", "8")),
    "requirements": ("program/setup/requirements/{program}/", ("registrations_per_day", "44"), ("required_fields", [])),
    "reasons": ("program/setup/reasons/{program}/", ("win-price", "Cheaper"), ("loss-no_budget", "No money")),
    "tiers": ("program/setup/tiers/{program}/", ("days_below", "12"), ("grace_days", "13")),
    "calendar": ("program/setup/calendar/", ("monday", "08:00-12:00"), ("friday", "")),
    "look": ("program/setup/look/", ("accent", "#114488"), ("name", "Northwind Two")),
    "company": ("customers/{company}/edit/", ("city", "Utrecht"), ("industry", "Shipping")),
    "roles": ("team/{member}/roles/", ("roles", ["auditor"]), ("roles", ["deal_desk"])),
    "permission": ("team/permissions/territory.add/", ("vendor", ["auditor"]), ("vendor", [])),
    "managers": ("partners/{partner}/managers/", ("channel_manager", "{admin}"), ("deputy", "{admin}")),
    "distributors": ("partners/{partner}/distributors/", ("distributors", ["{rivals}"]), ("distributors", [])),
    "place": (
        "partners/{partner}/enrollments/{place}/",
        ("partner_types", ["distributor"]),
        ("partner_types", ["msp"]),
    ),
    "draft": ("program/policies/versions/{draft}/change/", ("summary", "One."), ("summary", "Two.")),
    "deal": ("deals/{deal}/amend/", ("need", "Routes"), ("contact_name", "Priya Raman")),
}


@pytest.fixture
def rows(cast: Cast) -> dict[str, str]:
    deal = cast.register()
    with acting(cast.system):
        place = Enrollment.objects.get(partnership=cast.partnership)
        Enrollment.objects.filter(partnership=cast.rivals).update(partner_types=["distributor"])
        company = Company.objects.get()
    vendor, table = cast.vendor_admin.workspace.vendor, write_table(APPROVAL.built_in.table).decode()
    draft = draft_policy(cast.vendor_admin.actor, vendor, policy=APPROVAL, dmn=table, summary="", takes=False)
    return {
        "draft": draft.public_id,
        "program": cast.program.public_id,
        "company": company.public_id,
        "member": cast.channel_manager.membership.public_id,
        "admin": cast.vendor_admin.membership.public_id,
        "partner": cast.partnership.public_id,
        "rivals": cast.rivals.public_id,
        "place": place.public_id,
        "deal": deal.public_id,
    }


def resolved(value: Any, rows: dict[str, str]) -> Any:
    return [one.format(**rows) for one in value] if isinstance(value, list) else value.format(**rows)


def alike(one: Any, other: Any) -> bool:
    return sorted(one) == sorted(other) if isinstance(one, list) else str(one) == other


def as_shown(form: BaseForm) -> dict[str, Any]:
    """What a browser sends of a form that nobody touched."""
    shown = {field.html_name: field.value() for field in form}
    return {name: value for name, value in shown.items() if value is not None and value is not False}


def opened(cast: Cast, browse: Any, page: str, rows: dict[str, str]) -> tuple[Client, str, dict[str, Any]]:
    path = resolved(PAGES[page][0], rows)
    person: Person = cast.partner_rep if page == "deal" else cast.vendor_admin
    client, address = browse(person), f"/w/{person.workspace.slug}/{path}"
    return client, address, as_shown(client.get(address).context["form"])


@pytest.mark.parametrize("page", PAGES)
def test_a_stale_form_comes_back_with_what_was_written_and_what_is_there(cast: Cast, browse, rows, page) -> None:
    client, address, shown = opened(cast, browse, page, rows)
    (one, first), (other, second) = ((name, resolved(value, rows)) for name, value in PAGES[page][1:])
    more = {"answer_times": "11:00"} if page == "answers" else {}
    assert client.post(address, {**shown, **more, one: first}).status_code == 302
    answer = client.post(address, {**shown, **more, one: shown.get(one, ""), other: second})
    told, form = answer.content.decode(), answer.context["form"]
    assert answer.status_code == 422
    assert "Somebody changed this meanwhile" in told
    assert any(said.startswith("Now: ") for said in form.errors[one])
    assert form[other].value() == second
    assert alike(client.get(address).context["form"][one].value(), first)
    assert client.post(address, as_shown(form)).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_what_nobody_else_changed_is_saved_at_once(cast: Cast, browse, rows, page) -> None:
    client, address, shown = opened(cast, browse, page, rows)
    one, first = PAGES[page][1]
    more = {"answer_times": "11:00"} if page == "answers" else {}
    assert client.post(address, {**shown, **more, one: resolved(first, rows)}).status_code == 302


def test_a_change_through_the_api_counts_as_well(cast: Cast, browse, rows) -> None:
    client, address, shown = opened(cast, browse, "rules", rows)
    with acting(cast.system):
        Program.objects.update(stale_after_days=17)
    answer = client.post(address, {**shown, "protection_days": "91"})
    assert answer.context["form"].errors["stale_after_days"] == ["Now: 17"]


def test_a_stale_form_of_a_company_wipes_no_city(cast: Cast, browse, rows) -> None:
    client, address, shown = opened(cast, browse, "company", rows)
    client.post(address, {**shown, "city": "Utrecht"})
    client.post(address, {**shown, "industry": "Shipping"})
    with acting(cast.system):
        assert Company.objects.get().city == "Utrecht"
        assert Deal.objects.count() == 1
