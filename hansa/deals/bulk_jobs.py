"""Decisions about many registrations run as jobs."""

from uuid import UUID

from procrastinate.contrib.django import app

from hansa.core.actors import System
from hansa.core.retries import TryAgain
from hansa.deals.actions.decide_many import RUN
from hansa.deals.bulk import run_to_the_end


@app.task(name=RUN, retry=TryAgain(8))
def run_bulk_decision(run_id: str, vendor_id: str) -> None:
    """Decide the registrations of a run, from where an earlier attempt ended."""
    run_to_the_end(System("bulk decision", UUID(vendor_id)), UUID(run_id))
