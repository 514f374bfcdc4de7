"""Leads and opportunities of a CRM: evidence of who works on a customer."""

from typing import Any

from hansa.customers.imports.batch import Batch, Entry, Outcome, Plan, Result, apply
from hansa.customers.imports.columns import Mapping
from hansa.customers.imports.companies import Companies, Written
from hansa.customers.imports.small import lines_by_spelling, owners_by_name, save_owners
from hansa.customers.imports.values import outcome_of_stage, parse_amount, parse_country, parse_date, same_spelling
from hansa.customers.models import Lead, Opportunity, Owner

CLOSED_LEAD = ("convert", "disqualif", "unqualif", "closed", "lost", "won", "dead", "junk")


def plan_leads(batch: Batch) -> Plan:
    """Leads by their ids in the CRM."""
    return _plan(batch, Lead)


def plan_opportunities(batch: Batch) -> Plan:
    """Opportunities by their ids in the CRM."""
    return _plan(batch, Opportunity)


def _plan(batch: Batch, model: Any) -> Plan:
    """Create or change the record of each row, by its id in the CRM. A row that cannot be read is rejected."""
    links = Links(batch, in_crm=model is Opportunity)
    ids = [entry["external_id"] for entry in batch.entries]
    known: dict[str, Lead | Opportunity] = {
        row.external_id: row for row in model.objects.filter(vendor_id=batch.vendor_id, external_id__in=ids)
    }
    facts_of = _opportunity if model is Opportunity else _lead
    results, changed = [], []
    for entry in batch.entries:
        result = Result(Outcome.UNCHANGED)
        results.append(result)
        try:
            facts = facts_of(entry, batch.mapping)
        except ValueError as error:
            result.outcome, result.notes = Outcome.REJECTED, [f"{error}."]
            continue
        record = known.get(entry["external_id"])
        if record is None:
            result.outcome = Outcome.CREATED
            record = model(vendor_id=batch.vendor_id, external_id=entry["external_id"])
        if apply(record, facts | links.of(entry, result)) and result.outcome == Outcome.UNCHANGED:
            result.outcome = Outcome.UPDATED
        if result.outcome != Outcome.UNCHANGED:
            changed.append(record)

    def save() -> None:
        links.save()
        fields = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "vendor", "external_id")]
        model.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=fields)

    return Plan(results, save)


class Links:
    """The companies, product lines and owners that a batch's rows refer to; those missing are added."""

    def __init__(self, batch: Batch, *, in_crm: bool) -> None:
        self.vendor_id, self.in_crm = batch.vendor_id, in_crm
        self.countries = {text: _country(text) for text in {entry["country"] for entry in batch.entries}}
        self.companies = Companies(batch, (self._written(entry) for entry in batch.entries if entry["account_name"]))
        self.lines = lines_by_spelling(batch)
        self.owners = owners_by_name(batch, "owner")
        self.new_owners: list[Owner] = []

    def of(self, entry: Entry, result: Result) -> dict[str, Any]:
        """What the row refers to, as the record keeps it."""
        return {
            "company_id": self._company(entry, result),
            "product_line_id": self._line(entry, result),
            "owner_id": self._owner(entry["owner"]),
        }

    def save(self) -> None:
        """Write what was missing."""
        self.companies.save()
        save_owners(self.new_owners)

    def _written(self, entry: Entry) -> Written:
        return Written(entry["account_name"], entry["domain"], self.countries[entry["country"]])

    def _company(self, entry: Entry, result: Result) -> Any:
        if not entry["account_name"]:
            return None
        row = self._written(entry)
        company = self.companies.refer(row)
        if company is None:
            company = self.companies.add(row, in_crm=self.in_crm)
            result.notes.append(f"{row.name} was not among the accounts: added.")
        return company.pk

    def _line(self, entry: Entry, result: Result) -> Any:
        if not entry["product"]:
            return None
        line = self.lines.get(same_spelling(entry["product"]))
        if line is None:
            result.notes.append(f"There is no product line “{entry['product']}”: the row counts for every line.")
            return None
        if line.name != entry["product"]:
            result.notes.append(f"“{entry['product']}” was read as {line.name}.")
        return line.pk

    def _owner(self, name: str) -> Any:
        if not name:
            return None
        if name not in self.owners:
            self.owners[name] = Owner(vendor_id=self.vendor_id, name=name)
            self.new_owners.append(self.owners[name])
        return self.owners[name].pk


def _opportunity(entry: Entry, mapping: Mapping) -> dict[str, Any]:
    dates = _dates(entry, mapping)
    won = outcome_of_stage(entry["stage"])
    closed_on = dates["closed_on"] if won is not None else None  # an open one's is but a hope
    currency = entry["currency"].upper() or mapping["currency"]
    amount = parse_amount(entry["amount"], currency, mapping["decimal"]) if entry["amount"] else None
    return {
        "name": entry["name"] or entry["product"],
        "account_name": entry["account_name"],
        "status_text": entry["stage"],
        "is_open": won is None,
        "won": won,
        "amount_minor": amount.minor if amount else None,
        "currency": amount.currency if amount else "",
        "opened_on": dates["opened_on"],
        "closed_on": closed_on,
        "moved_on": dates["moved_on"] or closed_on or dates["opened_on"],
    }


def _lead(entry: Entry, mapping: Mapping) -> dict[str, Any]:
    status = entry["status"].casefold()
    return {
        "name": entry["name"],
        "account_name": entry["account_name"],
        "status_text": entry["status"],
        "is_open": not any(word in status for word in CLOSED_LEAD),
        "moved_on": _dates(entry, mapping)["moved_on"],
    }


def _dates(entry: Entry, mapping: Mapping) -> dict[str, Any]:
    order: Any = mapping["date_order"] or ""
    return {
        name: parse_date(entry[name], order) if entry[name] else None for name in ("opened_on", "closed_on", "moved_on")
    }


def _country(text: str) -> str:
    try:
        return parse_country(text)[0] if text else ""
    except ValueError:
        return ""
