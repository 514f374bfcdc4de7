"""What becomes of the rows of an import."""

import csv
import io
from typing import Any

import pytest
from django.db import DataError

from hansa.core.jobs import end_given_up
from hansa.core.tenancy import acting
from hansa.customers.actions import discard_import, map_import, start_import, upload_import
from hansa.customers.actions.imports import RUN
from hansa.customers.imports import run
from hansa.customers.imports.run import errors_csv, run_to_the_end
from hansa.customers.imports.write import write_entries
from hansa.customers.jobs import BROKEN, run_import
from hansa.customers.models import (
    Company,
    CompanyName,
    IdentityKey,
    Import,
    ImportRow,
    Lead,
    MatchKey,
    Opportunity,
)
from hansa.customers.resolve import look_up
from hansa.kernel.errors import DomainError, Invalid, NotPermitted
from hansa.programs.models import ProductLine
from hansa.testing.cast import Cast
from hansa.testing.queue import give_up, run_jobs

ACCOUNTS = """Account Name,Website,Billing Country,Industry,Parent Account
Contoso Haulage,www.contoso-haulage.com,Netherlands,transport,Contoso Group
Contoso Group,,Netherlands,,
Łódź Freight Sp. z o.o.,,Poland,,
Kontoso Rail,https://kontoso-rail.de/,Germany,rail,
"""
OPPORTUNITIES = """Opportunity ID,Account Name,Product,Stage,Amount,Close Date,Created Date
1,Contoso Haulage,fleetanalytics,Negotiation,"1,200.50",2030-01-31,2029-12-01
2,Contoso Haulage,,Closed Won,,2029-01-31,2028-12-01
3,Nobody Yet,Teleporter,Closed Lost,5,2029-02-01,2028-12-01
4,,Route Planner,Prospecting,,,
"""


def upload(cast: Cast, text: str, **given: Any) -> Import:
    vendor = cast.channel_manager.workspace.vendor
    content = text.encode()
    import_: Import = upload_import(cast.channel_manager.actor, vendor, file_name="x.csv", content=content, **given)
    return import_


def bring_in(cast: Cast, text: str, **given: Any) -> Import:
    import_ = upload(cast, text, **given)
    start_import(cast.channel_manager.actor, import_)
    return run_to_the_end(cast.system, import_.pk)


def totals(import_: Import) -> dict[str, int]:
    return {outcome: count for outcome, count in import_.totals.items() if count}


def messages(cast: Cast, import_: Import) -> dict[int, str]:
    with acting(cast.system):
        return dict(ImportRow.objects.filter(source=import_).exclude(message="").values_list("number", "message"))


def companies(cast: Cast) -> dict[str, Company]:
    with acting(cast.system):
        return {company.name: company for company in Company.objects.select_related("parent")}


def test_accounts_become_companies_below_their_parents(cast: Cast) -> None:
    assert totals(bring_in(cast, ACCOUNTS)) == {"created": 4}
    known = companies(cast)
    haulage = known["Contoso Haulage"]
    assert (haulage.domain, haulage.country, haulage.industry) == ("contoso-haulage.com", "NL", "transport")
    assert haulage.parent == known["Contoso Group"]
    assert all(company.in_crm for company in known.values())


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    for text in (ACCOUNTS, OPPORTUNITIES):
        bring_in(cast, text)
        assert totals(bring_in(cast, text)) == {"unchanged": 4}


def test_a_changed_row_changes_its_company_and_a_blank_cell_takes_nothing_away(cast: Cast) -> None:
    bring_in(cast, ACCOUNTS)
    changed = ACCOUNTS.replace(",transport,", ",,").replace(",rail,", ",railways,")
    assert totals(bring_in(cast, changed)) == {"unchanged": 3, "updated": 1}
    known = companies(cast)
    assert (known["Contoso Haulage"].industry, known["Kontoso Rail"].industry) == ("transport", "railways")


def test_it_makes_no_difference_how_many_rows_are_written_at_once(cast: Cast) -> None:
    def everything() -> list[Any]:
        with acting(cast.system):
            return [
                sorted(Company.objects.values_list("name", "domain", "country", "parent__name")),
                sorted(IdentityKey.objects.values_list("key", "company__name")),
                sorted(MatchKey.objects.values_list("key", "company__name")),
                sorted(CompanyName.objects.values_list("name", "company__name")),
                sorted(Opportunity.objects.values_list("external_id", "company__name", "product_line__name")),
            ]

    def import_all(at_once: int) -> list[Any]:
        for text in (ACCOUNTS + "KONTOSO RAIL GmbH,kontoso-rail.de,Germany,,\n", OPPORTUNITIES):
            import_ = upload(cast, text)
            start_import(cast.channel_manager.actor, import_)
            run_to_the_end(cast.system, import_.pk, at_once=at_once)
        return everything()

    with acting(cast.system):
        before = everything()
    one_by_one = import_all(1)
    with acting(cast.system):
        for model in (Opportunity, MatchKey, IdentityKey, CompanyName):
            model.objects.all().delete()
        Company.objects.update(parent=None)
        Company.objects.all().delete()
    assert everything() == before
    assert import_all(500) == one_by_one


def test_an_account_is_the_company_that_a_registration_made(cast: Cast) -> None:
    deal = cast.register(customer="Kontoso Railways", domain="kontoso-rail.de", country="DE")
    assert totals(bring_in(cast, ACCOUNTS)) == {"created": 3, "updated": 1}
    with acting(cast.system):
        company = Company.objects.get(pk=deal.company_id)
        assert (company.name, company.in_crm) == ("Kontoso Rail", True)
        assert CompanyName.objects.get().name == "Kontoso Railways"
        deal.refresh_from_db()
        assert deal.customer_name == "Kontoso Railways"


def test_a_registration_finds_the_company_that_an_account_made(cast: Cast) -> None:
    bring_in(cast, ACCOUNTS)
    by_domain = cast.register(customer="K. Rail", domain="shop.kontoso-rail.de", country="DE")
    by_name = cast.register(customer="LODZ FREIGHT", domain="", country="PL")
    known = companies(cast)
    assert by_domain.company_id == known["Kontoso Rail"].pk
    assert by_name.company_id == known["Łódź Freight Sp. z o.o."].pk


def test_two_accounts_of_one_domain_are_one_company_with_two_names(cast: Cast) -> None:
    text = ACCOUNTS + "Kontoso Rail Service,kontoso-rail.de,Germany,service,\n"
    first = bring_in(cast, text)
    assert totals(first) == {"created": 4, "updated": 1}
    assert messages(cast, first) == {6: "The same company as Kontoso Rail."}
    assert totals(bring_in(cast, text)) == {"unchanged": 5}
    assert companies(cast)["Kontoso Rail"].industry == "rail"
    with acting(cast.system):
        [found] = look_up(cast.system.vendor_id, "Kontoso Rail Service", "", "DE", limit=1)
        assert found.match.reasons[0] == "same name"


def test_an_account_that_got_a_domain_stays_the_same_company(cast: Cast) -> None:
    bring_in(cast, ACCOUNTS)
    with_domain = ACCOUNTS.replace("Contoso Group,,", "Contoso Group,contoso-group.com,")
    assert totals(bring_in(cast, with_domain)) == {"updated": 1, "unchanged": 3}
    assert cast.register(domain="contoso-group.com").company_id == companies(cast)["Contoso Group"].pk


def test_what_cannot_be_read_in_an_account_is_left_blank_and_said(cast: Cast) -> None:
    text = "Company,Country,VAT number,Parent\nContoso,Atlantis,NL1,\nKontoso,Nederland,,Fabrikam\n"
    done = bring_in(cast, text, kind="accounts")
    assert messages(cast, done) == {
        2: "There is no country “Atlantis”: left blank. “NL1” is no VAT number: left blank.",
        3: "Its parent Fabrikam is not among the accounts.",
    }


def test_parents_in_a_circle_are_left_out(cast: Cast) -> None:
    text = "Company,Parent\nContoso,Kontoso\nKontoso,Contoso\n"
    for _ in range(2):
        bring_in(cast, text, kind="accounts")
        known = companies(cast)
        assert [company.name for company in known.values() if company.parent] in (["Contoso"], ["Kontoso"])


def test_opportunities_are_evidence_with_their_account_and_product(cast: Cast) -> None:
    bring_in(cast, ACCOUNTS)
    done = bring_in(cast, OPPORTUNITIES)
    assert totals(done) == {"created": 4}
    with acting(cast.system):
        first, won, lost, early = Opportunity.objects.select_related("company", "product_line").order_by("external_id")
    assert first.company == won.company == companies(cast)["Contoso Haulage"]
    assert (first.product_line, first.is_open, first.amount_minor, first.currency) == (
        cast.analytics,
        True,
        120050,
        "EUR",
    )
    assert (str(first.moved_on), first.closed_on) == ("2029-12-01", None)
    assert (won.won, lost.won, str(lost.moved_on)) == (True, False, "2029-02-01")
    assert (early.company, early.product_line, early.moved_on) == (None, cast.planner, None)
    assert messages(cast, done) == {
        2: "“fleetanalytics” was read as Fleet Analytics.",
        4: "Nobody Yet was not among the accounts: added. "
        "There is no product line “Teleporter”: the row counts for every line.",
    }


def test_rows_that_cannot_be_read_are_rejected_and_the_others_are_not(cast: Cast) -> None:
    text = (
        "Opportunity ID,Account,Stage,Amount,Close Date\n"
        "1,Contoso,Won,12,2029-01-31\n1,Contoso,Won,13,2029-01-31\n,Contoso,Won,,\n2,Contoso,Won,a lot,\n"
        "3,Contoso,Won,1,2029-02-31\n4,Contoso\n5,Contoso,Won,1,2029-01-01,more\n6,Contoso,,,\n"
    )
    done = bring_in(cast, text)
    assert totals(done) == {"created": 1, "rejected": 7}
    assert messages(cast, done) | {2: ""} == {
        2: "",
        3: "Opportunity ID “1” is in row 2 already.",
        4: "Opportunity ID is missing.",
        5: "“a lot” is no amount in EUR.",
        6: "“2029-02-31” is no date.",
        7: "The row has 2 cells and the header 5.",
        8: "The row has 6 cells and the header 5.",
        9: "Stage is missing.",
    }


def test_leads_find_or_make_their_company(cast: Cast) -> None:
    bring_in(cast, ACCOUNTS)
    text = (
        "Lead ID,Company,Email,Lead Status,Lead Owner,Last Activity\n"
        "1,Kontoso Rail,,Working,Mo Frase,2029-01-31\n2,Tailspin,jo@tailspin-toys.com,Converted,Mo Frase,\n"
    )
    assert totals(bring_in(cast, text)) == {"created": 2}
    assert totals(bring_in(cast, text)) == {"unchanged": 2}
    with acting(cast.system):
        working, converted = Lead.objects.select_related("company", "owner").order_by("external_id")
    assert (working.company.name, working.is_open, working.owner.name) == ("Kontoso Rail", True, "Mo Frase")
    assert (converted.company.domain, converted.company.in_crm, converted.is_open) == (
        "tailspin-toys.com",
        False,
        False,
    )


def test_products_that_are_spelt_otherwise_are_not_offered_twice(cast: Cast) -> None:
    done = bring_in(cast, "Product\nfleet-analytics\nTeleporter 3000\n")
    assert totals(done) == {"created": 1, "unchanged": 1}
    with acting(cast.system):
        assert ProductLine.objects.get(code="teleporter-3000").name == "Teleporter 3000"


def test_days_and_months_that_could_be_either_are_asked_for(cast: Cast) -> None:
    manager = cast.channel_manager.actor
    import_ = upload(cast, "Opportunity ID,Stage,Close Date\n1,Won,01/02/2029\n")
    with pytest.raises(Invalid) as refusal:
        start_import(manager, import_)
    assert refusal.value.code == "date_order_missing"
    map_import(manager, import_, date_order="mdy")
    start_import(manager, import_)
    run_to_the_end(cast.system, import_.pk)
    with acting(cast.system):
        assert str(Opportunity.objects.get().closed_on) == "2029-01-02"


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("unknown_column", {"columns": {"name": "Nothing"}}),
        ("unknown_column", {"columns": {"shoe_size": "Industry"}}),
        ("column_missing", {"columns": {"city": "Industry"}}),
        ("unknown_currency", {"currency": "XYZ1"}),
        ("unknown_format", {"date_order": "ymd"}),
        ("unknown_kind", {"kind": "cats"}),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(cast: Cast, code: str, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        map_import(cast.channel_manager.actor, upload(cast, ACCOUNTS), **given)
    assert refusal.value.code == code


def test_a_file_of_unknown_columns_is_refused_until_its_kind_is_said(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        upload(cast, "a,b\n1,2\n")
    assert refusal.value.code == "unknown_kind"
    import_ = upload(cast, "a,b\n1,2\n", kind="accounts")
    with pytest.raises(Invalid, match="Say which column holds: Name"):
        start_import(cast.channel_manager.actor, import_)


def test_a_crash_in_the_middle_and_another_attempt_end_as_one_run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    import_ = upload(cast, ACCOUNTS)
    start_import(cast.channel_manager.actor, import_)
    write, batches = write_entries, []

    def crash_at_the_third(*given: Any) -> Any:
        batches.append(len(given[2]))
        if len(batches) == 3:
            raise DataError("the machine is on fire")
        return write(*given)

    monkeypatch.setattr(run, "write_entries", crash_at_the_third)
    with pytest.raises(DataError):
        run_to_the_end(cast.system, import_.pk, at_once=1)
    with acting(cast.system):
        assert ImportRow.objects.count() == Company.objects.count() == 2
    done = run_to_the_end(cast.system, import_.pk, at_once=1)
    assert (totals(done), done.rows_done) == ({"created": 4}, 4)


def test_a_failure_is_said_and_the_import_goes_on_when_it_is_started_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, import_ = cast.channel_manager.actor, upload(cast, ACCOUNTS)
    start_import(manager, import_)
    with monkeypatch.context() as broken:
        broken.setattr(run, "write_entries", lambda *_: 1 / 0)
        run_import(str(import_.pk), str(import_.vendor_id))
    with acting(cast.system):
        failed = Import.objects.get()
    assert failed.status == Import.Status.FAILED
    assert "start the import again" in failed.problem
    start_import(manager, failed)
    run_import(str(import_.pk), str(import_.vendor_id))
    with acting(cast.system):
        assert totals(Import.objects.get()) == {"created": 4}


def test_one_that_no_attempt_finished_is_ended_and_goes_on_when_it_is_started_again(cast: Cast) -> None:
    manager, import_ = cast.channel_manager.actor, upload(cast, ACCOUNTS)
    start_import(manager, import_)
    give_up(RUN)
    end_given_up.func(0)
    with acting(cast.system):
        given_up = Import.objects.get()
    assert (given_up.status, given_up.problem) == (Import.Status.FAILED, BROKEN)
    start_import(manager, given_up)
    end_given_up.func(0)
    run_jobs()
    with acting(cast.system):
        assert totals(Import.objects.get()) == {"created": 4}


def test_an_import_is_started_once_and_a_discarded_one_never(cast: Cast) -> None:
    manager, import_, other = cast.channel_manager.actor, upload(cast, ACCOUNTS), upload(cast, ACCOUNTS)
    start_import(manager, import_)
    discard_import(manager, other)
    for ended in (import_, other):
        with pytest.raises(DomainError) as refusal:
            start_import(manager, ended)
        assert refusal.value.code in ("illegal_move", "empty_file")


def test_remarks_are_given_as_a_file_that_no_spreadsheet_runs(cast: Cast) -> None:
    text = 'Account Name,Parent Account,Website\n"\t=1+1",@SUM(A1),\n=cmd|x,-2+3,no website\n'
    done = bring_in(cast, text, kind="accounts")
    header, *rows = csv.reader(io.StringIO(errors_csv(cast.channel_manager.actor, done).decode("utf-8-sig")))
    assert header == ["Row", "Outcome", "Message", "Account Name", "Parent Account", "Website"]
    assert [row[0] for row in rows] == ["2", "3"]
    assert all(cell[:1] not in tuple("=+@\t\r\n") for row in rows for cell in row)


def test_partners_import_nothing_and_see_none(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        upload_import(
            cast.partner_admin.actor, cast.vendor_admin.workspace.vendor, file_name="x", content=b"Account\nx\n"
        )
    bring_in(cast, ACCOUNTS)
    with acting(cast.partner_admin.actor):
        assert not Import.objects.visible_to(cast.partner_admin.actor).exists()
        assert not Import.objects.exists()
