"""What a protection that a dispute moves leaves behind, and what goes and comes back with it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hansa.core.tenancy import acting
from hansa.customers.actions import start_import, upload_import
from hansa.deals.actions import announce_end
from hansa.deals.models import ChannelConflict, Deal, EndReason
from hansa.disputes.actions import appeal_hearing, decide_dispute
from hansa.disputes.models import Dispute, Hearing
from hansa.disputes.tests.contest import GRANT, UPHOLD, decided, heard, now, opened
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

TODAY = timezone.now().date()
DIRECT = {
    "accounts": "Account Name,Website,Billing Country\nContoso Logistics,contoso-logistics.example,Netherlands\n",
    "opportunities": (
        "Opportunity ID,Account Name,Product,Stage,Amount,Created Date,Owner\n"
        f"7,Contoso Logistics,Fleet Analytics,Prospecting,45000,{TODAY - timedelta(days=3)},Dirk Direct\n"
    ),
}


def crm_says(cast: Cast) -> None:
    vendor, manager = cast.channel_manager.workspace.vendor, cast.channel_manager.actor
    for kind, text in DIRECT.items():
        start_import(manager, upload_import(manager, vendor, file_name="x.csv", content=text.encode(), kind=kind))
        run_jobs()


def conflicts(cast: Cast) -> dict[Any, str]:
    with acting(cast.system):
        return dict(ChannelConflict.objects.values_list("deal_id", "status"))


def announced(cast: Cast) -> tuple[Deal, Dispute, Hearing]:
    """The rival's deal, of which the end was announced before our dispute moved its protection to us."""
    held, dispute = opened(cast)
    ending = {"reason": EndReason.NO_ACTIVITY, "ends_on": TODAY + timedelta(days=20), "note": "Call them."}
    announce_end(cast.vendor_admin.actor, held, **ending)
    hearing = heard(cast, dispute)
    decide_dispute(cast.channel_manager.actor, dispute, **GRANT)
    run_jobs()
    return now(cast, held), now(cast, dispute), now(cast, hearing)


def test_direct_sales_are_flagged_where_the_protection_is_now(cast: Cast) -> None:
    held, dispute = opened(cast)
    crm_says(cast)
    assert conflicts(cast) == {held.pk: "open"}
    heard(cast, dispute)
    decide_dispute(cast.channel_manager.actor, dispute, **GRANT)
    run_jobs()
    assert conflicts(cast) == {held.pk: "cleared", dispute.deal_id: "open"}


def test_direct_sales_are_flagged_again_where_the_protection_comes_back(cast: Cast) -> None:
    held, dispute, hearing = decided(cast, **GRANT)
    crm_says(cast)
    assert conflicts(cast) == {dispute.deal_id: "open"}
    appeal_hearing(cast.rival_rep.actor, hearing, statement="Our offer was first.")
    run_jobs()
    decide_dispute(cast.vendor_admin.actor, now(cast, dispute), **UPHOLD)
    run_jobs()
    assert conflicts(cast) == {dispute.deal_id: "cleared", held.pk: "open"}


def test_who_loses_reads_the_disputes_reason_and_not_that_of_the_notice(cast: Cast, browse: Any) -> None:
    held, _, _ = announced(cast)
    page = browse(cast.rival_rep).get(f"/w/northwind-proseware/deals/{held.public_id}/").content.decode()
    assert "Decided in a dispute. We erred" in page
    shown = machine(cast.rival_admin).get(f"/deal-registrations/{held.public_id}").json()
    assert (shown["reason"], shown["reason_text"]) == ("dispute_decided", "Decided in a dispute")


def test_what_comes_back_on_appeal_ends_early_as_it_was_announced(cast: Cast, browse: Any) -> None:
    """The vendor never took the notice back: the partner reads it again, with the time that was left until then."""
    held, dispute, hearing = announced(cast)
    appeal_hearing(cast.rival_rep.actor, hearing, statement="Our offer was first.")
    run_jobs()
    decide_dispute(cast.vendor_admin.actor, now(cast, dispute), **UPHOLD)
    back, ours = now(cast, held), now(cast, dispute.deal)
    assert (back.status, back.reason, back.reason_text) == ("approved", "no_activity", "No activity")
    assert back.notice_given_at == held.notice_given_at
    assert back.protected_until.date() - TODAY < timedelta(days=22)
    page = browse(cast.rival_rep).get(f"/w/northwind-proseware/deals/{held.public_id}/").content.decode()
    assert "has announced the end of this protection" in page
    assert (ours.reason, ours.reason_text) == ("dispute_decided", "Decided in a dispute")


def test_what_comes_back_without_a_notice_has_no_reason(cast: Cast) -> None:
    held, dispute, hearing = decided(cast, **GRANT)
    appeal_hearing(cast.rival_rep.actor, hearing, statement="Our offer was first.")
    run_jobs()
    decide_dispute(cast.vendor_admin.actor, now(cast, dispute), **UPHOLD)
    back = now(cast, held)
    assert (back.status, back.reason, back.reason_text, back.notice_given_at) == ("approved", "", "", None)
