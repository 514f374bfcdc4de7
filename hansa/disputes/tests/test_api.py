from datetime import timedelta
from typing import Any

from django.utils import timezone

from hansa.accounts.models import Vendor
from hansa.disputes.tests.contest import GRANT, contested, now
from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs


def data(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_dispute_lives_its_whole_life_over_the_api(cast: Cast) -> None:
    held, ours = contested(cast)
    mine, theirs, desk = (machine(one) for one in (cast.partner_admin, cast.rival_admin, cast.vendor_admin))
    body = {"deal": ours.public_id, "statement": "We have worked with them since March.", "wish": "Protect us."}
    dispute = data(mine.post("/disputes", body), 201)
    path = f"/disputes/{dispute['id']}"
    assert (dispute["status"], dispute["contested"], len(dispute["entries"])) == ("opened", "duplicate", 1)

    day = str((timezone.now() + timedelta(days=7)).date())
    asked = {"of": "other_side", "question": "Since when?", "answer_by": day}
    assert data(desk.post(f"{path}/question", asked))["due_at"] is None
    [hearing] = data(theirs.get("/hearings"))["data"]
    assert (hearing["deal"], hearing["status"]) == (held.public_id, "asked")
    data(theirs.post(f"/hearings/{hearing['id']}/statements", {"statement": "Our offer is out."}))
    run_jobs()
    assert data(mine.get(path))["due_at"]
    [side] = data(desk.get(f"{path}/hearings"))["data"]
    assert [entry["text"] for entry in side["entries"]] == ["Since when?", "Our offer is out."]

    assert data(desk.post(f"{path}/decision", GRANT))["result"] == "granted"
    assert data(mine.get(f"/deal-registrations/{ours.public_id}"))["status"] == "approved"
    lost = data(theirs.get(f"/hearings/{hearing['id']}"))
    assert (lost["result"], lost["note"], bool(lost["appeal_until"])) == ("moved", "We erred.", True)
    data(theirs.post(f"/hearings/{hearing['id']}/appeal", {"statement": "In writing."}))
    run_jobs()
    refused = desk.post(f"{path}/decision", {**GRANT, "result": "upheld"})
    assert (refused.status_code, refused.json()["code"]) == (403, "decided_before")
    assert data(mine.get("/disputes", {"status": "appealed"}))["data"][0]["id"] == dispute["id"]


def test_the_other_side_finds_no_dispute_and_opens_none_over_a_deal_that_is_not_its_own(cast: Cast) -> None:
    held, ours = contested(cast)
    mine, theirs = machine(cast.partner_admin), machine(cast.rival_admin)
    dispute = data(mine.post("/disputes", {"deal": ours.public_id, "statement": "We were first."}), 201)
    assert theirs.get(f"/disputes/{dispute['id']}").status_code == 404
    assert mine.post("/disputes", {"deal": held.public_id, "statement": "Mine."}).status_code == 422


def test_disputes_are_capped_whether_they_are_let_in_or_not(cast: Cast) -> None:
    _, ours = contested(cast)
    Vendor.objects.update(disputes_per_month=2)
    mine = machine(cast.partner_admin)
    body = {"deal": ours.public_id, "statement": "We were first."}
    assert [mine.post("/disputes", body).status_code for _ in range(3)] == [201, 409, 429]


def test_the_page_counts_the_same_attempts(cast: Cast, browse) -> None:
    _, ours = contested(cast)
    Vendor.objects.update(disputes_per_month=1)
    client, page = browse(cast.partner_rep), f"/w/northwind-fabrikam/deals/{ours.public_id}/dispute/"
    assert client.post(page, {"statement": "We were first."}).status_code == 302
    again = client.post(page, {"statement": "We were first."})
    assert "has reached its 1 dispute within 30 days" in again.content.decode()
    assert now(cast, ours).status == "duplicate"
