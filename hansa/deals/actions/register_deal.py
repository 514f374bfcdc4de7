"""Register a deal: the claim, its decision, and the protection, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from hansa.accounts.roles import PARTNER_SALES
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.database import ask_together, one_round_trip
from hansa.core.inserts import insert
from hansa.core.tenancy import moment, vendor_wide
from hansa.customers.matching.domains import own_domain, registrable_domain
from hansa.customers.matching.lookup import Found
from hansa.customers.resolve import Resolved, Sought, rows_of
from hansa.deals.caps import NOT_COUNTED, Load, load_of
from hansa.deals.clocks import clocks_for
from hansa.deals.cooling_off import refuse_while_cooling_off
from hansa.deals.evidence import Clue, Standing, clues, facts_of, standing_of, standing_query
from hansa.deals.follow_ups import NOTHING_KEPT, Kept, kept
from hansa.deals.models import Deal, DealLine, DealType, DuplicateReason, Party, Protection, Status
from hansa.deals.required import facts_asked
from hansa.deals.rules import OWN_CLAIM, RESEMBLES, Ruling, check, counts_registrations, reviewed_first, rule
from hansa.deals.terms import terms_at_registration
from hansa.deals.vocabulary import shared_facts
from hansa.kernel.days import day_of
from hansa.kernel.money import Money
from hansa.kernel.text import has_words
from hansa.partnerships.models import Partnership
from hansa.programs.requirements import EvidenceWhen
from hansa.rulebook.in_force import rules_of
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.policies import Answer
from hansa.rulebook.record import decided
from hansa.tiers.benefits import promise
from hansa.tiers.rules import BENEFITS

EVENTS = {
    Status.APPROVED: "deal.approved",
    Status.UNDER_REVIEW: "deal.sent_to_review",
    Status.DUPLICATE: "deal.marked_duplicate",
}
MOVES = {Status.APPROVED: "approve", Status.UNDER_REVIEW: "review", Status.DUPLICATE: "mark_duplicate"}


@dataclass(frozen=True, slots=True)
class Case:
    """What a registration is decided on; `proven` says that there is evidence."""

    deal: Deal
    standing: Standing
    similar: Sequence[Found]
    clues: Sequence[Clue]
    kept: Kept = NOTHING_KEPT
    proven: bool = False

    @property
    def against(self) -> list[Clue]:
        """The clues that count: what the partner keeps of a deal won is nothing against what follows it."""
        return [clue for clue in self.clues if clue.subject_id not in self.kept.deals]

    @property
    def taken(self) -> bool:
        """Whether a protection stands in the way of one more."""
        here = self.deal.company_id
        held = any(clue.kind == "protection" and clue.company_id == here for clue in self.against)
        return self.kept.followed or held


@action("deal.register", emits="deal.registered", by=PARTNER_SALES, creates=True)
def register_deal(
    actor: Actor,
    partnership: Partnership,
    *,
    customer: str,
    product_lines: Sequence[UUID],
    amount: Money,
    expected_close: date,
    domain: str = "",
    country: str = "",
    deal_type: str = DealType.NEW,
    contact_name: str = "",
    contact_email: str = "",
    need: str = "",
    evidence: str = "",
    program_id: UUID | None = None,
    submission: UUID | None = None,
) -> Deal:
    """Claim a customer for this partner. Always stored once complete: approved, under review, or a duplicate.

    `submission` is a number that the sender makes up once for each form, so that sending it twice registers once: the
    second time is refused as `already_sent`. What this partner held until recently is refused as `cooling_off`. The
    returned row bears its `decision` and its `chosen_lines`, {id: name}.
    """
    with one_round_trip(), vendor_wide("duplicate check"):
        lines = sorted(set(product_lines))
        sought = Sought(actor.vendor_id, " ".join(customer.split()), domain, country)
        [row], *rows = ask_together(standing_query(actor.vendor_id, partnership.pk, program_id, lines), *sought.asking)
        standing = standing_of(row)
        deal = new_deal(
            actor,
            partnership.pk,
            standing,
            customer=customer,
            domain=domain,
            country=country,
            deal_type=deal_type,
            amount=amount,
            expected_close=expected_close,
            contact_name=contact_name,
            contact_email=contact_email,
            need=need,
            evidence=evidence,
            submission=submission,
        )
        load = load_of(deal, standing, moment(), asked=counts_registrations(standing.policies))
        complete = check_deal(deal, standing, lines, on=day_of(moment(), standing.zone), load=load)
        ruling = _claim(actor, deal, standing, lines, sought.resolved(rows), complete)
    _announce(actor, deal, ruling, standing)
    return deal


def _announce(actor: Actor, deal: Deal, ruling: Ruling, standing: Standing) -> None:
    """Leave the events of what the registration became, and of the company that stands beside it from its start."""
    changes: dict[str, Any] = {"status": [Status.SUBMITTED, deal.status]}
    also(EVENTS[ruling.status], actor, deal, changes | ({"answered": ["", "together"]} if standing.together else {}))
    if actor.home:
        also("deal.party_added", actor, deal, {"beside": ["", deal.beside_name]})


def new_deal(
    actor: Actor,
    partnership_id: UUID,
    standing: Standing,
    *,
    customer: str,
    domain: str,
    country: str,
    deal_type: str,
    amount: Money,
    expected_close: date,
    contact_name: str,
    contact_email: str,
    need: str,
    evidence: str = "",
    submission: UUID | None = None,
) -> Deal:
    """The unsaved deal, as the partner wrote it, with its `chosen_lines`; neither resolved nor decided.

    It is somebody's own, unless another company registers it in the partner's name.
    """
    registrant = actor.home.name if actor.home else ""
    deal = Deal(
        vendor_id=actor.vendor_id,
        partnership_id=partnership_id,
        program_id=cast(UUID, standing.program_id),
        owner_id=actor.id if actor.kind == "person" and not actor.home else None,
        registrant=registrant,
        beside_name=registrant,
        customer_name=" ".join(customer.split()),
        customer_domain=registrable_domain(domain) or domain.strip(),
        customer_country=country,
        deal_type=deal_type,
        amount_minor=amount.minor,
        currency=amount.currency,
        expected_close=expected_close,
        contact_name=contact_name.strip(),
        contact_email=contact_email.strip(),
        need=need.strip(),
        evidence=evidence.strip(),
        evidence_needed=standing.evidence != EvidenceWhen.NEVER,
        lines_text=", ".join(standing.lines.values()),
        submission=submission,
    )
    deal.chosen_lines = standing.lines
    return deal


def _claim(
    actor: Actor, deal: Deal, standing: Standing, lines: Sequence[UUID], found: Resolved, complete: Answer
) -> Ruling:
    """Decide under the customer's lock and write all of it: company, deal, decision, protection."""
    deal.company, deal.submitted_at = found.company, found.at
    if standing.together:
        return _put_under_review(actor, deal, standing, lines, found, complete)
    terms = terms_at_registration(deal, standing)
    pause = terms.pause_days(standing.cooling_off_days)
    against = clues(
        actor.vendor_id,
        found.company.pk,
        found.similar,
        lines,
        deal_id=deal.pk,
        at=found.at,
        before=found.at,
        stale_after_days=standing.stale_after_days,
        paused=(deal.partnership_id, pause),
    )
    refuse_while_cooling_off(actor.vendor_id, deal.partnership_id, found.company.pk, lines, days=pause, at=found.at)
    case = Case(deal, standing, found.similar, against, kept(deal, lines, at=found.at), proven=bool(deal.evidence))
    ruling = decide(case)
    settle(deal, ruling)
    clocks = clocks_for(deal, terms, found.at)
    decision, proof = decision_of(actor, case, (*ruling.answers, complete, *terms.answers), at=found.at)
    insert(
        *(rows_of(found.company) if found.is_new else ()),
        deal,
        *clocks,
        *deal_lines(deal, lines),
        *_registrant(actor, deal),
        decision,
        proof,
        *_protections(deal, lines, case.kept),
    )
    deal.decision = decision
    return ruling


def _put_under_review(
    actor: Actor, deal: Deal, standing: Standing, lines: Sequence[UUID], found: Resolved, complete: Answer
) -> Ruling:
    """Write the claim alone, by the same statements for a customer that is taken, free or unknown; a job decides it."""
    terms = terms_at_registration(deal, standing)
    pause = terms.pause_days(standing.cooling_off_days)
    refuse_while_cooling_off(actor.vendor_id, deal.partnership_id, found.company.pk, lines, days=pause, at=found.at)
    ruling = reviewed_first()
    settle(deal, ruling)
    clocks = clocks_for(deal, terms, found.at)
    case = Case(deal, standing, (), (), proven=bool(deal.evidence))
    decision, _ = decision_of(actor, case, (*ruling.answers, complete, *terms.answers), at=found.at)
    company = rows_of(found.company)
    insert(
        *(company if found.is_new else ()),
        deal,
        *clocks,
        *deal_lines(deal, lines),
        *_registrant(actor, deal),
        decision,
        as_if=company,
    )
    deal.decision = decision
    return ruling


def check_deal(deal: Deal, standing: Standing, lines: Sequence[UUID], *, on: date, load: Load = NOT_COUNTED) -> Answer:
    """Raises the refusal of the first validation rule that the deal breaks on this day."""
    return check(
        {
            "partnership_status": standing.partnership_status,
            "enrollment_status": standing.enrollment_status,
            "product_lines_known": set(lines) == set(standing.lines),
            "product_lines": len(lines),
            "days_to_close": (deal.expected_close - on).days,
            "currency_accepted": deal.currency == standing.currency,
            "customer_named": has_words(deal.customer_name),
            "web_address_readable": not deal.customer_domain or registrable_domain(deal.customer_domain) is not None,
        }
        | facts_asked(deal, standing)
        | shared_facts(deal, standing.tier_rank, standing.partner_types)
        | load.facts(standing),
        standing.policies,
    )


def decide(case: Case) -> Ruling:
    """What the rules say about this case now."""
    deal = case.deal
    territory = case.standing.territory
    facts = facts_of(case.against, deal.company_id, deal.partnership_id, case.similar)
    facts["own_claim"] |= case.kept.followed
    facts |= shared_facts(deal, case.standing.tier_rank, case.standing.partner_types) | {
        "in_territory": not territory or deal.customer_country in territory,
        "has_web_address": own_domain(deal.customer_domain) not in {None, *case.standing.own_domains},
        "days_to_close": (deal.expected_close - day_of(deal.submitted_at, case.standing.zone)).days,
        "evidence_required": deal.evidence_needed,
        "evidence_given": case.proven,
    }
    standing = case.standing
    promised = promise(rules_of(BENEFITS, standing.policies), standing.tier_rank, standing.partner_types)
    return rule(facts, usual_days=standing.protection_days, versions=standing.policies, promised=promised)


def settle(deal: Deal, ruling: Ruling) -> None:
    """Give the deal the status that the rules decided, and its protection's end."""
    if ruling.status != deal.status:
        Deal.LIFECYCLE.apply(deal, MOVES[ruling.status])
    deal.resembles = ruling.because == RESEMBLES
    if ruling.status == Status.UNDER_REVIEW:
        return
    if ruling.because == OWN_CLAIM:
        deal.reason = DuplicateReason.OWN_CLAIM
    deal.decided_at = deal.submitted_at
    if ruling.status == Status.APPROVED:
        deal.protected_until = deal.submitted_at + timedelta(days=ruling.protection_days)


def protect(deal: Deal, lines: Sequence[UUID], kept: Kept) -> None:
    """Hold the company on each product line, if the deal is approved."""
    insert(*_protections(deal, lines, kept))


def _protections(deal: Deal, lines: Sequence[UUID], kept: Kept) -> list[Protection]:
    """From the decision to the deal's end; on a line that the partner keeps from a deal won, from where that ends."""
    return [
        protection
        for line, begin in begins_of(deal, lines, kept).items()
        for protection in protections_of(deal, [line], (begin, cast(datetime, deal.protected_until)))
    ]


def begins_of(deal: Deal, lines: Sequence[UUID], kept: Kept) -> dict[UUID, datetime]:
    """Since when an approved deal protects each line, in the order of their ids; none that is kept for longer."""
    if not (deal.status == Status.APPROVED and deal.decided_at and deal.protected_until):
        return {}
    begins = {line: max(deal.decided_at, kept.until.get(line, deal.decided_at)) for line in sorted(lines)}
    return {line: begin for line, begin in begins.items() if begin < deal.protected_until}


def protections_of(deal: Deal, lines: Sequence[UUID], during: tuple[datetime, datetime]) -> list[Protection]:
    """The unsaved protections of a deal, in the order of their lines' ids."""
    return [
        Protection(
            vendor_id=deal.vendor_id,
            partnership_id=deal.partnership_id,
            deal_id=deal.pk,
            company_id=deal.company_id,
            product_line_id=line,
            during=during,
        )
        for line in sorted(lines)
    ]


def record(actor: Actor, case: Case, answers: Sequence[Answer], *, at: datetime) -> Decision:
    """Write the decision, the partner's share and the vendor's; returns the first."""
    decision, proof = decision_of(actor, case, answers, at=at)
    insert(decision, proof)
    return decision


def decision_of(
    actor: Actor, case: Case, answers: Sequence[Answer], *, at: datetime
) -> tuple[Decision, DecisionEvidence]:
    """The unsaved decision on a case, the partner's share and the vendor's."""
    similar = {found.company_id: found for found in case.similar}
    evidence = [clue.as_evidence(similar) for clue in case.clues]
    return decided(actor, case.deal.partnership_id, case.deal.pk, answers, evidence=evidence, at=at)


def deal_lines(deal: Deal, lines: Sequence[UUID]) -> list[DealLine]:
    """The unsaved rows that say which product lines a deal is about."""
    return [
        DealLine(vendor_id=deal.vendor_id, partnership_id=deal.partnership_id, deal_id=deal.pk, product_line_id=line)
        for line in lines
    ]


def _registrant(actor: Actor, deal: Deal) -> list[Party]:
    """Who registered the deal in its partner's name and stands beside it from its start, unsaved; else nobody."""
    if not actor.home:
        return []
    return [
        Party(
            vendor_id=deal.vendor_id,
            partnership_id=deal.partnership_id,
            deal_id=deal.pk,
            beside_id=actor.home.partnership_id,
            role=Party.Role.DISTRIBUTOR,
            person_id=actor.id if actor.kind == "person" else None,
            since=deal.submitted_at,
        )
    ]
