"""Decisions of the past, made again by whoever audits, whatever the policy says today."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import Error, connections, transaction

from hansa.accounts.roles import Role
from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal
from hansa.deals.rules import APPROVAL, FIXED, POLICIES
from hansa.kernel.ids import new_id
from hansa.rulebook.kept import rules_as_of
from hansa.rulebook.models import BuiltInTable, Decision, DecisionEvidence
from hansa.rulebook.rerun import proofs_of, rerun
from hansa.rulebook.tests.test_policy_versions import BUILT_IN, published
from hansa.testing.cast import Cast, chief_of
from hansa.testing.machine import machine

EARLIER = "built-in 0a1b2c3d"


def again(*words: str) -> tuple[int, str]:
    """The command's code and answer."""
    out = StringIO()
    try:
        call_command("policy", "rerun", "--workspace", "northwind", *words, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def forged(cast: Cast, **changes: Any) -> Decision:
    """A record that says something else than a real one of the latest decision."""
    with acting(cast.system):
        decision = Decision.objects.latest("at", "id")
        proof = DecisionEvidence.objects.get(decision=decision)
        decision.pk, proof.pk = new_id(), new_id()
        proof.answers = [proof.answers[0] | changes, *proof.answers[1:]]
        decision.save(force_insert=True)
        proof.decision_id = decision.pk
        proof.save(force_insert=True)
    return decision


def test_every_decision_comes_out_again_whatever_the_policy_says_today(cast: Cast) -> None:
    cast.register()
    cast.register(cast.rival_rep)
    approve_deal(
        cast.deal_desk.actor, cast.register(customer="Far", domain="far.example", expected_close=cast.far_away)
    )
    stricter = BUILT_IN.replace("&gt; 365", "&gt; 30")
    assert stricter != BUILT_IN
    published(cast, chief_of(cast), dmn=stricter)
    cast.register(customer="Later", domain="later.example")
    assert again() == (0, "4 of 4 decisions come out as they were recorded.\n")


def test_a_record_that_says_otherwise_is_found(cast: Cast) -> None:
    cast.register()
    decision = forged(cast, row="far-away")
    code, said = again("--json")
    [found] = json.loads(said)["differ"]
    assert (code, found["decision"]) == (1, decision.public_id)
    assert (found["answers"][0]["row"], found["answers"][0]["row_now"]) == ("far-away", "new-customer")
    assert again(decision.public_id)[0] == 1


def test_only_decisions_of_the_rules_are_made_again(cast: Cast) -> None:
    approve_deal(cast.deal_desk.actor, cast.register(domain=""))
    with acting(cast.system):
        by_hand = Decision.objects.exclude(made_by="policy").get()
    assert again(by_hand.public_id)[0] == 1
    assert again("decision_nothing")[0] == 1
    assert again("--since", "2999-01-01") == (0, "0 of 0 decisions come out as they were recorded.\n")


def test_a_table_that_is_not_kept_is_said_so(cast: Cast) -> None:
    cast.register()
    decision = forged(cast, version=EARLIER)
    with acting(cast.system):
        without = rerun(decision, proofs_of(cast.system, [decision])[decision.pk])
    assert without.answers[0].problem == "Its table is not kept here."


def test_each_release_leaves_its_tables_in_the_database(db: None) -> None:
    kept = {(row.policy, row.version) for row in BuiltInTable.objects.all()}
    assert kept >= {(policy.name, policy.built_in.version) for policy in {**FIXED, **POLICIES}.values()}


def test_an_old_fingerprint_is_read_from_the_database(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a release that came with another table: what this one left is not the built-in any more."""
    cast.register()
    before = APPROVAL.built_in
    monkeypatch.setitem(vars(APPROVAL), "built_in", type(before)(APPROVAL, EARLIER, before.compiled))
    with acting(cast.system):
        decision = Decision.objects.get()
        kept = rules_as_of(APPROVAL, before.version)
        done = rerun(decision, proofs_of(cast.system, [decision])[decision.pk])
    assert kept is not None
    assert kept is not before
    assert done.same


def test_the_runtime_role_cannot_write_the_kept_tables(cast: Cast) -> None:
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        BuiltInTable.objects.create(policy="x", version="y", dmn="z")
    assert connections["default"].settings_dict["USER"] != connections["owner"].settings_dict["USER"]


@pytest.mark.parametrize("model", [Decision, DecisionEvidence, BuiltInTable])
@pytest.mark.django_db(databases=["default", "owner"])
def test_neither_owner_nor_application_changes_what_was_decided(cast: Cast, model: Any) -> None:
    table = model._meta.db_table
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s AND tgenabled = 'O'",
            [table, "pgtrigger_append_only%"],
        )
        assert cursor.fetchone() == (1,)
    cast.register()
    with acting(cast.system):
        for attempt in (model.objects.all().delete, lambda: model.objects.all().update(id=new_id())):
            with pytest.raises(Error), transaction.atomic():
                attempt()


def test_the_auditor_presses_the_button_and_others_have_none(cast: Cast, browse: Any) -> None:
    cast.register()
    with acting(cast.system):
        decision = Decision.objects.get()
    address = f"/w/northwind/decisions/{decision.public_id}/"
    assert "Re-run it" in browse(cast.vendor_admin).get(address).content.decode()
    page = browse(cast.vendor_admin).get(address, {"again": "1"}).content.decode()
    assert "The same answer again" in page
    desk = browse(cast.deal_desk).get(address, {"again": "1"}).content.decode()
    assert "Re-run it" not in desk
    assert "The same answer again" not in desk
    auditor = machine(cast.vendor_admin, roles=[Role.AUDITOR])
    assert auditor.get(f"/decisions/{decision.public_id}/rerun").json()["same"]
    assert (
        machine(cast.vendor_admin, roles=[Role.DEAL_DESK]).get(f"/decisions/{decision.public_id}/rerun").status_code
        == 403
    )
    assert machine(cast.partner_admin).get(f"/decisions/{decision.public_id}/rerun").status_code == 404
