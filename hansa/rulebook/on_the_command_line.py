"""The verbs of `hansa policy` that work on a vendor's policies, or on a file that is to become one of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hansa.accounts.operator import vendor_workspace
from hansa.core.actors import Actor, System
from hansa.core.operator import DONE, PARTLY, Answer
from hansa.core.tenancy import acting
from hansa.kernel.errors import Invalid
from hansa.rulebook.actions import draft_policy
from hansa.rulebook.dmn.reading import LARGEST_FILE, read_table
from hansa.rulebook.dmn.syntax import Malformed, Table
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.in_force import in_force, ready
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import POLICIES, Policy
from hansa.rulebook.representation import show_findings, show_table, show_version
from hansa.rulebook.shown import ShownRow, show
from hansa.rulebook.versions_shown import Standing, findings_of, standing
from hansa.rulebook.words import Words


def list_policies(*, workspace: str | None, **_: Any) -> Answer:
    """Every policy, with its version in force, what comes, and how many drafts there are."""
    actor = _actor("list", workspace)
    with acting(actor):
        versions = list(PolicyVersion.objects.visible_to(actor).defer("dmn").order_by("-number"))
        found = [standing(each, [one for one in versions if one.policy == each.name]) for each in POLICIES.values()]
    data = [
        {
            "policy": one.policy.name,
            "title": one.policy.title,
            "in_force": one.running.number if one.running else None,
            "coming": one.coming.number if one.coming else None,
            "begins": one.coming.begins.isoformat() if one.coming and one.coming.begins else None,
            "drafts": one.open,
        }
        for one in found
    ]
    return Answer(data, "\n".join(map(_stands, found)))


def show_policy(*, policy: str, number: int | None, workspace: str | None, **_: Any) -> Answer:
    """A version's table row by row, or the one in force."""
    kind, actor = policy_named(policy), _actor("show", workspace)
    currency = vendor_workspace(workspace).vendor.currency
    with acting(actor):
        version = _version(actor, kind, number) if number else None
        rules = ready(kind, version) if version else in_force(kind)
    shown = show(rules.table, Words(kind, currency))
    text = [
        f"{kind.title}, version {rules.version}; {shown.policy}",
        *(_row(row, shown.otherwise) for row in shown.rows),
    ]
    return Answer({**show_table(rules, currency), "about": show_json(version)}, "\n".join(text))


def check_file(*, file: str, policy: str | None, decision: str | None, **_: Any) -> Answer:
    """Whether a file's table can be used, and what its analysis finds. No database is asked."""
    kind = policy_named(policy) if policy else None
    table = table_in(file, decision, kind)
    said = findings_of(table, Words(kind) if kind else None)
    data = {"file": file, "rows": len(table.rows), **show_findings(table)}
    good = f"{file}: {len(table.rows)} rows, nothing to say against them."
    return Answer(data, "\n".join(said) or good, PARTLY if said else DONE)


def draft_from_file(
    *, file: str, policy: str, summary: str, takes_nothing: bool, workspace: str | None, **_: Any
) -> Answer:
    """Begin a draft from a DMN file; a person proposes and publishes it."""
    kind, place = policy_named(policy), vendor_workspace(workspace)
    given = {"dmn": _text(file), "summary": summary, "takes": not takes_nothing}
    actor = System("hansa policy draft", place.vendor_id)
    version: PolicyVersion = draft_policy(actor, place.vendor, policy=kind, **given)
    return Answer(show_json(version), f"{kind.title}: version {version.number} is a draft, {version.public_id}.")


def export_policy(*, policy: str, number: int | None, to: str, workspace: str | None, **_: Any) -> Answer:
    """A version's table as a DMN file, or the one in force."""
    kind, actor = policy_named(policy), _actor("export", workspace)
    with acting(actor):
        dmn = _version(actor, kind, number).dmn if number else write_table(in_force(kind).table).decode()
    if to == "-":
        return Answer({"policy": kind.name, "dmn": dmn}, dmn)
    try:
        Path(to).write_text(dmn, "utf-8")
    except OSError as error:
        raise Invalid("file_unwritable", f"{to} cannot be written: {error.strerror}.", "to") from None
    return Answer({"policy": kind.name, "file": to}, f"Written to {to}.")


def table_in(file: str, decision: str | None = None, policy: Policy | None = None) -> Table:
    """The file's table, fit for a policy if one is given.

    Raises Invalid with everything that is wrong with it, a line each.
    """
    data = _bytes(file)
    try:
        return policy.read(data) if policy else read_table(data, decision)
    except Malformed as wrong:
        parts = [(problem.place, problem.message) for problem in wrong.problems]
        raise Invalid("table_malformed", "\n".join(map(str, wrong.problems)), "file", parts) from None


def policy_named(name: str) -> Policy:
    """Raises Invalid for a policy that there is not."""
    if name not in POLICIES:
        raise Invalid("unknown_policy", f"There is no policy {name}. There are: {', '.join(POLICIES)}.", "policy")
    return POLICIES[name]


def show_json(version: PolicyVersion | None) -> dict[str, Any] | None:
    """A version as JSON carries it."""
    if version is None:
        return None
    shown = show_version(version)
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in shown.items()}


def _actor(verb: str, workspace: str | None) -> Actor:
    return System(f"hansa policy {verb}", vendor_workspace(workspace).vendor_id)


def _version(actor: Actor, policy: Policy, number: int) -> PolicyVersion:
    versions = PolicyVersion.objects.visible_to(actor).select_related("program")
    found: PolicyVersion | None = versions.filter(policy=policy.name, number=number).first()
    if found is None:
        raise Invalid("no_version", f"{policy.title} has no version {number}.", "version")
    return found


def _bytes(file: str) -> bytes:
    try:
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Invalid("file_unreadable", f"{file} cannot be read: {error.strerror}.", "file") from None


def _text(file: str) -> str:
    try:
        return _bytes(file).decode()
    except UnicodeDecodeError:
        raise Invalid("not_utf8", f"{file} is not in UTF-8.", "file") from None


def _stands(one: Standing) -> str:
    running = f"version {one.running.number}" if one.running else "as Hansa comes"
    coming = f", version {one.coming.number} from {one.coming.begins:%Y-%m-%d %H:%M} UTC" if one.coming else ""
    drafts = f", {one.open} open draft{'' if one.open == 1 else 's'}" if one.open else ""
    return f"{one.policy.name}: {running}{coming}{drafts}"


def _row(row: ShownRow, otherwise: str) -> str:
    return f"  {row.number}. {_cells(row.conditions) or otherwise.lower()}: {_cells(row.answers)}\n     {row.note}"


def _cells(cells: Sequence[Any]) -> str:
    return ", ".join(f"{cell.label} {cell.value}" for cell in cells)
