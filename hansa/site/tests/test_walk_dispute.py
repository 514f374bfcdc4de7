"""A dispute, walked in a real browser: opened, both sides heard, decided, appealed, decided by somebody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hansa.core.tenancy import acting
from hansa.deals.models import Deal, Status
from hansa.disputes.models import Dispute, Hearing
from hansa.testing.browser import Visitor
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs

pytestmark = pytest.mark.browser

OURS, THEIRS, DESK = "/w/northwind-fabrikam/", "/w/northwind-proseware/", "/w/northwind/"


def statuses(cast: Cast) -> dict[str, str]:
    """Where the deals of both partners stand, by the company that is behind them."""
    with acting(cast.system):
        held, ours = Deal.objects.get(partnership=cast.rivals), Deal.objects.get(partnership=cast.partnership)
    return {"theirs": held.status, "ours": ours.status}


def ask(jonas: Visitor, name: str) -> None:
    jonas.press(name)
    jonas.fill(question="Since when do you work with them?", answer_by=_next_week())
    jonas.press("Ask")
    assert jonas.reads("Asked. The clock stands until the answer.")


def decide(judge: Visitor, name: str, label: str) -> None:
    judge.press(name)
    judge.page.get_by_label("On what does it rest?").select_option("evidence")
    judge.fill(note="What you showed counts.", other_note="What was shown counts.")
    judge.press(label)
    assert judge.reads("Decided. Each side is told in its own words.")


def _next_week() -> str:
    return (timezone.localdate() + timedelta(days=7)).isoformat()


def open_dispute(cast: Cast, mara: Visitor) -> Dispute:
    """Mara contests that her customer is taken; first she forgets to say why."""
    deal = cast.register()
    mara.open(f"{OURS}deals/{deal.public_id}/")
    mara.press("Dispute this decision")
    mara.press("Open the dispute")
    assert mara.reads("There is a problem")
    mara.fill(statement="We have worked with them since March.", wish="Protect us.")
    mara.press("Open the dispute")
    assert mara.reads("Your dispute is open.")
    assert mara.reads("Northwind decides by")
    run_jobs()
    with acting(cast.system):
        return Dispute.objects.get()


def answer(remo: Visitor) -> None:
    """Remo reads that his protection is disputed, not by whom, and answers."""
    remo.open(f"{THEIRS}disputes/")
    remo.press("Contoso Logistics", exact=False)
    assert not remo.reads("Fabrikam")
    assert not remo.reads("We have worked with them since March.")
    remo.fill(statement="Our offer went out in April.")
    remo.press("Answer")
    assert remo.reads("Sent.")
    remo.page.locator("#file").set_input_files({"name": "offer.pdf", "mimeType": "", "buffer": b"%PDF-1.4 our offer"})
    remo.press("Add the file")
    run_jobs()


def appeal(cast: Cast, remo: Visitor) -> None:
    """Remo lost his protection and appeals."""
    with acting(cast.system):
        hearing = Hearing.objects.get()
    remo.open(f"{THEIRS}hearings/{hearing.public_id}/")
    assert remo.reads("Your protection was ended")
    remo.press("Appeal")
    remo.fill(statement="The customer chose us in writing.")
    remo.press("Appeal")
    run_jobs()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_dispute_from_opening_to_appeal(committed: Cast, visit, size: str) -> None:
    committed.register(committed.rival_rep)
    mara, remo, jonas, admin = (
        visit(person, size=size)
        for person in (committed.partner_rep, committed.rival_rep, committed.channel_manager, committed.vendor_admin)
    )
    dispute = open_dispute(committed, mara)
    jonas.open(f"{DESK}disputes/")
    jonas.press("Contoso Logistics", exact=False)
    assert jonas.reads("Protected here, and not asked yet.")
    ask(jonas, "Ask the other side")
    answer(remo)

    jonas.open(f"{DESK}disputes/{dispute.public_id}/")
    assert jonas.reads("Our offer went out in April.")
    assert jonas.reads("offer.pdf")
    decide(jonas, "Grant it", "Grant it")
    assert statuses(committed) == {"theirs": Status.CANCELED, "ours": Status.APPROVED}
    mara.open(f"{OURS}disputes/{dispute.public_id}/")
    assert mara.reads("What you showed counts.")
    assert not mara.reads("Proseware")
    assert not mara.reads("offer.pdf")

    appeal(committed, remo)
    jonas.open(f"{DESK}disputes/{dispute.public_id}/")
    assert jonas.reads("You have decided this before, so somebody else decides now.")
    admin.open(f"{DESK}disputes/{dispute.public_id}/")
    assert admin.reads("The customer chose us in writing.")
    decide(admin, "Uphold the decision", "Uphold it")
    assert statuses(committed) == {"theirs": Status.APPROVED, "ours": Status.CANCELED}
    mara.open(f"{OURS}disputes/")
    admin.open(f"{DESK}disputes/?show=all")
    remo.open(f"{THEIRS}disputes/")
    remo.press("Contoso Logistics", exact=False)
    assert remo.reads("Your protection stands")
