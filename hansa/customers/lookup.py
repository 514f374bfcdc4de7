"""Which known customers some words may mean, with what a reader wants to know of them."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from hansa.core.actors import Actor
from hansa.core.database import ask_together
from hansa.core.tenancy import acting
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.matching.identity import identity_key
from hansa.customers.models import Company
from hansa.customers.resolve import NAMED_SQL, look_up
from hansa.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known company, how well it matches (0 to 1) and why. `is_same` where a registration would take it for this."""

    company: Company
    score: float
    reasons: tuple[str, ...]
    is_same: bool


def check_words(name: str, domain: str) -> None:
    """Raises Invalid where there is nothing to go by: neither a name nor a web domain."""
    for field, words in (("name", name), ("domain", domain)):
        if "\0" in words:
            raise Invalid("malformed", f"NUL is no character of a {field}.", field)
    if not name.strip() and not domain.strip():
        raise Invalid("words_missing", "Give a name or a web domain.", "name")
    if not name.strip() and not registrable_domain(domain):
        raise Invalid("domain_unreadable", f"“{domain}” is no web domain, and there is no name.", "domain")


def find_customers(actor: Actor, name: str, domain: str = "", country: str = "", *, limit: int = 5) -> list[Candidate]:
    """The companies that these words may mean, the same one first, then the likeliest; `country` is a code or ''.

    Empty for a partner, who may not see the vendor's companies.
    """
    with acting(actor):
        found = look_up(actor.vendor_id, name, domain, country, limit=limit)
        [named] = ask_together((NAMED_SQL, [actor.vendor_id, identity_key(name, domain, country)]))
        same = named[0][0] if named else None
        ids = {match.company_id for match in found} | ({same} if same else set())
        companies = {company.pk: company for company in Company.objects.visible_to(actor).filter(pk__in=ids)}
    candidates = [
        Candidate(companies[each.company_id], each.match.score, each.match.reasons, each.company_id == same)
        for each in found
    ]
    if same in companies and not any(candidate.is_same for candidate in candidates):
        candidates.append(Candidate(companies[same], 1.0, ("the same web domain, or the same name and country",), True))
    return sorted(candidates, key=lambda candidate: not candidate.is_same)[:limit]


def named_like(actor: Actor, words: str) -> QuerySet[Company]:
    """The companies with these words in their name or their web address, by name; none that was merged."""
    called = Q(name__icontains=words) | Q(domain__icontains=words)
    return Company.objects.visible_to(actor).filter(called, merged_into=None).order_by("name", "id")
