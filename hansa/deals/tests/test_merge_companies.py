from typing import Any

import pytest

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.customers.actions import start_import, upload_import
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.models import Company, CompanyName, IdentityKey, MatchKey, Opportunity
from hansa.customers.resolve import look_up
from hansa.deals.actions import cancel_deal, merge_companies
from hansa.deals.models import Deal, EndReason, Protection, Status
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.testing.cast import Cast

OTHER: dict[str, Any] = {"customer": "Kontoso Freight", "domain": "kontoso-freight.com"}


def company_of(cast: Cast, deal: Deal) -> Company:
    with acting(cast.system):
        return Company.objects.get(pk=deal.company_id)


def merge(cast: Cast, kept: Deal, merged: Deal) -> None:
    merge_companies(cast.deal_desk.actor, company_of(cast, kept), merged=company_of(cast, merged))


def test_deals_protections_and_the_pipeline_go_to_the_kept_company(cast: Cast) -> None:
    kept = cast.register(lines=[cast.analytics])
    merged = cast.register(cast.rival_rep, lines=[cast.planner], **OTHER)
    with acting(cast.system):
        Opportunity.objects.create(
            vendor=cast.vendor_admin.workspace.vendor, external_id="1", company_id=merged.company_id
        )
    merge(cast, kept, merged)
    with acting(cast.system):
        for model in (Deal, Protection, Opportunity):
            assert set(model.objects.values_list("company_id", flat=True)) == {kept.company_id}


def test_the_merged_company_is_found_as_the_kept_one(cast: Cast) -> None:
    kept, merged = cast.register(), cast.register(lines=[cast.planner], **OTHER)
    merge(cast, kept, merged)
    with acting(cast.system):
        assert Company.objects.get(pk=merged.company_id).merged_into_id == kept.company_id
        assert CompanyName.objects.get().name == "Kontoso Freight"
        assert set(IdentityKey.objects.values_list("company_id", flat=True)) == {kept.company_id}
        assert set(MatchKey.objects.values_list("company_id", flat=True)) == {kept.company_id}
        [by_name] = look_up(cast.system.vendor_id, "Kontoso Freight Ltd", "", "NL")
        [by_domain] = look_up(cast.system.vendor_id, "", "kontoso-freight.com", "")
        assert by_name.company_id == by_domain.company_id == kept.company_id
        assert "same name" in by_name.match.reasons


def test_what_the_merged_company_held_is_taken_in_the_kept_one(cast: Cast) -> None:
    kept, merged = cast.register(lines=[cast.analytics]), cast.register(lines=[cast.planner], **OTHER)
    merge(cast, kept, merged)
    assert cast.register(cast.rival_rep, lines=[cast.planner]).status == Status.DUPLICATE
    assert cast.register(cast.rival_rep, lines=[cast.analytics], **OTHER).status == Status.DUPLICATE


def test_two_protections_of_one_line_are_settled_first(cast: Cast) -> None:
    kept, merged = cast.register(), cast.register(cast.rival_rep, **OTHER)
    with pytest.raises(DomainError) as refusal:
        merge(cast, kept, merged)
    assert refusal.value.code == "protections_conflict"
    for part in ("Fleet Analytics", "Contoso Logistics by Fabrikam Consulting", "Kontoso Freight by Proseware"):
        assert part in refusal.value.message
    assert refusal.value.message.endswith("On each such line, end one of the two first.")
    cancel_deal(cast.channel_manager.actor, merged, reason=EndReason.NO_ACTIVITY)
    merge(cast, kept, merged)
    with acting(cast.system):
        assert Deal.objects.filter(company_id=kept.company_id).count() == 2


def test_an_ended_protection_is_in_nobodys_way(cast: Cast) -> None:
    ended, live = cast.register(), cast.register(cast.rival_rep, **OTHER)
    cancel_deal(cast.channel_manager.actor, ended, reason=EndReason.NO_ACTIVITY)
    merge(cast, ended, live)
    with acting(cast.system):
        first, second = Protection.objects.order_by("during")
        assert first.company_id == second.company_id == ended.company_id
        assert second.during.lower == first.during.upper
        assert second.during.upper == live.protected_until


def test_it_leaves_an_event_of_each_company(cast: Cast) -> None:
    kept, merged = cast.register(), cast.register(lines=[cast.planner], **OTHER)
    merge(cast, kept, merged)
    with acting(cast.system):
        events = set(Event.objects.filter(subject_type="company").values_list("name", "subject_id", "partnership_id"))
    assert events == {
        ("company.merged", merged.company_id, None),
        ("company.took_over", kept.company_id, None),
    }


def test_a_company_is_merged_once_and_not_into_itself(cast: Cast) -> None:
    kept, merged = cast.register(), cast.register(lines=[cast.planner], **OTHER)
    with pytest.raises(DomainError, match="another company"):
        merge(cast, kept, kept)
    merge(cast, kept, merged)
    with pytest.raises(DomainError) as refusal:
        merge(cast, kept, merged)
    assert refusal.value.code == "already_merged"


def test_partners_do_not_merge(cast: Cast) -> None:
    kept, merged = cast.register(), cast.register(lines=[cast.planner], **OTHER)
    with pytest.raises(NotPermitted):
        merge_companies(cast.partner_admin.actor, company_of(cast, kept), merged=company_of(cast, merged))


def test_an_import_knows_the_merged_company_as_the_kept_one(cast: Cast) -> None:
    text = b"Account,Website,Country\nContoso,contoso.com,NL\nKontoso,kontoso.com,BE\n"

    def bring_in() -> dict[str, int]:
        vendor = cast.vendor_admin.workspace.vendor
        import_ = upload_import(cast.channel_manager.actor, vendor, file_name="a.csv", content=text)
        start_import(cast.channel_manager.actor, import_)
        return dict(run_to_the_end(cast.system, import_.pk).totals)

    assert bring_in()["created"] == 2
    with acting(cast.system):
        kept, merged = Company.objects.order_by("name")
    merge_companies(cast.deal_desk.actor, kept, merged=merged)
    assert bring_in()["unchanged"] == 2
