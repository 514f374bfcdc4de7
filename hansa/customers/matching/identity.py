"""The key that exclusivity hangs on: two companies with one key are one company."""

from hansa.customers.matching.domains import own_domain
from hansa.customers.matching.names import LONGEST_NAME, normalise_name


def identity_key(name: str, domain: str | None = None, country: str | None = None) -> str:
    """ "d:<registrable domain>", or "n:<normalised name>|<COUNTRY>" where the domain is missing or shared."""
    own = own_domain(domain) if domain else None
    if own:
        return f"d:{own}"
    # Transliterated, a long name grows past what an index can hold.
    return f"n:{normalise_name(name)[:LONGEST_NAME]}|{(country or '').strip().upper()}"
