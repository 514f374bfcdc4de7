"""A merge at the same moment as decisions about registrations of both companies."""

import random
from time import sleep

import pytest

from hansa.core.database import advisory_lock
from hansa.core.tenancy import acting
from hansa.customers.models import Company
from hansa.deals.actions import approve_deal, merge_companies
from hansa.deals.models import Deal, Protection, Status
from hansa.testing.cast import Cast
from hansa.testing.races import claim, contest, customer


@pytest.mark.parametrize("merges_at", [0.3, 0.8], ids=["the merge comes first", "the decisions come first"])
def test_decisions_and_a_merge_wait_for_each_other_in_one_order(committed: Cast, merges_at: float) -> None:
    cast, seed = committed, random.Random(9)
    waiting = [claim(cast, person, customer(seed), 0, domain="") for person in (cast.partner_rep, cast.rival_rep)]
    with acting(cast.system):
        merged, kept = (Company.objects.get(pk=deal.company_id) for deal in waiting)

    def occupy_both() -> None:
        """Keep the companies until everybody else has what they lock before and waits."""
        with acting(cast.system):
            for company in (kept, merged):
                advisory_lock("company", company.vendor_id, company.pk)
            sleep(1.5)

    def merge() -> None:
        sleep(merges_at)
        merge_companies(cast.deal_desk.actor, kept, merged=merged)

    def approve(deal: Deal) -> None:
        sleep(0.5)
        approve_deal(cast.channel_manager.actor, deal)

    acts = [occupy_both, merge, *(lambda deal=deal: approve(deal) for deal in waiting)]
    with contest(cast, [cast.channel_manager] * len(acts)) as contenders:
        results = contenders.race(acts)
    refused = ("already_protected", "protections_conflict")
    assert [it.error for it in results if it.error and getattr(it.error, "code", "") not in refused] == []
    with acting(cast.system):
        for held in Protection.objects.select_related("deal"):
            assert (held.company_id, held.deal.status) == (held.deal.company_id, Status.APPROVED)
