"""Correct what is known about a customer."""

from collections.abc import Callable, Iterable
from typing import TypedDict, Unpack
from uuid import UUID

from hansa.accounts.roles import DEAL_DESK
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import ask_together, locking_each
from hansa.customers.identifiers import clean_duns, clean_lei, clean_vat
from hansa.customers.imports.values import parse_country
from hansa.customers.matching.domains import is_shared_domain, registrable_domain
from hansa.customers.matching.identity import identity_key
from hansa.customers.models import Company, CompanyName, IdentityKey
from hansa.customers.resolve import index_anew
from hansa.kernel.errors import DomainError, Invalid

LONGEST = 300
MOST_NAMES = 50


class CompanyChanges(TypedDict, total=False):
    """What is to be another; what is not given stays. `aliases` and `other_domains` are whole lists.

    `country` is a code or a name, `parent` the id of a company or None.
    """

    name: str
    country: str
    domain: str
    city: str
    industry: str
    vat: str
    duns: str
    lei: str
    parent: UUID | None
    aliases: list[str]
    other_domains: list[str]


@action("company.edit", emits="company.edited", by=DEAL_DESK)
def edit_company(actor: Actor, company: Company, **changes: Unpack[CompanyChanges]) -> None:
    """Change a customer's names, web domains, country, identifiers or parent. Its former name stays one it goes by.

    Raises Invalid with the field at fault, `identity_taken` where the name or a domain is another company's.
    """
    if company.merged_into_id:
        raise DomainError("merged", "This company was merged into another. Edit that one.")
    former_name = company.name
    _set_facts(company, changes)
    if "parent" in changes:
        company.parent = _parent(actor, company, changes["parent"])
    company.save()
    if "other_domains" in changes:
        _keep_domains(company, [_domain(text, "other_domains") for text in changes["other_domains"]])
    _claim(
        company, {identity_key(company.name, company.domain, company.country): "domain" if company.domain else "name"}
    )
    if "aliases" in changes:
        CompanyName.objects.filter(vendor_id=company.vendor_id, company=company).delete()
    _add_names(company, [*changes.get("aliases", ()), former_name])
    index_anew(company)


def _set_facts(company: Company, changes: CompanyChanges) -> None:
    country = company.country = _cleaned(
        changes, company, "country", lambda text: parse_country(text)[0] if text else ""
    )
    company.name = _cleaned(changes, company, "name", str)
    if not company.name:
        raise Invalid("name_missing", "Write the company's name.", "name")
    company.city = _cleaned(changes, company, "city", str)
    company.industry = _cleaned(changes, company, "industry", str)
    company.domain = _cleaned(changes, company, "domain", lambda text: _domain(text, "domain"))
    company.vat = _cleaned(changes, company, "vat", lambda text: clean_vat(text, country))
    company.duns = _cleaned(changes, company, "duns", clean_duns)
    company.lei = _cleaned(changes, company, "lei", clean_lei)


def _cleaned(changes: CompanyChanges, company: Company, field: str, clean: Callable[[str], str]) -> str:
    if field not in changes:
        return str(getattr(company, field))
    text = " ".join(str(changes[field]).replace("\0", "").split())  # type: ignore[literal-required]
    if len(text) > LONGEST:
        raise Invalid("too_long", f"Keep this under {LONGEST} characters.", field)
    try:
        return clean(text)
    except ValueError as error:
        raise Invalid(f"{field}_wrong", f"{error}.", field) from None


def _domain(text: str, field: str) -> str:
    own = registrable_domain(text) or ""
    if text.strip() and not own:
        raise Invalid("domain_wrong", f"“{text}” is no web address.", field)
    return own


def _parent(actor: Actor, company: Company, parent_id: UUID | None) -> Company | None:
    if parent_id is None:
        return None
    # Two edits at once could close a circle that neither sees.
    ask_together(locking_each("company tree", company.vendor_id, ["parents"]))
    parent: Company = Company.objects.visible_to(actor).named(parent_id)
    above: Company | None = parent
    while above:
        if above.pk == company.pk:
            raise Invalid("parent_circle", f"{parent.name} belongs to this company itself.", "parent")
        above = above.parent
    return parent


def _keep_domains(company: Company, domains: Iterable[str]) -> None:
    """Let the company own these domains beside its first, and no others."""
    wanted = {f"d:{domain}" for domain in domains if domain and not is_shared_domain(domain)}
    owned = IdentityKey.objects.filter(vendor_id=company.vendor_id, company=company, key__startswith="d:")
    owned.exclude(key__in=wanted | {f"d:{company.domain}"}).delete()
    _claim(company, dict.fromkeys(wanted, "other_domains"))


def _claim(company: Company, keys: dict[str, str]) -> None:
    """Let these identities name the company; `keys` is {identity key: field that it comes from}."""
    ask_together(locking_each("company key", company.vendor_id, keys))
    held = IdentityKey.objects.filter(vendor_id=company.vendor_id, key__in=keys).select_related("company")
    for key in held:
        if key.company_id != company.pk:
            raise Invalid(
                "identity_taken", f"{key.company.name} has this already. Merge the two if they are one.", keys[key.key]
            )
    free = keys.keys() - {key.key for key in held}
    IdentityKey.objects.bulk_create(
        IdentityKey(vendor_id=company.vendor_id, key=key, company=company) for key in sorted(free)
    )


def _add_names(company: Company, names: Iterable[str]) -> None:
    clean = dict.fromkeys(" ".join(name.replace("\0", "").split()) for name in names)
    wanted = [name for name in clean if name and name != company.name]
    if len(wanted) > MOST_NAMES or any(len(name) > LONGEST for name in wanted):
        raise Invalid("too_many_names", f"Keep to {MOST_NAMES} names of at most {LONGEST} characters.", "aliases")
    CompanyName.objects.filter(vendor_id=company.vendor_id, company=company, name=company.name).delete()
    CompanyName.objects.bulk_create(
        (CompanyName(vendor_id=company.vendor_id, company=company, name=name) for name in wanted),
        ignore_conflicts=True,
    )
