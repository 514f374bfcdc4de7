"""Noisy lists of invented companies whose truth is known, to measure matching on.

A known company is written down once cleanly; a probe writes it again as another person would: another legal form, a
typing error, an abbreviation, no web domain. Half of the probes mean a known company. Some mean a subsidiary of one,
which counts as no match, the others companies that nobody knows. Names are re-used by different companies on purpose.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple


def _words(text: str) -> list[str]:
    return text.split()


SYLLABLES = _words(
    "ba be bi bo bu ca ce co cu da de di do du fa fe fi fo ga ge go ha he hi ho ja jo ka ke ki ko la le li lo lu ma me "
    "mi mo mu na ne ni no nu pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi xa xe ya yo "
    "za ze zi zo bra cre dri fro gla kli pla pra sta ster ston tron tek ver vex wick worth field berg mann son ley "
    "ford ham"
)
TRADES = _words(
    "Technologies Logistics Systems Solutions Consulting Software Foods Energy Media Pharma Robotics Analytics "
    "Networks Security Insurance Capital Holdings Partners Health Labs Motors Textiles Marine Aviation Construction "
    "Engineering Chemicals Metals Packaging Plastics Electronics Semiconductors Optics Telecom Retail Travel Hotels "
    "Education Publishing Games Design Studios Biotech Diagnostics Instruments Materials Mining Agriculture Dairy "
    "Brewing Beverages Apparel Furniture Lighting Water Waste Rail Freight Shipping Trading Services"
)
ABBREVIATIONS = {
    "Technologies": "Tech", "Systems": "Sys", "Solutions": "Sol", "International": "Intl", "Engineering": "Eng",
    "Services": "Svcs", "Pharma": "Pharmaceuticals", "Telecom": "Telecommunications", "Logistics": "Logistic",
    "Labs": "Laboratories", "Construction": "Constr",
}  # fmt: skip
GENERIC_FIRST_WORDS = ("Global", "New", "First", "United", "Royal", "Premier", "National", "General", "Universal")
REGIONS = ("Europe", "Asia", "UK", "Germany", "Canada", "Nordics", "Iberia")


class Country(NamedTuple):
    share: int
    legal_forms: tuple[str, ...]
    ending: str


COUNTRIES = {
    "US": Country(35, ("Inc", "Inc.", "Incorporated", "LLC", "Corp", "Corporation", "Co."), "com"),
    "GB": Country(12, ("Ltd", "Limited", "PLC", "LLP"), "co.uk"),
    "DE": Country(12, ("GmbH", "AG", "GmbH & Co. KG", "SE"), "de"),
    "FR": Country(8, ("SA", "SAS", "SARL"), "fr"),
    "NL": Country(6, ("BV", "B.V.", "NV"), "nl"),
    "SE": Country(5, ("AB",), "se"),
    "IT": Country(7, ("SpA", "S.p.A.", "Srl", "S.r.l."), "it"),
    "ES": Country(6, ("SL", "S.L.", "SA"), "es"),
    "IN": Country(6, ("Pvt Ltd", "Private Limited", "Ltd"), "in"),
    "JP": Country(3, ("KK", "Co., Ltd."), "co.jp"),
}
_CODES = list(COUNTRIES)
_SHARES = [country.share for country in COUNTRIES.values()]


class Company(NamedTuple):
    """As it is: its number, the words of its name, its country and web domain."""

    number: int
    words: list[str]
    country: str
    domain: str
    generic: str = ""  # a first word that only the known list has


class Written(NamedTuple):
    """As somebody wrote it down."""

    name: str
    domain: str | None
    country: str


@dataclass(slots=True)
class Probe:
    """`truth` is the number of the company meant, None where nobody knows it; `noise` names what was done to it."""

    written: Written
    truth: int | None
    noise: set[str] = field(default_factory=set)


class World:
    """`size` known companies from one seed: read `known()` once, to its end, then `probes(count)`."""

    def __init__(self, size: int, seed: int, probes: int = 2000):
        self._random = Random(seed)
        self._size = size
        self._domains: dict[str, int] = {}
        self._brands = [self._brand() for _ in range(max(1000, size // 2))]
        self._asked = set(self._random.sample(range(size), min(size, probes)))
        self._kept: list[Company] = []

    def known(self) -> Iterator[tuple[int, Written]]:
        """The numbered list, written cleanly, one at a time."""
        for number in range(self._size):
            company = self._company(number)
            if number in self._asked:
                self._kept.append(company)
            words = [company.generic, *company.words] if company.generic else company.words
            yield number, self._write(words, company.country, company.domain, 0.85)

    def probes(self) -> Iterator[Probe]:
        """One for each company kept, each noisy, all meaning a known company."""
        for company in self._kept:
            yield self._noisy(company)

    def strangers(self, count: int) -> Iterator[Probe]:
        """Probes that mean no known company: unknown ones and, 16 %, subsidiaries of known ones."""
        for i in range(count):
            if i % 25 >= 4:
                probe = self._noisy(self._company(self._size + i))
                probe.noise.add("unknown company")
            else:
                parent = self._random.choice(self._kept)
                abroad = self._random.choice([code for code in _CODES if code != parent.country])
                words = [*parent.words, self._random.choice(REGIONS)]
                probe = self._noisy(parent._replace(words=words, country=abroad))
                probe.noise.add("subsidiary")
            probe.truth = None
            yield probe

    def _brand(self) -> str:
        count = self._random.choice((2, 2, 3, 3, 3, 4))
        return "".join(self._random.choice(SYLLABLES) for _ in range(count)).capitalize()

    def _company(self, number: int) -> Company:
        random = self._random
        brand = random.choice(self._brands) if random.random() < 0.5 else self._brand()
        words = [brand]
        if random.random() < 0.8:
            words.append(random.choice(TRADES))
        slug = "".join(words).lower() if random.random() < 0.7 else brand.lower()
        if random.random() < 0.15:
            words.append(random.choice(TRADES))
        if random.random() < 0.06:
            words.append("International")
        code = random.choices(_CODES, _SHARES)[0]
        ending = COUNTRIES[code].ending if random.random() < 0.5 else "com"
        namesakes = self._domains.get(f"{slug}.{ending}", 0)
        self._domains[f"{slug}.{ending}"] = namesakes + 1
        generic = random.choice(GENERIC_FIRST_WORDS) if random.random() < 0.02 else ""
        return Company(number, words, code, f"{slug}{namesakes or ''}.{ending}", generic)

    def _noisy(self, company: Company) -> Probe:
        random, words, noise = self._random, list(company.words), set()
        if company.generic:
            noise.add("dropped generic word")
        if random.random() < 0.15:
            at = random.randrange(len(words))
            noise.add("typo" if at else "typo in the brand")
            words[at] = self._mistype(words[at])
        if random.random() < 0.12 and any(word in ABBREVIATIONS for word in words):
            noise.add("abbreviation")
            words = [ABBREVIATIONS.get(word, word) for word in words]
        if random.random() < 0.04:
            noise.add("article")
            words.insert(0, "The")
        if random.random() < 0.03 and len(words) > 2:
            noise.add("dropped word")
            words.pop()
        if random.random() < 0.04 and len(words) > 1:
            noise.add("rotated words")
            words.append(words.pop(0))
        if random.random() < 0.02:
            noise.add("added generic word")
            words.insert(0, random.choice(GENERIC_FIRST_WORDS))
        if random.random() < 0.04:
            noise.add("upper case")
            words = [word.upper() for word in words]
        written = self._write(words, company.country, company.domain, 0.75)
        return Probe(self._other_domain(written, noise), company.number, noise)

    def _other_domain(self, written: Written, noise: set[str]) -> Written:
        random, domain = self._random, written.domain
        if domain and random.random() < 0.05:
            noise.add("other ending")
            label = domain.rpartition(".")[0].removesuffix(".co")
            domain = f"{label}.{random.choice(('com', 'io', 'eu', 'net'))}"
        if domain and random.random() < 0.1:
            noise.add("www")
            domain = f"www.{domain}"
        if not domain:
            noise.add("no domain")
        return written._replace(domain=domain)

    def _write(self, words: list[str], code: str, domain: str, with_form: float) -> Written:
        random, name = self._random, " ".join(words)
        if random.random() < with_form:
            name += (", " if random.random() < 0.15 else " ") + random.choice(COUNTRIES[code].legal_forms)
        return Written(name, None if random.random() < 0.30 else domain, code)

    def _mistype(self, word: str) -> str:
        if len(word) < 4:
            return word
        at, kind = self._random.randrange(1, len(word) - 1), self._random.random()
        if kind < 0.3:
            return word[:at] + word[at + 1 :]
        if kind < 0.55:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind < 0.8:
            return word[:at] + self._random.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :]
        return word[:at] + word[at] + word[at:]
