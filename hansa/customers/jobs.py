"""Imports run as jobs."""

from uuid import UUID

import structlog
from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.core.actors import System
from hansa.core.tenancy import acting
from hansa.customers.actions.imports import RUN, fail_import
from hansa.customers.imports.run import run_to_the_end
from hansa.customers.models import Import

log = structlog.get_logger()

BROKEN = "Something went wrong on our side. The rows done so far are kept; start the import again to go on."


@app.task(name=RUN, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def run_import(import_id: str, vendor_id: str) -> None:
    """Write the rows of a started import, from where an earlier attempt ended."""
    actor = System("import", UUID(vendor_id))
    try:
        run_to_the_end(actor, UUID(import_id))
    except OperationalError:
        raise  # the database went away, or two writers met: another attempt goes on
    except Exception:
        log.exception("import failed", import_id=import_id)
        with acting(actor):
            import_ = Import.objects.visible_to(actor).named(UUID(import_id))
            if import_.status == Import.Status.RUNNING:
                fail_import(actor, import_, problem=BROKEN)
