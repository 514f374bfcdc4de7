"""Decisions over the API: what was decided and why, what would have turned it, and made again."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from ninja import Query

from hansa.core.actors import Actor
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, page
from hansa.core.api.routes import Routes
from hansa.kernel.errors import Invalid, NotPermitted
from hansa.kernel.ids import parse_public_id, public_id
from hansa.rulebook.about import subject_of
from hansa.rulebook.counterfactual import other_turns
from hansa.rulebook.decisions_schemas import DecisionFilter, DecisionInFull, OneDecision, RerunShown
from hansa.rulebook.decisions_shown import asked, change_of, turn_of
from hansa.rulebook.dmn.turning import Turn
from hansa.rulebook.dmn.values import to_json
from hansa.rulebook.models import Decision, DecisionEvidence
from hansa.rulebook.permissions import RERUN
from hansa.rulebook.policies import Policy, policy_named
from hansa.rulebook.record import BY_POLICY
from hansa.rulebook.rerun import answers_of, proofs_of, rerun
from hansa.rulebook.sentences import sentence

routes = Routes("Decisions")
router = routes.router

DecisionId = Annotated[str, reference("decision")]


@routes.get("/decisions", Page[OneDecision])
def list_decisions(request: ApiRequest, wanted: Query[DecisionFilter]) -> dict[str, Any]:
    """The decisions that concern you, newest first: those of the rules and those of people."""
    rows = Decision.objects.visible_to(request.actor)
    if wanted.subject:
        rows = rows.filter(subject_id=_subject(wanted.subject))
    if wanted.policy:
        rows = rows.filter(policy=wanted.policy)
    if wanted.automatic is not None:
        rows = rows.filter(made_by=BY_POLICY) if wanted.automatic else rows.exclude(made_by=BY_POLICY)
    return page(request, rows, wanted, lambda found: _shown(request.actor, found), by="at")


@routes.get("/decisions/{decision_id}", DecisionInFull)
def show_decision(request: ApiRequest, decision_id: DecisionId) -> dict[str, Any]:
    """One decision with what would have turned it: to partners from their own facts alone."""
    found = Decision.objects.visible_to(request.actor).named(decision_id)
    proof = proofs_of(request.actor, [found]).get(found.pk)
    policy, turn, currency = policy_named(found.policy), turn_of(found), request.auth.workspace.vendor.currency
    return {
        **_show(found, proof),
        "change": change_of(found, currency),
        "counterfactual": _turned(policy, turn, currency) if policy and turn else None,
        "alternatives": _alternatives(found, currency, proof),
    }


@routes.get("/decisions/{decision_id}/rerun", RerunShown, side="vendor", to=RERUN)
def rerun_decision(request: ApiRequest, decision_id: DecisionId) -> dict[str, Any]:
    """Make an automatic decision again, from its record and by the version that decided it."""
    found = Decision.objects.visible_to(request.actor).named(decision_id)
    if not request.actor.may(RERUN):
        raise NotPermitted("not_permitted", "Your role may not see this.")
    again = rerun(found, proofs_of(request.actor, [found]).get(found.pk))
    words = ("policy", "version", "row", "outputs", "row_now", "outputs_now", "same", "problem")
    answers = [{word: getattr(each, word) for word in words} for each in again.answers]
    return {"decision": found.public_id, "same": again.same, "answers": answers}


def _subject(text: str) -> UUID:
    """The id that a public id of any kind stands for."""
    try:
        return parse_public_id(text.rpartition("_")[0], text)
    except ValueError:
        raise Invalid(
            "not_found", "This is no id of a deal, an extension, an amendment or a dispute.", "subject"
        ) from None


def _shown(actor: Actor, found: Sequence[Decision]) -> list[dict[str, Any]]:
    proofs = proofs_of(actor, found)
    return [_show(decision, proofs.get(decision.pk)) for decision in found]


def _show(decision: Decision, proof: DecisionEvidence | None) -> dict[str, Any]:
    """`OneDecision`: the partner's share, or with the vendor's share the whole."""
    return {
        "id": decision.public_id,
        "subject": subject_of(decision),
        "partner": public_id("partner", decision.partnership_id),
        "policy": decision.policy,
        "version": decision.version,
        "answers": answers_of(decision, proof),
        "facts": {**decision.facts, **(proof.facts if proof else {})},
        "outputs": decision.outputs,
        "note": decision.note,
        "made_by": decision.made_by,
        "at": decision.at,
    }


def _alternatives(decision: Decision, currency: str, proof: DecisionEvidence | None) -> list[dict[str, Any]]:
    if (case := asked(decision, proof)) is None:
        return []
    rules, facts = case
    return [_turned(rules.policy, turn, currency) for turn in other_turns(rules, facts).found]


def _turned(policy: Policy, turn: Turn, currency: str) -> dict[str, Any]:
    changes = [
        {"fact": each.fact, "was": to_json(each.was), "to": to_json(each.to), "side": each.side}
        for each in turn.changes
    ]
    return {"answer": to_json(turn.answer), "changes": changes, "text": sentence(policy, turn, currency)}
