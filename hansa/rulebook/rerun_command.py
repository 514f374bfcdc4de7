"""What `hansa policy rerun` does: decisions of the past are made again, each by the version that made it."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

from django.http import Http404

from hansa.accounts.operator import vendor_workspace
from hansa.core.actors import Actor, System
from hansa.core.operator import DONE, REFUSED, Answer
from hansa.core.tenancy import acting
from hansa.kernel.errors import Invalid
from hansa.rulebook.models import Decision
from hansa.rulebook.record import BY_POLICY
from hansa.rulebook.rerun import Again, Rerun, proofs_of, rerun, rerun_all

NOTHING = "nothing that could be made again was recorded"


def rerun_decisions(*, decision: str | None, workspace: str | None, since: date | None, **_: Any) -> Answer:
    """What comes out differently from its record; ends with 1 if anything does."""
    system = System("hansa policy rerun", vendor_workspace(workspace).vendor_id)
    with acting(system):
        if decision:
            found = _decision(system, decision)
            again = [rerun(found, proofs_of(system, [found]).get(found.pk))]
            count, differing = 1, [one for one in again if not one.same]
        else:
            count, differing = _differing(system, since)
    data = {"rerun": count, "differ": [_said_again(one) for one in differing]}
    lines = [f"{count - len(differing):,} of {count:,} decisions come out as they were recorded."]
    lines += [f"{one.decision.public_id}: {'; '.join(map(_difference, one.answers)) or NOTHING}" for one in differing]
    return Answer(data, "\n".join(lines), REFUSED if differing else DONE)


def _decision(actor: Actor, reference: str) -> Decision:
    """Raises Invalid for one that is not there, or is a person's."""
    try:
        found: Decision = Decision.objects.visible_to(actor).named(reference)
    except Http404:
        raise Invalid("not_found", f"There is no decision {reference}.", "decision") from None
    if found.made_by != BY_POLICY:
        raise Invalid("by_hand", f"{reference} was made by {found.made_by}: only the rules' decide again.", "decision")
    return found


def _differing(actor: Actor, since: date | None) -> tuple[int, list[Rerun]]:
    begin = datetime.combine(since, time.min, UTC) if since else None
    count, differing = 0, []
    for one in rerun_all(actor, since=begin):
        count += 1
        if not one.same:
            differing.append(one)
    return count, differing


def _said_again(one: Rerun) -> dict[str, Any]:
    return {
        "decision": one.decision.public_id,
        "answers": [{**asdict(each), "same": each.same} for each in one.answers],
    }


def _difference(each: Again) -> str:
    if each.problem:
        return f"{each.policy} {each.version}: {each.problem}"
    same = "the same" if each.same else f"{each.row} then, {each.row_now} now"
    return f"{each.policy} {each.version}: {same}"
