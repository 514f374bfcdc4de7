"""Give a protection more time: asked for by the partner, decided by the vendor, or of the vendor's own accord."""

from datetime import datetime, timedelta
from typing import cast

from hansa.accounts.roles import CHANNEL_TEAM, DEAL_DESK, PARTNER_SALES
from hansa.core.actions import action, also, lock
from hansa.core.actors import Actor
from hansa.core.database import now
from hansa.core.inserts import insert
from hansa.core.tenancy import moment, vendor_wide
from hansa.core.web.said import days_in_words
from hansa.deals.actions.decide_deal import lines_of, locked_now
from hansa.deals.actions.impartial import refuse_own_interest
from hansa.deals.actions.register_deal import protections_of
from hansa.deals.actions.remind_of_end import reminded_already
from hansa.deals.follow_ups import kept
from hansa.deals.models import Deal, ExtensionRequest
from hansa.deals.protection import is_in_force, move_end
from hansa.deals.rules import AT_ONCE, EXTENSION
from hansa.deals.terms import ExtensionTerms, extension_terms
from hansa.kernel.errors import DomainError, Invalid
from hansa.rulebook.policies import Answer
from hansa.rulebook.record import decided, overridden

NOBODY: frozenset[str] = frozenset()
BY_POLICY = "the program's rules"


@action("extension.request", emits="extension.requested", by=PARTNER_SALES, creates=True)
def request_extension(actor: Actor, deal: Deal, *, days: int, reason: str) -> ExtensionRequest:
    """Ask for more days before a protection ends; one request at a time, as often as the program's terms allow.

    Where the policy gives the time at once, the request comes back approved.
    """
    deal = lock(actor, deal)
    answer = _check(deal, days, now())
    if not reason.strip():
        raise Invalid("reason_missing", "Say what has happened so far and what is still to come.", "reason")
    extension = _request(actor, deal, days, reason)
    if answer.outputs["answer"] == AT_ONCE:
        _refuse_second(deal)
        with vendor_wide("an extension that the policy gives at once"):
            _give_at_once(actor, deal, extension, days)
    else:
        insert(extension)
    return extension


@action("extension.approve", emits="extension.approved", by=DEAL_DESK)
def approve_extension(
    actor: Actor, extension: ExtensionRequest, *, days: int | None = None, note: str = ""
) -> ExtensionRequest:
    """Grant a request for more time, in full or for fewer days.

    Raises `not_extendable` once the protection has ended.
    """
    deal = lock(actor, extension.deal)
    refuse_own_interest(actor, deal)
    granted = extension.days if days is None else days
    if granted > extension.days:
        raise Invalid(
            "days_out_of_range", f"They asked for {days_in_words(extension.days)}: grant that or fewer.", "days"
        )
    before = deal.snapshot()["protected_until"]
    ExtensionRequest.LIFECYCLE.apply(extension, "approve")
    answer = _extend(deal, extension, granted)
    _decide(actor, extension, note, now(), answer)
    extension.save()
    also("deal.extended", actor, deal, {"protected_until": [before, deal.snapshot()["protected_until"]]})
    return extension


@action("extension.decline", emits="extension.declined", by=DEAL_DESK)
def decline_extension(actor: Actor, extension: ExtensionRequest, *, note: str) -> None:
    """Leave the end as it is, for a reason that the partner reads."""
    if not note.strip():
        raise Invalid("note_missing", "Say why: the partner reads it.", "note")
    ExtensionRequest.LIFECYCLE.apply(extension, "decline")
    _decide(actor, extension, note, now())
    extension.save()


@action("extension.withdraw", emits="extension.withdrawn", by=PARTNER_SALES)
def withdraw_extension(actor: Actor, extension: ExtensionRequest) -> None:
    """Take back a wish for more time that nobody has answered; the end stays as it is, and one may ask again."""
    ExtensionRequest.LIFECYCLE.apply(extension, "withdraw")
    extension.decided_by, extension.decided_at = actor.label, now()
    extension.save(update_fields=["status", "decided_by", "decided_at"])


@action("deal.extend", emits="deal.extended", by=CHANNEL_TEAM)
def extend_deal(actor: Actor, deal: Deal, *, days: int, note: str = "") -> None:
    """Give a protection more days without being asked; it counts like an extension that was asked for."""
    refuse_own_interest(actor, deal)
    if _waiting(deal):
        raise DomainError("extension_pending", "The partner has asked for an extension: answer that request.")
    extension = _request(actor, deal, days, "")
    ExtensionRequest.LIFECYCLE.apply(extension, "approve")
    answer = _extend(deal, extension, days)
    _decide(actor, extension, note, now(), answer)
    insert(extension)


@action("extension.lapse", emits="extension.lapsed", by=NOBODY)
def lapse_extension(actor: Actor, extension: ExtensionRequest) -> None:
    """Close a request whose deal has ended before anybody answered."""
    ExtensionRequest.LIFECYCLE.apply(extension, "lapse")
    extension.decided_at = now()
    extension.save(update_fields=["status", "decided_at"])


def granted_so_far(deal: Deal) -> int:
    """How often the deal's protection was extended."""
    return deal.extensions.filter(vendor_id=deal.vendor_id, status=ExtensionRequest.Status.APPROVED).count()


def _check(deal: Deal, days: int, at: datetime) -> Answer:
    """What the policy says of so many days more. Raises a refusal unless the terms let the protection have them."""
    if not is_in_force(deal, at):
        raise DomainError("not_extendable", "Only a protection that holds can be extended; this one has ended.")
    if deal.notice_given_at:
        raise DomainError("end_announced", "The end of this protection is announced; it is not extended.")
    granted = granted_so_far(deal)
    terms = extension_terms(deal, granted=granted, days=days, at=at)
    if granted >= terms.times or not terms.longest:
        raise DomainError("extensions_used_up", _used_up(terms))
    if not 1 <= days <= terms.longest:
        span = f"{'1 to ' if terms.longest > 1 else ''}{days_in_words(terms.longest)}"
        raise Invalid("days_out_of_range", f"An extension is of {span}.", "days")
    return terms.answer


def _used_up(terms: ExtensionTerms) -> str:
    """Why there is no extension, or none any more; with the policy's word where its row changes the usual terms."""
    if terms.times and terms.longest:
        times = "once" if terms.times == 1 else f"{terms.times} times"
        text = f"This protection is extended {times} at most."
    else:
        text = "This protection is not extended."
    changed = terms.answer.outputs["extra_extensions"] or terms.answer.outputs["extra_extension_days"]
    return f"{text} {terms.answer.row.note}" if changed else text


def _waiting(deal: Deal) -> bool:
    waiting = deal.extensions.filter(vendor_id=deal.vendor_id, status=ExtensionRequest.Status.PENDING)
    return bool(waiting.exists())


def _refuse_second(deal: Deal) -> None:
    """Raises the refusal of the constraint, which a request that never waits would not meet."""
    if _waiting(deal):
        text = "An extension of this deal is asked for already, and not answered yet."
        raise DomainError("extension_pending", text)


def _give_at_once(actor: Actor, deal: Deal, extension: ExtensionRequest, days: int) -> None:
    """Grant what the policy gives without a person, and write down by which row."""
    before = deal.snapshot()["protected_until"]
    ExtensionRequest.LIFECYCLE.apply(extension, "approve")
    answer = _extend(deal, extension, days)
    extension.note, extension.decided_by, extension.decided_at = answer.told.note, BY_POLICY, now()
    made = decided(actor, deal.partnership_id, extension.pk, [answer], evidence=(), at=extension.decided_at)
    insert(extension, *made)
    also("extension.approved", actor, extension)
    also("deal.extended", actor, deal, {"protected_until": [before, deal.snapshot()["protected_until"]]})


def _extend(deal: Deal, extension: ExtensionRequest, days: int) -> Answer:
    """Move the end of the protections of a locked deal, under its company's lock; returns what the policy says."""
    at = locked_now(deal)
    answer = _check(deal, days, at)
    until = cast(datetime, deal.protected_until) + timedelta(days=days)
    move_end(deal, until)
    _hold_what_was_kept(deal, until, at)
    deal.protected_until = until
    deal.reminded_days = reminded_already(until, deal.program.reminder_days, at)
    deal.save(update_fields=["protected_until", "reminded_days"])
    extension.granted_days, extension.until = days, until
    return answer


def _hold_what_was_kept(deal: Deal, until: datetime, at: datetime) -> None:
    """Protect the lines on which a follow-up held nothing, because what it follows was kept for longer than itself."""
    lines = lines_of(deal)
    held = set(deal.protections.filter(vendor_id=deal.vendor_id).values_list("product_line_id", flat=True))
    after = kept(deal, lines, at=at).until
    for line in lines:
        if line not in held and (begin := max(after.get(line, at), at)) < until:
            insert(*protections_of(deal, [line], (begin, until)))


def _decide(actor: Actor, extension: ExtensionRequest, note: str, at: datetime, answer: Answer | None = None) -> None:
    """Write down what a person decided, with the facts that the policy had, where it was asked."""
    extension.note, extension.decided_by, extension.decided_at = note.strip(), actor.label, at
    decision = overridden(
        actor,
        extension.partnership_id,
        extension.pk,
        policy=EXTENSION.name,
        outputs={"status": extension.status, "days": extension.granted_days},
        note=extension.note,
        at=at,
    )
    decision.facts = answer.facts_for("partner") if answer else {}
    insert(decision)


def _request(actor: Actor, deal: Deal, days: int, reason: str) -> ExtensionRequest:
    return ExtensionRequest(
        vendor_id=deal.vendor_id,
        partnership_id=deal.partnership_id,
        deal=deal,
        days=days,
        reason=reason.strip(),
        asked_by=actor.label,
        asked_at=moment(),
    )
