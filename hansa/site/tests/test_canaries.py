"""What leaves the system says nothing that its reader must not know: rows, pages, mails, jobs and logs are scanned."""

import json
import logging
from typing import Any

import pytest
from django.core import mail
from django.db import connection, models
from django.test import Client

from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, reject_deal
from hansa.deals.models import RejectReason
from hansa.testing.cast import Cast, Person
from hansa.testing.census import walled_models
from hansa.testing.queue import run_jobs
from hansa.testing.world import World, leaks

SECRET = "CNRY-rivals-secret"


def test_every_text_of_the_world_says_whose_it_is(world: World) -> None:
    """A column that the scan could not see would hide a leak: each text that anybody may write is marked."""
    unmarked = [
        f"{model._meta.label}.{it.name}"
        for model in walled_models()
        for it in model._meta.concrete_fields
        if isinstance(it, models.TextField) and not it.choices and "CNRY-" not in _value(world, model, it)
    ]
    # Names of the IANA database, of a status, a policy and types of partners, which nobody makes up.
    named = {"programs.Calendar.timezone", "deals.Verdict.becomes", "rulebook.Replay.policy"}
    named.add("rulebook.PolicyVersion.for_types")
    assert set(unmarked) == named


@pytest.mark.parametrize("model", walled_models(), ids=lambda model: model._meta.db_table)
def test_the_rows_that_a_party_can_read_are_free_of_the_texts_of_others(world: World, model) -> None:
    seen = 0
    for party in world.parties.values():
        with acting(party.actor):
            for row in model.objects.visible_to(party.actor):
                text = " ".join(str(getattr(row, it.attname)) for it in row._meta.concrete_fields)
                assert leaks(world, party.actor, text) == set()
                seen += "CNRY-" in text
    assert seen or not any(isinstance(it, models.TextField) and not it.choices for it in model._meta.concrete_fields)


def _value(world: World, model: Any, it: Any) -> str:
    rows = [row for party in world.parties.values() if (row := party.rows.get(model))]
    return " ".join(str(getattr(row, it.attname)) for row in rows)


@pytest.fixture
def clash(cast: Cast, caplog) -> Cast:
    """A rival's secret claim, decided by hand; then the partner claims the same customer, unknowing."""
    caplog.set_level(logging.INFO)
    cast.rival_rep.user.name = f"{SECRET}-rep"
    cast.rival_rep.user.save()
    facts = {name: f"{SECRET}-{name}" for name in ("customer", "contact_name", "need")}
    secret = cast.register(
        cast.rival_rep, domain="contested.example", contact_email="cnry-rivals-secret@x.example", **facts
    )
    waiting = cast.register(cast.rival_rep, domain="", lines=[cast.planner], **facts)
    approve_deal(cast.channel_manager.actor, waiting, note=f"{SECRET}-note")
    assert secret.status == "approved"
    taken = cast.register(cast.partner_rep, customer="Plain Name", domain="www.contested.example")
    assert taken.status == "duplicate"
    similar = cast.register(cast.partner_rep, customer=f"{SECRET}-customer".replace("CNRY-", ""), domain="")
    reject_deal(cast.channel_manager.actor, similar, reason=RejectReason.TOO_EARLY)
    return cast


def test_a_claim_on_a_taken_customer_tells_nothing_of_the_rival(clash: Cast) -> None:
    for reader in (clash.partner_rep, clash.partner_admin, clash.stranger):
        assert SECRET.lower() not in readable(reader).lower()
    assert SECRET in readable(clash.rival_rep)
    assert SECRET in readable(clash.channel_manager)


def test_jobs_carry_ids_and_no_words(clash: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs")
        arguments = [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in cursor.fetchall()]
    assert arguments
    assert {name for each in arguments for name in each} <= {"event_id", "vendor_id", "notice_id", "invitation_id"}
    assert SECRET not in json.dumps(arguments)


def test_mails_and_logs_say_nothing_of_the_rival(clash: Cast, caplog) -> None:
    run_jobs()
    ours = [letter for letter in mail.outbox if letter.to[0].endswith("@fabrikam.example")]
    assert ours
    assert not any(SECRET.lower() in str(letter.message()).lower() for letter in ours)
    assert any(SECRET in str(letter.message()) for letter in mail.outbox)
    assert SECRET not in caplog.text


def test_pages_say_nothing_of_the_rival(clash: Cast, browse) -> None:
    run_jobs()
    for reader, told in ((clash.partner_rep, False), (clash.rival_rep, True)):
        text = "".join(walked(browse(reader), f"/w/{reader.workspace.slug}/"))
        assert (SECRET.lower() in text.lower()) is told


def readable(reader: Person) -> str:
    """Everything that the database shows to somebody, as one text."""
    actor = reader.actor
    with acting(actor):
        rows = [row for model in walled_models() for row in model.objects.filter(vendor=actor.vendor_id).values_list()]
    return str(rows)


def walked(client: Client, start: str, most: int = 80) -> list[str]:
    """Every page that can be reached by links from one, within its workspace."""
    seen, waiting, texts = {start}, [start], []
    while waiting and len(seen) < most:
        page = client.get(waiting.pop())
        texts.append(page.content.decode("utf-8", "replace"))
        for part in texts[-1].split('href="')[1:]:
            link = part.split('"')[0].replace("&amp;", "&")
            if link.startswith(start) and link not in seen:
                seen.add(link)
                waiting.append(link)
    return texts
