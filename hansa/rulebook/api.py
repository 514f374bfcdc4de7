"""Policies: everybody reads the rules as they are told, the vendor its own versions and their tables as well."""

from typing import Annotated, Any

from django.http import Http404, HttpResponse
from ninja import File, Query, Schema
from ninja.files import UploadedFile
from pydantic import WithJsonSchema

from hansa.accounts.bearer import bearer
from hansa.core.actions import lock
from hansa.core.api.answers import expect
from hansa.core.api.chosen import all_chosen, chosen
from hansa.core.api.entrance import FORM, ApiRequest
from hansa.core.api.fields import OneOf, reference, text
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.problems import Refused
from hansa.core.api.routes import Routes
from hansa.kernel.errors import DomainError, Invalid
from hansa.partnerships.models import Partnership
from hansa.programs.models import Program
from hansa.rulebook import actions
from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.reading import LARGEST_FILE
from hansa.rulebook.dmn.values import BadValue
from hansa.rulebook.in_force import in_force, ready
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.named import known_policy, version_named
from hansa.rulebook.policies import POLICIES, Rules
from hansa.rulebook.representation import (
    read_case,
    show_answer,
    show_difference,
    show_findings,
    show_in_full,
    show_policy,
    show_rules,
    show_table,
    show_version,
)
from hansa.rulebook.schemas import (
    LONGEST_NAME,
    ChangePolicy,
    DifferenceShown,
    DraftPolicy,
    EndPolicy,
    FindingsShown,
    GivenScope,
    PolicyList,
    PolicyShown,
    PublishPolicy,
    RulesShown,
    TableShown,
    Tried,
    TryCase,
    VersionInFull,
    VersionShown,
)
from hansa.rulebook.scope import EVERYBODY, Scope
from hansa.rulebook.told import Told
from hansa.rulebook.words import Words

routes = Routes("Policies")
router = routes.router

Name = Annotated[str, WithJsonSchema({"type": "string", "examples": ["registration-approval"]})]
VersionId = Annotated[str, reference("policy")]
DMN = "application/xml"


class Which(Schema):
    """Which versions: of one policy, or in one state."""

    policy: Annotated[str, text(LONGEST_NAME)] = ""
    status: Annotated[str, OneOf(PolicyVersion.Status)] | None = None


class Against(Schema):
    """The version to compare with; left out: the table in force."""

    against: str = ""


@routes.get("/policies", PolicyList)
def list_policies(request: ApiRequest) -> dict[str, Any]:
    """The kinds of decision that are made by tables, with the facts that you may see."""
    return {"data": [show_policy(policy, request.actor) for policy in POLICIES.values()]}


@routes.get("/policies/{policy}", PolicyShown)
def show_one_policy(request: ApiRequest, policy: Name) -> dict[str, Any]:
    """One policy."""
    return show_policy(known_policy(policy), request.actor)


@routes.get("/policies/{policy}/rules", RulesShown)
def show_policy_rules(request: ApiRequest, policy: Name) -> dict[str, Any]:
    """The tables in force and to come as partners are told them, with what will change.

    Rows that rest on the vendor's own facts come once for each answer, as a neutral row without conditions.
    """
    return show_rules(known_policy(policy), request.actor, _currency(request))


@routes.post("/policies/{policy}/files", VersionInFull, creates=True, side="vendor", auth=bearer(takes=FORM))
def import_policy(request: ApiRequest, policy: Name, file: File[UploadedFile]) -> dict[str, Any]:
    """Begin a draft from a DMN file of at most 2 MB that any modeller wrote.

    Refused as table_unfit with every cell that is wrong. It counts as taking something from partners until changed.
    """
    kind = known_policy(policy)
    if file.size and file.size > LARGEST_FILE:
        raise Refused(413, "too_large", f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    try:
        dmn = file.read(LARGEST_FILE + 1).decode()
    except UnicodeDecodeError:
        raise Invalid("not_utf8", "This file is not in UTF-8.", "file") from None
    vendor = request.auth.workspace.vendor
    return show_in_full(actions.draft_policy(request.actor, vendor, policy=kind, dmn=dmn))


@routes.file("/policies/{policy}/files/{policy_version_id}", DMN, to=actions.WORK)
def fetch_policy_file(request: ApiRequest, policy: Name, policy_version_id: VersionId) -> HttpResponse:
    """A version's table as a DMN file, as it was saved."""
    version = version_named(request.actor, policy_version_id)
    if version.policy != policy:
        raise Http404("No such version of this policy.")
    response = HttpResponse(version.dmn, content_type=DMN)
    response["Content-Disposition"] = f'attachment; filename="{version.policy}-{version.number}.dmn"'
    return response


@routes.get("/policy-versions", Page[VersionShown], side="vendor", to=actions.WORK)
def list_policy_versions(request: ApiRequest, which: Query[Which], paging: Query[Paging]) -> dict[str, Any]:
    """Your own versions of policies, newest first."""
    rows = PolicyVersion.objects.visible_to(request.actor).select_related("program").defer("dmn")
    rows = rows.filter(policy__in=list(POLICIES))
    if which.policy:
        rows = rows.filter(policy=which.policy)
    if which.status:
        rows = rows.filter(status=which.status)
    return page(request, rows, paging, each(show_version), by="created_at")


@routes.post("/policy-versions", VersionInFull, creates=True, side="vendor")
def draft_policy(request: ApiRequest, body: DraftPolicy) -> dict[str, Any]:
    """Begin a draft. Nothing is decided by it before it is published.

    Refused as table_unfit with every cell that is wrong, each in an error with its place.
    """
    given = body.dict(exclude={"scope"})
    name = given.pop("policy")
    if name not in POLICIES:
        raise Invalid("unknown_policy", f"Choose among {', '.join(POLICIES)}.", "policy")
    vendor = request.auth.workspace.vendor
    return show_in_full(
        actions.draft_policy(request.actor, vendor, policy=POLICIES[name], scope=_scope(request, body.scope), **given)
    )


@routes.get("/policy-versions/{policy_version_id}", VersionInFull, side="vendor", to=actions.WORK)
def show_policy_version(request: ApiRequest, policy_version_id: VersionId) -> dict[str, Any]:
    """One version with its table as a DMN file."""
    return show_in_full(version_named(request.actor, policy_version_id))


@routes.patch("/policy-versions/{policy_version_id}", VersionInFull, side="vendor")
def change_policy(request: ApiRequest, policy_version_id: VersionId, body: ChangePolicy) -> dict[str, Any]:
    """Write a draft's table, what partners read of the change, and whom it is for."""
    version = lock(request.actor, version_named(request.actor, policy_version_id))
    expect(request, show_in_full(version))
    present = {name: getattr(version, name) for name in ("dmn", "summary", "takes")}
    wanted = present | body.dict(exclude_none=True, exclude={"scope"})
    wanted["scope"] = _scope(request, body.scope) if body.scope else None
    return show_in_full(actions.change_policy(request.actor, version, policy=POLICIES[version.policy], **wanted))


@routes.get("/policy-versions/{policy_version_id}/table", TableShown, side="vendor", to=actions.WORK)
def show_policy_table(request: ApiRequest, policy_version_id: VersionId) -> dict[str, Any]:
    """A version's table row by row, and what partners read of each row."""
    return show_table(_rules(version_named(request.actor, policy_version_id)), _currency(request))


@routes.get("/policy-versions/{policy_version_id}/findings", FindingsShown, side="vendor", to=actions.WORK)
def list_policy_findings(request: ApiRequest, policy_version_id: VersionId) -> dict[str, Any]:
    """Rows that never fire, gaps and overlaps of a version's table, with a case that shows each."""
    return show_findings(_rules(version_named(request.actor, policy_version_id)).table)


@routes.get("/policy-versions/{policy_version_id}/difference", DifferenceShown, side="vendor", to=actions.WORK)
def show_policy_difference(request: ApiRequest, policy_version_id: VersionId, other: Query[Against]) -> dict[str, Any]:
    """What differs between a version and another one of its policy, or the table in force."""
    version = version_named(request.actor, policy_version_id)
    policy = POLICIES[version.policy]
    former = in_force(policy, version) if not other.against else _rules(_other(request, version, other.against))
    tables = [Told(rules.table, frozenset()) for rules in (former, _rules(version))]
    return show_difference(Words(policy, _currency(request)), *tables)


@routes.post("/policy-versions/{policy_version_id}/trial", Tried, side="vendor")
def try_case(request: ApiRequest, policy_version_id: VersionId, body: TryCase) -> dict[str, Any]:
    """Ask a version about one case: which row fires, and what it answers. Nothing is kept of it."""
    version = version_named(request.actor, policy_version_id)
    if not request.actor.may(actions.WORK):
        raise Refused(403, "not_permitted", "Your role may not see this.")
    facts = read_case(POLICIES[version.policy], body.facts)
    try:
        return show_answer(_rules(version).decide(facts))
    except BadValue as wrong:
        raise Invalid("fact_malformed", f"{wrong}.", "facts") from None
    except (NoAnswer, LookupError):
        raise DomainError("no_answer", "No row, or more than one, answers this case.") from None


@routes.post("/policy-versions/{policy_version_id}/proposal", VersionInFull, side="vendor")
def propose_policy(request: ApiRequest, policy_version_id: VersionId) -> dict[str, Any]:
    """Ask a colleague to publish a draft. It has to say what changes for partners."""
    return show_in_full(actions.propose_policy(request.actor, version_named(request.actor, policy_version_id)))


@routes.post("/policy-versions/{policy_version_id}/return", VersionInFull, side="vendor")
def send_back_policy(request: ApiRequest, policy_version_id: VersionId) -> dict[str, Any]:
    """Make a proposed version a draft again."""
    return show_in_full(actions.send_back_policy(request.actor, version_named(request.actor, policy_version_id)))


@routes.post("/policy-versions/{policy_version_id}/publication", VersionInFull, side="vendor")
def publish_policy(request: ApiRequest, policy_version_id: VersionId, body: PublishPolicy) -> dict[str, Any]:
    """Let a proposed version decide from a moment on; the one before it ends there.

    Refused as own_draft unless the key is one that a colleague of the author made, and as notice_too_short where
    something is taken from partners within 30 days.
    """
    version = version_named(request.actor, policy_version_id)
    return show_in_full(actions.publish_policy(request.actor, version, begins=body.begins))


@routes.post("/policy-versions/{policy_version_id}/end", VersionInFull, side="vendor")
def end_policy(request: ApiRequest, policy_version_id: VersionId, body: EndPolicy) -> dict[str, Any]:
    """Let a version for some partners end; what is for all of them decides again."""
    version = version_named(request.actor, policy_version_id)
    return show_in_full(actions.end_policy(request.actor, version, **body.dict()))


@routes.post("/policy-versions/{policy_version_id}/withdrawal", VersionInFull, side="vendor")
def withdraw_policy(request: ApiRequest, policy_version_id: VersionId) -> dict[str, Any]:
    """Give up a version that is not in force yet; the one that it would have ended goes on."""
    return show_in_full(actions.withdraw_policy(request.actor, version_named(request.actor, policy_version_id)))


def _scope(request: ApiRequest, given: GivenScope | None) -> Scope:
    if given is None:
        return EVERYBODY
    actor = request.actor
    return Scope(
        chosen(Program.objects.visible_to(actor), given.program, "scope.program") if given.program else None,
        [str(name) for name in given.partner_types],
        given.pilot,
        all_chosen(Partnership.objects.visible_to(actor), given.partners, "scope.partners"),
    )


def _other(request: ApiRequest, version: PolicyVersion, reference: str) -> PolicyVersion:
    try:
        other = version_named(request.actor, reference)
    except Http404:
        other = None
    if other is None or other.policy != version.policy:
        raise Invalid("not_found", "There is no such version of this policy.", "against")
    return other


def _currency(request: ApiRequest) -> str:
    return str(request.auth.workspace.vendor.currency)


def _rules(version: PolicyVersion) -> Rules:
    return ready(POLICIES[version.policy], version)
