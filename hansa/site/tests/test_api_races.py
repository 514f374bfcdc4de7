"""The same request twenty times at once, on every unsafe operation of the document: one effect, one answer."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from hansa.core.models import Event, IdempotencyKey
from hansa.core.tenancy import acting
from hansa.disputes.tests import contest
from hansa.site.api import api
from hansa.site.tests import races_of_partners, races_of_policies, races_of_tiers
from hansa.site.tests.race_starts import (
    ACCOUNTS,
    LETTER,
    Prepare,
    all_that_wait,
    approved,
    asked_about,
    asking,
    assigned,
    changing,
    colleague,
    companies,
    conflict,
    cover,
    covered,
    credited,
    disputed,
    drafted,
    heard,
    invitation,
    key,
    line,
    lost,
    lost_by_the_other,
    many,
    member,
    nothing,
    other_lines,
    program,
    question,
    questioned,
    rivals,
    seller,
    stopped,
    suspended,
    together,
    told,
    uploaded,
    waiting,
    wish,
    wished,
    with_file,
)
from hansa.testing.cast import Cast, Person
from hansa.testing.machine import Machine, machine, registration

AT_ONCE = 20

UNSAFE = {
    operation["operationId"]: (method, path)
    for path, operations in api.get_openapi_schema(path_prefix="")["paths"].items()
    for method, operation in operations.items()
    if method != "get"
}


TOO_LATE = {"list": "queue", "name": "Too late", "filter": {"show": "late"}}


def kept_filter(cast: Cast) -> dict[str, str]:
    return {"filter_id": machine(cast.vendor_admin).post("/filters", TOO_LATE).json()["id"]}


INTERNAL_FILE = with_file("internal-files", "vendor_admin", "internal_file_id")
PERSONAL = {"read_notice", "change_notification_settings", "try_case"}  # nobody's business fact, so no event
CASES: dict[str, tuple[str, Prepare, Any]] = {
    "register_deal": ("partner_admin", nothing, registration),
    "change_deal": ("partner_admin", approved, {"stage": "proposal"}),
    "withdraw_deal": ("partner_admin", approved, None),
    "win_deal": ("partner_admin", approved, {"reason": "price"}),
    "lose_deal": ("partner_admin", approved, {"reason": "price"}),
    "approve_deal": ("vendor_admin", waiting, {}),
    "reject_deal": ("vendor_admin", waiting, {"reason": "too_early"}),
    "mark_duplicate": ("vendor_admin", waiting, {}),
    "cancel_deal": ("vendor_admin", approved, {"reason": "customer_wish"}),
    "request_extension": ("partner_admin", approved, wish),
    "approve_extension": ("vendor_admin", wished, {}),
    "decline_extension": ("vendor_admin", wished, {"note": "Not yet."}),
    "withdraw_extension": ("partner_admin", wished, None),
    "withdraw_amendment": ("partner_admin", changing, None),
    "extend_deal": ("vendor_admin", approved, {"days": 30}),
    "announce_end": (
        "vendor_admin",
        approved,
        lambda cast: {"reason": "customer_wish", "ends_on": str(timezone.now().date() + timedelta(days=30))},
    ),
    "amend_deal": ("partner_admin", approved, {"need": "More trucks"}),
    "request_lines": ("partner_admin", approved, other_lines),
    "approve_amendment": ("vendor_admin", changing, {}),
    "decline_amendment": ("vendor_admin", changing, {"note": "Not this line."}),
    "hand_over_deal": (
        "vendor_admin",
        approved,
        lambda cast: {"owner": cast.partner_admin.membership.public_id},
    ),
    "release_decision": ("vendor_admin", together, None),
    "release_answers": ("vendor_admin", together, None),
    "change_answers": ("vendor_admin", program, {"times": ["11:00", "17:00"]}),
    "ask_for_more": ("vendor_admin", waiting, question),
    "answer_question": ("partner_admin", questioned, {"note": "They have a project."}),
    "post_deal_message": ("partner_admin", approved, {"text": "May we offer a pilot?"}),
    "write_deal_note": ("vendor_admin", approved, {"text": "They pay late."}),
    "post_general_message": ("vendor_admin", rivals, {"text": "Welcome."}),
    "change_roles": ("partner_admin", member, {"roles": ["partner_support"]}),
    "offboard_member": ("partner_admin", member, None),
    "invite_member": ("partner_admin", nothing, {"email": "new@fabrikam.example", "roles": ["partner_sales"]}),
    "revoke_invitation": ("partner_admin", invitation, None),
    "create_key": ("partner_admin", nothing, {"name": "CRM", "roles": ["partner_sales"]}),
    "revoke_key": ("partner_admin", key, None),
    "invite_partner": (
        "vendor_admin",
        nothing,
        {"company": "Litware", "email": "lea@litware.example", "name": "Lea", "partner_types": ["msp"]},
    ),
    "suspend_partner": ("vendor_admin", rivals, None),
    "resume_partner": ("vendor_admin", suspended, None),
    "end_partnership": ("vendor_admin", rivals, None),
    "assign_manager": (
        "vendor_admin",
        rivals,
        lambda cast: {"channel_manager": cast.channel_manager.membership.public_id},
    ),
    "appoint_deputy": ("vendor_admin", nothing, cover),
    "revoke_deputy": ("vendor_admin", covered, None),
    "change_rules": ("vendor_admin", program, {"protection_days": 30}),
    "change_terms": ("vendor_admin", program, {"notice_days": 7}),
    "change_review": ("vendor_admin", program, {"review_hours": 8}),
    "change_calendar": ("vendor_admin", nothing, {"timezone": "Europe/Berlin"}),
    "change_permission": (
        "vendor_admin",
        lambda cast: {"permission_name": "deal.approve"},
        {"roles": ["vendor_admin", "channel_manager"]},
    ),
    "add_line": ("vendor_admin", nothing, {"code": "cold-chain", "name": "Cold Chain"}),
    "retire_line": ("vendor_admin", line, None),
    "edit_company": ("vendor_admin", companies, {"city": "Rotterdam"}),
    "merge_companies": ("vendor_admin", companies, None),
    "upload_import": ("vendor_admin", nothing, ACCOUNTS),
    "map_import": ("vendor_admin", uploaded, {"columns": {"name": "account"}}),
    "start_import": ("vendor_admin", uploaded, None),
    "discard_import": ("vendor_admin", uploaded, None),
    "create_export": ("partner_admin", nothing, {"list": "deals", "show": "won"}),
    "read_notice": ("partner_admin", told, None),
    "change_notification_settings": ("partner_admin", nothing, {"channels": {"conversation": "inbox"}}),
    "add_territory": ("vendor_admin", nothing, {"name": "Benelux", "countries": ["BE", "NL"]}),
    "change_requirements": ("vendor_admin", program, {"required_fields": ["need"]}),
    "change_reasons": ("vendor_admin", program, {"win": [{"code": "price", "label": "Our price"}]}),
    "change_dispute_terms": ("vendor_admin", program, {"dispute_days": 10}),
    "attach_deal_file": ("partner_admin", waiting, LETTER),
    "attach_deal_internal_file": ("vendor_admin", waiting, LETTER),
    "remove_one_file": ("partner_admin", with_file("files", "partner_admin", "file_id"), None),
    "remove_one_internal_file": ("vendor_admin", INTERNAL_FILE, None),
    "open_dispute": (
        "partner_admin",
        nothing,
        lambda cast: {"deal": contest.contested(cast)[1].public_id, "statement": "We met them in March."},
    ),
    "add_statement": ("partner_admin", disputed, {"statement": "Here is more."}),
    "withdraw_dispute": ("partner_admin", disputed, None),
    "ask_for_evidence": ("vendor_admin", disputed, asking),
    "answer_hearing": ("rival_admin", asked_about, {"statement": "Since May."}),
    "decide_dispute": ("vendor_admin", heard, contest.UPHOLD),
    "appeal_dispute": ("partner_admin", lost, {"statement": "Look again."}),
    "appeal_hearing": ("rival_admin", lost_by_the_other, {"statement": "Look again."}),
    "replay_policy_version": ("vendor_admin", drafted, {"months": 3}),
    "create_bulk_decision": ("vendor_admin", nothing, all_that_wait),
    "stop_bulk_decision": ("vendor_admin", many, None),
    "resume_bulk_decision": ("vendor_admin", stopped, None),
    **races_of_partners.CASES,
    **races_of_policies.CASES,
    **races_of_tiers.CASES,
    "save_filter": ("vendor_admin", nothing, TOO_LATE),
    "delete_filter": ("vendor_admin", kept_filter, None),
    "assign_registration": ("vendor_admin", waiting, colleague),
    "end_assignment": ("vendor_admin", assigned, None),
    "give_credit": ("vendor_admin", approved, seller),
    "take_credit_back": ("vendor_admin", credited, None),
    "settle_conflict": ("vendor_admin", conflict, {"result": "left_to_partner"}),
}


def test_every_unsafe_operation_has_its_race() -> None:
    assert set(CASES) == set(UNSAFE)


@pytest.mark.parametrize("operation", CASES)
def test_twenty_copies_have_one_effect_and_one_answer(committed: Cast, operation: str) -> None:
    who, prepare, body = CASES[operation]
    person: Person = getattr(committed, who)
    client, places = machine(person), prepare(committed)
    body = {"merged": places["other"]} if operation == "merge_companies" else body
    body = body(committed) if callable(body) else body
    method, path = UNSAFE[operation]
    before = events(committed)

    def send(_: int) -> tuple[int, bytes]:
        try:
            copy, address = Machine(client.secret), path.format(**places)
            if isinstance(body, bytes):
                answer = copy.upload(address, body, idempotency_key="same")
            else:
                answer = copy.call(method, address, body, idempotency_key="same")
            return int(answer.status_code), bytes(answer.content)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as copies:
        answers = list(copies.map(send, range(AT_ONCE)))
    assert {status for status, _ in answers} <= {200, 201, 409}, answers
    done = {content for status, content in answers if status in (200, 201)}
    assert 1 <= len(done) <= (2 if operation == "create_key" else 1)  # a secret is shown once
    with acting(person.actor):
        assert IdempotencyKey.objects.count() == 1
    happened = events(committed) - before
    assert set(happened.values()) == (set() if operation in PERSONAL else {1})


def events(cast: Cast) -> Counter[str]:
    """How often each thing happened at the vendor so far."""
    with acting(cast.system):
        return Counter(Event.objects.values_list("name", flat=True))
