"""Deciders, and the side that holds the customer, at the same moment: one decision, and one protection at most."""

from functools import partial
from typing import Any

from django.utils import timezone

from hansa.core.tenancy import acting
from hansa.deals.actions import withdraw_deal
from hansa.deals.models import Protection
from hansa.disputes.actions import decide_dispute, open_dispute
from hansa.disputes.tests.contest import GRANT, UPHOLD, heard, now
from hansa.kernel.errors import DomainError
from hansa.testing import races
from hansa.testing.cast import Cast

ROUNDS = 4


def test_a_dispute_is_decided_once_and_leaves_one_protection(committed: Cast) -> None:
    cast = committed
    with races.contest(cast, [cast.channel_manager, cast.vendor_admin, cast.rival_rep]) as contest:
        for number in range(ROUNDS):
            customer: dict[str, Any] = {"customer": f"Customer {number}", "domain": f"customer-{number}.example"}
            held, ours = cast.register(cast.rival_rep, **customer), cast.register(**customer)
            dispute = open_dispute(cast.partner_rep.actor, ours, statement="We were first.")
            heard(cast, dispute)
            answers = contest.race(
                [
                    partial(decide_dispute, cast.channel_manager.actor, dispute, **GRANT),
                    partial(decide_dispute, cast.vendor_admin.actor, dispute, **UPHOLD),
                    partial(withdraw_deal, cast.rival_rep.actor, held),
                ]
            )
            assert [one.error for one in answers if one.error and not isinstance(one.error, DomainError)] == []
            assert sum(one.error is None for one in answers[:2]) == 1
            with acting(cast.system):
                live = Protection.objects.filter(company=now(cast, ours).company_id, during__contains=timezone.now())
                holders = set(live.values_list("deal", flat=True))
            result = now(cast, dispute).result
            assert holders == ({ours.pk} if result == "granted" else holders & {held.pk})
