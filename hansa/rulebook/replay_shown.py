"""Reports of replays as people and machines read them: headlines, changes, partners, and the cases page by page."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from hansa.core.actors import Actor
from hansa.partnerships.models import Partnership
from hansa.rulebook.counterfactual import read_facts
from hansa.rulebook.decisions_shown import shown_answer
from hansa.rulebook.dmn.syntax import Malformed, Table
from hansa.rulebook.dmn.to_python import Compiled, compile_table
from hansa.rulebook.dmn.values import BadValue
from hansa.rulebook.models import Decision, DecisionEvidence, PolicyVersion
from hansa.rulebook.policies import POLICIES, Policy
from hansa.rulebook.record import MANUAL
from hansa.rulebook.replay_found import REASONS, Change, Missing, Side
from hansa.rulebook.replay_models import Replay, ReplayCases
from hansa.rulebook.replay_subjects import Replayed, replayed
from hansa.rulebook.sentences import fact_said
from hansa.rulebook.words import Words

SIZE = 50
REPORT = ("dmn", "changes", "missing")
"""What lists of replays have no use for."""
MOST_PARTNERS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list of cases is narrowed to; without `missing` it has those that would change."""

    missing: bool = False
    kind: int | None = None
    side: str = ""
    partner: UUID | None = None
    later: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change or a reason, with its place in the report."""

    place: int
    words: str
    many: int
    money: Sequence[tuple[int, str]] = ()
    side: Side = "neither"
    later: int = 0
    later_words: str = ""


@dataclass(slots=True)
class Standing:
    """What a partner gains and loses, in number and in money by currency."""

    partnership: Partnership
    many: Counter[Side] = field(default_factory=Counter)
    money: dict[Side, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def gains(self) -> int:
        return self.many["gain"]

    @property
    def loses(self) -> int:
        return self.many["lose"]

    @property
    def others(self) -> int:
        return self.many["neither"]

    @property
    def gained_money(self) -> list[tuple[int, str]]:
        return amounts(self.money["gain"])

    @property
    def lost_money(self) -> list[tuple[int, str]]:
        return amounts(self.money["lose"])

    @property
    def order(self) -> tuple[int, int, int]:
        """Who loses most money comes first, then who gains most."""
        return -self.money["lose"].total(), -self.money["gain"].total(), -self.loses


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded decision beside what the draft says of it; `facts` are label and value."""

    decision: Decision
    title: str
    page: Any
    partner: str
    amount: int
    currency: str
    then: str
    then_row: str
    now: str
    now_row: str
    facts: Sequence[tuple[str, str]]
    side: Side = "neither"
    person: str = ""


class Told:
    """A report that is done, in words. Read within `acting` as somebody of the vendor."""

    def __init__(self, report: Replay):
        self.report = report
        self.policy: Policy = POLICIES[report.policy]
        self.known: Replayed = replayed(report.policy)
        self.changes = [Change.of(kept) for kept in report.changes]
        self.missing = [Missing.of(kept) for kept in report.missing]

    @cached_property
    def table(self) -> Table | None:
        """The draft's table; None where the policy's words have changed since."""
        try:
            return self.policy.read(self.report.dmn.encode())
        except Malformed:
            return None

    @property
    def reach(self) -> str:
        """About whom the version would decide, and how many partners these were; nothing where about all."""
        many = len(self.report.partners or ())
        return f"{self.report.reach}: {many:,} partner{'' if many == 1 else 's'}" if self.report.reach else ""

    @property
    def replayed(self) -> int:
        return int(self.report.counts["recorded"] - self.report.counts["missing"])

    def side(self, side: Side) -> Kind:
        """All changes to the better or to the worse together."""
        chosen = [each for each in self.changes if each.side == side]
        money = amounts(_total(each.money for each in chosen))
        return Kind(0, side, sum(each.many for each in chosen), money, side)

    @property
    def later(self) -> int:
        """How many of the changed cases a person decided afterwards."""
        return sum(sum(each.later.values()) for each in self.changes)

    def kinds(self) -> list[Kind]:
        """The kinds of change, the most frequent first."""
        return [self._kind(place, each) for place, each in enumerate(self.changes)]

    def reasons(self) -> list[Kind]:
        """Why cases could not be replayed."""
        first = len(self.changes)
        return [Kind(first + place, self._reason(each), each.many) for place, each in enumerate(self.missing)]

    def places(self, asked: Asked) -> list[int]:
        """The places of the kinds that the list is narrowed to."""
        first = len(self.changes)
        chosen = range(first, first + len(self.missing)) if asked.missing else range(first)
        if asked.kind is not None:
            chosen = range(asked.kind, asked.kind + 1) if asked.kind in chosen else range(0)
        return [place for place in chosen if not asked.side or self.changes[place].side == asked.side]

    def differs(self, change: Change) -> str:
        """What was said and what would be, output by output where it differs."""
        return ", ".join(f"{self._named(name)}{self._pair(change, name)}" for name in change.differing)

    def said(self, outputs: Mapping[str, Any], names: Iterable[str]) -> str:
        """These outputs in words."""
        return ", ".join(f"{self._named(name)}{self.answer(name, outputs.get(name))}" for name in names)

    def answer(self, name: str, value: Any) -> str:
        """What one output says."""
        return "–" if value is None else Words(self.policy).answer(name, value)

    def row_now(self, fired: int) -> str:
        """The row that fires now, by its number and its note."""
        built_in = fired <= -2
        table, number = (self.policy.built_in.table, -2 - fired) if built_in else (self.table, fired)
        if number < 0:
            return ""
        note = table.rows[number].note if table and number < len(table.rows) else ""
        return row_said(number + 1, note, built_in=built_in)

    def rows_now(self, facts: Mapping[str, Any]) -> str:
        """The rows that the draft adds up for these facts, as JSON keeps them; nothing where it cannot.

        What it does not ask for may be absent: a fact that came into the vocabulary later.
        """
        if self._draft is None:
            return ""
        try:
            fired = self._draft.explain(read_facts(self.policy, facts)).fired
        except BadValue:
            return ""
        return rows_said((place + 1, self._draft.table.rows[place].note) for place in fired)

    @cached_property
    def _draft(self) -> Compiled | None:
        return compile_table(self.table) if self.table else None

    def _kind(self, place: int, change: Change) -> Kind:
        first = self.policy.outputs[0].name
        by = ", ".join(f"{many:,} {self.answer(first, said)}" for said, many in change.later.items())
        many = sum(change.later.values())
        return Kind(place, self.differs(change), change.many, amounts(change.money), change.side, many, by)

    def _reason(self, missing: Missing) -> str:
        if missing.reason:
            return REASONS[missing.reason]
        words = {fact.name: fact.description for fact in self.policy.vocabulary}
        return "Not recorded: " + "; ".join(words.get(name, name) for name in missing.facts)

    def _named(self, output: str) -> str:
        """The output's name where the policy has several and this is not the first."""
        return "" if output == self.policy.outputs[0].name else f"{output.replace('_', ' ')} "

    def _pair(self, change: Change, name: str) -> str:
        return f"{self.answer(name, change.then.get(name))} → {self.answer(name, change.now.get(name))}"


def row_said(row: int | str, note: str, *, built_in: bool = False) -> str:
    """A row by its number, or by its id where it stands no more, with its note."""
    named = f"Row {row}, as Hansa comes" if built_in else f"Row {row}"
    return f"{named}: {note}" if note else named


def rows_said(rows: Iterable[tuple[int, str]]) -> str:
    """The rows that are added up, by their numbers and their notes."""
    return "; ".join(row_said(number, note) for number, note in rows) or "No row"


def amounts(money: Mapping[str, int] | None) -> list[tuple[int, str]]:
    """Minor units with their currency, the largest first."""
    return sorted(((minor, currency) for currency, minor in (money or {}).items()), reverse=True)


def last_replay(actor: Actor, version: PolicyVersion) -> Replay | None:
    """The newest finished replay of the version as it is now, within `acting`; none where its table changed since, or
    whom it is for.
    """
    done = reports_of(actor, version).filter(status=Replay.Status.DONE, dmn=version.dmn, meant_for=version.meant_for)
    return done.order_by("-created_at").first()


def reports_of(actor: Actor, version: PolicyVersion) -> QuerySet[Any]:
    """The version's replays."""
    return Replay.objects.visible_to(actor).filter(version=version)


def partners(actor: Actor, told: Told) -> list[Standing]:
    """What each partner gains and loses, who loses most money first, then who gains most."""
    sides = [each.side for each in told.changes]
    rows = ReplayCases.objects.visible_to(actor).filter(replay=told.report, kind__lt=len(sides))
    sums = rows.values("partnership", "kind", "currency").annotate(cases=Sum("many"), amount=Sum("amount_minor"))
    found: dict[UUID, Standing] = {}
    named = {each.pk: each for each in _partnerships(actor, {row["partnership"] for row in sums})}
    for row in sums:
        one = found.setdefault(row["partnership"], Standing(named[row["partnership"]]))
        side = sides[row["kind"]]
        one.many[side] += row["cases"]
        one.money[side][row["currency"]] += row["amount"]
    return sorted(found.values(), key=lambda one: one.order)


def count_cases(actor: Actor, told: Told, asked: Asked) -> int:
    """How many cases the list has."""
    return int(_chunks(actor, told, asked).aggregate(all=Sum("many"))["all"] or 0)


def cases(actor: Actor, told: Told, asked: Asked, start: int, size: int = SIZE, *, currency: str) -> list[Case]:
    """So many cases of the list from `start` on, counted from 0: kind by kind and partner by partner. `currency` is
    that of amounts among their facts.
    """
    passed, wanted = 0, []
    for pk, many in _chunks(actor, told, asked).order_by("place").values_list("pk", "many"):
        low, high = max(start - passed, 0), min(start + size - passed, many)
        if low < high:
            wanted.append((pk, low, high))
        passed += many
        if passed >= start + size:
            break
    rows = ReplayCases.objects.visible_to(actor).in_bulk([pk for pk, *_ in wanted])
    found = [(rows[pk], at) for pk, low, high in wanted for at in range(low, high)]
    return _Shower(actor, told, found, currency).cases()


def _chunks(actor: Actor, told: Told, asked: Asked) -> QuerySet[Any]:
    rows = ReplayCases.objects.visible_to(actor).filter(replay=told.report, kind__in=told.places(asked))
    if asked.partner:
        rows = rows.filter(partnership=asked.partner)
    return rows.filter(later=True) if asked.later else rows


def _partnerships(actor: Actor, ids: Iterable[UUID]) -> QuerySet[Any]:
    return Partnership.objects.visible_to(actor).filter(pk__in=ids).select_related("organization")


def _total(moneys: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for money in moneys:
        for currency, minor in money.items():
            total[currency] += minor
    return total


class _Shower:
    """What a page of cases needs, read in a few statements for all of them."""

    def __init__(self, actor: Actor, told: Told, found: Sequence[tuple[ReplayCases, int]], currency: str):
        self.told, self.found, self.currency = told, found, currency
        ids = [chunk.case(at)[0] for chunk, at in found]
        self.decisions = Decision.objects.visible_to(actor).in_bulk(ids)
        evidence = DecisionEvidence.objects.visible_to(actor).filter(decision__in=ids)
        self.evidence = {each.decision_id: each for each in evidence}
        self.partners = {each.pk: each for each in _partnerships(actor, {chunk.partnership_id for chunk, _ in found})}
        subjects = {decision.subject_id for decision in self.decisions.values()}
        model = told.known.model
        self.subjects = model.objects.visible_to(actor).in_bulk(subjects) if model else {}
        by_hand = Decision.objects.visible_to(actor).filter(
            subject_id__in=subjects, policy=told.report.policy, version=MANUAL, at__lt=told.report.until
        )
        self.by_hand: dict[UUID, list[Decision]] = defaultdict(list)
        for decision in by_hand.order_by("at"):
            self.by_hand[decision.subject_id].append(decision)

    def cases(self) -> list[Case]:
        return [self._case(chunk, at) for chunk, at in self.found]

    def _case(self, chunk: ReplayCases, at: int) -> Case:
        (id, fired, amount), told = chunk.case(at), self.told
        decision = self.decisions[id]
        subject = self.subjects.get(decision.subject_id)
        changed = chunk.kind < len(told.changes)
        change = told.changes[chunk.kind] if changed else None
        names = change.differing if change else [told.policy.outputs[0].name]
        return Case(
            decision,
            str(getattr(subject, told.known.title, decision.public_id)),
            subject,
            self.partners[chunk.partnership_id].organization.name,
            amount,
            chunk.currency,
            told.said(change.then if change else self._answer(decision).get("outputs", decision.outputs), names),
            self._row_then(decision),
            told.said(change.now, names) if change else "",
            self._row_now(decision, fired),
            self._facts(decision),
            change.side if change else "neither",
            self._person(decision),
        )

    def _answer(self, decision: Decision) -> Mapping[str, Any]:
        """What the policy answered, as the vendor's share keeps it; nothing in older records."""
        kept, policy = self.evidence.get(decision.pk), self.told.report.policy
        return next((each for each in (kept.answers if kept else ()) if each["policy"] == policy), {})

    def _row_then(self, decision: Decision) -> str:
        answer, kept = self._answer(decision), self.evidence.get(decision.pk)
        if answer:
            shown = shown_answer({**answer, "whole": True}, self.currency)
            if self.told.policy.adds_up:
                return rows_said((one.number, one.note) for one in shown.summands)
            return row_said(shown.number or shown.row, shown.note, built_in=bool(shown.instead_of))
        rows = [each for each in (kept.evidence if kept else ()) if each.get("table") == self.told.report.policy]
        if not rows:
            return str(decision.note)
        own = decision.note if decision.policy == self.told.report.policy else ""
        return row_said(rows[0]["row"], rows[0].get("why") or own)

    def _row_now(self, decision: Decision, fired: int) -> str:
        if self.told.policy.adds_up:
            return self.told.rows_now(self._recorded(decision))
        return self.told.row_now(fired)

    def _recorded(self, decision: Decision) -> dict[str, Any]:
        kept = self.evidence.get(decision.pk)
        return {**(kept.facts if kept else {}), **self._answer(decision).get("facts", {})}

    def _facts(self, decision: Decision) -> list[tuple[str, str]]:
        facts = self._recorded(decision)
        return [
            fact_said(fact, facts[fact.name], self.currency)
            if fact.name in facts
            else (fact.description, "not recorded")
            for fact in self.told.policy.vocabulary
        ]

    def _person(self, decision: Decision) -> str:
        """Who decided it afterwards, and how: the first who answered the same question."""
        main = self.told.policy.outputs[0]
        allowed = self.told.known.decided_by_people(main)
        for later in self.by_hand[decision.subject_id]:
            said = later.outputs.get(main.name)
            if later.at >= decision.at and said is not None and (not allowed or said in allowed):
                return f"{self.told.answer(main.name, said)} by {later.made_by}"
        return ""
