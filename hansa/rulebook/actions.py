"""What a vendor does with its policies: draft a table, have a colleague look at it, publish it with notice."""

from datetime import datetime, timedelta
from typing import Any

from hansa.accounts.actors import person_behind
from hansa.accounts.models import Vendor
from hansa.accounts.roles import PROGRAM_ADMINS
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import advisory_lock
from hansa.core.events import enqueue
from hansa.core.tenancy import moment
from hansa.kernel.errors import DomainError, Invalid
from hansa.kernel.months import months_later
from hansa.rulebook.dmn.syntax import Malformed, Problem
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import POLICIES, Policy
from hansa.rulebook.replay_models import Replay
from hansa.rulebook.scope import EVERYBODY, Scope, reached

NOTICE_DAYS = 30
LONGEST_SUMMARY = 2_000
MOST_PROBLEMS = 100  # told of one table: who mends these sees the next
MOST_MONTHS = 60
RUN_REPLAY = "run_replay"
GIVEN_UP_AFTER = timedelta(hours=1)  # that nobody waits for ever for a replay whose end was never written
OTHERS = "all partners without rules of their own"
NOBODY: frozenset[str] = frozenset()


class TableUnfit(Invalid):
    """A table that the policy cannot use, with what is wrong with it, cell by cell."""

    def __init__(self, problems: tuple[Problem, ...]):
        shown, more = problems[:MOST_PROBLEMS], len(problems) - MOST_PROBLEMS
        self.problems = (*shown, Problem("", f"and {more:,} more")) if more > 0 else shown
        parts = [(problem.place, problem.message) for problem in self.problems]
        super().__init__("table_unfit", "\n".join(map(str, self.problems)), "dmn", parts)


@action("policy.draft", emits="policy.drafted", by=PROGRAM_ADMINS, creates=True)
def draft_policy(
    actor: Actor,
    vendor: Vendor,
    *,
    policy: Policy,
    dmn: str,
    summary: str = "",
    takes: bool = True,
    scope: Scope = EVERYBODY,
) -> PolicyVersion:
    """Begin a version of a policy, for all partners or some. Nothing is decided by it before it is published."""
    advisory_lock("policy", vendor.pk, policy.name)
    latest = PolicyVersion.objects.filter(vendor=vendor, policy=policy.name).order_by("-number").first()
    return PolicyVersion.objects.create(
        vendor=vendor,
        policy=policy.name,
        number=latest.number + 1 if latest else 1,
        dmn=fit(policy, dmn),
        summary=_short(summary),
        takes=takes,
        author_id=person_behind(actor),
        author_name=actor.label,
        **scope.columns(),
    )


@action("policy.change", emits="policy.changed", by=PROGRAM_ADMINS)
def change_policy(
    actor: Actor,
    version: PolicyVersion,
    *,
    policy: Policy,
    dmn: str,
    summary: str,
    takes: bool,
    scope: Scope | None = None,
) -> None:
    """Write a draft's table, what partners read about the change, and whom it is for: without a scope, as it was.

    Who changed it last is its author.
    """
    if version.status != PolicyVersion.Status.DRAFT:
        raise DomainError("not_a_draft", "Only a draft can be changed. Begin a new one from this version.")
    version.dmn, version.summary, version.takes = fit(policy, dmn), _short(summary), takes
    version.author_id, version.author_name = person_behind(actor), actor.label
    for name, value in (scope.columns() if scope else {}).items():
        setattr(version, name, value)
    version.save(update_fields=["dmn", "summary", "takes", "author", "author_name", *EVERYBODY.columns()])


@action("policy.propose", emits="policy.proposed", by=PROGRAM_ADMINS)
def propose_policy(actor: Actor, version: PolicyVersion) -> None:
    """Ask a colleague to publish a draft."""
    if not version.summary:
        raise Invalid("summary_missing", "Say what changes for partners: they read it.", "summary")
    _move(version, "propose")


@action("policy.send_back", emits="policy.sent_back", by=PROGRAM_ADMINS)
def send_back_policy(actor: Actor, version: PolicyVersion) -> None:
    """Make a proposed version a draft again."""
    _move(version, "send_back")


@action("policy.publish", emits="policy.published", by=PROGRAM_ADMINS)
def publish_policy(actor: Actor, version: PolicyVersion, *, begins: datetime | None = None) -> None:
    """Let a proposed version be in force from a moment on, or from now; the one before it for the same partners ends.

    What takes something from partners begins after the notice; nothing begins in the past, and a colleague of the
    author publishes, or a program whose key a colleague made. Raises `own_draft`, `in_the_past`, `notice_too_short`,
    `another_follows`.
    """
    if person_behind(actor) in (None, version.author_id):
        raise DomainError("own_draft", "A colleague has to publish what you wrote yourself.")
    advisory_lock("policy", version.vendor_id, version.policy)
    at = begins or moment()
    if at < moment():
        raise Invalid("in_the_past", "No rule begins in the past.", "begins")
    if version.takes:
        _refuse_short_notice(at, "begins")
    _end_the_one_before(version, at)
    version.during, version.published_by = (at, None), actor.label
    PolicyVersion.LIFECYCLE.apply(version, "publish")
    version.save(update_fields=["status", "during", "published_by"])
    version.refresh_from_db(fields=["during"])


@action("policy.end", emits="policy.ended", by=PROGRAM_ADMINS)
def end_policy(actor: Actor, version: PolicyVersion, *, ends: datetime | None = None, takes: bool = True) -> None:
    """Let a version that is for some partners end, now or later; then what is for more of them decides again.

    `takes` says whether that takes something from them: they are told before, as of a new version.
    """
    at = ends or moment()
    if version.status != PolicyVersion.Status.PUBLISHED or (version.ends and version.ends <= moment()):
        raise DomainError("not_in_force", "Only a version that is in force can end.")
    if version.begins and version.begins > moment():
        raise DomainError("not_in_force", "It is not in force yet: withdraw it.")
    if not version.narrow:
        raise DomainError("for_everybody", "It is for all partners: publish what is to follow it instead.")
    if version.ends and version.ends <= at:
        raise Invalid("ends_already", f"It ends on {version.ends:%Y-%m-%d %H:%M} UTC already.", "ends")
    if at < moment():
        raise Invalid("in_the_past", "No rule ends in the past.", "ends")
    if takes:
        _refuse_short_notice(at, "ends")
    version.during, version.ended_at = (version.begins, at), at
    version.save(update_fields=["during", "ended_at"])
    version.refresh_from_db(fields=["during"])


@action("policy.withdraw", emits="policy.withdrawn", by=PROGRAM_ADMINS)
def withdraw_policy(actor: Actor, version: PolicyVersion) -> None:
    """Give up a version that is not in force yet; the one that it would have ended goes on, until what follows both."""
    if version.begins and version.begins <= moment():
        raise DomainError("in_force_already", "It is in force already. Publish the former table as a new version.")
    if version.begins:
        before = _published(version).select_for_update(no_key=True).filter(during__endswith=version.begins).first()
        PolicyVersion.LIFECYCLE.apply(version, "withdraw")
        version.save(update_fields=["status"])
        if before:
            ends = min(filter(None, (before.ended_at, version.ends)), default=None)
            before.during = (before.during.lower, ends)
            before.save(update_fields=["during"])
        return
    _move(version, "withdraw")


def fit(policy: Policy, dmn: str) -> str:
    """The table's text, if the policy can use it. Raises TableUnfit with everything that is wrong."""
    try:
        policy.read(dmn.encode())
    except Malformed as wrong:
        raise TableUnfit(wrong.problems) from None
    return dmn


def _published(version: PolicyVersion) -> Any:
    """The other published versions for the same partners."""
    published = PolicyVersion.objects.filter(
        vendor_id=version.vendor_id,
        policy=version.policy,
        status=PolicyVersion.Status.PUBLISHED,
        program=version.program_id,
        for_types=version.for_types,
        pilot=version.pilot,
    )
    return published.exclude(pk=version.pk)


def _refuse_short_notice(at: datetime, field: str) -> None:
    earliest = moment() + timedelta(days=NOTICE_DAYS)
    if at < earliest:
        raise Invalid(
            "notice_too_short",
            f"It takes something from partners, so they are told {NOTICE_DAYS} days before:"
            f" {earliest:%Y-%m-%d %H:%M} UTC at the earliest.",
            field,
        )


def _end_the_one_before(version: PolicyVersion, at: datetime) -> None:
    """Rows are locked the latest first, as a withdrawal does, and who has locked a row takes no advisory lock: nobody
    waits in a ring. All are locked before any is judged: what this waited for may have moved their ends.
    """
    others = _published(version).select_for_update(no_key=True).order_by("-during")
    lasting = [one for one in others if one.during.upper is None or one.during.upper > at]
    last = max(lasting, key=lambda one: one.during.lower, default=None)
    if last is None:
        return
    if last.during.lower >= at:
        raise Invalid(
            "another_follows",
            f"Version {last.number} begins on {last.during.lower:%Y-%m-%d %H:%M} UTC."
            " Begin later, or withdraw it first.",
            "begins",
        )
    last.during = (last.during.lower, at)
    last.save(update_fields=["during"])


def _move(version: PolicyVersion, move: str) -> None:
    PolicyVersion.LIFECYCLE.apply(version, move)
    version.save(update_fields=["status"])


def _short(summary: str) -> str:
    if len(summary) > LONGEST_SUMMARY:
        raise Invalid("too_long", f"Keep it under {LONGEST_SUMMARY:,} characters.", "summary")
    return summary.strip()


WORK = (draft_policy, change_policy, propose_policy, publish_policy)
"""Who may do any of these reads versions and their tables."""


@action("policy.replay", emits="replay.started", by=PROGRAM_ADMINS, creates=True)
def replay_policy(actor: Actor, version: PolicyVersion, *, months: int = 12) -> Replay:
    """Let a version decide once more what was decided in the last months, and report what would be different.

    These are the decisions about partners about whom it would decide. A job does it, one of a version at a time. Raises
    Invalid for months beyond `MOST_MONTHS`, TableUnfit where the table no longer fits, and `replay_running`.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid("months_out_of_range", f"Replay 1 to {MOST_MONTHS} months.", "months")
    fit(POLICIES[version.policy], version.dmn)
    until = moment()
    advisory_lock("replay", version.vendor_id, version.pk)
    running = Replay.objects.visible_to(actor).filter(version=version, status=Replay.Status.RUNNING)
    if running.filter(created_at__gt=until - GIVEN_UP_AFTER).exists():
        raise DomainError("replay_running", "This version is being replayed already. Wait for its report.")
    partners = reached(actor, version, until)
    report: Replay = Replay.objects.create(
        vendor_id=version.vendor_id,
        version=version,
        policy=version.policy,
        number=version.number,
        dmn=version.dmn,
        reach="" if partners is None else version.reach if version.narrow else OTHERS,
        meant_for=version.meant_for,
        partners=partners,
        within=version.program_id,
        months=months,
        since=months_later(until, -months),
        until=until,
        by_label=actor.label,
    )
    enqueue(RUN_REPLAY, replay_id=report.pk, vendor_id=report.vendor_id)
    return report


@action("replay.finish", emits="replay.finished", by=NOBODY)
def finish_replay(
    actor: Actor,
    report: Replay,
    *,
    engine: str,
    counts: dict[str, int],
    changes: list[dict[str, Any]],
    missing: list[dict[str, Any]],
) -> None:
    """Close a replay's report; from now on it stays as it is."""
    report.engine, report.counts, report.changes, report.missing = engine, counts, changes, missing
    report.step = ""
    Replay.LIFECYCLE.apply(report, "finish")
    report.save(update_fields=["status", "step", "engine", "counts", "changes", "missing"])


@action("replay.fail", emits="replay.failed", by=NOBODY)
def fail_replay(actor: Actor, report: Replay, *, problem: str) -> None:
    """Say why a replay has no report."""
    Replay.LIFECYCLE.apply(report, "fail")
    report.problem, report.step = problem, ""
    report.save(update_fields=["status", "problem", "step"])
