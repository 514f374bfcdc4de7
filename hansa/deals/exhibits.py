"""What a registration resembles, laid side by side with it. For the vendor's eyes only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from hansa.core.actors import Actor
from hansa.core.tenancy import moment
from hansa.core.web.countries import country_name
from hansa.core.web.said import day_in_words, money_in_words
from hansa.customers.matching.domains import registrable_domain
from hansa.customers.models import Company, Lead, Opportunity
from hansa.deals.actions.decide_deal import case_of, lines_of
from hansa.deals.actions.register_deal import decide
from hansa.deals.evidence import ENDED
from hansa.deals.models import Deal
from hansa.deals.queue import strongest_first
from hansa.rulebook.decisions_shown import ShownDecision, listed
from hansa.rulebook.models import Decision
from hansa.rulebook.record import fired_of
from hansa.rulebook.rerun import proofs_of

TITLES = {
    "protection": "Protected registration",
    "claim": "Earlier registration",
    "opportunity": "Direct opportunity",
    "lead": "Direct lead",
    "account": "CRM account",
    ENDED: "Held until lately",
}
OF_DEALS = ("protection", "claim", ENDED)
EVERY_LINE = "every line"
MOST = 8


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison; `same` marks what speaks for one and the same company or sale."""

    label: str
    left: str
    right: str
    same: bool = False


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One thing that the registration resembles, and why, in words."""

    title: str
    name: str
    score: int
    reasons: Sequence[str]
    rows: Sequence[Compared]
    deal: Deal | None
    company: Company | None


@dataclass(frozen=True, slots=True)
class Anew:
    """What the rules would say now: evidence in the shape of `DecisionEvidence`, and how long approval protects."""

    evidence: Sequence[Mapping[str, Any]]
    protection_days: int


def looked_at_anew(deal: Deal) -> Anew:
    """Apply the rules to the registration as things stand, and decide nothing."""
    case = case_of(deal, lines_of(deal), at=moment(), lock=False)
    ruling = decide(case)
    fired = [{**fired_of(answer), "why": answer.row.note} for answer in ruling.answers]
    similar = {found.company_id: found for found in case.similar}
    return Anew([*fired, *(clue.as_evidence(similar) for clue in case.clues)], ruling.protection_days)


def decided_so_far(actor: Actor, deal: Deal) -> tuple[list[ShownDecision], Sequence[Mapping[str, Any]]]:
    """The decisions on a deal, the latest first, and what the latest that has any rests on. Two queries."""
    decisions = list(Decision.objects.visible_to(actor).filter(subject_id=deal.pk).order_by("-at", "-id"))
    kept = proofs_of(actor, decisions)
    told = [listed(one, deal.currency, kept.get(one.pk)) for one in decisions]
    return told, next((kept[one.pk].evidence for one in decisions if one.pk in kept), [])


def exhibits(actor: Actor, deal: Deal, evidence: Sequence[Mapping[str, Any]]) -> list[Exhibit]:
    """Each thing that the evidence names beside the registration, the likest first; at most four queries."""
    clues = strongest_first([entry for entry in evidence if "kind" in entry])[:MOST]
    things = {
        kind: {row.pk: row for row in rows.filter(pk__in=_ids(clues, *kinds))}
        for kind, kinds, rows in (
            (
                "deal",
                OF_DEALS,
                Deal.objects.visible_to(actor).select_related("partnership__organization"),
            ),
            (
                "opportunity",
                ("opportunity",),
                Opportunity.objects.visible_to(actor).select_related("company", "owner", "product_line"),
            ),
            ("lead", ("lead",), Lead.objects.visible_to(actor).select_related("company", "owner", "product_line")),
            ("account", ("account",), Company.objects.visible_to(actor)),
        )
        if _ids(clues, *kinds)
    }
    return [
        _exhibit(deal, clue, thing)
        for clue in clues
        if (thing := things.get(_table(clue["kind"]), {}).get(UUID(clue["subject"])))
    ]


def _table(kind: str) -> str:
    return "deal" if kind in OF_DEALS else kind


def _ids(clues: Sequence[Mapping[str, Any]], *kinds: str) -> list[UUID]:
    return [UUID(clue["subject"]) for clue in clues if clue["kind"] in kinds]


def _exhibit(deal: Deal, clue: Mapping[str, Any], thing: Any) -> Exhibit:
    rows = _rival(deal, thing) if isinstance(thing, Deal) else _known(deal, thing)
    if clue["since"]:
        since = f"since {_day(datetime.fromisoformat(clue['since']))}"
        rows.append(Compared("Since", f"registered {_day(deal.submitted_at)}", since))
    if clue["kind"] == ENDED:
        ended, free = (_day(datetime.fromisoformat(clue[name])) for name in ("until", "free_from"))
        rows.append(Compared("Protection", "asked for again", f"ended {ended}, cooling off until {free}"))
    company = thing if isinstance(thing, Company) else None if isinstance(thing, Deal) else thing.company
    return Exhibit(
        title=TITLES[clue["kind"]],
        name=clue["party"] if isinstance(thing, Deal) else clue["name"],
        score=round(clue["score"] * 100),
        reasons=clue["reasons"],
        rows=[row for row in rows if row.left or row.right],
        deal=thing if isinstance(thing, Deal) else None,
        company=company,
    )


def _rival(deal: Deal, other: Deal) -> list[Compared]:
    return [
        _same("Customer", deal.customer_name, other.customer_name),
        _domains(deal, other.customer_domain),
        _same("Country", country_name(deal.customer_country), country_name(other.customer_country)),
        _lines(deal, other.lines_text),
        Compared("Amount", _money(deal), _money(other)),
    ]


def _known(deal: Deal, thing: Company | Lead | Opportunity) -> list[Compared]:
    company = thing if isinstance(thing, Company) else thing.company
    rows = [
        _same("Customer", deal.customer_name, company.name if company else thing.account_name),  # type: ignore[union-attr]
        _domains(deal, company.domain if company else ""),
        _same("Country", country_name(deal.customer_country), country_name(company.country if company else "")),
    ]
    if isinstance(thing, Company):
        return [*rows, Compared("Place and trade", "", ", ".join(filter(None, (thing.city, thing.industry))))]
    line = thing.product_line.name if thing.product_line else EVERY_LINE
    rows.append(_lines(deal, line))
    if isinstance(thing, Opportunity):
        known = money_in_words(thing.amount_minor, thing.currency) if thing.amount_minor and thing.currency else ""
        rows.append(Compared("Amount", _money(deal), known))
    owner = thing.owner.name if thing.owner else ""
    return [*rows, Compared("Who, and where it stands", deal.get_stage_display(), _listed(owner, thing.status_text))]


def _same(label: str, left: str, right: str) -> Compared:
    return Compared(label, left, right, bool(left) and left.casefold() == right.casefold())


def _domains(deal: Deal, other: str) -> Compared:
    ours = registrable_domain(deal.customer_domain) if deal.customer_domain else None
    same = bool(ours) and ours == (registrable_domain(other) if other else None)
    return Compared("Web address", deal.customer_domain, other, same)


def _lines(deal: Deal, other: str) -> Compared:
    shared = other == EVERY_LINE or not set(deal.lines_text.split(", ")).isdisjoint(other.split(", "))
    return Compared("Product lines", deal.lines_text, other, shared)


def _money(deal: Deal) -> str:
    return money_in_words(deal.amount_minor, deal.currency)


def _listed(*words: str) -> str:
    return ", ".join(filter(None, words))


def _day(at: datetime | date) -> str:
    day = timezone.localdate(at) if isinstance(at, datetime) else at
    return day_in_words(day, timezone.localdate())
