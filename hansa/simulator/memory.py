"""What the deciding code asks of the database, held in memory: companies, what the CRM knows, and who holds what."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from hansa.customers.matching.identity import identity_key
from hansa.customers.matching.keys import asked_keys, stored_keys
from hansa.customers.matching.lookup import CANDIDATES, COMPANIES_PER_KEY, Found, rank_profiles
from hansa.customers.matching.profile import Profile, describe, describe_stored
from hansa.customers.models import Company, IdentityKey, Lead, MatchKey, Opportunity
from hansa.deals.evidence import ENDED, Clue, clue_of
from hansa.deals.follow_ups import NOTHING_KEPT, Kept, kept_of
from hansa.deals.models import UNDECIDED, Deal, DealType, Outcome


@dataclass(slots=True)
class Claim:
    """A deal with its product lines; approved, it holds its company on each from when it `begins` until `ends`."""

    deal: Deal
    lines: frozenset[UUID]
    party: str
    begins: dict[UUID, datetime] = field(default_factory=dict)
    ends: datetime | None = None

    def held(self, lines: Collection[UUID], after: datetime) -> list[tuple[UUID, datetime, datetime]]:
        """Of these lines what is protected at that time or will be: line, since, until."""
        if self.ends is None or self.ends <= after:
            return []
        return [(line, since, self.ends) for line, since in self.begins.items() if line in lines and since < self.ends]


@dataclass(slots=True)
class Memory:
    """The companies of one vendor and every claim on them."""

    vendor_id: UUID
    companies: dict[UUID, Company] = field(default_factory=dict)
    profiles: dict[UUID, Profile] = field(default_factory=dict)
    by_identity: dict[str, UUID] = field(default_factory=dict)
    by_key: dict[int, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    claims: dict[UUID, list[Claim]] = field(default_factory=lambda: defaultdict(list))
    crm: dict[UUID, list[Opportunity | Lead]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, vendor_id: UUID) -> "Memory":
        """What is there before the past begins. Inside acting()."""
        memory = cls(vendor_id)
        for company in Company.objects.filter(vendor_id=vendor_id):
            memory._describe(company)
        for identity in IdentityKey.objects.filter(vendor_id=vendor_id):
            memory.by_identity[identity.key] = identity.company_id
        for key, company_id in MatchKey.objects.filter(vendor_id=vendor_id).values_list("key", "company_id"):
            memory.by_key[key].append(company_id)
        for found in memory.by_key.values():
            found.sort()
        kinds: tuple[type[Opportunity | Lead], ...] = (Opportunity, Lead)
        for kind in kinds:
            for record in kind.objects.filter(vendor_id=vendor_id, is_open=True, company__isnull=False):
                memory.crm[record.company_id].append(record)
        return memory

    def known_as(self, name: str, domain: str, country: str) -> Company | None:
        """The known company with the identity that these words give."""
        id = self.by_identity.get(identity_key(name, domain, country))
        return self.companies[id] if id else None

    def know(self, company: Company) -> tuple[str, list[int]]:
        """Know a new company from now on; the key of its identity, and those under which it is found."""
        identity = identity_key(company.name, company.domain, company.country)
        keys = sorted(stored_keys(self._describe(company)))
        self.by_identity[identity] = company.pk
        for key in keys:
            self.by_key[key].append(company.pk)
        return identity, keys

    def similar(self, name: str, domain: str, country: str, *, but: UUID | None = None) -> list[Found]:
        """The known companies that these words may mean, best first: `customers.resolve.look_up` in memory."""
        probe = describe(name, domain, country)
        hits: Counter[UUID] = Counter()
        for key in asked_keys(probe):
            hits.update(self.by_key.get(key, ())[:COMPANIES_PER_KEY])
        candidates = ((id, self.profiles[id]) for id, _ in hits.most_common(CANDIDATES))
        return [found for found in rank_profiles(probe, candidates) if found.company_id != but]

    def clues(
        self,
        deal: Deal,
        similar: Sequence[Found],
        lines: Iterable[UUID],
        *,
        at: datetime,
        before: datetime,
        stale_after_days: int,
        pause_days: int,
    ) -> list[Clue]:
        """What counts against a deal: `deals.evidence.clues` in memory."""
        wanted, since = frozenset(lines), at.date() - timedelta(days=stale_after_days)
        found: list[Clue] = []
        for company_id in (deal.company_id, *(one.company_id for one in similar)):
            for claim in self.claims.get(company_id, ()):
                if claim.deal.pk != deal.pk and not wanted.isdisjoint(claim.lines):
                    found += _of_claim(claim, wanted, at, before)
                    if claim.deal.partnership_id == deal.partnership_id:
                        found += _ended(claim, wanted, at, pause_days)
            for record in self.crm.get(company_id, ()):
                if _blocks(record, wanted, since):
                    kind = "opportunity" if isinstance(record, Opportunity) else "lead"
                    moved: date = record.moved_on  # type: ignore[assignment]
                    found.append(Clue(kind, company_id, record.pk, None, record.account_name, record.name, moved))
            company = self.companies.get(company_id)
            if company and company.in_crm:
                found.append(
                    Clue("account", company_id, company_id, None, company.name, company.name, company.created_at)
                )
        return found

    def kept(self, deal: Deal, lines: Iterable[UUID], *, at: datetime) -> Kept:
        """What an expansion or a renewal comes after: `deals.follow_ups.kept` in memory."""
        if deal.deal_type == DealType.NEW:
            return NOTHING_KEPT
        wanted = frozenset(lines)
        own = (
            claim for claim in self.claims.get(deal.company_id, ()) if claim.deal.partnership_id == deal.partnership_id
        )
        return kept_of(
            (
                (claim.deal.pk, *held, claim.deal.outcome)
                for claim in own
                if claim.deal.pk != deal.pk
                for held in claim.held(wanted, at)
            ),
            at=at,
        )

    def _describe(self, company: Company) -> Profile:
        self.companies[company.pk] = company
        profile = self.profiles[company.pk] = describe_stored(company.name, company.domain, company.country)
        return profile


def _of_claim(claim: Claim, wanted: frozenset[UUID], at: datetime, before: datetime) -> list[Clue]:
    deal = claim.deal
    found: list[Clue] = []
    told = (deal.company_id, deal.pk, deal.partnership_id, claim.party, deal.customer_name)
    found += [Clue("protection", *told, since) for _, since, _ in claim.held(wanted, at) if since <= at]
    if deal.status in UNDECIDED and deal.submitted_at <= before:
        found.append(Clue("claim", *told, deal.submitted_at))
    return found


def _ended(claim: Claim, wanted: frozenset[UUID], at: datetime, pause_days: int) -> list[Clue]:
    deal, since = claim.deal, at - timedelta(days=pause_days)
    told = (deal.company_id, deal.pk, deal.partnership_id, claim.party, deal.customer_name)
    return [
        clue_of((ENDED, *told, begins, until), pause_days)
        for _, begins, until in claim.held(wanted, since)
        if until <= at and deal.outcome != Outcome.WON
    ]


def _blocks(record: Opportunity | Lead, wanted: frozenset[UUID], since: date) -> bool:
    on_line = record.product_line_id is None or record.product_line_id in wanted
    return on_line and record.moved_on is not None and record.moved_on >= since
