import pytest

from hansa.core.inserts import insert
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.customers.actions import edit_company
from hansa.customers.models import Company, CompanyName, IdentityKey
from hansa.customers.resolve import look_up, rows_of
from hansa.kernel.errors import Invalid, NotPermitted
from hansa.testing.cast import Cast


def known(cast: Cast, name: str, domain: str = "", country: str = "NL") -> Company:
    company = Company(vendor_id=cast.system.vendor_id, name=name, domain=domain, country=country)
    with acting(cast.system):
        insert(*rows_of(company))
    return company


def test_only_what_is_given_changes(cast: Cast) -> None:
    company = known(cast, "Contoso", "contoso.com")
    edit_company(cast.deal_desk.actor, company, city="Utrecht", country="Belgium")
    with acting(cast.system):
        company.refresh_from_db()
        assert (company.name, company.city, company.country) == ("Contoso", "Utrecht", "BE")
        assert Event.objects.get().changes == {"city": ["", "Utrecht"], "country": ["NL", "BE"]}


def test_a_renamed_company_is_still_found_by_its_former_name(cast: Cast) -> None:
    company = known(cast, "Contoso")
    edit_company(cast.deal_desk.actor, company, name="Zeppelin Freight")
    with acting(cast.system):
        for name in ("Contoso", "Zeppelin Freight"):
            [found] = look_up(cast.system.vendor_id, name, "", "NL")
            assert found.company_id == company.pk
        assert CompanyName.objects.get().name == "Contoso"


def test_every_domain_of_a_company_names_it(cast: Cast) -> None:
    company = known(cast, "Contoso", "contoso.com")
    edit_company(cast.deal_desk.actor, company, other_domains=["https://www.contoso-freight.com/"])
    assert owned(cast) == {"d:contoso.com", "d:contoso-freight.com"}
    edit_company(cast.deal_desk.actor, company, other_domains=[])
    assert owned(cast) == {"d:contoso.com"}


def owned(cast: Cast) -> set[str]:
    with acting(cast.system):
        return set(IdentityKey.objects.values_list("key", flat=True))


def test_another_companys_domain_is_refused(cast: Cast) -> None:
    known(cast, "Kontoso", "kontoso.com")
    with pytest.raises(Invalid, match="Kontoso has this already") as refusal:
        edit_company(cast.deal_desk.actor, known(cast, "Contoso"), domain="kontoso.com")
    assert (refusal.value.code, refusal.value.field) == ("identity_taken", "domain")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("vat", "NL123"),
        ("duns", "12345"),
        ("lei", "5299000J2N45DDNE4Y29"),
        ("country", "Atlantis"),
        ("domain", "no domain"),
        ("name", " "),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(cast: Cast, field: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refusal:
        edit_company(cast.deal_desk.actor, known(cast, "Contoso"), **{field: wrong})
    assert refusal.value.field == field


def test_right_numbers_are_kept_without_their_blanks(cast: Cast) -> None:
    company = known(cast, "Contoso")
    edit_company(
        cast.deal_desk.actor, company, vat="NL 0044.95.445 B01", duns="12-345-6789", lei="5299000J2N45DDNE4Y28"
    )
    with acting(cast.system):
        company.refresh_from_db()
    assert (company.vat, company.duns, company.lei) == ("NL004495445B01", "123456789", "5299000J2N45DDNE4Y28")


def test_parents_make_no_circle(cast: Cast) -> None:
    top, middle, low = (known(cast, name) for name in ("Contoso Group", "Kontoso", "Fabrikam Freight"))
    edit_company(cast.deal_desk.actor, middle, parent=top.pk)
    edit_company(cast.deal_desk.actor, low, parent=middle.pk)
    for parent in (top, middle, low):
        with pytest.raises(Invalid) as refusal:
            edit_company(cast.deal_desk.actor, top, parent=parent.pk)
        assert refusal.value.code == "parent_circle"
    edit_company(cast.deal_desk.actor, low, parent=None)
    edit_company(cast.deal_desk.actor, top, parent=low.pk)


def test_partners_do_not_edit(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        edit_company(cast.partner_admin.actor, known(cast, "Contoso"), city="Utrecht")
