"""The vendor's pages of its policies: what is in force, drafts, one case tried, and publication."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.core.actions import Action
from hansa.core.tenancy import acting
from hansa.core.web.edits import AS_READ, edited, unless_changed
from hansa.core.web.forms import refuse
from hansa.kernel.errors import DomainError
from hansa.rulebook import actions
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.forms import CaseForm, EndForm, PublishForm, TableForm
from hansa.rulebook.in_force import in_force, ready
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.named import known_policy, version_named
from hansa.rulebook.policies import POLICIES, Policy
from hansa.rulebook.replay_shown import last_replay
from hansa.rulebook.scope_forms import ScopeForm, scope_shown, widened
from hansa.rulebook.shown import mistakes, show
from hansa.rulebook.tier_names import tier_names
from hansa.rulebook.versions_shown import findings_of, hints_of, may_end, partners_of, standing, tried
from hansa.rulebook.words import Words

SENT_BACK = "It is a draft again."


@workspace_page("vendor", to=actions.WORK)
def policies(request: WorkspaceRequest) -> HttpResponse:
    """Every policy, with the version that is in force and what comes."""
    with acting(request.actor):
        found = PolicyVersion.objects.visible_to(request.actor).select_related("program").defer("dmn")
        versions = list(found.order_by("-number"))
        rows = [
            standing(policy, [one for one in versions if one.policy == policy.name]) for policy in POLICIES.values()
        ]
    return render(request, "rulebook/policies.html", {"title": "Policies", "rows": rows})


@workspace_page("vendor", to=actions.WORK)
def policy(request: WorkspaceRequest, policy: str) -> HttpResponse:
    """One policy: the table in force, and all its versions."""
    kind = known_policy(policy)
    with acting(request.actor):
        versions = PolicyVersion.objects.visible_to(request.actor).filter(policy=kind.name)
        found = list(versions.select_related("program").defer("dmn").order_by("-number"))
        rules, words = in_force(kind), _words(request, kind)
    context = {
        "title": kind.title,
        "policy": kind,
        "version": rules.version,
        "shown": show(rules.table, words),
        "row": standing(kind, found),
        "versions": found,
    }
    return render(request, "rulebook/policy.html", context)


@workspace_page("vendor", to=actions.draft_policy)
def draft(request: WorkspaceRequest, policy: str) -> HttpResponse:
    """Begin a draft from the table in force, from another version, or from a file; `wider` drops what narrows it."""
    kind, former = known_policy(policy), request.GET.get("from")
    begun = _version(request, former) if former else None
    with acting(request.actor):
        table = begun.dmn if begun else write_table(in_force(kind).table).decode()
    form = TableForm(request.POST or None, request.FILES or None, initial={"dmn": table, "takes": True})
    scope = _scope_form(request, begun, wider="wider" in request.GET)

    def save(given: dict[str, Any]) -> PolicyVersion:
        version: PolicyVersion = actions.draft_policy(request.actor, request.workspace.vendor, policy=kind, **given)
        return version

    return _edited(request, kind, (form, scope), save, f"New draft: {kind.title}")


@workspace_page("vendor", to=actions.change_policy)
def change(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """Edit a draft."""
    found = _version(request, policy_version)
    kind = POLICIES[found.policy]
    form = edited(_table_form(found, request.POST or None, request.FILES or None))

    def save(given: dict[str, Any]) -> PolicyVersion:
        del given[AS_READ]
        with unless_changed(request.actor, found, form, _table_form):
            actions.change_policy(request.actor, found, policy=kind, **given)
        return found

    forms = (form, _scope_form(request, found))
    return _edited(request, kind, forms, save, f"Version {found.number}: {kind.title}")


@workspace_page("vendor", to=actions.WORK)
def version(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """A version beside what is in force, what its analysis finds, and one case tried."""
    found = _version(request, policy_version)
    kind = POLICIES[found.policy]
    with acting(request.actor):
        now, partners, ends = in_force(kind, found), partners_of(request.actor, found), may_end(found)
        last, words = last_replay(request.actor, found), _words(request, kind)
    rules, case = ready(kind, found), CaseForm(words, request.GET if "try" in request.GET else None)
    context = {
        "title": f"{kind.title}: version {found.number}",
        "policy": kind,
        "version": found,
        "replayed": last,
        "case": case,
        "tried": tried(rules, case),
        "findings": findings_of(rules.table, words),
        "open": PolicyVersion.LIFECYCLE.open_to(found),
        "own": found.author_id == request.actor.id,
        "partners": partners,
        "may_end": ends,
    }
    fired = getattr(context["tried"], "fired", ())
    context["shown"] = show(rules.table, words, against=now.table, fired=fired)
    return render(request, "rulebook/version.html", context)


@workspace_page("vendor", to=actions.WORK)
def table_file(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """The version's table as a DMN file."""
    found = _version(request, policy_version)
    answer = HttpResponse(found.dmn, content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.policy}-{found.number}.dmn"'
    return answer


@workspace_page("vendor", to=actions.propose_policy)
def propose(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """Ask a colleague to publish."""
    return _step(request, policy_version, actions.propose_policy, "A colleague can publish it now.")


@workspace_page("vendor", to=actions.send_back_policy)
def send_back(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """Make it a draft again."""
    return _step(request, policy_version, actions.send_back_policy, SENT_BACK)


@workspace_page("vendor", to=actions.withdraw_policy)
def withdraw(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """Give it up before it is in force."""
    return _step(request, policy_version, actions.withdraw_policy, "It is withdrawn.")


@workspace_page("vendor", to=actions.publish_policy)
def publish(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """Say from when it is in force, and publish it."""
    found = _version(request, policy_version)
    form = PublishForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.publish_policy(request.actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Published. Partners read it on the program's page.")
            return redirect("policy-version", request.workspace.slug, found.public_id)
    with acting(request.actor):
        last = last_replay(request.actor, found)
    context = {"title": f"Publish version {found.number}", "version": found, "form": form, "days": actions.NOTICE_DAYS}
    context["replayed"] = last
    return render(request, "rulebook/publish.html", context, status=422 if form.errors else 200)


@workspace_page("vendor", to=actions.end_policy)
def end(request: WorkspaceRequest, policy_version: str) -> HttpResponse:
    """Say when a version that is for some partners ends."""
    found = _version(request, policy_version)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"takes": True})
    if form.is_valid():
        try:
            actions.end_policy(request.actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Its end is set. Its partners read it on the program's page.")
            return redirect("policy-version", request.workspace.slug, found.public_id)
    context = {"title": f"End version {found.number}", "version": found, "form": form, "days": actions.NOTICE_DAYS}
    return render(request, "rulebook/end.html", context, status=422 if form.errors else 200)


def _step(request: WorkspaceRequest, reference: str, act: Action, said: str) -> HttpResponse:
    """One move of a version, by POST; whoever comes otherwise is led to its page."""
    found = _version(request, reference)
    if request.method == "POST":
        try:
            act(request.actor, found)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, said)
    return redirect("policy-version", request.workspace.slug, found.public_id)


def _edited(
    request: WorkspaceRequest, kind: Policy, forms: tuple[TableForm, ScopeForm], save: Any, title: str
) -> HttpResponse:
    """The page with the editor; what is saved leads to the version's page."""
    wrong: Any = ()
    form, scope = forms
    if all([form.is_valid(), scope.is_valid()]):
        try:
            saved = save({**form.cleaned_data, "scope": scope.scope()})
        except actions.TableUnfit as refusal:
            wrong = mistakes(refusal.problems)
        except DomainError as refusal:
            refuse(scope if refusal.field in scope.fields else form, refusal)
        else:
            messages.success(request, "Saved as a draft.")
            return redirect("policy-version", request.workspace.slug, saved.public_id)
    dmn = form.cleaned_data.get("dmn") if form.is_bound and hasattr(form, "cleaned_data") else form.initial["dmn"]
    given = {"title": title, "policy": kind, "form": form, "scope": scope, "dmn": dmn}
    bad = wrong or form.errors or scope.errors
    context = {**given, "facts": hints_of(kind), "mistakes": wrong}
    return render(request, "rulebook/edit.html", context, status=422 if bad else 200)


def _table_form(version: PolicyVersion, sent: QueryDict | None = None, files: Any = None) -> TableForm:
    return TableForm(sent, files, initial={"dmn": version.dmn, "summary": version.summary, "takes": version.takes})


def _scope_form(request: WorkspaceRequest, version: PolicyVersion | None, *, wider: bool = False) -> ScopeForm:
    """The form about whom a version is for, as another one has it, or wider."""
    initial: dict[str, Any] = {}
    if version and wider:
        initial = widened(version)
    elif version:
        with acting(request.actor):
            initial = scope_shown(request.actor, version)
    return ScopeForm(request.actor, request.POST or None, initial=initial)


def _words(request: WorkspaceRequest, policy: Policy) -> Words:
    return Words(policy, request.workspace.vendor.currency, tier_names(request.actor))


def _version(request: WorkspaceRequest, reference: str) -> PolicyVersion:
    with acting(request.actor):
        return version_named(request.actor, reference)
