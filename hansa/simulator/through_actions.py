"""The past, told through the actions with the database's clock moved: what every other writer must equal."""

from datetime import datetime, timedelta

from hansa.core.actors import Actor
from hansa.deals import actions
from hansa.deals.models import Deal
from hansa.kernel.money import Money
from hansa.simulator.clock import move_clock_to
from hansa.simulator.ecosystem import Ecosystem, Settled
from hansa.simulator.plan import PlannedRegistration


class Actions:
    """A writer that does what a person would do, at the time at which they would."""

    def __init__(self, ecosystem: Ecosystem) -> None:
        self.ecosystem = ecosystem
        self.partner_of = {partner.partnership.pk: partner for partner in ecosystem.partners}
        self.currency = ecosystem.workspace.vendor.currency

    def register(self, at: datetime, planned: PlannedRegistration) -> Deal:
        partner = self.ecosystem.partners[planned.partner]
        move_clock_to(at)
        deal: Deal = actions.register_deal(
            partner.people[planned.rep],
            partner.partnership,
            customer=planned.customer.name,
            domain=planned.customer.domain,
            country=planned.customer.country,
            product_lines=[self.ecosystem.lines[code].pk for code in planned.line_codes],
            amount=Money(planned.amount_minor, self.currency),
            expected_close=at.date() + timedelta(days=planned.days_to_close),
            deal_type=planned.deal_type,
            contact_name=planned.contact.name,
            contact_email=planned.contact.email,
            need=planned.need,
        )
        return deal

    def approve(self, at: datetime, deal: Deal) -> Deal:
        move_clock_to(at)
        return done(actions.approve_deal(self._partner(deal).manager, deal))

    def reject(self, at: datetime, deal: Deal, *, reason: str) -> Deal:
        move_clock_to(at)
        return done(actions.reject_deal(self._partner(deal).manager, deal, reason=reason))

    def mark_duplicate(self, at: datetime, deal: Deal) -> Deal:
        move_clock_to(at)
        return done(actions.mark_duplicate(self._partner(deal).manager, deal))

    def move_stage(self, at: datetime, deal: Deal, *, stage: str) -> Deal:
        move_clock_to(at)
        return done(actions.move_stage(self._owner(deal), deal, stage=stage))

    def win(self, at: datetime, deal: Deal, *, reason: str) -> Deal:
        move_clock_to(at)
        return done(actions.win_deal(self._owner(deal), deal, reason=reason))

    def lose(self, at: datetime, deal: Deal, *, reason: str) -> Deal:
        move_clock_to(at)
        return done(actions.lose_deal(self._owner(deal), deal, reason=reason))

    def withdraw(self, at: datetime, deal: Deal) -> Deal:
        move_clock_to(at)
        return done(actions.withdraw_deal(self._owner(deal), deal))

    def cancel(self, at: datetime, deal: Deal, *, reason: str) -> Deal:
        move_clock_to(at)
        return done(actions.cancel_deal(self._partner(deal).manager, deal, reason=reason))

    def expire(self, at: datetime, deal: Deal) -> Deal:
        move_clock_to(at)
        return done(actions.expire_deal(self.ecosystem.system, deal))

    def _partner(self, deal: Deal) -> Settled:
        return self.partner_of[deal.partnership_id]

    def _owner(self, deal: Deal) -> Actor:
        return next(person for person in self._partner(deal).people if person.id == deal.owner_id)


def done(deal: Deal) -> Deal:
    """The deal that an action returns, typed."""
    return deal
