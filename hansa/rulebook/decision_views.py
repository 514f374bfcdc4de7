"""The page of one decision: each side reads its own projection, and the auditor makes it again."""

from collections.abc import Sequence

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
from hansa.rulebook.kept import version_rows
from hansa.rulebook.models import Decision, PolicyVersion
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
        shown = explained(actor, found, request.workspace.vendor.currency, proof)
        what = about(actor, found, moment())
        may_rerun = actor.side == "vendor" and shown.automatic and actor.may(RERUN)
        again = rerun(found, proof) if may_rerun and "again" in request.GET else None
        urls = _urls(request, shown.answers)
    context = {
        "title": shown.title or titled(found.policy),
        "one": shown,
        "about": what,
        "answers": [{"answer": each, "url": url} for each, url in zip(shown.answers, urls, strict=True)],
        "again": again,
        "may_rerun": may_rerun,
        "rules_url": reverse("program", args=[request.workspace.slug]),
    }
    return render(request, "rulebook/decision.html", context)


def _urls(request: WorkspaceRequest, answers: Sequence[ShownAnswer]) -> list[str]:
    """Where the versions that answered can be read; partners read what is in force on the program's page."""
    if not _reads_versions(request.actor):
        return [""] * len(answers)
    rows = version_rows(request.actor, ((each.policy, each.version) for each in answers))
    return [_url(request.workspace.slug, each, rows.get((each.policy, each.version))) for each in answers]


def _url(slug: str, answer: ShownAnswer, version: PolicyVersion | None) -> str:
    policy = POLICIES.get(answer.policy)
    if policy and version:
        return reverse("policy-version", args=[slug, version.public_id])
    here = policy and answer.version == policy.built_in.version
    return reverse("policy", args=[slug, answer.policy]) if here else ""


def _reads_versions(actor: Actor) -> bool:
    return actor.side == "vendor" and actor.may(draft_policy)
