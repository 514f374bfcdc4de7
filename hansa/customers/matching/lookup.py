"""From a probe to the known companies that it may mean, best first."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hansa.customers.matching.profile import Profile, describe_stored
from hansa.customers.matching.scoring import SIMILAR, Match, likelihood, score

# A key shared by more companies than this says nothing; a lookup never pays for it.
COMPANIES_PER_KEY = 100
CANDIDATES = 150

# Parameters: vendor (uuid), keys (bigint[]). Rows: id, name, domain, country, one more for each other name and domain.
CANDIDATES_SQL = f"""
WITH candidate AS MATERIALIZED (
    SELECT hit.company_id
    FROM unnest(%(keys)s::bigint[]) AS asked (key)
    CROSS JOIN LATERAL (
        SELECT company_id FROM customers_matchkey
        WHERE vendor_id = %(vendor)s AND key = asked.key ORDER BY company_id LIMIT {COMPANIES_PER_KEY}
    ) AS hit
    GROUP BY hit.company_id ORDER BY count(*) DESC LIMIT {CANDIDATES}
)
SELECT company.id, company.name, company.domain, company.country
FROM candidate JOIN customers_company AS company
  ON company.vendor_id = %(vendor)s AND company.id = candidate.company_id
UNION ALL
SELECT company.id, alias.name, company.domain, company.country
FROM candidate JOIN customers_companyname AS alias
  ON alias.vendor_id = %(vendor)s AND alias.company_id = candidate.company_id
JOIN customers_company AS company ON company.vendor_id = %(vendor)s AND company.id = candidate.company_id
UNION ALL
SELECT company.id, company.name, substr(identity.key, 3), company.country
FROM candidate JOIN customers_identitykey AS identity
  ON identity.vendor_id = %(vendor)s AND identity.company_id = candidate.company_id
JOIN customers_company AS company ON company.vendor_id = %(vendor)s AND company.id = candidate.company_id
WHERE left(identity.key, 2) = 'd:' AND substr(identity.key, 3) <> company.domain
"""  # noqa: S608 -- only constants of this file are put in

Row = tuple[UUID, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A known company and how well it matches."""

    company_id: UUID
    match: Match


def rank(probe: Profile, rows: Iterable[Row], limit: int = 5, at_least: float = SIMILAR) -> list[Found]:
    """The best `limit` companies of the rows of CANDIDATES_SQL that score `at_least`, best first.

    A company may have several rows (other names, other domains): its best counts.
    """
    candidates = ((company_id, describe_stored(name, domain, country)) for company_id, name, domain, country in rows)
    return rank_profiles(probe, candidates, limit, at_least)


def rank_profiles(
    probe: Profile, candidates: Iterable[tuple[UUID, Profile]], limit: int = 5, at_least: float = SIMILAR
) -> list[Found]:
    """`rank` for candidates that are described already."""
    best: dict[UUID, tuple[float, Profile]] = {}
    for company_id, candidate in candidates:
        likely = likelihood(probe, candidate)
        if likely >= at_least and (company_id not in best or likely > best[company_id][0]):
            best[company_id] = likely, candidate
    ranked = sorted(best, key=lambda company_id: (-best[company_id][0], company_id))
    return [Found(company_id, score(probe, best[company_id][1])) for company_id in ranked[:limit]]
