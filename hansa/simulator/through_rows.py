"""The past, told in memory by the deciding code of the actions and written by COPY: a hundred times faster.

What the actions do to the database, this writer does to objects; a test holds the two equal.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models

from hansa.core.actions import difference, event_of
from hansa.core.actors import Actor
from hansa.core.database import ask_together
from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.models import Company, IdentityKey, MatchKey
from hansa.deals.actions.decide_deal import decision_by_hand
from hansa.deals.actions.register_deal import (
    EVENTS,
    Case,
    begins_of,
    check_deal,
    deal_lines,
    decide,
    decision_of,
    new_deal,
    protections_of,
    settle,
)
from hansa.deals.clocks import allowed_for, started
from hansa.deals.evidence import Standing, standing_of, standing_query
from hansa.deals.follow_ups import Kept
from hansa.deals.models import Deal, DealLine, Protection, ReviewClock, Status
from hansa.deals.rules import TAKEN_NOTE
from hansa.deals.terms import Terms, terms_at_registration
from hansa.kernel.days import day_of
from hansa.kernel.errors import DomainError
from hansa.kernel.ids import new_id
from hansa.kernel.money import Money
from hansa.programs.reasons import REASONS, ReasonsFor
from hansa.programs.review_terms import terms_of
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.simulator.background import Background
from hansa.simulator.copying import Row, analyze, copy_rows, row_of
from hansa.simulator.ecosystem import Ecosystem, Settled
from hansa.simulator.memory import Claim, Memory
from hansa.simulator.plan import PlannedRegistration

FACTS = (Company, IdentityKey, MatchKey, Decision, DecisionEvidence, Event)  # each after what it refers to
FACTS_AT_ONCE = 25_000  # events
DEALS_AT_ONCE = 2_000  # each protection takes a lock that is held until the transaction ends


class Rows:
    """A writer that keeps what happens in memory and writes it when asked to `finish`."""

    def __init__(self, ecosystem: Ecosystem) -> None:
        self.ecosystem = ecosystem
        self.vendor_id = ecosystem.workspace.vendor_id
        self.currency = ecosystem.workspace.vendor.currency
        self.partner_of = {partner.partnership.pk: partner for partner in ecosystem.partners}
        self.owner_of = {person.id: person for partner in ecosystem.partners for person in partner.people}
        self.background = Background()
        self.claims: dict[UUID, Claim] = {}
        self.rows: dict[type[models.Model], list[Row]] = defaultdict(list)
        with acting(ecosystem.system):
            self.memory = Memory.load(self.vendor_id)
            self.standings = {id: self._standing(id) for id in self.partner_of}
            programs = {standing.program_id for standing in self.standings.values() if standing.program_id}
            self.terms = {program: terms_of(self.vendor_id, program) for program in programs}
        self.clocks: list[ReviewClock] = []

    def register(self, at: datetime, planned: PlannedRegistration) -> Deal:
        partner = self.ecosystem.partners[planned.partner]
        actor, customer = partner.people[planned.rep], planned.customer
        lines = sorted(self.ecosystem.lines[code].pk for code in planned.line_codes)
        standing = self._standing_for(partner.partnership.pk, lines)
        deal = new_deal(
            actor,
            partner.partnership.pk,
            standing,
            customer=customer.name,
            domain=customer.domain,
            country=customer.country,
            deal_type=planned.deal_type,
            amount=Money(planned.amount_minor, self.currency),
            expected_close=at.date() + timedelta(days=planned.days_to_close),
            contact_name=planned.contact.name,
            contact_email=planned.contact.email,
            need=planned.need,
        )
        complete = check_deal(deal, standing, lines, on=day_of(at, standing.zone))
        registered, caused = new_id(), new_id()
        known = self.memory.known_as(deal.customer_name, customer.domain, deal.customer_country)
        company = known or self._new_company(deal, customer.domain, at)
        deal.company_id, deal.submitted_at = company.pk, at
        claim = Claim(deal, frozenset(lines), partner.partnership.organization.name)
        case = self._case(claim, at=at, before=at)
        ruling = decide(case)
        settle(deal, ruling)
        terms = terms_at_registration(deal, standing)
        terms.pause_days(standing.cooling_off_days)
        self._start_clock(deal, terms, at)
        self.claims[deal.pk] = claim
        self.memory.claims[company.pk].append(claim)
        if not known:
            self._know(company)
        self._hold(claim, case.kept)
        self._keep(*decision_of(actor, case, (*ruling.answers, complete, *terms.answers), at=at))
        self._keep(event_of(registered, "deal.registered", actor, deal, {}, None, at=at))
        changes = {"status": [Status.SUBMITTED, deal.status]}
        self._keep(event_of(caused, EVENTS[ruling.status], actor, deal, changes, registered, at=at))
        return deal

    def approve(self, at: datetime, deal: Deal) -> Deal:
        claim = self.claims[deal.pk]
        case = self._case(claim, at=at, before=deal.submitted_at)
        if case.taken:
            raise DomainError("already_protected", TAKEN_NOTE)
        before = deal.snapshot()
        Deal.LIFECYCLE.apply(deal, "approve")
        deal.decided_at, deal.protected_until = at, at + timedelta(days=decide(case).protection_days)
        self._hold(claim, case.kept)
        return self._by_hand("deal.approved", deal, before, at)

    def reject(self, at: datetime, deal: Deal, *, reason: str) -> Deal:
        before = deal.snapshot()
        Deal.LIFECYCLE.apply(deal, "reject")
        deal.reason, deal.reason_text, deal.decided_at = reason, _called(ReasonsFor.REJECT, reason), at
        return self._by_hand("deal.rejected", deal, before, at)

    def mark_duplicate(self, at: datetime, deal: Deal) -> Deal:
        before = deal.snapshot()
        Deal.LIFECYCLE.apply(deal, "mark_duplicate")
        deal.note, deal.decided_at = TAKEN_NOTE, at
        return self._by_hand("deal.marked_duplicate", deal, before, at)

    def move_stage(self, at: datetime, deal: Deal, *, stage: str) -> Deal:
        before = deal.snapshot()
        deal.stage = stage
        return self._tell("deal.stage_moved", self._owner(deal), deal, before, at)

    def win(self, at: datetime, deal: Deal, *, reason: str) -> Deal:
        before = deal.snapshot()
        Deal.RESULT.apply(deal, "win")
        deal.reason, deal.reason_text, deal.closed_at = reason, _called(ReasonsFor.WIN, reason), at
        return self._tell("deal.won", self._owner(deal), deal, before, at)

    def lose(self, at: datetime, deal: Deal, *, reason: str) -> Deal:
        before = deal.snapshot()
        Deal.RESULT.apply(deal, "lose")
        deal.reason, deal.reason_text, deal.closed_at = reason, _called(ReasonsFor.LOSS, reason), at
        self._release(deal, at)
        return self._tell("deal.lost", self._owner(deal), deal, before, at)

    def withdraw(self, at: datetime, deal: Deal) -> Deal:
        before = deal.snapshot()
        Deal.LIFECYCLE.apply(deal, "withdraw")
        deal.closed_at = at
        self._release(deal, at)
        return self._tell("deal.withdrawn", self._owner(deal), deal, before, at)

    def cancel(self, at: datetime, deal: Deal, *, reason: str) -> Deal:
        before = deal.snapshot()
        Deal.LIFECYCLE.apply(deal, "cancel")
        deal.reason, deal.reason_text, deal.closed_at = reason, _called(ReasonsFor.END, reason), at
        self._release(deal, at)
        self._keep(decision_by_hand(self._manager(deal), deal, at=at))
        return self._tell("deal.canceled", self._manager(deal), deal, before, at)

    def expire(self, at: datetime, deal: Deal) -> Deal:
        before = deal.snapshot()
        Deal.LIFECYCLE.apply(deal, "expire")
        return self._tell("deal.expired", self.ecosystem.system, deal, before, at)

    def finish(self) -> None:
        """Write all that is still in memory."""
        self._write_facts()
        self.background.wait()
        claims = list(self.claims.values())
        with acting(self.ecosystem.system):
            copy_rows(Deal, (row_of(claim.deal) for claim in claims))
        analyze(Deal)  # until somebody has counted, whatever refers to a deal looks it up by the wrong index
        self.background.start(partial(self._write_lines, claims))
        for start in range(0, len(claims), DEALS_AT_ONCE):
            with acting(self.ecosystem.system):
                copy_rows(Protection, map(row_of, held_by(claims[start : start + DEALS_AT_ONCE])))
        self.background.wait()

    def _standing(self, partnership_id: UUID) -> Standing:
        lines = [line.pk for line in self.ecosystem.lines.values()]
        [[row]] = ask_together(standing_query(self.vendor_id, partnership_id, None, lines))
        return standing_of(row)

    def _standing_for(self, partnership_id: UUID, lines: Sequence[UUID]) -> Standing:
        whole = self.standings[partnership_id]
        return replace(whole, lines={id: name for id, name in whole.lines.items() if id in lines})

    def _start_clock(self, deal: Deal, terms: Terms, at: datetime) -> None:
        """A clock as the action starts it; of a past that is only told nobody is reminded."""
        if deal.status == Status.UNDER_REVIEW:
            clock = started(deal, allowed_for(deal, terms, self.terms[deal.program_id]), at)
            clock.next_step_at = None
            self.clocks.append(clock)

    def _new_company(self, deal: Deal, domain: str, at: datetime) -> Company:
        return Company(
            vendor_id=self.vendor_id,
            name=deal.customer_name,
            domain=registrable_domain(domain) or "",
            country=deal.customer_country,
            created_at=at,
        )

    def _know(self, company: Company) -> None:
        identity, keys = self.memory.know(company)
        self._keep(company, IdentityKey(vendor_id=self.vendor_id, key=identity, company_id=company.pk))
        # A dozen a company: as models they would cost more than the rest of it.
        self.rows[MatchKey] += [(self.vendor_id, key, company.pk) for key in keys]

    def _case(self, claim: Claim, *, at: datetime, before: datetime) -> Case:
        deal = claim.deal
        standing = self._standing_for(deal.partnership_id, sorted(claim.lines))
        similar = self.memory.similar(
            deal.customer_name, deal.customer_domain, deal.customer_country, but=deal.company_id
        )
        clues = self.memory.clues(
            deal,
            similar,
            claim.lines,
            at=at,
            before=before,
            stale_after_days=standing.stale_after_days,
            pause_days=terms_at_registration(deal, standing).pause_days(standing.cooling_off_days),
        )
        return Case(deal, standing, similar, clues, self.memory.kept(deal, claim.lines, at=at))

    def _hold(self, claim: Claim, kept: Kept) -> None:
        if claim.deal.status == Status.APPROVED:
            claim.begins, claim.ends = begins_of(claim.deal, sorted(claim.lines), kept), claim.deal.protected_until

    def _release(self, deal: Deal, at: datetime) -> None:
        claim = self.claims[deal.pk]
        if claim.ends and claim.ends > at:
            claim.ends = deal.protected_until = at

    def _by_hand(self, name: str, deal: Deal, before: dict[str, Any], at: datetime) -> Deal:
        self._keep(decision_by_hand(self._manager(deal), deal))
        return self._tell(name, self._manager(deal), deal, before, at)

    def _tell(self, name: str, actor: Actor, deal: Deal, before: dict[str, Any], at: datetime) -> Deal:
        self._keep(event_of(new_id(), name, actor, deal, difference(before, deal.snapshot()), None, at=at))
        return deal

    def _owner(self, deal: Deal) -> Actor:
        return self.owner_of[deal.owner_id]

    def _manager(self, deal: Deal) -> Actor:
        partner: Settled = self.partner_of[deal.partnership_id]
        return partner.manager

    def _keep(self, *facts: models.Model) -> None:
        for fact in facts:
            self.rows[type(fact)].append(row_of(fact))
        if len(self.rows[Event]) >= FACTS_AT_ONCE:
            self._write_facts()

    def _write_facts(self) -> None:
        rows, self.rows = self.rows, defaultdict(list)
        self.background.start(partial(self._copy_facts, rows))

    def _copy_facts(self, rows: dict[type[models.Model], list[Row]]) -> None:
        with acting(self.ecosystem.system):
            for model in FACTS:
                copy_rows(model, rows.get(model, []))

    def _write_lines(self, claims: Sequence[Claim]) -> None:
        with acting(self.ecosystem.system):
            copy_rows(
                DealLine, (row_of(row) for claim in claims for row in deal_lines(claim.deal, sorted(claim.lines)))
            )
            copy_rows(ReviewClock, map(row_of, self.clocks))


def held_by(claims: Sequence[Claim]) -> Iterator[Protection]:
    """The protections of those claims that were ever approved."""
    for claim in claims:
        for line, begin in claim.begins.items():
            if claim.ends:
                yield from protections_of(claim.deal, [line], (begin, max(begin, claim.ends)))


def _called(what: str, reason: str) -> str:
    """A reason as a program calls it that has no words of its own."""
    return str(REASONS[what](reason).label)
