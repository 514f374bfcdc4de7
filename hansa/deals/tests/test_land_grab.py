"""A partner that grabs at customers: none that is taken is approved under another spelling, and the cap is exact."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from hansa.accounts.models import Vendor
from hansa.core.tenancy import acting
from hansa.customers.matching.domains import own_domain
from hansa.customers.matching.identity import identity_key
from hansa.customers.matching.lookup import rank
from hansa.customers.matching.profile import describe
from hansa.customers.matching.scoring import SIMILAR
from hansa.customers.tests.test_evasions import COUNTRIES, EVASIONS, Known, asked_keys, invent
from hansa.deals.models import Deal, Status
from hansa.deals.rules import rule
from hansa.testing.cast import Cast
from hansa.testing.machine import Machine, machine, registration
from hansa.tiers.facts import TYPE_FACTS

AT_ONCE, CAP = 50, 20


def facts(known: Known, number: int, written: tuple[str, str | None, str | None]) -> dict[str, Any]:
    """What the approval table asks about a registration so written, where another partner holds this company."""
    name, domain, country = written
    probe = describe(name, domain or "", country or "")
    candidates = set().union(*(known.by_key.get(key, ()) for key in asked_keys(probe)))
    same = known.by_identity.get(identity_key(name, domain or "", country or "")) == number
    found = rank(probe, [(n, *known.companies[n]) for n in candidates])
    return {
        "own_claim": False,
        "amount_minor": 84_000_00,
        **dict.fromkeys(TYPE_FACTS, False),
        "protected": same,
        "direct_opportunity": False,
        "direct_lead": False,
        "earlier_claim": False,
        "similar_conflict": any(one.company_id == number and one.match.score >= SIMILAR for one in found),
        "held_until_lately": False,
        "crm_account": False,
        "similarity": round(found[0].match.score * 100) if found else None,
        "evidence_required": False,
        "evidence_given": False,
        "in_territory": True,
        "has_web_address": own_domain(domain or "") is not None,
        "days_to_close": 70,
        "deal_type": "new",
        "tier_rank": 1,
    }


@pytest.fixture(scope="module")
def known() -> Known:
    return Known([(f"{name} {COUNTRIES[country]}", domain, country) for name, domain, country in invent(2000)])


def test_of_2000_evasions_none_is_approved_by_the_rules(known: Known) -> None:
    approved: Counter[str] = Counter()
    for number, (name, domain, country) in enumerate(known.companies):
        evade = EVASIONS[number % len(EVASIONS)]
        written = evade(name.removesuffix(f" {COUNTRIES[country]}"), domain, country)
        answer = rule(facts(known, number, written), usual_days=90)
        approved[evade.__name__] += answer.status == Status.APPROVED
    assert approved.total() == 0, approved


def test_fifty_posts_at_once_register_exactly_as_many_as_the_cap_says(committed: Cast) -> None:
    Vendor.objects.filter(pk=committed.partnership.vendor_id).update(registrations_per_day=CAP)
    secret = machine(committed.partner_admin).secret

    def post(number: int) -> int:
        customer = {"name": f"Customer {number}", "domain": f"customer-{number}.example", "country": "NL"}
        try:
            body = registration(committed, customer=customer)
            return int(Machine(secret).post("/deal-registrations", body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as clients:
        answers = Counter(clients.map(post, range(AT_ONCE)))
    assert answers == {201: CAP, 429: AT_ONCE - CAP}
    with acting(committed.system):
        assert Deal.objects.count() == CAP
