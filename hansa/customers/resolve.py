"""Which company a partner means: the one that the identity key names, and those that look like it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from hansa.core.database import Query, Rows, array, ask_together, locking
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.matching.identity import identity_key
from hansa.customers.matching.keys import asked_keys, stored_keys
from hansa.customers.matching.lookup import CANDIDATES_SQL, Found, rank
from hansa.customers.matching.profile import describe
from hansa.customers.models import Company, CompanyName, IdentityKey, MatchKey
from hansa.kernel.ids import new_id

NAMED_SQL = "SELECT company_id FROM customers_identitykey WHERE vendor_id = %s AND key = %s"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The company that is meant, whether it is new, and other companies that resemble it; `at` is under the lock."""

    company: Company
    is_new: bool
    similar: Sequence[Found]
    at: datetime


class Sought:
    """The company of this name, domain and country, to be found or prepared."""

    def __init__(self, vendor_id: UUID, name: str, domain: str, country: str):
        self.vendor_id, self.name, self.domain, self.country = vendor_id, name, domain, country
        self.key = identity_key(name, domain, country)
        self.probe = describe(name, domain, country)

    @property
    def asking(self) -> tuple[Query, Query, Query]:
        """Hold the lock of the identity key until the transaction ends, then look for its company and those like it."""
        return (
            locking("company key", self.vendor_id, self.key),
            (NAMED_SQL, [self.vendor_id, self.key]),
            self.candidates,
        )

    @property
    def candidates(self) -> Query:
        """Look for the companies that `rank` is to judge by the `probe`; takes no lock."""
        return CANDIDATES_SQL, {"vendor": self.vendor_id, "keys": array(asked_keys(self.probe))}

    def resolved(self, rows: Sequence[Rows]) -> Resolved:
        """What the rows of `asking` say. A new company is not saved yet: its caller writes its `rows_of`."""
        [(_, at)], named, candidates = rows
        company = Company(
            id=named[0][0] if named else new_id(),
            vendor_id=self.vendor_id,
            name=self.name,
            domain=registrable_domain(self.domain) or "",
            country=self.country,
            created_at=at,
        )
        similar = [found for found in rank(self.probe, candidates) if found.company_id != company.pk]
        return Resolved(company, not named, similar, at)


def look_up(vendor_id: UUID, name: str, domain: str, country: str, *, limit: int = 5) -> list[Found]:
    """The known companies that these words may mean, best first; takes no lock."""
    probe = describe(name, domain, country)
    [rows] = ask_together((CANDIDATES_SQL, {"vendor": vendor_id, "keys": array(asked_keys(probe))}))
    return rank(probe, rows, limit)


def rows_of(company: Company) -> list[Model]:
    """The unsaved rows of a new company: itself, and the keys under which it is found."""
    key = identity_key(company.name, company.domain, company.country)
    return [company, IdentityKey(vendor_id=company.vendor_id, key=key, company_id=company.pk), *match_keys(company)]


def match_keys(company: Company, names: Sequence[str] = (), domains: Sequence[str] = ()) -> list[MatchKey]:
    """The rows under which a company is found, by its own name and domain and by others it goes by."""
    spelt = [(name, company.domain) for name in (company.name, *names)]
    spelt += [(company.name, domain) for domain in domains]
    keys = {key for name, domain in spelt for key in stored_keys(describe(name, domain, company.country))}
    return [MatchKey(vendor_id=company.vendor_id, key=key, company_id=company.pk) for key in sorted(keys)]


def index_anew(*companies: Company) -> None:
    """Make the match keys of changed companies of one vendor true again."""
    if not companies:
        return
    mine = {"vendor_id": companies[0].vendor_id, "company__in": companies}
    names, domains = defaultdict(list), defaultdict(list)
    for company_id, name in CompanyName.objects.filter(**mine).values_list("company_id", "name"):
        names[company_id].append(name)
    for company_id, key in IdentityKey.objects.filter(**mine, key__startswith="d:").values_list("company_id", "key"):
        domains[company_id].append(key.removeprefix("d:"))
    MatchKey.objects.filter(**mine).delete()
    MatchKey.objects.bulk_create(
        key
        for company in sorted(companies, key=lambda company: company.pk)
        if company.merged_into_id is None
        for key in match_keys(company, names[company.pk], domains[company.pk])
    )
