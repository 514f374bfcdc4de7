"""Replays over the API: begun, watched, and their reports read down to each case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Schema

from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Body, MoneyShown, money_shown, reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.routes import Routes
from hansa.kernel.errors import DomainError, Invalid
from hansa.kernel.ids import public_id
from hansa.kernel.money import Money
from hansa.partnerships.models import Partnership
from hansa.rulebook import actions
from hansa.rulebook.actions import MOST_MONTHS
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.named import replay_named, version_named
from hansa.rulebook.replay_models import Replay
from hansa.rulebook.replay_shown import REPORT, Asked, Case, Kind, Standing, Told, cases, partners, reports_of

routes = Routes("Replays")
router = routes.router

VersionId = Annotated[str, reference("policy")]
ReplayId = Annotated[str, reference("replay")]


class BeginReplay(Body):
    """How far back: every decision that the policy made since then is decided again by the version."""

    months: Annotated[int, Field(ge=1, le=MOST_MONTHS)] = 12


class ReplayShown(Schema):
    """A replay of a version; `policy_version` is the version, whose table may have changed since.

    Where the version would decide about some partners only, `reach` says about whom and `partners_reached` how many
    these were: only decisions about them are replayed.
    """

    id: str
    policy_version: str
    policy: str
    status: Literal["running", "done", "failed"]
    step: str
    done: int
    total: int
    problem: str
    reach: str
    partners_reached: int | None
    months: int
    since: datetime
    until: datetime
    started_by: str
    created_at: datetime


class ReplayChange(Schema):
    """A kind of change. `kind` names it in the list of cases; `side` says for whom it is better: the partner gains,
    loses, or neither. `decided_afterwards` counts what a person decided later, by what they decided."""

    kind: int
    recorded: dict[str, Any]
    now: dict[str, Any]
    side: Literal["gain", "lose", "neither"]
    decisions: int
    amounts: list[MoneyShown]
    decided_afterwards: dict[str, int]


class ReplayReason(Schema):
    """Why decisions could not be replayed: `facts` were not recorded, or the draft gives no answer."""

    kind: int
    facts: list[str]
    reason: str
    decisions: int


class PartnerStanding(Schema):
    """What a partner would gain and lose."""

    partner: str
    gains: int
    loses: int
    gained: list[MoneyShown]
    lost: list[MoneyShown]


class ReplayInFull(ReplayShown):
    """With the report, once it is done: `recorded` decisions, of which `changed` would and `missing` could not."""

    recorded: int | None
    changed: int | None
    missing: int | None
    changes: list[ReplayChange]
    reasons: list[ReplayReason]
    partners: list[PartnerStanding]


class CaseShown(Schema):
    """One recorded decision beside what the version says. `row_recorded` and `row_now` say which rows fired."""

    decision: str
    subject: str
    partner_name: str
    name: str
    at: datetime
    recorded: str
    now: str
    side: Literal["gain", "lose", "neither"]
    row_recorded: str
    row_now: str
    decided_afterwards: str
    amount: MoneyShown | None
    facts: dict[str, str]


class CasesFilter(Schema):
    """Those that would change, or with `missing` those that could not be replayed."""

    missing: bool = False
    kind: Annotated[int | None, Field(ge=0, le=2_000_000_000)] = None
    side: Literal["", "gain", "lose", "neither"] = ""
    partner: Annotated[str, Field(max_length=60)] = ""
    later: Annotated[bool, Field(description="Only those that a person decided afterwards")] = False


@routes.post("/policy-versions/{policy_version_id}/replays", ReplayInFull, creates=True, side="vendor")
def replay_policy_version(request: ApiRequest, policy_version_id: VersionId, body: BeginReplay) -> dict[str, Any]:
    """Let a version decide once more what was decided; nothing that was decided changes, and no partner is told.

    A job does it: read how far it is, and then its report, at the address of what is returned.
    """
    version = version_named(request.actor, policy_version_id)
    report = actions.replay_policy(request.actor, version, months=body.months)
    report.refresh_from_db(fields=["created_at"])
    return show_in_full(request, report)


@routes.get("/policy-versions/{policy_version_id}/replays", Page[ReplayShown], side="vendor", to=actions.replay_policy)
def list_replays(request: ApiRequest, policy_version_id: VersionId, paging: Query[Paging]) -> dict[str, Any]:
    """The replays of a version, newest first."""
    rows = reports_of(request.actor, version_named(request.actor, policy_version_id))
    return page(request, rows.defer(*REPORT), paging, each(show_replay), by="created_at")


@routes.get("/policy-replays", Page[ReplayShown], side="vendor", to=actions.replay_policy)
def list_all_replays(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The replays of every version of every policy, newest first."""
    return page(
        request, Replay.objects.visible_to(request.actor).defer(*REPORT), paging, each(show_replay), by="created_at"
    )


@routes.get("/policy-replays/{replay_id}", ReplayInFull, side="vendor", to=actions.replay_policy)
def show_one_replay(request: ApiRequest, replay_id: ReplayId) -> dict[str, Any]:
    """How far a replay is, and its report once it is done. A report never changes."""
    return show_in_full(request, replay_named(request.actor, replay_id))


@routes.get("/policy-replays/{replay_id}/cases", Page[CaseShown], side="vendor", to=actions.replay_policy)
def list_replay_cases(
    request: ApiRequest, replay_id: ReplayId, given: Query[CasesFilter], paging: Query[Paging]
) -> dict[str, Any]:
    """The decisions of a finished report one by one, kind by kind and partner by partner, the largest amounts first."""
    report, actor = replay_named(request.actor, replay_id), request.actor
    if report.status != Replay.Status.DONE:
        raise DomainError("not_done", "This replay has no report yet.")
    if paging.cursor and not (paging.cursor.isascii() and paging.cursor.isdecimal() and len(paging.cursor) < 10):
        raise Invalid("cursor_invalid", "This cursor is not one of ours.", "cursor")
    start, told = int(paging.cursor or 0), Told(report)
    partner = Partnership.objects.visible_to(actor).named(given.partner).pk if given.partner else None
    side = "" if given.missing else given.side
    asked = Asked(given.missing, given.kind, side, partner, given.later and not given.missing)
    currency = request.auth.workspace.vendor.currency
    found = cases(actor, told, asked, start, paging.limit + 1, currency=currency)
    following = None
    if len(found) > paging.limit:
        query = request.GET.copy()
        query["cursor"] = str(start + paging.limit)
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return {"data": [show_case(case) for case in found[: paging.limit]], "next": following}


def show_replay(report: Replay) -> dict[str, Any]:
    plain = ("policy", "status", "step", "done", "total", "problem", "months", "since", "until", "created_at")
    return {
        "id": report.public_id,
        "policy_version": public_id(PolicyVersion.id_prefix, report.version_id),
        "started_by": report.by_label,
        "reach": report.reach,
        "partners_reached": None if report.partners is None else len(report.partners),
        **{name: getattr(report, name) for name in plain},
    }


def show_in_full(request: ApiRequest, report: Replay) -> dict[str, Any]:
    counts = {name: report.counts.get(name) for name in ("recorded", "changed", "missing")}
    shown = {**show_replay(report), **counts, "changes": [], "reasons": [], "partners": []}
    if report.status != Replay.Status.DONE:
        return shown
    told = Told(report)
    shown["changes"] = [_change(told, kind) for kind in told.kinds()]
    shown["reasons"] = [_reason(told, kind) for kind in told.reasons()]
    shown["partners"] = [_partner(one) for one in partners(request.actor, told)]
    return shown


def show_case(case: Case) -> dict[str, Any]:
    return {
        "decision": case.decision.public_id,
        "subject": case.page.public_id if case.page else "",
        "partner_name": case.partner,
        "name": case.title,
        "at": case.decision.at,
        "recorded": case.then,
        "now": case.now,
        "side": case.side,
        "row_recorded": case.then_row,
        "row_now": case.now_row,
        "decided_afterwards": case.person,
        "amount": money_shown(Money(case.amount, case.currency)) if case.currency else None,
        "facts": dict(case.facts),
    }


def _change(told: Told, kind: Kind) -> dict[str, Any]:
    change = told.changes[kind.place]
    return {
        "kind": kind.place,
        "recorded": change.then,
        "now": change.now,
        "side": change.side,
        "decisions": change.many,
        "amounts": _moneys(change.money),
        "decided_afterwards": change.later,
    }


def _reason(told: Told, kind: Kind) -> dict[str, Any]:
    missing = told.missing[kind.place - len(told.changes)]
    return {"kind": kind.place, "facts": missing.facts, "reason": kind.words, "decisions": kind.many}


def _partner(one: Standing) -> dict[str, Any]:
    return {
        "partner": one.partnership.public_id,
        "gains": one.gains,
        "loses": one.loses,
        "gained": _moneys(one.money["gain"]),
        "lost": _moneys(one.money["lose"]),
    }


def _moneys(money: Mapping[str, int]) -> list[dict[str, str]]:
    return [money_shown(Money(minor, currency)) for currency, minor in sorted(money.items()) if currency]
