"""Imports run as jobs."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.core.actors import System
from hansa.core.jobs import ended_by
from hansa.customers.actions.imports import RUN, fail_import
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.models import Import

BROKEN = "Something went wrong on our side. The rows done so far are kept; start the import again to go on."


@app.task(name=RUN, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def run_import(import_id: str, vendor_id: str) -> None:
    """Write the rows of a started import, from where an earlier attempt ended."""
    actor, id = System("import", UUID(vendor_id)), UUID(import_id)
    with ended_by(fail_import, actor, Import, id, BROKEN):
        run_to_the_end(actor, id)
