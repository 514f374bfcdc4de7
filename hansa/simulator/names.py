"""Invented people and companies. Every web domain ends in `.example`, so none is anybody's."""

from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple


def _words(text: str) -> list[str]:
    return text.split()


STARTS = _words(
    "Alder Amber Ash Aspen Balm Bay Beech Birch Blue Bram Bright Brook Bur Cal Cedar Clear Cold Copper Crest Dal Dun "
    "East Elm Ember Fair Falcon Fern Fjord Flint Fox Frost Glen Gold Grand Green Hal Hart Haven Hazel Heron High Holt "
    "Iron Juniper Kel Kestrel King Lake Lark Laurel Lin Maple Mar Mead Mill Moor Nor North Oak Old Orch Osprey Pine "
    "Quarry Raven Red Ridge River Robin Rook Row Salt Sand Sea Sil Sky Slate South Spring Star Stone Storm Summer "
    "Swift Tarn Thorn Tide Timber Val Wal Wey White Wild Willow Win Wolf Wood Wren Yar"
)
MIDDLES = ("", "", "er", "en", "ing", "a", "o", "i", "el", "is", "un", "ar", "ol", "em", "ov", "et")
ENDS = _words(
    "acre bank beck berg bourne bridge brook burn burgh by cliff combe cote crest croft dale den don edge ell fall "
    "fell field fleet ford forth gard gate glen grove hall ham haven heim hill hold holm hurst land leigh ley lock "
    "low mark marsh mead mere mond mont more mouth ness park pool port quay rick ridge rise row ryd sal shaw shire "
    "side stad stead stone strand sund thorpe ton vale var vik ville wald wall ward water well wick wood worth yard"
)
TRADES = _words(
    "Analytics Apparel Automation Aviation Beverages Biotech Brewing Capital Chemicals Construction Dairy Design "
    "Diagnostics Education Electronics Energy Engineering Foods Freight Furniture Health Hotels Insurance Lighting "
    "Logistics Marine Media Metals Mining Motors Optics Packaging Pharma Plastics Publishing Rail Retail Robotics "
    "Shipping Software Telecom Textiles Travel Water"
)
LEGAL_FORMS = {
    "DE": ("GmbH", "AG", "GmbH & Co. KG"),
    "NL": ("B.V.", "N.V."),
    "GB": ("Ltd", "PLC"),
    "FR": ("SAS", "SARL"),
    "SE": ("AB",),
    "DK": ("A/S", "ApS"),
    "ES": ("S.L.", "S.A."),
    "IT": ("S.r.l.", "S.p.A."),
    "PL": ("Sp. z o.o.",),
    "US": ("Inc.", "LLC", "Corp."),
    "CA": ("Inc.", "Ltd."),
}
SHARES = (22, 12, 14, 10, 6, 4, 6, 6, 4, 13, 3)
COUNTRIES = tuple(LEGAL_FORMS)

FIRST_NAMES = _words(
    "Ada Aino Alma Anton Astrid Beatriz Bram Carla Casper Chiara Daan Dagny Diego Edith Elena Emil Femke Finn Freya "
    "Gustav Hanna Henrik Ines Ingrid Ivo Jana Jasper Joanna Karim Klara Lars Leila Lotte Luca Magda Marek Marta Mila "
    "Nadia Nils Noor Olga Oskar Pavel Petra Rafael Rosa Ruben Sanne Selma Simon Sofia Stefan Tessa Theo Tomas Ulrike "
    "Vera Viktor Wanda Yara Zofia"
)
LAST_NAMES = _words(
    "Aalto Albers Almeida Andersen Bakker Baran Becker Berg Bianchi Blom Bosch Carlsen Conti Costa Dahl Dekker Dubois "
    "Eriksen Ferrari Fischer Fontaine Garcia Haas Hansen Holm Jansen Kaya Keller Klein Kowalski Kruger Lambert Larsen "
    "Lehmann Lind Lopez Maier Marino Mertens Meyer Moreau Moretti Mulder Novak Nowak Olsen Peters Petit Ricci Romano "
    "Rossi Santos Schmidt Silva Smit Sousa Svensson Torres Visser Vogel Wagner Weber Winter Wolf Zielinski"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A company as somebody wrote it down; the domain may be missing."""

    name: str
    domain: str
    country: str


class Human(NamedTuple):
    name: str
    email: str


class Inventor:
    """Companies from one random source: no two share a web domain."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.domains: set[str] = set()

    def company(self) -> Written:
        """A company nobody has invented before, cleanly written."""
        random = self.random
        country = random.choices(COUNTRIES, SHARES)[0]
        words = [random.choice(STARTS) + random.choice(MIDDLES) + random.choice(ENDS), random.choice(TRADES)]
        return Written(" ".join([*words, random.choice(LEGAL_FORMS[country])]), self.domain(words, country), country)

    def domain(self, words: list[str], country: str) -> str:
        """A free web domain for a name."""
        slug = "-".join(words).lower().replace(" ", "-")
        label, number = slug, 1
        while f"{label}.example" in self.domains:
            label, number = f"{slug}-{country.lower()}{number}", number + 1
        self.domains.add(f"{label}.example")
        return f"{label}.example"

    def human(self, domain: str, taken: set[str]) -> Human:
        """Somebody who works there, with an address not in `taken`, which grows by it."""
        while True:
            first, last = self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)
            address = f"{first}.{last}@{domain}".lower()
            if address not in taken:
                taken.add(address)
                return Human(f"{first} {last}", address)

    def respell(self, company: Written) -> Written:
        """The same company as another person writes it: other legal form, case, a slip, `www.`, or no domain."""
        random = self.random
        words = company.name.split()
        name = company.name
        kind = random.random()
        if kind < 0.3:
            name = " ".join(words[:2])
        elif kind < 0.45:
            name = name.upper()
        elif kind < 0.65 and len(words[0]) > 5:
            at = random.randrange(2, len(words[0]) - 2)
            name = " ".join([words[0][:at] + words[0][at + 1 :], *words[1:]])
        domain = company.domain
        if domain and random.random() < 0.25:
            domain = random.choice((f"www.{domain}", f"https://{domain}/", ""))
        return replace(company, name=name, domain=domain)
