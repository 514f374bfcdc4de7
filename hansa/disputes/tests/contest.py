"""What tests of disputes share: a customer that the rival holds, and a registration of it that was turned down."""

from datetime import timedelta
from typing import Any

from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.disputes.actions import answer_hearing, ask_other_side, decide_dispute, open_dispute
from hansa.disputes.models import Dispute, Hearing
from hansa.disputes.sides import hearings_of
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

THEIRS = {"customer": "Contoso as Proseware writes it", "domain": "contoso-logistics.example"}
GRANT: dict[str, Any] = {
    "result": "granted",
    "reason": "evidence",
    "note": "You were first.",
    "other_note": "We erred.",
}
UPHOLD: dict[str, Any] = {
    "result": "upheld",
    "reason": "nothing_new",
    "note": "Nothing new.",
    "other_note": "It stands.",
}


def contested(cast: Cast, **facts: Any) -> tuple[Deal, Deal]:
    """The rival's protected deal, and our duplicate of it."""
    held = cast.register(cast.rival_rep, **THEIRS, **facts)
    ours = cast.register(**facts)
    assert (held.status, ours.status) == ("approved", "duplicate")
    return held, ours


def opened(cast: Cast, **facts: Any) -> tuple[Deal, Dispute]:
    """The rival's deal and our dispute."""
    held, ours = contested(cast, **facts)
    dispute = open_dispute(cast.partner_rep.actor, ours, statement="We have met them since March.", wish="Protection")
    return held, dispute


def heard(cast: Cast, dispute: Dispute) -> Hearing:
    """The other side's hearing, asked and answered."""
    day = (dispute.opened_at + timedelta(days=7)).date()
    hearing = ask_other_side(cast.channel_manager.actor, dispute, question="Since when?", answer_by=day)
    answer_hearing(cast.rival_rep.actor, hearing, statement="We have an offer out.")
    run_jobs()
    return now(cast, hearing)


def decided(cast: Cast, **words: Any) -> tuple[Deal, Dispute, Hearing]:
    """Opened, heard and decided by the channel manager."""
    held, dispute = opened(cast)
    hearing = heard(cast, dispute)
    decide_dispute(cast.channel_manager.actor, dispute, **words)
    return now(cast, held), now(cast, dispute), now(cast, hearing)


def now(cast: Cast, row: Any) -> Any:
    """The row as it is."""
    with acting(cast.system):
        rows = type(row).objects.all()
        return (rows.select_related("deal") if isinstance(row, Dispute | Hearing) else rows).get(pk=row.pk)


def hearings(cast: Cast, dispute: Dispute) -> list[Hearing]:
    with acting(cast.system):
        return hearings_of(dispute)
