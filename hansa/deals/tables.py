"""Deals as rows of tables, for each side."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from hansa.core.web.said import day_in_words, moment_in_words, money_in_words, reader_locale, time_left
from hansa.core.web.table import Table, moment, noted, row_link, status, ticked
from hansa.deals.listing import Line
from hansa.deals.models import BulkItem, Deal, Outcome, Stage, Status
from hansa.deals.queue import Proposal, QueueLine, Sender
from hansa.deals.said import tone
from hansa.deals.shown import standing
from hansa.deals.verdicts import Held
from hansa.deals.when import Clock
from hansa.kernel.ids import public_id

PARTNERS_DEALS = Table("Deals, newest first", ("Customer", "Standing", "Stage", "Amount#", "Expected close", "Owner"))
DEALS_BESIDE = Table("Deals of others, newest first", (*PARTNERS_DEALS.columns[:5], "Whose it is"))
FEW_DEALS = Table("Deals", PARTNERS_DEALS.columns[:4])
FEW_BESIDE = Table("Deals of others, with you", (*FEW_DEALS.columns, "Whose it is"))
VENDORS_DEALS = Table("Deals, newest first", ("Customer and partner", "Status", "Amount#", "Registered"))
REFUSED = Table("Left as they were, and why", ("Customer and partner", "Why", "When"))
QUEUE = Table("Registrations that wait", ("Customer and partner", "Proposed", "Amount#", "Time to decide"))
ROWS_REMEMBERED = 8192  # of half a kilobyte each: a busy list is asked for over and over, and few of its rows change


def partners_table(deals: Iterable[Line], *, beside: bool = False) -> SafeString:
    """One page of a partner's list, from `listed` deals; the rows' addresses are relative to the list's.

    Of deals that it stands `beside`, the last column says whose they are.
    """
    now = timezone.now()
    today, locale = timezone.localdate(now), reader_locale()
    standings = ((deal, standing(deal, now, short=True)) for deal in deals)
    if beside:
        return DEALS_BESIDE.of(_partners_cells(deal, stands, today, locale, "") for deal, stands in standings)
    return PARTNERS_DEALS.around(_partners_row(deal, stands, today, locale) for deal, stands in standings)


def short_table(deals: Iterable[Line], list_url: str) -> SafeString:
    """A few `listed` deals on another page, without what there is no room for."""
    now = timezone.now()
    today, locale = timezone.localdate(now), reader_locale()
    return FEW_DEALS.of(
        _partners_cells(deal, standing(deal, now, short=True), today, locale, list_url)[:4] for deal in deals
    )


def short_table_beside(deals: Iterable[Line], list_url: str) -> SafeString:
    """The same of deals that one reads along, with whose they are."""
    now = timezone.now()
    today, locale = timezone.localdate(now), reader_locale()
    cells = (_partners_cells(deal, standing(deal, now, short=True), today, locale, list_url) for deal in deals)
    return FEW_BESIDE.of((*row[:4], row[5]) for row in cells)


def vendors_table(deals: Iterable[Deal], registrations_url: str, held: Mapping[UUID, Held]) -> SafeString:
    """One page of the vendor's list of deals, each with its partner's organization; `held` are decisions not told."""
    return VENDORS_DEALS.of(_vendors_rows(deals, registrations_url, held))


def queue_table(
    lines: Iterable[QueueLine],
    tiers: Mapping[tuple[UUID, UUID], str],
    proposals: Mapping[UUID, Proposal],
    clock: Callable[[QueueLine], Clock | None],
    held: Mapping[UUID, Held],
    reviewers: Mapping[UUID, str],
    form: str = "",
) -> SafeString:
    """One page of the queue, with the partners' tiers, what the system proposes or what is held, the clocks, and to
    whom a registration is assigned.

    With the id of a `form`, each line can be ticked for it as a `deal`.
    """
    return QUEUE.around(_queue_rows(lines, tiers, proposals, clock, held, reviewers, form))


@lru_cache(1024)
def sender_options(senders: tuple[Sender, ...], chosen: Sender | None) -> SafeString:
    """The choice of one partner among those of whose registrations some wait."""
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((one.public_id, mark_safe(" selected") if one == chosen else "", one.name) for one in senders),
    )


def refused_table(items: Iterable[BulkItem], registrations_url: str) -> SafeString:
    """What a decision about many left undecided, each with its reason, leading to its page."""
    return REFUSED.of(
        (
            row_link(
                f"{registrations_url}{item.deal.public_id}/",
                item.deal.customer_name,
                item.deal.partnership.organization.name,
            ),
            item.refusal,
            moment(item.done_at) if item.done_at else "",
        )
        for item in items
    )


@lru_cache(ROWS_REMEMBERED)
def _partners_row(deal: Line, standing: tuple[str, str], today: date, locale: str) -> SafeString:
    return PARTNERS_DEALS.row(_partners_cells(deal, standing, today, locale, ""))


def _partners_cells(deal: Line, standing: tuple[str, str], today: date, locale: str, list_url: str) -> tuple[str, ...]:
    return (
        row_link(f"{list_url}{public_id(Deal.id_prefix, deal.id)}/", deal.customer_name, deal.lines_text),
        status(*standing),
        Stage(deal.stage).label if deal.outcome == Outcome.OPEN else "",
        money_in_words(deal.amount_minor, deal.currency, locale),
        day_in_words(deal.expected_close, today, locale),
        deal.owner__user__name or "",
    )


def _vendors_rows(
    deals: Iterable[Deal], registrations_url: str, held: Mapping[UUID, Held]
) -> Iterator[tuple[str, ...]]:
    now, locale = timezone.now(), reader_locale()
    for deal in deals:
        ended = deal.outcome != Outcome.OPEN
        shown = Outcome(deal.outcome).label if ended else Status(deal.status).label
        color = {Outcome.WON: "good", Outcome.LOST: "calm"}[Outcome(deal.outcome)] if ended else tone(deal.status)
        until = deal.protected_until if deal.status == Status.APPROVED else None
        partner = deal.partnership.organization.name
        yield (
            row_link(f"{registrations_url}{deal.public_id}/", deal.customer_name, f"{partner} · {deal.lines_text}"),
            _told_later(held[deal.pk])
            if deal.pk in held
            else noted(status(shown, color), time_left(until, now) if until else ""),
            money_in_words(deal.amount_minor, deal.currency, locale),
            moment(deal.submitted_at),
        )


def _told_later(held: Held) -> SafeString:
    """What is decided and not told, and when it is."""
    return noted(status(held.word, held.tone), held.told)


def _queue_rows(
    lines: Iterable[QueueLine],
    tiers: Mapping[tuple[UUID, UUID], str],
    proposals: Mapping[UUID, Proposal],
    clock: Callable[[QueueLine], Clock | None],
    held: Mapping[UUID, Held],
    reviewers: Mapping[UUID, str],
    form: str,
) -> Iterator[SafeString]:
    reader = (reader_locale(), timezone.get_current_timezone_name(), timezone.localdate())
    for line in lines:
        tier = tiers.get((line.partnership_id, line.program_id), "")
        proposed, time = proposals.get(line.id), clock(line)
        if told := held.get(line.id):
            proposed, time, form = Proposal(told.word, told.tone, told.told), None, ""
        stands = (time.words, time.tone) if time else None
        until = time.until if time and line.status == Status.ACTION_REQUIRED else ""
        yield _queue_row(line, tier, proposed, stands, until, reviewers.get(line.id, ""), form, reader)


@lru_cache(ROWS_REMEMBERED)
def _queue_row(
    line: QueueLine,
    tier: str,
    proposed: Proposal | None,
    stands: tuple[str, str] | None,
    until: str,
    reviewer: str,
    form: str,
    reader: tuple[str, str, date],
) -> SafeString:
    locale, _, today = reader
    since = f"until {until}" if until else f"since {moment_in_words(line.submitted_at, today)}"
    since = f"{since}, with {reviewer}" if reviewer else since
    partner, reference = line.partnership__organization__name, public_id(Deal.id_prefix, line.id)
    customer = row_link(f"{reference}/", line.customer_name, f"{partner}, {tier}" if tier else partner)
    return QUEUE.row(
        (
            ticked(customer, form, "deal", reference, line.customer_name) if form else customer,
            noted(status(proposed.word, proposed.tone), proposed.because) if proposed else "",
            money_in_words(line.amount_minor, line.currency, locale),
            noted(status(*stands), since) if stands else since,
        )
    )
