"""The companies that some rows may mean: read in a few queries, changed in memory, written together.

Row by row this does what `customers.resolve` does for a registration: the same identity keys under the same locks, the
same match keys.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from hansa.core.database import ask_together, locking_each
from hansa.customers.imports.batch import Batch
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.matching.identity import identity_key
from hansa.customers.models import Company, CompanyName, IdentityKey
from hansa.customers.resolve import index_anew
from hansa.kernel.ids import new_id

WRITTEN = ["name", "country", "domain", "city", "industry", "vat", "duns", "lei", "parent", "in_crm"]


class Written(NamedTuple):
    """A company as a row writes it; `country` is a code or ''."""

    name: str
    domain: str = ""
    country: str = ""

    @property
    def key(self) -> str:
        return identity_key(self.name, self.domain, self.country)


class Companies:
    """The working set of one batch. Call `save` at its end, in the same transaction; a preview does not."""

    def __init__(self, batch: Batch, written: Iterable[Written], parents: Iterable[str] = ()) -> None:
        self.vendor_id, self.preview = batch.vendor_id, batch.preview
        self.known: dict[UUID, Company] = {}
        self.named: dict[str, list[Company]] = defaultdict(list)
        self.also_called: dict[UUID, set[str]] = defaultdict(set)
        self.changed: set[UUID] = set()
        self.respelled: set[UUID] = set()
        self.new_keys: dict[str, Company] = {}
        self.new_names: list[CompanyName] = []
        wanted = set(written)
        self.by_key: dict[str, UUID] = {}
        self.keys = {row: row.key for row in wanted}
        self._read({row.name for row in wanted} | set(parents))

    def find(self, row: Written) -> Company | None:
        """The company that an account's row means: by its identity, else the CRM's account of this very name."""
        return self._identified(row) or self._of_this_name(row)

    def refer(self, row: Written) -> Company | None:
        """The company that a lead or an opportunity means: the CRM's account of this name, else by its identity."""
        return self._of_this_name(row) or self._identified(row)

    def account(self, name: str) -> Company | None:
        """The CRM's account of this name."""
        return self._of_this_name(Written(name))

    def add(self, row: Written, *, in_crm: bool) -> Company:
        """A new company, as `resolve` would make it."""
        company = Company(
            id=new_id(),
            vendor_id=self.vendor_id,
            name=row.name,
            domain=registrable_domain(row.domain) or "",
            country=row.country,
            in_crm=in_crm,
        )
        self._note(company)
        self.identify(company, row)
        self.change(company, respelled=True)
        return company

    def identify(self, company: Company, row: Written) -> bool:
        """Let the row's identity name this company, unless it names one already; whether it does from now on."""
        if self._identified(row):
            return False
        key = self.keys[row]
        self.by_key[key] = company.pk
        self.new_keys[key] = company
        return True

    def call(self, company: Company, name: str) -> bool:
        """Let the company go by this name too; whether that is new."""
        if name == company.name or name in self.also_called[company.pk]:
            return False
        self.also_called[company.pk].add(name)
        self.named[name].append(company)
        self.new_names.append(CompanyName(vendor_id=self.vendor_id, company=company, name=name))
        self.change(company, respelled=True)
        return True

    def change(self, company: Company, *, respelled: bool = False) -> None:
        """Note that the company is to be written, and found anew where its names or domain are others."""
        self.changed.add(company.pk)
        if respelled:
            self.respelled.add(company.pk)
            if company not in self.named[company.name]:
                self.named[company.name].append(company)

    def is_above(self, company: Company, other: Company) -> bool:
        """Whether `company` is `other` or one of its parents."""
        at: UUID | None = other.pk
        while at and at != company.pk:
            above = self.known.get(at)
            at = above.parent_id if above else Company.objects.values_list("parent_id", flat=True).get(pk=at)
        return at is not None

    def save(self) -> None:
        """Write everything that changed."""
        Company.objects.bulk_create(
            [self.known[id] for id in sorted(self.changed)],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=WRITTEN,
        )
        IdentityKey.objects.bulk_create(
            IdentityKey(vendor_id=self.vendor_id, key=key, company=company) for key, company in self.new_keys.items()
        )
        CompanyName.objects.bulk_create(self.new_names)
        index_anew(*(self.known[id] for id in self.respelled))

    def _identified(self, row: Written) -> Company | None:
        id = self.by_key.get(self.keys[row])
        return self.known[id] if id else None

    def _of_this_name(self, row: Written) -> Company | None:
        own = registrable_domain(row.domain) if row.domain else None
        for company in self.named.get(row.name, ()):
            other_domain = own and company.domain and own != company.domain
            other_country = row.country and company.country and row.country != company.country
            if company.in_crm and not other_domain and not other_country:
                return company
        return None

    def _read(self, names: set[str]) -> None:
        self.by_key = self._keys_in_use(self.keys.values())
        aliases = CompanyName.objects.filter(vendor_id=self.vendor_id, name__in=names)
        ids = set(self.by_key.values()) | set(aliases.values_list("company_id", flat=True))
        ids |= set(self._mine().filter(in_crm=True, merged_into=None, name__in=names).values_list("pk", flat=True))
        self._hold(ids)
        if self.preview:
            return
        # Who is about to make a company of one of the other keys holds its lock, or will wait for ours.
        free = set(self.keys.values()) - set(self.by_key)
        ask_together(locking_each("company key", self.vendor_id, free))
        made_meanwhile = self._keys_in_use(free)
        self.by_key |= made_meanwhile
        self._hold(set(made_meanwhile.values()) - set(self.known))

    def _hold(self, ids: set[UUID]) -> None:
        companies = self._mine().filter(pk__in=ids).order_by("id")
        for company in companies if self.preview else companies.select_for_update(no_key=True):
            self._note(company)
        for alias in CompanyName.objects.filter(vendor_id=self.vendor_id, company__in=ids).order_by("company_id"):
            self.also_called[alias.company_id].add(alias.name)
            self.named[alias.name].append(self.known[alias.company_id])

    def _note(self, company: Company) -> None:
        self.known[company.pk] = company
        self.named[company.name].append(company)

    def _keys_in_use(self, keys: Iterable[str]) -> dict[str, UUID]:
        rows = IdentityKey.objects.filter(vendor_id=self.vendor_id, key__in=set(keys))
        return dict(rows.values_list("key", "company_id"))

    def _mine(self) -> QuerySet[Company]:
        return Company.objects.filter(vendor_id=self.vendor_id)
