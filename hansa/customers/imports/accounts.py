"""Accounts of a CRM to companies."""

from collections.abc import Callable

from hansa.customers.identifiers import clean_duns, clean_lei, clean_vat
from hansa.customers.imports.batch import Batch, Entry, Outcome, Plan, Result, apply
from hansa.customers.imports.companies import Companies, Written
from hansa.customers.imports.values import parse_country
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.models import Company

FACTS = ("country", "domain", "city", "industry", "vat", "duns", "lei")


def plan_accounts(batch: Batch) -> Plan:
    """Create or change the company of each row.

    A company's own name decides which row speaks for it: rows of other names, and later rows of the same one, add what
    is missing and change nothing. Blank cells take nothing away. So a file that is read twice says nothing new.
    """
    results = [Result(Outcome.UNCHANGED) for _ in batch.entries]
    facts = [_facts(entry, result) for entry, result in zip(batch.entries, results, strict=True)]
    written = [
        Written(entry["name"], entry["domain"], fact["country"])
        for entry, fact in zip(batch.entries, facts, strict=True)
    ]
    companies = Companies(batch, written, {entry["parent"] for entry in batch.entries if entry["parent"]})
    for entry, row, fact, result in zip(batch.entries, written, facts, results, strict=True):
        company = companies.find(row)
        if company is None:
            company = companies.add(row, in_crm=True)
            apply(company, fact)
            result.outcome = Outcome.CREATED
        elif _change(companies, company, row, fact, entry, result):
            result.outcome = Outcome.UPDATED
        if _place(companies, company, entry, batch, result) and result.outcome == Outcome.UNCHANGED:
            result.outcome = Outcome.UPDATED
    return Plan(results, companies.save)


def _facts(entry: Entry, result: Result) -> dict[str, str]:
    """What the row says, as the company keeps it; what cannot be read is left blank with a note."""

    def cleaned(field: str, clean: Callable[[str], str]) -> str:
        try:
            return clean(entry[field])
        except ValueError as error:
            result.notes.append(f"{error}: left blank.")
            return ""

    def country(text: str) -> str:
        code, note = parse_country(text) if text else ("", "")
        result.notes.extend([note] if note else [])
        return code

    def domain(text: str) -> str:
        own = registrable_domain(text) or ""
        if text and not own:
            raise ValueError(f"“{text}” is no web address")
        return own

    code = cleaned("country", country)
    return {
        "country": code,
        "domain": cleaned("domain", domain),
        "city": entry["city"],
        "industry": entry["industry"],
        "vat": cleaned("vat", lambda text: clean_vat(text, code)),
        "duns": cleaned("duns", clean_duns),
        "lei": cleaned("lei", clean_lei),
    }


def _change(
    companies: Companies, company: Company, row: Written, facts: dict[str, str], entry: Entry, result: Result
) -> bool:
    """Let a row speak to a company that is known; whether it said anything new."""
    before = company.domain, company.country
    changed = companies.identify(company, row)
    if not company.in_crm:  # so far a partner's spelling: the CRM's is the company's own from now on
        partners_spelling, company.name, company.in_crm = company.name, row.name, True
        companies.call(company, partners_spelling)
        companies.change(company, respelled=True)
        changed = True
    speaks = company.name == row.name and not entry.again
    if company.name != row.name:
        result.notes.append(f"The same company as {company.name}.")
        changed |= companies.call(company, row.name)
    said = {name: value for name, value in facts.items() if value and (speaks or not getattr(company, name))}
    if company.domain:
        said.pop("domain", None)  # a second one is an identity beside the first
    if apply(company, said):
        companies.change(company, respelled=(company.domain, company.country) != before)
        changed = True
    return changed


def _place(companies: Companies, company: Company, entry: Entry, batch: Batch, result: Result) -> bool:
    """Put the company below its parent; whether it was not there."""
    if not entry["parent"]:
        return False
    parent = companies.account(entry["parent"])
    if parent is None:
        if entry["parent"] not in batch.names:
            result.notes.append(f"Its parent {entry['parent']} is not among the accounts.")
        return False
    speaks = company.name == entry["name"] and not entry.again
    if parent.pk == company.parent_id or (company.parent_id and not speaks):
        return False
    if companies.is_above(company, parent):
        result.notes.append(f"Its parent {parent.name} belongs to it: left out.")
        return False
    company.parent = parent
    companies.change(company)
    return True
