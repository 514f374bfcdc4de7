"""The vendor's pages of replays: begin one, watch it, read its report down to each case."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actors import Actor
from hansa.core.jobs import was_interrupted
from hansa.core.tenancy import acting
from hansa.core.web.forms import refuse, set_choices
from hansa.core.web.paging import Page
from hansa.kernel.errors import DomainError
from hansa.partnerships.models import Partnership
from hansa.rulebook import actions
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.named import replay_named, version_named
from hansa.rulebook.policies import POLICIES
from hansa.rulebook.replay_models import Replay
from hansa.rulebook.replay_shown import (
    MOST_PARTNERS,
    REPORT,
    SIZE,
    Asked,
    Told,
    cases,
    count_cases,
    last_replay,
    partners,
    reports_of,
)

STANDS = {"running": ("Running", "wait"), "done": ("Done", "good"), "failed": ("Failed", "bad")}
TRIED_AGAIN = "It was interrupted and is being tried again"
SIDES = {"gain": "Better for the partner", "lose": "Worse for the partner", "neither": "Neither better nor worse"}


class ReplayForm(forms.Form):
    months = forms.TypedChoiceField(
        label="How far back?",
        help_text="Every decision that the policy made since then is decided again by this version.",
        coerce=int,
        choices=[(3, "3 months"), (6, "6 months"), (12, "12 months"), (24, "2 years"), (60, "5 years")],
        initial=12,
    )


class CasesForm(forms.Form):
    """What the list of cases is narrowed to."""

    kind = forms.TypedChoiceField(label="Change", coerce=int, empty_value=None, required=False)
    side = forms.ChoiceField(label="For the partner", required=False, choices=[("", "All"), *SIDES.items()])
    partner = forms.CharField(label="Partner", required=False, widget=forms.Select)
    later = forms.BooleanField(label="Only those that a person decided afterwards", required=False)


@workspace_page("vendor", to=actions.replay_policy)
def replay_version(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """Say how far back, then begin; and what was replayed before."""
    with acting(request.actor):
        version = version_named(request.actor, policy_version)
        reports = list(reports_of(request.actor, version).defer(*REPORT).order_by("-created_at")[:20])
        last = last_replay(request.actor, version)
    form = ReplayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            report = actions.replay_policy(request.actor, version, months=form.cleaned_data["months"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return redirect("replay", request.workspace.slug, report.public_id)
    rows = [(report, *STANDS[report.status]) for report in reports]
    context = {"title": f"Replay version {version.number}", "version": version, "form": form, "rows": rows}
    context |= {"last": last, "policy": POLICIES.get(version.policy)}
    return render(request, "rulebook/replay_begin.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.replay_policy)
@require_safe
def replay(request: WorkspaceRequest, replay: str) -> HttpResponse:
    """How far it is, then its report."""
    with acting(request.actor):
        report = replay_named(request.actor, replay)
        version = PolicyVersion.objects.visible_to(request.actor).get(pk=report.version_id)
        told, tone = STANDS[report.status]
        title = f"{POLICIES[report.policy].title}: version {report.number} replayed"
        context: dict[str, Any] = {
            "title": title,
            "report": report,
            "reach": Told(report).reach,
            "version": version,
            "told": told,
            "tone": tone,
        }
        if report.status == Replay.Status.RUNNING:
            again = was_interrupted(actions.RUN_REPLAY, replay_id=report.pk)
            context["step"] = TRIED_AGAIN if again else report.step or "Waiting for its turn"
        if report.status == Replay.Status.DONE:
            context |= _headline(request.actor, report, every="partners" in request.GET)
    return render(request, "rulebook/replay.html", context)


@workspace_page("vendor", to=actions.replay_policy)
@require_safe
def replay_cases(request: WorkspaceRequest, replay: str) -> HttpResponse:
    """The cases that would change, or that could not be replayed, page by page."""
    actor, missing = request.actor, "missing" in request.GET
    with acting(actor):
        report = replay_named(actor, replay)
        if report.status != Replay.Status.DONE:
            return redirect("replay", request.workspace.slug, replay)
        told = Told(report)
        form = _cases_form(actor, told, request.GET, missing=missing)
        asked = _asked(actor, form, missing=missing)
        many, start = count_cases(actor, told, asked), _start(request.GET)
        rows = cases(actor, told, asked, start, currency=request.workspace.vendor.currency)
    what = "Not replayable" if missing else "What would change"
    context = {"title": f"{what}: version {report.number}", "report": report, "told": told, "form": form, "many": many}
    context |= {"rows": rows, "missing": missing, "page": _turned(request.GET, start, many), "sides": SIDES}
    return render(request, "rulebook/replay_cases.html", context, status=422 if form.errors else 200)


def _headline(actor: Actor, report: Replay, *, every: bool) -> dict[str, Any]:
    told = Told(report)
    found = partners(actor, told)
    return {
        "found": told,
        "gain": told.side("gain"),
        "lose": told.side("lose"),
        "partners": found if every else found[:MOST_PARTNERS],
        "hidden": 0 if every else max(0, len(found) - MOST_PARTNERS),
    }


def _cases_form(actor: Actor, told: Told, given: QueryDict, *, missing: bool) -> CasesForm:
    form = CasesForm(given)
    kinds = told.reasons() if missing else told.kinds()
    set_choices(form, "kind", [("", "All"), *((str(each.place), each.words) for each in kinds)])
    names = [("", "All")]
    ids = told.report.cases.values_list("partnership", flat=True).distinct()
    found = Partnership.objects.visible_to(actor).filter(pk__in=ids).select_related("organization")
    names += [(each.public_id, each.organization.name) for each in found.order_by("organization__name")]
    form.fields["partner"].widget.choices = names
    if missing:
        del form.fields["side"], form.fields["later"]
        form.fields["kind"].label = "Why"
    return form


def _asked(actor: Actor, form: CasesForm, *, missing: bool) -> Asked:
    """What the form says. Raises Http404 for a partner whom nobody knows here."""
    if not form.is_valid():
        return Asked(missing=missing)
    given = form.cleaned_data
    partner = Partnership.objects.visible_to(actor).named(given["partner"]).pk if given["partner"] else None
    return Asked(missing, given["kind"], given.get("side", ""), partner, given.get("later", False))


def _start(given: QueryDict) -> int:
    text = given.get("from", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _turned(given: QueryDict, start: int, many: int) -> Page:
    """The addresses of the pages before and after."""
    kept = [(name, value) for name, value in given.items() if name != "from"]

    def at(place: int) -> str:
        return "?" + urlencode([*kept, ("from", place)])

    last = min(start + SIZE, many)
    said = f"{start + 1:,} to {last:,} of {many:,}" if start < last else ""
    return Page([], at(max(0, start - SIZE)) if start else "", at(start + SIZE) if last < many else "", said)
