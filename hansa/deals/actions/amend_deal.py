"""Change an approved deal: its facts by the partner alone, its product lines with the vendor's word."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from hansa.accounts.roles import DEAL_DESK, PARTNER_SALES
from hansa.core.actions import action, also, lock
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.inserts import insert
from hansa.core.tenancy import moment
from hansa.deals.actions.decide_deal import lines_of, locked_now
from hansa.deals.actions.impartial import refuse_own_interest
from hansa.deals.actions.register_deal import deal_lines, protections_of
from hansa.deals.checks import check_amount, check_close
from hansa.deals.cooling_off import refuse_while_cooling_off
from hansa.deals.evidence import clues
from hansa.deals.models import Amendment, Deal, DealLine, Protection
from hansa.deals.protection import is_in_force, release
from hansa.deals.required import ASKED
from hansa.deals.rules import TAKEN_NOTE
from hansa.deals.terms import terms_of_deal
from hansa.kernel.errors import DomainError, Invalid
from hansa.kernel.money import Money
from hansa.programs.models import ProductLine
from hansa.programs.review_terms import today_of
from hansa.rulebook.record import overridden

NOBODY: frozenset[str] = frozenset()
POLICY = "registration-amendment"


@action("deal.amend", emits="deal.amended", by=PARTNER_SALES)
def amend_deal(
    actor: Actor,
    deal: Deal,
    *,
    amount: Money,
    expected_close: date,
    contact_name: str = "",
    contact_email: str = "",
    need: str = "",
) -> None:
    """Say what has changed in an approved deal; its protection stays as it is."""
    _in_force(deal, now())
    before = _facts(deal)
    if expected_close != deal.expected_close:
        check_close(expected_close, today_of(deal.vendor_id))
    check_amount(amount, deal.currency)
    deal.amount_minor, deal.currency, deal.expected_close = amount.minor, amount.currency, expected_close
    deal.contact_name, deal.contact_email, deal.need = contact_name.strip(), contact_email.strip(), need.strip()
    changes = {name: [before[name], value] for name, value in _facts(deal).items() if value != before[name]}
    if not changes:
        raise DomainError("nothing_changed", "Nothing is changed yet.")
    _refuse_emptied(deal, changes)
    deal.save(
        update_fields=["amount_minor", "currency", "expected_close", "contact_name", "contact_email", "need"],
    )
    insert(_amendment(actor, deal, changes, status=Amendment.Status.MADE))


@action("amendment.request", emits="amendment.requested", by=PARTNER_SALES, creates=True)
def request_lines(actor: Actor, deal: Deal, *, product_lines: Sequence[UUID], reason: str) -> Amendment:
    """Ask for other product lines in an approved deal: those added are protected, those left out are free."""
    deal = lock(actor, deal)
    _in_force(deal, now())
    if not reason.strip():
        raise Invalid("reason_missing", "Say what has changed at the customer.", "reason")
    present, wanted = set(lines_of(deal)), set(product_lines)
    names = _names(deal, wanted | present)
    _check_lines(deal, present, wanted, names)
    pause = terms_of_deal(deal).pause_days(deal.program.cooling_off_days)
    given = (deal.vendor_id, deal.partnership_id, deal.company_id, sorted(wanted - present))
    refuse_while_cooling_off(*given, days=pause, at=now())
    changes = {"product_lines": [_said(names, present), _said(names, wanted)]}
    asked = _amendment(actor, deal, changes, lines=[str(line) for line in sorted(wanted)], reason=reason.strip())
    insert(asked)
    return asked


@action("amendment.approve", emits="amendment.approved", by=DEAL_DESK)
def approve_amendment(actor: Actor, amendment: Amendment, *, note: str = "") -> None:
    """Give the deal the product lines that were asked for, under the customer's lock, like a registration.

    Raises `already_protected` or `earlier_claim` when somebody else has one of those that are added.
    """
    deal = lock(actor, amendment.deal)
    refuse_own_interest(actor, deal)
    present, wanted = set(lines_of(deal)), {UUID(line) for line in amendment.lines}
    _check_lines(deal, present, wanted, _names(deal, wanted | present))
    at = locked_now(deal)
    _in_force(deal, at)
    _refuse_taken(deal, sorted(wanted - present), before=amendment.asked_at, at=at)
    Amendment.LIFECYCLE.apply(amendment, "approve")
    before = deal.lines_text
    _change_lines(deal, added=sorted(wanted - present), removed=sorted(present - wanted), at=at)
    _decide(actor, amendment, note, at)
    also("deal.lines_changed", actor, deal, {"product_lines": [before, deal.lines_text]})


@action("amendment.decline", emits="amendment.declined", by=DEAL_DESK)
def decline_amendment(actor: Actor, amendment: Amendment, *, note: str) -> None:
    """Leave the product lines as they are, for a reason that the partner reads."""
    if not note.strip():
        raise Invalid("note_missing", "Say why: the partner reads it.", "note")
    Amendment.LIFECYCLE.apply(amendment, "decline")
    _decide(actor, amendment, note, now())


@action("amendment.withdraw", emits="amendment.withdrawn", by=PARTNER_SALES)
def withdraw_amendment(actor: Actor, amendment: Amendment) -> None:
    """Take back a wish for other product lines that nobody has answered; they stay, and one may ask again."""
    Amendment.LIFECYCLE.apply(amendment, "withdraw")
    amendment.decided_by, amendment.decided_at = actor.label, now()
    amendment.save(update_fields=["status", "decided_by", "decided_at"])


@action("amendment.lapse", emits="amendment.lapsed", by=NOBODY)
def lapse_amendment(actor: Actor, amendment: Amendment) -> None:
    """Close a request whose deal has ended before anybody answered."""
    Amendment.LIFECYCLE.apply(amendment, "lapse")
    amendment.decided_at = now()
    amendment.save(update_fields=["status", "decided_at"])


def _in_force(deal: Deal, at: datetime) -> None:
    if not is_in_force(deal, at):
        raise DomainError("not_in_force", "Only a deal whose protection holds can be changed.")


def _refuse_emptied(deal: Deal, changes: dict[str, list[str]]) -> None:
    """Raises Invalid for a fact that was there, is not any more, and that the program requires."""
    for asked in ASKED:
        if asked.field in deal.program.required_fields and changes.get(asked.column, ("", "kept"))[1] == "":
            raise Invalid(f"{asked.field}_missing", asked.missing, asked.column)


def _check_lines(deal: Deal, present: set[UUID], wanted: set[UUID], names: dict[UUID, str]) -> None:
    """Raises Invalid unless the lines wanted can be had: offered, others than now, and none that was given up."""
    if not wanted:
        raise Invalid("product_line_missing", "Choose at least one product line.", "product_lines")
    if wanted == present:
        raise Invalid("nothing_changed", "These are the product lines that it has.", "product_lines")
    if not wanted <= set(names):
        raise Invalid("product_line_unknown", "One of these product lines cannot be registered.", "product_lines")
    held = Protection.objects.filter(vendor_id=deal.vendor_id, deal=deal, product_line__in=wanted - present)
    if held.exists():
        text = "This deal gave up one of these product lines: register that anew."
        raise Invalid("product_line_given_up", text, "product_lines")


def _refuse_taken(deal: Deal, added: list[UUID], *, before: datetime, at: datetime) -> None:
    """Raises a refusal if another registration has one of these lines, or asked for it before this one did."""
    found = clues(
        deal.vendor_id,
        deal.company_id,
        [],
        added,
        deal_id=deal.pk,
        at=at,
        before=before,
        stale_after_days=0,
        paused=(deal.partnership_id, 0),
    )
    kinds = {clue.kind for clue in found}
    if "protection" in kinds:
        raise DomainError("already_protected", TAKEN_NOTE)
    if "claim" in kinds:
        raise DomainError("earlier_claim", "An earlier registration waits for one of these product lines.")


def _change_lines(deal: Deal, *, added: list[UUID], removed: list[UUID], at: datetime) -> None:
    until = cast(datetime, deal.protected_until)
    if removed:
        release(deal, removed)
        DealLine.objects.filter(vendor_id=deal.vendor_id, deal=deal, product_line__in=removed).delete()
    if added:
        insert(*deal_lines(deal, added), *protections_of(deal, added, (at, until)))
    names = _names(deal, set(lines_of(deal)))
    deal.lines_text = _said(names, set(names))
    deal.save(update_fields=["lines_text"])


def _decide(actor: Actor, amendment: Amendment, note: str, at: datetime) -> None:
    amendment.note, amendment.decided_by, amendment.decided_at = note.strip(), actor.label, at
    amendment.save()
    outputs = {"status": amendment.status, "product_lines": amendment.changes["product_lines"][1]}
    given = (actor, amendment.partnership_id, amendment.pk)
    insert(overridden(*given, policy=POLICY, outputs=outputs, note=amendment.note, at=at))


def _amendment(actor: Actor, deal: Deal, changes: dict[str, Any], **facts: Any) -> Amendment:
    return Amendment(
        vendor_id=deal.vendor_id,
        partnership_id=deal.partnership_id,
        deal=deal,
        changes=changes,
        asked_by=actor.label,
        asked_at=moment(),
        **facts,
    )


def _facts(deal: Deal) -> dict[str, str]:
    return {
        "amount": deal.amount.format(),
        "expected_close": str(deal.expected_close),
        "contact_name": deal.contact_name,
        "contact_email": deal.contact_email,
        "need": deal.need,
    }


def _names(deal: Deal, lines: set[UUID]) -> dict[UUID, str]:
    """The lines that exist, those offered and those that the deal has, by their ids."""
    present = set(lines_of(deal))
    rows = ProductLine.objects.filter(vendor_id=deal.vendor_id, pk__in=lines)
    return {line.pk: line.name for line in rows if not line.retired or line.pk in present}


def _said(names: dict[UUID, str], lines: set[UUID]) -> str:
    return ", ".join(sorted(names[line] for line in lines if line in names))
