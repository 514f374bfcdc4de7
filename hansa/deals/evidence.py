"""What the vendor knows when a registration is decided: standing of the partner, and who else works on the customer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hansa.core.database import Query, array, ask_together, locking_company
from hansa.customers.matching.domains import own_domain
from hansa.customers.matching.lookup import Found
from hansa.customers.matching.scoring import SIMILAR
from hansa.programs.requirements import EvidenceWhen
from hansa.rulebook.in_force import IN_FORCE_SQL, Versions, versions_of

UTC = ZoneInfo("UTC")
ENDED = "ended"

STANDING_SQL = """
SELECT partnership.status, coalesce(enrollment.status, 'none'), enrollment.program_id,
       coalesce(program.protection_days, 0), coalesce(program.stale_after_days, 0), coalesce(tier.rank, 0),
       (SELECT array_agg(DISTINCT country)
        FROM partnerships_enrollmentterritory confined JOIN programs_territory territory
          ON territory.vendor_id = confined.vendor_id AND territory.id = confined.territory_id
        CROSS JOIN unnest(territory.countries) AS country
        WHERE confined.vendor_id = partnership.vendor_id AND confined.enrollment_id = enrollment.id),
       (SELECT json_agg(json_build_object('id', line.id, 'name', line.name) ORDER BY line.name)
        FROM programs_productline line
        WHERE line.vendor_id = partnership.vendor_id AND line.id = ANY(%(lines)s::uuid[]) AND NOT line.retired),
       ARRAY(SELECT website FROM accounts_organization WHERE id IN (partnership.organization_id, vendor.organization_id)
             UNION ALL
             SELECT person.email
             FROM unnest(ARRAY[partnership.organization_id, vendor.organization_id]) AS ours (id)
             CROSS JOIN LATERAL (SELECT user_id FROM accounts_membership
                                 WHERE organization_id = ours.id ORDER BY user_id LIMIT 20) AS member
             JOIN accounts_user person ON person.id = member.user_id),
       vendor.currency,
       coalesce(program.cooling_off_days, 0), coalesce(program.answer_times, '{}') <> '{}',
       program.required_fields, program.evidence,
       coalesce(program.open_registrations_max, 0), coalesce(program.registrations_per_day, 0),
       coalesce(enrollment.partner_types, '{}'),
       vendor.timezone, IN_FORCE
FROM partnerships_partnership partnership
JOIN accounts_vendor vendor ON vendor.id = partnership.vendor_id
LEFT JOIN partnerships_enrollment enrollment
  ON enrollment.vendor_id = partnership.vendor_id AND enrollment.partnership_id = partnership.id
 AND (%(program)s::uuid IS NULL OR enrollment.program_id = %(program)s)
LEFT JOIN programs_program program
  ON program.vendor_id = partnership.vendor_id AND program.id = enrollment.program_id
LEFT JOIN programs_tier tier ON tier.vendor_id = partnership.vendor_id AND tier.id = enrollment.tier_id
WHERE partnership.vendor_id = %(vendor)s AND partnership.id = %(partnership)s
ORDER BY enrollment.status, enrollment.id LIMIT 1
""".replace("IN_FORCE", IN_FORCE_SQL)

# What stands against a company is found by the company; whose it is, is asked for what was found.
CLUES_SQL = """
WITH held AS MATERIALIZED (
    SELECT CASE WHEN protection.during @> %(at)s THEN 'protection' ELSE 'ended' END AS kind, protection.company_id,
           protection.deal_id, lower(protection.during) AS since, upper(protection.during) AS until
    FROM unnest(%(companies)s::uuid[]) AS asked (company_id) JOIN deals_protection protection
      ON protection.vendor_id = %(vendor)s AND protection.company_id = asked.company_id
    WHERE protection.product_line_id = ANY(%(lines)s::uuid[])
      AND protection.during && tstzrange(%(paused_since)s, %(at)s, '[]')
      AND (protection.during @> %(at)s OR protection.partnership_id = %(partnership)s)
      AND protection.deal_id <> %(deal)s
), claimed AS MATERIALIZED (
    SELECT deal.company_id, deal.id AS deal_id, deal.submitted_at AS since
    FROM deals_deal deal
    WHERE deal.vendor_id = %(vendor)s AND deal.company_id = ANY(%(companies)s::uuid[])
      AND deal.status IN ('submitted', 'under_review', 'action_required')
      AND deal.submitted_at <= %(before)s AND deal.id <> %(deal)s
      AND NOT EXISTS (SELECT FROM deals_verdict verdict
                      WHERE verdict.vendor_id = deal.vendor_id AND verdict.deal_id = deal.id
                      AND verdict.becomes <> '' AND verdict.told_at IS NULL)
      AND EXISTS (SELECT FROM deals_dealline line WHERE line.vendor_id = deal.vendor_id AND line.deal_id = deal.id
                  AND line.product_line_id = ANY(%(lines)s::uuid[]))
)
SELECT found.kind, found.company_id, deal.id, deal.partnership_id, organization.name, deal.customer_name, found.since,
       found.until
FROM (SELECT * FROM held UNION ALL SELECT 'claim', company_id, deal_id, since, NULL FROM claimed)
  AS found (kind, company_id, deal_id, since, until)
JOIN deals_deal deal ON deal.vendor_id = %(vendor)s AND deal.id = found.deal_id
JOIN partnerships_partnership partner ON partner.vendor_id = deal.vendor_id AND partner.id = deal.partnership_id
JOIN accounts_organization organization ON organization.id = partner.organization_id
WHERE found.kind <> 'ended' OR deal.outcome <> 'won'
UNION ALL
SELECT 'opportunity', company_id, id, NULL, account_name, name, moved_on, NULL
FROM customers_opportunity
WHERE vendor_id = %(vendor)s AND company_id = ANY(%(companies)s::uuid[]) AND is_open
  AND (product_line_id IS NULL OR product_line_id = ANY(%(lines)s::uuid[])) AND moved_on >= %(moved_since)s
UNION ALL
SELECT 'lead', company_id, id, NULL, account_name, name, moved_on, NULL
FROM customers_lead
WHERE vendor_id = %(vendor)s AND company_id = ANY(%(companies)s::uuid[]) AND is_open
  AND (product_line_id IS NULL OR product_line_id = ANY(%(lines)s::uuid[])) AND moved_on >= %(moved_since)s
UNION ALL
SELECT 'account', id, id, NULL, name, name, created_at, NULL
FROM customers_company
WHERE vendor_id = %(vendor)s AND id = ANY(%(companies)s::uuid[]) AND in_crm
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner's place, as registrations ask for it. `lines` are the chosen ones that exist, {id: name}.

    `own_domains` are the vendor's and the partner's, by their web addresses and their first twenty people's e-mail.
    `zone` is the vendor's, whose days count. `together` says that the program answers all registrations together.
    """

    partnership_status: str
    enrollment_status: str
    program_id: UUID | None
    protection_days: int
    stale_after_days: int
    tier_rank: int
    territory: frozenset[str]
    lines: dict[UUID, str]
    own_domains: frozenset[str]
    currency: str
    cooling_off_days: int = 0
    together: bool = False
    required_fields: frozenset[str] = frozenset()
    evidence: str = EvidenceWhen.NEVER
    open_registrations_max: int = 0
    registrations_per_day: int = 0
    partner_types: frozenset[str] = frozenset()
    zone: ZoneInfo = UTC
    policies: Versions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clue:
    """Something the vendor holds about a company: a protection, a claim, an opportunity, a lead or an account.

    What has `ended` is a protection of the partner's own whose cooling-off goes on until `free_from`.
    """

    kind: str
    company_id: UUID
    subject_id: UUID
    partnership_id: UUID | None
    party: str
    name: str
    since: date | datetime | None
    until: datetime | None = None
    free_from: datetime | None = None

    def as_evidence(self, similar: dict[UUID, Found]) -> dict[str, Any]:
        """The clue as the decision's record keeps it; `score` and `reasons` where the company only resembles."""
        found = similar.get(self.company_id)
        pause = {"until": self.until, "free_from": self.free_from} if self.kind == ENDED else {}
        return {
            "kind": self.kind,
            "company": str(self.company_id),
            "subject": str(self.subject_id),
            "party": self.party,
            "name": self.name,
            "since": self.since.isoformat() if self.since else None,
            "score": round(found.match.score, 3) if found else 1.0,
            "reasons": list(found.match.reasons) if found else ["the same company"],
            **{name: moment.isoformat() for name, moment in pause.items() if moment},
        }


def standing_query(vendor_id: UUID, partnership_id: UUID, program_id: UUID | None, lines: Sequence[UUID]) -> Query:
    return STANDING_SQL, {
        "vendor": vendor_id,
        "partnership": partnership_id,
        "program": program_id,
        "lines": array(lines),
    }


def standing_of(row: tuple[Any, ...]) -> Standing:
    """The row of `standing_query`."""
    status, enrollment, program, protection_days, stale_days, rank, territory, lines, addresses, *terms = row
    currency, pause, together, required, evidence, most_open, most_a_day, types, zone, policies = terms
    known = {UUID(line["id"]): line["name"] for line in lines or ()}
    own = frozenset(filter(None, map(own_domain, addresses)))
    return Standing(
        status,
        enrollment,
        program,
        protection_days,
        stale_days,
        rank,
        frozenset(territory or ()),
        known,
        own,
        currency,
        pause,
        together,
        frozenset(required or ()),
        evidence or EvidenceWhen.NEVER,
        most_open,
        most_a_day,
        frozenset(types),
        ZoneInfo(zone),
        versions_of(policies),
    )


def clues(
    vendor_id: UUID,
    company_id: UUID,
    similar: Sequence[Found],
    lines: Sequence[UUID],
    *,
    deal_id: UUID,
    at: datetime,
    before: datetime,
    stale_after_days: int,
    paused: tuple[UUID, int],
    lock: bool = True,
) -> list[Clue]:
    """What counts against a deal of this company and those like it on these lines, read under the company's lock.

    `before` bounds the claims that count: those submitted until then. `paused` is the partner and for how many days
    after a protection it does not register the same customer. Who only shows the answer reads without `lock`.
    """
    partner, days = paused
    asked: Query = (
        CLUES_SQL,
        {
            "vendor": vendor_id,
            "companies": array([company_id, *(found.company_id for found in similar)]),
            "lines": array(lines),
            "deal": deal_id,
            "at": at,
            "before": before,
            "moved_since": at.date() - timedelta(days=stale_after_days),
            "partnership": partner,
            "paused_since": at - timedelta(days=days),
        },
    )
    *_, rows = ask_together(*([locking_company(vendor_id, company_id)] if lock else []), asked)
    return [clue_of(row, days) for row in rows]


def clue_of(row: tuple[Any, ...], pause_days: int) -> Clue:
    """A row of kind, company, subject, partner, party, name, since and, of a protection, until."""
    clue = Clue(*row)
    if clue.kind == ENDED and clue.until:
        return replace(clue, free_from=clue.until + timedelta(days=pause_days))
    return clue


def facts_of(found: Sequence[Clue], company_id: UUID, partnership_id: UUID, similar: Sequence[Found]) -> dict[str, Any]:
    """The clues as the facts that the approval table asks for."""
    here = [clue for clue in found if clue.company_id == company_id]
    rivals = {clue.kind for clue in here if clue.partnership_id != partnership_id}
    own = {clue.kind for clue in here if clue.partnership_id == partnership_id}
    alike = {f.company_id for f in similar if f.match.score >= SIMILAR}
    return {
        "own_claim": bool(own - {ENDED}),
        "protected": "protection" in rivals,
        "direct_opportunity": "opportunity" in rivals,
        "direct_lead": "lead" in rivals,
        "earlier_claim": "claim" in rivals,
        "similar_conflict": any(c.company_id in alike and c.partnership_id != partnership_id for c in found),
        "held_until_lately": any(c.kind == ENDED and c.company_id in {company_id, *alike} for c in found),
        "crm_account": "account" in rivals,
        "similarity": round(similar[0].match.score * 100) if similar else None,
    }
