"""Decided on one day and told on another: from when the days to dispute it are counted."""

from datetime import timedelta
from typing import Any

import pytest

from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.deals.releases import sweep_releases
from hansa.deals.tests.in_time import MONDAY, at, calendar, local
from hansa.disputes.actions import open_dispute
from hansa.disputes.beside import WORKED_BEFORE
from hansa.disputes.tests.contest import THEIRS, now
from hansa.kernel.errors import DomainError
from hansa.programs.actions import change_answers, change_dispute_terms
from hansa.programs.models import Program
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs
from hansa.testing.reading import text_of

CLOSE = MONDAY.date() + timedelta(days=70)


def one_day_to_dispute(cast: Cast) -> None:
    with acting(cast.system):
        program = Program.objects.get(pk=cast.program.pk)
    change_dispute_terms(cast.vendor_admin.actor, program, dispute_days=1, dispute_hours=40, appeal_days=7)


@pytest.fixture
def told_late(committed: Cast) -> tuple[Cast, Deal]:
    """Decided on Friday evening that the customer is taken, told on Monday at five; a day to dispute it."""
    at(MONDAY)
    calendar(committed)
    with acting(committed.system):
        program = Program.objects.get(pk=committed.program.pk)
    change_answers(committed.vendor_admin.actor, program, answer_times=[17 * 60])
    one_day_to_dispute(committed)
    at(local(5, 18))
    committed.register(committed.rival_rep, **THEIRS, expected_close=CLOSE)
    run_jobs()
    ours = committed.register(expected_close=CLOSE)
    run_jobs()
    at(local(8, 17))
    assert sweep_releases.func(str(committed.system.vendor_id)) == 2
    run_jobs()
    return committed, now(committed, ours)


def page(cast: Cast, deal: Deal, browse: Any) -> str:
    return text_of(browse(cast.partner_rep).get(f"/w/northwind-fabrikam/deals/{deal.public_id}/"))


def test_the_days_to_dispute_count_from_when_the_partner_was_told(told_late: tuple[Cast, Deal], browse: Any) -> None:
    cast, ours = told_late
    at(local(9, 16, minute=59))
    assert WORKED_BEFORE in page(cast, ours, browse)
    assert open_dispute(cast.partner_rep.actor, ours, statement="We have met them since March.").pk


def test_when_they_are_over_nothing_advises_it_any_more(told_late: tuple[Cast, Deal], browse: Any) -> None:
    cast, ours = told_late
    at(local(9, 17, minute=1))
    assert "dispute this decision and" not in page(cast, ours, browse).split("Next")[1]
    with pytest.raises(DomainError, match="for 1 day after it is told") as refused:
        open_dispute(cast.partner_rep.actor, ours, statement="We have met them since March.")
    assert refused.value.code == "too_late"


def test_a_program_reads_when_it_was_told(told_late: tuple[Cast, Deal]) -> None:
    cast, ours = told_late
    shown = machine(cast.partner_admin).get(f"/deal-registrations/{ours.public_id}").json()
    assert (shown["decided_at"][:10], shown["told_at"][:10]) == ("2027-03-05", "2027-03-08")
