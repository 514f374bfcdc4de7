"""A believable past as a plan: who the partners are, what they register, and what they would do with it.

The plan is a pure function of its seed and its end. It says what people intend; what comes of it, the rules decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random

from hansa.deals.models import DealType, EndReason, LossReason, RejectReason, Stage, WinReason
from hansa.programs.models import PartnerType
from hansa.simulator.names import COUNTRIES, SHARES, Human, Inventor, Written

REGIONS = {
    "DACH": ("DE", "AT", "CH"),
    "Benelux": ("NL", "BE", "LU"),
    "Nordics": ("SE", "DK", "NO", "FI"),
    "UK and Ireland": ("GB", "IE"),
    "Southern Europe": ("FR", "ES", "IT", "PT"),
    "Americas": ("US", "CA"),
}
SUFFIXES = {
    PartnerType.RESELLER: "Systems",
    PartnerType.INFLUENCE: "Advisors",
    PartnerType.REFERRAL: "Partners",
    PartnerType.DISTRIBUTOR: "Distribution",
    PartnerType.SERVICES: "Consulting",
    PartnerType.ISV: "Software",
    PartnerType.MSP: "Managed Services",
    PartnerType.MSSP: "Security",
}
NEEDS = (
    "Replaces an old system that is no longer supported.",
    "Opens two new sites next year and wants one solution for all of them.",
    "Asked us at the trade fair; a trial is agreed.",
    "Tender expected next quarter; we know the buyer.",
    "Runs a competitor's product and is not happy with it.",
    "",
)
WORKING_HOURS = (8, 18)
STAGES = list(Stage.values)
REJECT_REASONS = [reason for reason in RejectReason.values if reason != RejectReason.OTHER]
END_REASONS = {
    end: [reason for reason in reasons.values if reason not in ("other", "partner_ended")]
    for end, reasons in (("won", WinReason), ("lost", LossReason), ("canceled", EndReason))
}


@dataclass(frozen=True, slots=True)
class PlannedPartner:
    """A partner company with its people, the first of whom is its administrator. `tier` counts from 1."""

    name: str
    domain: str
    country: str
    types: tuple[str, ...]
    tier: int
    territories: tuple[str, ...]
    manager: int
    joined: datetime
    weight: float
    people: tuple[Human, ...]


@dataclass(frozen=True, slots=True)
class Intent:
    """What people would do with a registration, as times after its submission or, for the work, its approval."""

    review: timedelta
    verdict: str
    reject_reason: str
    stages: tuple[tuple[timedelta, str], ...]
    end: str
    end_after: timedelta
    end_reason: str


@dataclass(frozen=True, slots=True)
class PlannedRegistration:
    """`partner` and `rep` are numbers in the plan; `line_codes` are the product lines'."""

    number: int
    at: datetime
    partner: int
    rep: int
    customer: Written
    line_codes: tuple[str, ...]
    amount_minor: int
    days_to_close: int
    deal_type: str
    contact: Human
    need: str
    intent: Intent


@dataclass(frozen=True, slots=True)
class Plan:
    begin: datetime
    end: datetime
    partners: tuple[PlannedPartner, ...]
    registrations: tuple[PlannedRegistration, ...]


def make_plan(
    *,
    seed: int,
    partners: int,
    registrations: int,
    months: int,
    end: datetime,
    line_codes: Sequence[str],
    accounts: Sequence[Written] = (),
    managers: int = 3,
    known: Sequence[PlannedPartner] = (),
) -> Plan:
    """The plan of this seed, up to `end`.

    `line_codes` are the vendor's product lines, `accounts` companies of its CRM that partners meet now and then,
    `managers` how many channel managers share the partners, `known` partners to begin with instead of invented ones.
    """
    random = Random(seed)  # noqa: S311 - the same past for the same seed is the purpose
    inventor = Inventor(random)
    begin = end - timedelta(days=round(months * 30.4))
    taken = {human.email for partner in known for human in partner.people}
    cast = [*known, *(_partner(inventor, i, begin, end, managers, taken) for i in range(len(known), partners))]
    times = sorted(_moment(random, begin, end) for _ in range(registrations))
    market = Market(inventor, accounts, max(1, round(registrations * 0.8)))
    planned = [_registration(market, cast, line_codes, number, at) for number, at in enumerate(times)]
    return Plan(begin, end, tuple(cast), tuple(planned))


class Market:
    """The customers that partners meet: mostly new ones, some known to the CRM, some that another partner knows."""

    def __init__(self, inventor: Inventor, accounts: Sequence[Written], size: int) -> None:
        self.inventor, self.random = inventor, inventor.random
        self.accounts = accounts
        self.size = size
        self.met: list[Written] = []

    def customer(self) -> Written:
        """The next customer, as the partner writes it."""
        random = self.random
        chance = random.random()
        if self.accounts and chance < 0.04:
            return self.inventor.respell(random.choice(self.accounts))
        if self.met and chance < 0.18:
            return self.inventor.respell(random.choice(self.met[-400:]))
        company = self.inventor.company()
        self.met.append(company)
        return company if random.random() > 0.06 else Written(company.name, "", company.country)


def _partner(
    inventor: Inventor, number: int, begin: datetime, end: datetime, managers: int, taken: set[str]
) -> PlannedPartner:
    random = inventor.random
    kinds = list(SUFFIXES)
    types = {kinds[number % len(kinds)]} | ({random.choice(kinds)} if random.random() < 0.3 else set())
    country = random.choices(COUNTRIES, SHARES)[0]
    company = inventor.company()
    words = [company.name.split()[0], SUFFIXES[kinds[number % len(kinds)]]]
    domain = inventor.domain(words, country)
    size = min(6, 1 + int(random.expovariate(0.5)))
    home = next(region for region, countries in REGIONS.items() if country in countries) if country != "PL" else "DACH"
    confined = (home,) if random.random() < 0.5 else ()
    late = random.random() < 0.4
    joined = begin + random.random() * (end - begin) * 0.5 if late else begin + timedelta(hours=number % 12)
    return PlannedPartner(
        name=" ".join(words),
        domain=domain,
        country=country,
        types=tuple(sorted(types)),
        tier=random.choices((1, 2, 3), (55, 30, 15))[0],
        territories=confined,
        manager=number % managers,
        joined=joined.replace(microsecond=0),
        weight=random.lognormvariate(0, 1.1),
        people=tuple(inventor.human(domain, taken) for _ in range(1 + size)),
    )


def _registration(
    market: Market, cast: list[PlannedPartner], line_codes: Sequence[str], number: int, at: datetime
) -> PlannedRegistration:
    random, settled = market.random, at - timedelta(days=1)
    here = [i for i, partner in enumerate(cast) if partner.joined < settled] or [0]
    partner = random.choices(here, [cast[i].weight for i in here])[0]
    customer = market.customer()
    lines = random.sample(list(line_codes), min(len(line_codes), random.choices((1, 2, 3), (70, 24, 6))[0]))
    contact_domain = customer.domain.removeprefix("https://").removeprefix("www.").strip("/") or "mail.example"
    return PlannedRegistration(
        number=number,
        at=at,
        partner=partner,
        rep=0 if random.random() < 0.1 else random.randrange(1, len(cast[partner].people)),
        customer=customer,
        line_codes=tuple(sorted(lines)),
        amount_minor=max(50_000, round(exp(random.gauss(10.2, 0.9))) * 100),
        days_to_close=random.choices((random.randrange(20, 200), random.randrange(366, 500)), (97, 3))[0],
        deal_type=random.choices((DealType.NEW, DealType.EXPANSION, DealType.RENEWAL), (78, 15, 7))[0].value,
        contact=market.inventor.human(contact_domain, set()),
        need=random.choice(NEEDS),
        intent=_intent(random),
    )


def _intent(random: Random) -> Intent:
    end = random.choices(("won", "lost", "withdrawn", "canceled", ""), (30, 28, 5, 3, 34))[0]
    end_after = timedelta(days=random.lognormvariate(3.7, 0.6), seconds=random.randrange(86_400))
    stages = STAGES[1 : 1 + random.choices((0, 1, 2, 3, 4), (12, 18, 25, 25, 20))[0]]
    steps = [(end_after * ((place + random.random()) / (len(stages) + 1)), stage) for place, stage in enumerate(stages)]
    verdicts = ("approve", "reject", "duplicate", "wait")
    return Intent(
        review=timedelta(hours=random.lognormvariate(2.6, 1.0), seconds=random.randrange(3600)),
        verdict=random.choices(verdicts, (30, 22, 9, 39))[0],
        reject_reason=random.choice(REJECT_REASONS),
        stages=tuple((timedelta(seconds=round(after.total_seconds())), stage) for after, stage in steps),
        end=end,
        end_after=end_after,
        end_reason=random.choice(END_REASONS.get(end, [""])),
    )


def _moment(random: Random, begin: datetime, end: datetime) -> datetime:
    """A weekday in working hours; more of them the later, as a program grows."""
    while True:
        day: datetime = begin + (end - begin) * random.random() ** 0.7
        hour, minute = random.randrange(*WORKING_HOURS), random.randrange(60)
        at = day.replace(hour=hour, minute=minute, second=random.randrange(60), microsecond=0)
        if at.weekday() < 5 and begin + timedelta(days=1, hours=13) < at < end:
            return at
