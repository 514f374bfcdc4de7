"""Which spellings mean one company, which do not, and what a channel manager is told about it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.customers.matching.domains import is_shared_domain, registrable_domain
from hansa.customers.matching.identity import identity_key
from hansa.customers.matching.keys import asked_keys, stored_keys
from hansa.customers.matching.lookup import rank
from hansa.customers.matching.names import normalise_name
from hansa.customers.matching.profile import describe
from hansa.customers.matching.scoring import SAME, SIMILAR, score


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Acme Inc.", "acme"),
        ("ACME GmbH & Co. KG", "acme"),
        ("The Acme Company, Ltd.", "acme"),
        ("Acme S.p.A.", "acme"),
        ("Acme S. p. A.", "acme"),
        ("Acme B.V.", "acme"),
        ("Acme Pvt Ltd", "acme"),
        ("Acme Sp. z o.o.", "acme"),
        ("PT Acme Tbk", "acme"),
        ("AB Volvo", "volvo"),
        ("ООО Ромашка", "romashka"),
        ("日立株式会社", "rili"),
        ("Müller & Søn ApS", "muller son"),
        ("Ａｃｍｅ　Ｉｎｃ．", "acme"),
        ("Ac\u200bme Inc", "acme"),
        ("Аcmе Inc", "acme"),
        ("J. P. Morgan", "jp morgan"),
        ("McDonald's Corporation", "mcdonalds"),
        ("Acme Intl. Technologies", "acme international tech"),
        ("Acme Svcs", "acme svc"),
        ("Johnson and Johnson", "johnson johnson"),
    ],
)
def test_a_name_has_one_spelling(written, normal):
    assert normalise_name(written) == normal


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("www.contoso.example", "contoso.example"),
        ("shop.contoso.example:8443/x", "contoso.example"),
        ("10.0.0.1", None),
        ("localhost", None),
        ("ask reception", None),
        ("-.example", None),
    ],
)
def test_an_unlisted_ending_is_one_label(text, domain):
    assert registrable_domain(text) == domain


@pytest.mark.parametrize("name", ["The Limited", "SA", "Inc.", "The", "&", "!!!", "株式会社", "\u200b"])
def test_a_name_of_nothing_but_stripped_words_keeps_something(name):
    assert normalise_name(name)


@given(st.text())
def test_only_a_blank_name_normalises_to_nothing(name):
    assert bool(normalise_name(name)) == bool(name.strip())


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_normalising_twice_changes_nothing_more_than_case_and_blanks(name):
    assert normalise_name(name) == normalise_name(f"  {name.upper()} ")


@pytest.mark.parametrize(
    "written",
    [
        "acme.co.uk",
        "ACME.co.uk.",
        "www.acme.co.uk",
        "https://shop.acme.co.uk:8443/a?b=c@d.com#e",
        "http://user:secret@acme.co.uk/",
        "Sales@Mail.acme.co.uk",
        "mailto:sales@acme.co.uk",
        "acme\u200b.co.uk",
        "ａｃｍｅ．co.uk",
        " <acme.co.uk> ",
        "//acme.co.uk/path",
    ],
)
def test_a_domain_has_one_spelling(written):
    assert registrable_domain(written) == "acme.co.uk"


def test_an_international_domain_is_its_punycode():
    assert registrable_domain("www.Bücher.de") == registrable_domain("XN--BCHER-KVA.de") == "xn--bcher-kva.de"


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "acme", "localhost", "10.0.0.1", "[::1]", "co.uk", "github.io", "a b", "@"),
        *("...", "x.y", "foo bar.com", "foo_bar.com", "-foo.com", "localhost.localdomain", "printer.local"),
    ],
)
def test_what_nobody_registered_is_no_domain(text):
    assert registrable_domain(text) is None


@given(st.text())
def test_a_domain_read_again_is_the_same(text):
    domain = registrable_domain(text)
    assert domain is None or registrable_domain(domain) == domain


@given(st.text())
def test_any_text_is_read_without_error(text):
    probe = describe(text, text, text)
    assert asked_keys(probe)
    assert 0 <= score(probe, probe).score <= 1


def test_a_tenant_of_a_host_has_its_own_domain():
    assert registrable_domain("https://acme.github.io/") == "acme.github.io"


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.uk", "web.de", "linkedin.com", "myshopify.com"])
def test_strangers_share_the_domains_of_mail_providers_and_hosts(domain):
    assert is_shared_domain(domain)


def test_a_company_domain_is_not_shared():
    assert not is_shared_domain("acme.com")


@pytest.mark.parametrize(
    "domain", ["acme.com", "www.acme.com", "https://Mail.ACME.com./x", "sales@acme.com", "acme\u200b.com"]
)
def test_one_domain_in_any_spelling_is_one_identity(domain):
    assert identity_key("Whatever Ltd", domain, "DE") == "d:acme.com"


@pytest.mark.parametrize("domain", [None, "", "acme@gmail.com", "not a domain"])
def test_without_a_domain_of_its_own_name_and_country_are_the_identity(domain):
    assert identity_key("ACME Technologies, Inc.", domain, "us") == "n:acme tech|US"


def test_the_same_name_in_two_countries_is_two_identities():
    assert identity_key("Acme", None, "US") != identity_key("Acme", None, "DE")


def test_a_misspelt_known_word_does_not_change_the_identity_of_another_name():
    assert identity_key("Acme Medis", None, "US") != identity_key("Acme Media", None, "US")


def test_a_company_has_few_keys():
    long = describe("Fieldmannworth Semiconductors Logistics International Corporation", "fieldmannworth.com", "US")
    assert len(stored_keys(long)) <= 12


@given(st.text(min_size=1), st.sampled_from(["", "US", "DE"]))
def test_what_is_asked_includes_what_was_stored(name, country):
    company = describe(name, None, country)
    assert set(stored_keys(company)) <= set(asked_keys(company))


def reasons(probe, candidate):
    return score(describe(*probe), describe(*candidate)).reasons


def test_a_match_is_explained():
    assert reasons(("Acme GmbH", "www.acme.com", "DE"), ("ACME Inc", "acme.com", "US")) == (
        "same name",
        "same web domain acme.com",
        "different countries DE and US",
    )


def test_a_typing_error_is_explained():
    assert "names differ by one letter" in reasons(("Bacotro", None, "DE"), ("Bacorto", None, "DE"))


def test_a_subsidiary_is_suspected():
    assert "only one name says 'europe': maybe a subsidiary" in reasons(
        ("Acme Europe", None, "DE"), ("Acme", None, "DE")
    )


def test_a_domain_can_spell_the_name_of_a_company_whose_domain_nobody_knows():
    assert "web domain acme-foods.com spells the other's name" in reasons(
        ("Akme Foods", "acme-foods.com", None), ("Acme Foods Inc", None, None)
    )


@pytest.mark.parametrize(
    ("probe", "candidate"),
    [
        (("Acme Foods", None, "US"), ("Acme Foods LLC", None, "US")),
        (("Acme", "acme.com", "US"), ("Acme Corporation", "acme.com", None)),
        (("Foods Acme", None, "US"), ("Acme Foods", None, "US")),
    ],
)
def test_the_same_company(probe, candidate):
    assert score(describe(*probe), describe(*candidate)).score >= SAME


@pytest.mark.parametrize(
    ("probe", "candidate"),
    [
        (("Acme Europe", "acme.com", "DE"), ("Acme", "acme.com", "US")),
        (("Acme", "acme.de", "DE"), ("Acme", "acme.com", "US")),
        (("Acme", None, "DE"), ("Acme", None, "US")),
        (("Acme", "acme-claims.com", "US"), ("Acme", "acme.com", "US")),
        (("Entirely Else", "acme.com", "US"), ("Acme", "acme.com", "US")),
    ],
)
def test_a_similar_company_is_for_a_person_to_decide(probe, candidate):
    assert SIMILAR <= score(describe(*probe), describe(*candidate)).score < SAME


@pytest.mark.parametrize(
    ("probe", "candidate"),
    [
        (("Acme Foods", None, "US"), ("Acme Pharma", None, "US")),
        (("Bacotron", None, "US"), ("Wickfield", None, "US")),
        (("Acme Foods", "acmefoods.com", "US"), ("Zeniko Foods", "zeniko.com", "US")),
    ],
)
def test_another_company(probe, candidate):
    assert score(describe(*probe), describe(*candidate)).score < SIMILAR


@given(*[st.sampled_from(["Acme", "Acme Europe", "Foods Acme", "Akme Food", "The Bacotro Group"])] * 2)
def test_who_asks_makes_no_difference(one, other):
    assert score(describe(one), describe(other)).score == score(describe(other), describe(one)).score


def test_the_best_comes_first_and_each_company_once():
    probe = describe("Acme Foods", "acme.com", "US")
    rows = [
        (UUID(int=1), "Acme", None, "DE"),
        (UUID(int=2), "Zeniko", "acme.com", "US"),
        (UUID(int=2), "Acme Foods", "acme.com", "US"),
        (UUID(int=3), "Wholly Other", None, "FR"),
    ]
    assert [found.company_id for found in rank(probe, rows)] == [UUID(int=2), UUID(int=1)]
    assert [found.company_id for found in rank(probe, rows, limit=1)] == [UUID(int=2)]
