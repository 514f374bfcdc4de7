"""Partners who disguise a customer that is taken, or only spell it their own way, are noticed."""

from collections import Counter, defaultdict
from random import Random

import pytest

from hansa.customers.matching.identity import identity_key
from hansa.customers.matching.keys import asked_keys, stored_keys
from hansa.customers.matching.lookup import rank
from hansa.customers.matching.profile import describe

RANDOM = Random(20)


def words(text):
    return text.split()


STARTS = words(
    "Ac Bel Cor Dyna Ever Fin Glo Harb Ion Jun Kel Lum Mer Nor Opti Pro Quan Riv Sol Tri Ultra Ven West Xen Zer"
)
MIDDLES = words("ar bri co dex el fa gan hol in ka lo mi nova per qui ra se ti ven wo")
ENDS = words("cel dia ex field gate ics jet kin line mark nix ora port ris son tor um vex wood zon")
TRADES = ["", "Foods", "Logistics", "Software", "Energy", "Marine Insurance", "Technologies", "Pharma", "Robotics"]
COUNTRIES = {"US": "Inc.", "DE": "GmbH", "GB": "Ltd", "IT": "S.p.A.", "NL": "B.V.", "FR": "SARL", "IN": "Pvt Ltd"}
LOOK_ALIKES = str.maketrans("aceopxyi", "асеорхуі")
LEET = str.maketrans("ole", "013")


def invent(count):
    """Known companies as (name without its legal form, domain, country), no two with one identity."""
    companies: dict[str, tuple[str, str, str]] = {}
    while len(companies) < count:
        brand = RANDOM.choice(STARTS) + RANDOM.choice(MIDDLES) + RANDOM.choice(ENDS)
        name = f"{brand} {RANDOM.choice(TRADES)}".strip()
        domain = name.lower().replace(" ", "") + RANDOM.choice([".com", ".co.uk", ".de", ".io"])
        companies[domain] = name, domain, RANDOM.choice(list(COUNTRIES))
    return list(companies.values())


def another_form(name, domain, country):
    return f"{name} {RANDOM.choice(list(COUNTRIES.values()))}", None, country


def another_form_and_country(name, domain, country):
    abroad = RANDOM.choice([code for code in COUNTRIES if code != country])
    return f"{name.upper()} {COUNTRIES[abroad]}", None, abroad


def no_country(name, domain, country):
    return f"{name}, {COUNTRIES[country]}", None, None


def sub_domain(name, domain, country):
    return "Some New Customer", f"https://{RANDOM.choice(['mail', 'shop', 'emea.sales'])}.{domain}/start", country


def mail_address(name, domain, country):
    return "Some New Customer", f"j.doe@mail.{domain.upper()}", country


def trailing_dot(name, domain, country):
    return "Some New Customer", f"{domain}.", country


def another_ending(name, domain, country):
    return name, f"{domain.partition('.')[0]}.{RANDOM.choice(['net', 'org', 'shop', 'biz'])}", country


def own_domain(name, domain, country):
    return name, f"new-project-{RANDOM.randrange(999)}.com", country


def look_alike_letters(name, domain, country):
    return name.translate(LOOK_ALIKES), None, country


def one_look_alike_letter(name, domain, country):
    at = RANDOM.randrange(1, 4)
    return name[:at] + name[at].translate(LOOK_ALIKES) + name[at + 1 :], None, country


def look_alike_domain(name, domain, country):
    label, _, ending = domain.partition(".")
    disguised = label.translate(LOOK_ALIKES)
    return name, f"xn--{disguised.encode('punycode').decode()}.{ending}" if disguised != label else domain, country


def invisible_letters(name, domain, country):
    at = RANDOM.randrange(1, 4)
    return name[:at] + RANDOM.choice("\u200b\u200d\u00ad\ufeff") + name[at:], None, country


def full_width(name, domain, country):
    return "".join(chr(ord(letter) + 0xFEE0) if letter != " " else "\u3000" for letter in name), None, country


def accents(name, domain, country):
    return name.translate(str.maketrans("aeiou", "áèîöū")), None, country


def punctuation(name, domain, country):
    at = RANDOM.randrange(2, 4)
    return name[:at] + RANDOM.choice(".-_'/ *") + name[at:], None, country


def spaced_out(name, domain, country):
    return " ".join(name.split()[0]) + " " + " ".join(name.split()[1:]), None, country


def swapped_words(name, domain, country):
    return " ".join(reversed(f"{name} {COUNTRIES[country]}".split())), None, country


def more_words(name, domain, country):
    before, after = RANDOM.choice([("Global", ""), ("The", "Group"), ("", "Holding"), ("New", "International")])
    return f"{before} {name} {after}", None, country


def digits_for_letters(name, domain, country):
    return name.translate(LEET), None, country


def one_letter(name, domain, country):
    at = RANDOM.randrange(1, 5)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :], None, country


EVASIONS = [
    another_form, another_form_and_country, no_country, sub_domain, mail_address, trailing_dot, another_ending,
    own_domain, look_alike_letters, one_look_alike_letter, look_alike_domain, invisible_letters, full_width, accents,
    punctuation, spaced_out, swapped_words, more_words, digits_for_letters, one_letter,
]  # fmt: skip


class Known:
    """The lookup of the product, on dictionaries."""

    def __init__(self, companies):
        self.companies = companies
        self.by_key = defaultdict(set)
        self.by_identity = {identity_key(*company): number for number, company in enumerate(companies)}
        for number, company in enumerate(companies):
            for key in stored_keys(describe(*company)):
                self.by_key[key].add(number)

    def notices(self, written, meant):
        if self.by_identity.get(identity_key(*written)) == meant:
            return True
        probe = describe(*written)
        candidates = set().union(*(self.by_key.get(key, ()) for key in asked_keys(probe)))
        found = rank(probe, [(number, *self.companies[number]) for number in candidates])
        return meant in [one.company_id for one in found]


@pytest.fixture(scope="module")
def known():
    return Known([(f"{name} {COUNTRIES[country]}", domain, country) for name, domain, country in invent(2000)])


def test_98_of_100_evasions_are_noticed(known):
    companies = [
        (name.removesuffix(f" {COUNTRIES[country]}"), domain, country) for name, domain, country in known.companies
    ]
    missed: Counter[str] = Counter()
    for number, company in enumerate(companies):
        evade = EVASIONS[number % len(EVASIONS)]
        missed[evade.__name__] += not known.notices(evade(*company), number)
    assert missed.total() <= 40, missed


def test_an_unrelated_name_is_not_noticed(known):
    assert not any(known.notices(("Wholly Unrelated Bakery", "unrelated-bakery.com", "US"), n) for n in range(2000))
