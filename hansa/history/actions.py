"""What a check found is kept, and told to those who audit."""

from hansa.accounts.roles import AUDITORS
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.history.checking import Result
from hansa.history.models import Check

KEPT = 100


@action("history.report", emits="history.broken", by=AUDITORS)
def report_broken(actor: Actor, check: Check) -> None:
    """Say that sealed history does not hold, and where."""


def keep_check(actor: Actor, extent: str, result: Result) -> Check:
    """Keep what a check found in place of the one before, and report it if that is something new."""
    findings = [str(finding) for finding in result.findings[:KEPT]]
    with acting(actor):
        before = Check.objects.filter(vendor_id=actor.vendor_id, extent=extent).first()
        facts = {"entries": result.entries, "position": result.position, "hash": result.hash, "findings": findings}
        kept, _ = Check.objects.update_or_create(
            vendor_id=actor.vendor_id, extent=extent, defaults={"at": moment(), **facts}
        )
        if findings and (before is None or before.findings != findings):
            report_broken(actor, kept)
    return kept
