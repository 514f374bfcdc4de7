"""Versions of policies, their analysis and a tried case, as the vendor's pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.partnerships.models import Partnership
from hansa.rulebook.dmn.analysis import Unreachable, analyse
from hansa.rulebook.dmn.answers import NoAnswer
from hansa.rulebook.dmn.syntax import Name, Table
from hansa.rulebook.dmn.values import BadValue
from hansa.rulebook.dmn.witnesses import Case
from hansa.rulebook.forms import CaseForm
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import Answer, Policy, Rules
from hansa.rulebook.sentences import listed
from hansa.rulebook.shown import Hint
from hansa.rulebook.words import NO_UNIT, NOTHING, Words, answer_said, has_words, value_in_words

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a policy stands: its version for all partners in force (none: the built-in one), those for some of them,
    what comes, and how much is being written."""

    policy: Policy
    running: PolicyVersion | None
    narrower: Sequence[PolicyVersion]
    coming: PolicyVersion | None
    open: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What the table says of one case: the places of the rows that fired, and the answer or why there is none.

    `note` is what the row means, and `told` what partners read instead, where that is something else.
    """

    fired: tuple[int, ...]
    said: str
    wrong: bool = False
    note: str = ""
    told: str = ""


def partners_of(actor: Actor, version: PolicyVersion) -> list[str]:
    """The names of the partners in a version's pilot. Within `acting`."""
    rows = Partnership.objects.visible_to(actor).filter(pk__in=version.pilot_partners)
    return list(rows.order_by("organization__name").values_list("organization__name", flat=True))


def may_end(version: PolicyVersion) -> bool:
    """Whether it is for some partners only, is in force, and no end is set. Within `acting`."""
    running = version.begins is not None and version.begins <= moment() and version.ends is None
    return running and version.status == PolicyVersion.Status.PUBLISHED and version.narrow


def standing(policy: Policy, versions: Sequence[PolicyVersion]) -> Standing:
    """Where a policy stands, from all its versions, within `acting`."""
    now = moment()
    periods = [(one.begins, one.ends, one) for one in versions if one.status == PolicyVersion.Status.PUBLISHED]
    begun = [(since, until, one) for since, until, one in periods if since and since <= now]
    running = [one for _, until, one in begun if until is None or until > now]
    coming = [one for since, _, one in periods if since and since > now][::-1]
    written_on = [one for one in versions if one.status in (PolicyVersion.Status.DRAFT, PolicyVersion.Status.PROPOSED)]
    wide = next((one for one in running if not one.narrow), None)
    narrower = [one for one in running if one.narrow]
    return Standing(policy, wide, narrower, next(iter(coming), None), len(written_on))


def hints_of(policy: Policy) -> list[Hint]:
    """The policy's vocabulary for the editor."""
    return [
        Hint(fact.name, fact.kind, fact.unit, fact.description, fact.audience != "partner")
        for fact in policy.vocabulary
    ]


def tried(rules: Rules, case: CaseForm) -> Tried | None:
    """What the version says of the case that was filled in, if one was: as it would decide, were it in force."""
    if not case.is_bound or not case.is_valid():
        return None
    try:
        answer = rules.decide(case.facts())
    except (BadValue, NoAnswer) as wrong:
        return Tried((), str(wrong), wrong=True)
    except LookupError:
        return Tried((), "No row covers this case.", wrong=True)
    said = _outputs_said(answer)
    if rules.policy.adds_up:
        return Tried(
            answer.fired, f"{_rows_said(answer.fired)}: {said}.", note=" ".join(row.note for row in answer.rows)
        )
    note, reads = answer.row.note, answer.told.note
    told = "" if reads == note else reads
    if answer.asked:
        where = f"No table decides this: row {answer.place + 1} of the one that Hansa comes with does"
        return Tried((), f"{where}: {said}.", note=note, told=told)
    return Tried((answer.place,), f"Row {answer.place + 1} fires: {said}.", note=note, told=told)


def _outputs_said(answer: Answer) -> str:
    """What the table says, each output by its name but for the one that has words of its own."""
    policy, outputs = answer.rules.policy, answer.outputs
    given = [(output, outputs[output.name]) for output in policy.outputs if outputs[output.name] is not None]
    said = [
        (output.name, answer_said(policy, output, value), has_words(policy, output, value)) for output, value in given
    ]
    return ", ".join(text if spoken else f"{name.replace('_', ' ')} {text}" for name, text, spoken in said) or NOTHING


def _rows_said(places: Sequence[int]) -> str:
    """Which rows are added up."""
    if len(places) < 2:
        return f"Row {places[0] + 1} fires" if places else "No row fires"
    return f"Rows {listed([str(place + 1) for place in places])} fire"


def findings_of(table: Table, words: Words | None = None) -> list[str]:
    """What the analysis finds in a table, a sentence each with a case that shows it."""
    found, inputs = analyse(table), table.inputs

    def case(witness: Case | None) -> str:
        return _case(table, words, witness or {})

    said = [f"Row {one.row + 1} can never fire{_why(one)}." for one in found.unreachable]
    said += [f"No row covers this case: {case(one.witness)}." for one in found.gaps]
    said += [
        f"Rows {one.rows[0] + 1} and {one.rows[1] + 1} hold together: {case(one.witness)}." for one in found.overlaps
    ]
    said += [f"Row {one.row + 1} is passed where {inputs[one.column].label} is not known." for one in found.past_null]
    return [*said[:MOST_SHOWN], *(f"Not analysed to the end: {each}." for each in found.unfinished)]


def _why(one: Unreachable) -> str:
    if one.by:
        return f": {'row' if len(one.by) == 1 else 'rows'} {', '.join(str(row + 1) for row in one.by)} come before it"
    return ": one of its cells holds of nothing"


def _case(table: Table, words: Words | None, case: Case) -> str:
    """A case by the headings of the columns that ask for its facts."""
    asked = {each.expression.name: each for each in table.inputs if isinstance(each.expression, Name)}
    said = []
    for name, value in case.items():
        column = asked.get(name)
        unit = words.unit(column) if words and column else NO_UNIT
        said.append(f"{column.label if column else name.replace('_', ' ')}: {value_in_words(value, unit)}")
    return "; ".join(said)
