"""The page of one decision: each side reads its own projection, and the auditor makes it again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.rulebook.about import about, titled
from hansa.rulebook.actions import draft_policy
from hansa.rulebook.decisions_shown import ShownAnswer, explained
from hansa.rulebook.kept import version_row
from hansa.rulebook.models import Decision
from hansa.rulebook.permissions import RERUN
from hansa.rulebook.policies import POLICIES
from hansa.rulebook.rerun import proofs_of, rerun


@require_safe
@workspace_page()
def decision(request: WorkspaceRequest, decision: str) -> HttpResponse:
    """What was decided, by which row, on which facts, and the smallest change that would have turned it."""
    actor = request.actor
    with acting(actor):
        found = Decision.objects.visible_to(actor).select_related("partnership__organization").named(decision)
        proof = proofs_of(actor, [found]).get(found.pk)
        shown = explained(found, actor.side, proof)
        what = about(actor, found, moment())
        may_rerun = actor.side == "vendor" and shown.automatic and actor.may(RERUN)
        again = rerun(found, proof) if may_rerun and "again" in request.GET else None
        answers = [{"answer": each, "url": _version_url(request, each)} for each in shown.answers]
    context = {
        "title": shown.title or titled(found.policy),
        "one": shown,
        "about": what,
        "answers": answers,
        "again": again,
        "may_rerun": may_rerun,
        "rules_url": reverse("program", args=[request.workspace.slug]),
    }
    return render(request, "rulebook/decision.html", context)


def _version_url(request: WorkspaceRequest, answer: ShownAnswer) -> str:
    """Where the version that answered can be read; partners read what is in force on the program's page."""
    policy, slug = POLICIES.get(answer.policy), request.workspace.slug
    if policy is None or not _reads_versions(request.actor):
        return ""
    version = version_row(policy, answer.version)
    return reverse("policy-version", args=[slug, version.public_id]) if version else _current(slug, policy, answer)


def _current(slug: str, policy: Any, answer: ShownAnswer) -> str:
    here = answer.version == policy.built_in.version
    return reverse("policy", args=[slug, policy.name]) if here else ""


def _reads_versions(actor: Actor) -> bool:
    return actor.side == "vendor" and actor.may(draft_policy)
