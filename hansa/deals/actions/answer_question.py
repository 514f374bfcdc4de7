"""Answer what the vendor asked: the registration keeps its place, and is decided anew if the rules read the change."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hansa.accounts.roles import PARTNER_SALES
from hansa.core.actions import action, also
from hansa.core.actors import Actor
from hansa.core.database import ask_together, now
from hansa.core.inserts import insert
from hansa.core.tenancy import vendor_wide
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.matching.profile import describe
from hansa.customers.matching.scoring import SIMILAR, likelihood
from hansa.customers.resolve import Sought, rows_of
from hansa.deals.actions.ask_for_more import back_to_review
from hansa.deals.actions.decide_deal import case_of, goes_on_waiting, lines_of, locked_now
from hansa.deals.actions.register_deal import EVENTS, decide, protect, record, settle
from hansa.deals.checks import check_amount, check_close
from hansa.deals.clock_models import Field
from hansa.deals.cooling_off import refuse_while_cooling_off
from hansa.deals.models import Deal, DealType, Question, Status
from hansa.deals.questions import DECISIVE, IDENTITY, open_question, present
from hansa.deals.rules import ADDRESS_UNREADABLE
from hansa.deals.terms import terms_of_deal
from hansa.kernel.errors import DomainError, Invalid
from hansa.kernel.money import Money
from hansa.kernel.text import has_words
from hansa.programs.review_terms import terms_of, today_of

COLUMNS = {Field.CUSTOMER: "customer_name", Field.DOMAIN: "customer_domain", Field.COUNTRY: "customer_country"}


@action("deal.answer_question", emits="deal.answered", by=PARTNER_SALES)
def answer_question(actor: Actor, deal: Deal, *, note: str = "", changes: Mapping[str, Any] | None = None) -> None:
    """Answer what the vendor asked, and change what it opened; the clock goes on, the registration keeps its place.

    Where the rules read what changed, they decide anew. Who names another customer begins a new place with it: only
    what is much like what stood there before is the same claim, written better.
    """
    if deal.status != Status.ACTION_REQUIRED:
        raise DomainError("nothing_asked", "Nothing is asked about this registration.")
    asked = open_question(deal)
    if asked.answer_by <= now():
        raise DomainError("answer_late", "The time to answer is over. Write to your channel manager.")
    before = present(deal)
    wanted = _read(asked, deal.currency, {**changes} if changes else {})
    changed = {name: value for name, value in wanted.items() if value != before[Field(name)]}
    if not note.strip() and not changed:
        raise Invalid("answer_empty", "Write an answer, or change what was asked about.", "note")
    _apply(deal, changed)
    with vendor_wide("answer to a question"):
        at = _resolve_anew(deal, before) if changed.keys() & IDENTITY else now()
        deal.save()
        back_to_review(deal, terms_of(deal.vendor_id, deal.program_id), at)
        if changed.keys() & DECISIVE:
            _decide_anew(actor, deal)
    asked.note, asked.answered_at, asked.closed_at, asked.remind_at = note.strip(), at, at, None
    asked.save(update_fields=["note", "answered_at", "closed_at", "remind_at"])


def _read(asked: Question, currency: str, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as they are kept. Raises Invalid for one that was not asked for, or that no registration may have."""
    for name in changes:
        if name not in asked.fields:
            raise Invalid("field_closed", "This can't be changed: it was not asked about.", name)
    kept = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in changes.items()}
    if "need" in kept:
        kept["need"] = changes["need"].strip()
    if "domain" in kept:
        kept["domain"] = registrable_domain(kept["domain"]) or ""
        if changes["domain"].strip() and not kept["domain"]:
            raise Invalid("web_address_unreadable", ADDRESS_UNREADABLE, "domain")
    if not has_words(kept.get("customer", "any")):
        raise Invalid("customer_missing", "Which company is it? Write its name.", "customer")
    if isinstance(amount := kept.get("amount"), Money):
        check_amount(amount, currency)
    if isinstance(close := kept.get("expected_close"), date):
        check_close(close, today_of(asked.vendor_id))
    if kept.get("deal_type", DealType.NEW) not in DealType.values:
        raise Invalid("type_unknown", "Choose a kind of deal.", "deal_type")
    return kept


def _apply(deal: Deal, changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        if isinstance(value, Money):
            deal.amount_minor, deal.currency = value.minor, value.currency
        else:
            setattr(deal, COLUMNS.get(Field(name), name), value)


def _resolve_anew(deal: Deal, before: Mapping[str, Any]) -> datetime:
    """Find the company that is meant now, under the lock of its key; returns the time under that lock.

    Raises `cooling_off` for a customer that this partner held until recently, as a registration does.
    """
    words = (deal.customer_name, deal.customer_domain, deal.customer_country)
    sought = Sought(deal.vendor_id, *words)
    found = sought.resolved(ask_together(*sought.asking))
    if found.company.pk == deal.company_id:
        return found.at
    if found.is_new:
        insert(*rows_of(found.company))
    deal.company_id = found.company.pk
    given = (deal.vendor_id, deal.partnership_id, deal.company_id, lines_of(deal))
    refuse_while_cooling_off(*given, days=_pause(deal), at=locked_now(deal))
    earlier = describe(before[Field.CUSTOMER], before[Field.DOMAIN], before[Field.COUNTRY])
    if likelihood(earlier, describe(*words)) < SIMILAR:
        deal.submitted_at = found.at
    return found.at


def _pause(deal: Deal) -> int:
    return terms_of_deal(deal).pause_days(deal.program.cooling_off_days)


def _decide_anew(actor: Actor, deal: Deal) -> None:
    """Ask the rules again, as for a registration that comes in now at its own place.

    In a program that answers all together a job does so: the answer's own work must not tell what comes of it.
    """
    if deal.program.answer_times:
        return
    lines = lines_of(deal)
    case = case_of(deal, lines, at=now())
    at, ruling = now(), decide(case)
    if goes_on_waiting(case, ruling):
        return
    record(actor, case, ruling.answers, at=at)
    settle(deal, ruling)
    deal.decided_at = at
    if deal.status == Status.APPROVED:
        deal.protected_until = at + timedelta(days=ruling.protection_days)
    deal.save(update_fields=["status", "reason", "decided_at", "protected_until"])
    protect(deal, lines, case.kept)
    also(EVENTS[ruling.status], actor, deal, {"status": [Status.UNDER_REVIEW, deal.status]})
