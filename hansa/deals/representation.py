"""Deals as JSON-ready data for whom it may concern; what they share is fetched for all of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from hansa.core.actors import Actor
from hansa.core.api.fields import money_shown
from hansa.deals.evidence import ENDED
from hansa.deals.models import UNDECIDED, Deal, DealLine
from hansa.deals.shared_deals import parties_of
from hansa.kernel.ids import public_id
from hansa.rulebook.models import Decision, DecisionEvidence

SUBJECTS = {
    "protection": "deal",
    "claim": "deal",
    ENDED: "deal",
    "opportunity": "opp",
    "lead": "lead",
    "account": "company",
}


def show_deals(actor: Actor, deals: Sequence[Deal]) -> list[dict[str, Any]]:
    """`DealShown` of each."""
    lines = defaultdict(list)
    rows = DealLine.objects.visible_to(actor).filter(deal__in=deals).select_related("product_line")
    for row in rows:
        lines[row.deal_id].append(_line(row.product_line_id, row.product_line.name))
    beside = parties_of(actor, deals)
    return [{**_show(deal, lines[deal.pk]), "beside": beside.get(deal.pk)} for deal in deals]


def show_deal(actor: Actor, deal: Deal) -> dict[str, Any]:
    """`DealInFull` of one."""
    decisions = Decision.objects.visible_to(actor).filter(subject_id=deal.pk).order_by("-at", "-id")
    return {**show_deals(actor, [deal])[0], "decisions": [_decision(decision) for decision in decisions]}


def show_registered(actor: Actor, deal: Deal) -> dict[str, Any]:
    """`DealInFull` of one that was registered just now, from what the action knows already."""
    lines = [_line(id, name) for id, name in deal.chosen_lines.items()]
    beside = parties_of(actor, [deal]).get(deal.pk)
    return {**_show(deal, lines), "beside": beside, "decisions": [_decision(deal.decision)]}


def show_evidence(actor: Actor, deal: Deal) -> list[dict[str, Any]]:
    """`EvidenceShown` of each decision on the deal, the latest first."""
    decisions = Decision.objects.visible_to(actor).filter(subject_id=deal.pk)
    rows = DecisionEvidence.objects.visible_to(actor).filter(decision__in=decisions).order_by("-id")
    return [
        {
            "id": row.public_id,
            "decision": public_id("decision", row.decision_id),
            "facts": row.facts,
            "evidence": [_clue(clue) for clue in row.evidence],
        }
        for row in rows
    ]


def _show(deal: Deal, lines: Iterable[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": deal.public_id,
        "partner": public_id("partner", deal.partnership_id),
        "program": public_id("program", deal.program_id),
        "customer": {"name": deal.customer_name, "domain": deal.customer_domain, "country": deal.customer_country},
        "type": str(deal.deal_type),
        "product_lines": sorted(lines, key=lambda line: line["name"]),
        "amount": money_shown(deal.amount),
        "expected_close": deal.expected_close,
        "contact": {"name": deal.contact_name, "email": deal.contact_email},
        "need": deal.need,
        "evidence": deal.evidence,
        "evidence_needed": deal.evidence_needed,
        "owner": public_id("member", deal.owner_id) if deal.owner_id else None,
        "status": str(deal.status),
        "stage": str(deal.stage),
        "outcome": str(deal.outcome),
        "reason": deal.reason,
        "reason_text": deal.reason_text,
        "note": deal.note,
        "registrant": deal.registrant,
        "protected_until": deal.protected_until,
        "due_at": deal.due_at if deal.status in UNDECIDED else None,
        "notice_given_at": deal.notice_given_at,
        "submitted_at": deal.submitted_at,
        "decided_at": deal.decided_at,
        "told_at": deal.told_at,
        "closed_at": deal.closed_at,
    }


def _line(id: UUID, name: str) -> dict[str, str]:
    return {"id": public_id("line", id), "name": name}


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.public_id,
        "policy": decision.policy,
        "version": decision.version,
        "facts": decision.facts,
        "outputs": decision.outputs,
        "fired": decision.fired,
        "note": decision.note,
        "hint": decision.hint,
        "made_by": decision.made_by,
        "at": decision.at,
    }


def _clue(clue: dict[str, Any]) -> dict[str, Any]:
    """A clue with public ids in place of the record's own."""
    shown = dict(clue)
    if "company" in clue:
        shown["company"] = public_id("company", UUID(clue["company"]))
    if "subject" in clue:
        shown["subject"] = public_id(SUBJECTS[clue["kind"]], UUID(clue["subject"]))
    return shown
