"""Deals as rows of tables, for each side."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString

from hansa.core.web.said import day_in_words, moment_in_words, money_in_words, reader_locale, time_left
from hansa.core.web.table import Table, moment, noted, row_link, status
from hansa.deals.listing import Line
from hansa.deals.models import Deal, Outcome, Stage, Status
from hansa.deals.queue import Proposal
from hansa.deals.said import tone
from hansa.deals.shown import standing
from hansa.deals.when import Clock
from hansa.kernel.ids import public_id

PARTNERS_DEALS = Table("Deals, newest first", ("Customer", "Standing", "Stage", "Amount#", "Expected close", "Owner"))
DEALS_BESIDE = Table("Deals of others, newest first", (*PARTNERS_DEALS.columns[:5], "Whose it is"))
FEW_DEALS = Table("Deals", PARTNERS_DEALS.columns[:4])
VENDORS_DEALS = Table("Deals, newest first", ("Customer and partner", "Status", "Amount#", "Registered"))
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


def vendors_table(deals: Iterable[Deal], registrations_url: str) -> SafeString:
    """One page of the vendor's list of deals, each with its partner's organization."""
    return VENDORS_DEALS.of(_vendors_rows(deals, registrations_url))


def queue_table(
    deals: Iterable[Deal],
    tiers: Mapping[UUID, str],
    proposals: Mapping[UUID, Proposal],
    clock: Callable[[Deal], Clock | None],
) -> SafeString:
    """One page of the queue, with the partners' tiers, what the system proposes, and each one's clock."""
    return QUEUE.of(_queue_rows(deals, tiers, proposals, clock))


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


def _vendors_rows(deals: Iterable[Deal], registrations_url: str) -> Iterator[tuple[str, ...]]:
    now, locale = timezone.now(), reader_locale()
    for deal in deals:
        ended = deal.outcome != Outcome.OPEN
        shown = Outcome(deal.outcome).label if ended else Status(deal.status).label
        color = {Outcome.WON: "good", Outcome.LOST: "calm"}[Outcome(deal.outcome)] if ended else tone(deal.status)
        until = deal.protected_until if deal.status == Status.APPROVED else None
        partner = deal.partnership.organization.name
        yield (
            row_link(f"{registrations_url}{deal.public_id}/", deal.customer_name, f"{partner} · {deal.lines_text}"),
            noted(status(shown, color), time_left(until, now) if until else ""),
            money_in_words(deal.amount_minor, deal.currency, locale),
            moment(deal.submitted_at),
        )


def _queue_rows(
    deals: Iterable[Deal],
    tiers: Mapping[UUID, str],
    proposals: Mapping[UUID, Proposal],
    clock: Callable[[Deal], Clock | None],
) -> Iterator[tuple[str, ...]]:
    locale, today = reader_locale(), timezone.localdate()
    for deal in deals:
        partner = deal.partnership.organization.name
        tier, proposed, time = tiers.get(deal.partnership_id), proposals.get(deal.pk), clock(deal)
        since = f"since {moment_in_words(deal.submitted_at, today)}"
        if time and deal.status == Status.ACTION_REQUIRED:
            since = f"until {time.until}"
        yield (
            row_link(f"{deal.public_id}/", deal.customer_name, f"{partner}, {tier}" if tier else partner),
            noted(status(proposed.word, proposed.tone), proposed.because) if proposed else "",
            money_in_words(deal.amount_minor, deal.currency, locale),
            noted(status(time.words, time.tone), since) if time else since,
        )
