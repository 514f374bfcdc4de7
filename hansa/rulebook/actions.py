"""What a vendor does with its policies: draft a table, have a colleague look at it, publish it with notice."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Any

from hansa.accounts.models import Vendor
from hansa.accounts.roles import PROGRAM_ADMINS
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.database import advisory_lock
from hansa.core.events import enqueue
from hansa.core.tenancy import moment
from hansa.kernel.errors import DomainError, Invalid
from hansa.rulebook.dmn.syntax import Malformed, Problem
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import POLICIES, Policy
from hansa.rulebook.replay_models import Replay

NOTICE_DAYS = 30
LONGEST_SUMMARY = 2_000
MOST_MONTHS = 60
RUN_REPLAY = "run_replay"
NOBODY: frozenset[str] = frozenset()


class TableUnfit(Invalid):
    """A table that the policy cannot use, with everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]):
        super().__init__("table_unfit", "\n".join(map(str, problems[:20])), "dmn")
        self.problems = problems


@action("policy.draft", emits="policy.drafted", by=PROGRAM_ADMINS, creates=True)
def draft_policy(
    actor: Actor, vendor: Vendor, *, policy: Policy, dmn: str, summary: str = "", takes: bool = True
) -> PolicyVersion:
    """Begin a version of a policy. Nothing is decided by it before it is published."""
    advisory_lock("policy", vendor.pk, policy.name)
    latest = PolicyVersion.objects.filter(vendor=vendor, policy=policy.name).order_by("-number").first()
    return PolicyVersion.objects.create(
        vendor=vendor,
        policy=policy.name,
        number=latest.number + 1 if latest else 1,
        dmn=fit(policy, dmn),
        summary=_short(summary),
        takes=takes,
        author_id=actor.id if actor.kind == "person" else None,
        author_name=actor.label,
    )


@action("policy.change", emits="policy.changed", by=PROGRAM_ADMINS)
def change_policy(actor: Actor, version: PolicyVersion, *, policy: Policy, dmn: str, summary: str, takes: bool) -> None:
    """Write a draft's table and what partners read about the change. Who changed it last is its author."""
    if version.status != PolicyVersion.Status.DRAFT:
        raise DomainError("not_a_draft", "Only a draft can be changed. Begin a new one from this version.")
    version.dmn, version.summary, version.takes = fit(policy, dmn), _short(summary), takes
    version.author_id, version.author_name = actor.id if actor.kind == "person" else None, actor.label
    version.save(update_fields=["dmn", "summary", "takes", "author", "author_name"])


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
    """Let a proposed version be in force from a moment on, or from now; the one before it ends there.

    What takes something from partners begins after the notice; nothing begins in the past, and a colleague of the
    author publishes. Raises `own_draft`, `in_the_past`, `notice_too_short`, `another_follows`.
    """
    if actor.kind != "person" or version.author_id == actor.id:
        raise DomainError("own_draft", "A colleague has to publish what you wrote yourself.")
    advisory_lock("policy", version.vendor_id, version.policy)
    at = begins or moment()
    if at < moment():
        raise Invalid("in_the_past", "No rule begins in the past.", "begins")
    earliest = moment() + timedelta(days=NOTICE_DAYS)
    if version.takes and at < earliest:
        raise Invalid(
            "notice_too_short",
            f"It takes something from partners, so they are told {NOTICE_DAYS} days before:"
            f" {earliest:%Y-%m-%d %H:%M} UTC at the earliest.",
            "begins",
        )
    _end_the_one_before(version, at)
    version.during, version.published_by = (at, None), actor.label
    PolicyVersion.LIFECYCLE.apply(version, "publish")
    version.save(update_fields=["status", "during", "published_by"])
    version.refresh_from_db(fields=["during"])


@action("policy.withdraw", emits="policy.withdrawn", by=PROGRAM_ADMINS)
def withdraw_policy(actor: Actor, version: PolicyVersion) -> None:
    """Give up a version that is not in force yet; the one that it would have ended goes on."""
    if version.begins and version.begins <= moment():
        raise DomainError("in_force_already", "It is in force already. Publish the former table as a new version.")
    if version.begins:
        advisory_lock("policy", version.vendor_id, version.policy)
        before = _published(version).filter(during__endswith=version.begins).first()
        PolicyVersion.LIFECYCLE.apply(version, "withdraw")
        version.save(update_fields=["status"])
        if before:
            before.during = (before.during.lower, None)
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
    published = PolicyVersion.objects.filter(
        vendor_id=version.vendor_id, policy=version.policy, status=PolicyVersion.Status.PUBLISHED
    )
    return published.exclude(pk=version.pk)


def _end_the_one_before(version: PolicyVersion, at: datetime) -> None:
    last = _published(version).filter(during__endswith__isnull=True).first()
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


@action("policy.replay", emits="replay.started", by=PROGRAM_ADMINS, creates=True)
def replay_policy(actor: Actor, version: PolicyVersion, *, months: int = 12) -> Replay:
    """Let a version decide once more what was decided in the last months, and report what would be different.

    A job does it. Raises Invalid for months beyond `MOST_MONTHS`, and TableUnfit where the table no longer fits.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid("months_out_of_range", f"Replay 1 to {MOST_MONTHS} months.", "months")
    fit(POLICIES[version.policy], version.dmn)
    until = moment()
    report: Replay = Replay.objects.create(
        vendor_id=version.vendor_id,
        version=version,
        policy=version.policy,
        number=version.number,
        dmn=version.dmn,
        months=months,
        since=months_before(until, months),
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


def months_before(at: datetime, months: int) -> datetime:
    """The same day so many months ago, or the last of a shorter month."""
    number = at.year * 12 + at.month - 1 - months
    year, month = divmod(number, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
