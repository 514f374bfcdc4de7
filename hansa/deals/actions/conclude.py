"""Where a decision about a registration goes: to its partner at once, or into a verdict that is told with others."""

from hansa.core.actions import instead
from hansa.core.actors import Actor
from hansa.core.inserts import insert
from hansa.deals.models import Deal, Status, Verdict
from hansa.kernel.errors import DomainError
from hansa.rulebook.models import Decision, DecisionEvidence

COLUMNS = ("status", "reason", "reason_text", "note", "decided_at", "protected_until")
SHARE = ("policy", "version", "facts", "outputs", "fired", "answers", "note", "hint", "made_by")
PROOF = ("facts", "answers", "evidence")
HELD = "This is decided already, and told with all others. Tell it now, if the partner has to know."
ASKED = "The partner is asked. Its answer comes first, or the end of its time to answer."


def conclude(actor: Actor, deal: Deal, decision: Decision, proof: DecisionEvidence | None = None) -> bool:
    """Write what a deal became, as it stands in memory, and why. Returns whether its partner is told now.

    In a program that answers all together nothing that the partner may read is written, and the deal in memory is again
    as its partner knows it. What it protects is the caller's to write: it counts from the decision on.
    """
    verdict = refuse_what_is_held(deal)
    if not deal.program.answer_times:
        deal.save(update_fields=[*COLUMNS])
        insert(decision, *([proof] if proof else ()))
        return True
    known = Deal.objects.values_list("status", flat=True).get(vendor_id=deal.vendor_id, pk=deal.pk)
    if known == Status.ACTION_REQUIRED:
        raise DomainError("partner_is_asked", ASKED)
    verdict = verdict or Verdict(vendor_id=deal.vendor_id, deal=deal)
    verdict.becomes, verdict.note = deal.status, deal.note
    verdict.reason, verdict.reason_text = deal.reason, deal.reason_text
    verdict.decided_at, verdict.protected_until = deal.decided_at, deal.protected_until
    verdict.decision = {name: getattr(decision, name) for name in SHARE}
    verdict.proof = {name: getattr(proof, name) for name in PROOF} if proof else {}
    verdict.save()
    deal.refresh_from_db()
    instead("verdict.held", actor, verdict)
    return False


def leave_to_a_person(actor: Actor, deal: Deal, proof: DecisionEvidence) -> None:
    """Keep for the vendor what the rules found when they first looked at a registration that is told with others."""
    verdict = verdict_of(deal)
    if verdict is None:
        verdict = Verdict.objects.create(vendor_id=deal.vendor_id, deal=deal)
        told = Decision.objects.filter(vendor_id=deal.vendor_id, subject_id=deal.pk).latest("at", "id")
        proof.decision_id = told.pk
        insert(proof)
    instead("verdict.reviewed", actor, verdict)


def refuse_what_is_held(deal: Deal) -> Verdict | None:
    """The deal's verdict, if it has one. Raises `already_decided` for one that only waits to be told."""
    verdict = verdict_of(deal)
    if verdict and verdict.held:
        raise DomainError("already_decided", HELD)
    return verdict


def verdict_of(deal: Deal) -> Verdict | None:
    """What is decided about the deal and was not told at once; None for most. The deal's lock guards it."""
    found: Verdict | None = Verdict.objects.filter(vendor_id=deal.vendor_id, deal_id=deal.pk).first()
    if found:
        found.deal = deal
    return found
