from datetime import timedelta

from hansa.core.tenancy import acting
from hansa.deals.actions import withdraw_deal
from hansa.deals.models import Deal
from hansa.deals.tests.test_reminders import set_terms
from hansa.rulebook.models import DecisionEvidence
from hansa.simulator.memory import Claim, Memory
from hansa.testing.cast import Cast


def test_what_a_partner_held_until_lately_is_found_in_memory_as_in_the_database(cast: Cast) -> None:
    set_terms(cast, cooling_off_days=30)
    held, lines = cast.register(), frozenset([cast.analytics.pk])
    withdraw_deal(cast.partner_rep.actor, held)
    alike = cast.register(domain="contoso-logistics.nl")
    with acting(cast.system):
        recorded = DecisionEvidence.objects.get(decision__subject_id=alike.pk).evidence
        held, memory = Deal.objects.get(pk=held.pk), Memory.load(cast.system.vendor_id)
    assert held.decided_at
    known = Claim(held, lines, "Fabrikam Consulting", dict.fromkeys(lines, held.decided_at), held.protected_until)
    memory.claims[held.company_id].append(known)
    similar = memory.similar(alike.customer_name, alike.customer_domain, "NL", but=alike.company_id)
    for pause, ended in ((30, [entry for entry in recorded if entry.get("kind") == "ended"]), (0, [])):
        at = alike.submitted_at + timedelta(milliseconds=1)
        found = memory.clues(alike, similar, lines, at=at, before=at, stale_after_days=90, pause_days=pause)
        assert [clue.as_evidence({one.company_id: one for one in similar}) for clue in found] == ended
    assert [entry["subject"] for entry in recorded if entry.get("kind") == "ended"] == [str(held.pk)]
