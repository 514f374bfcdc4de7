"""Imports run as jobs."""

from uuid import UUID

from procrastinate.contrib.django import app

from hansa.core.actors import System
from hansa.core.jobs import end_running, ended_by, given_up
from hansa.core.retries import TryAgain
from hansa.customers.actions.imports import RUN, fail_import
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.models import Import

BROKEN = "Something went wrong on our side. The rows done so far are kept; start the import again to go on."


@app.task(name=RUN, retry=TryAgain(5))
def run_import(import_id: str, vendor_id: str) -> None:
    """Write the rows of a started import, from where an earlier attempt ended."""
    actor, id = System("import", UUID(vendor_id)), UUID(import_id)
    with ended_by(fail_import, actor, Import, id, BROKEN):
        run_to_the_end(actor, id)


@given_up(RUN)
def end_import(import_id: str, vendor_id: str) -> None:
    """End an import that no attempt will finish, so that somebody can start it again."""
    end_running(fail_import, System("import", UUID(vendor_id)), Import, UUID(import_id), BROKEN)
