"""Messages and notes over the API."""

from hansa.testing.cast import Cast
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs


def test_a_machine_posts_for_the_person_who_made_its_key_and_lists(cast: Cast) -> None:
    deal = cast.register()
    ours, vendor = machine(cast.partner_admin), machine(cast.vendor_admin)
    path = f"/deal-registrations/{deal.public_id}/messages"
    posted = ours.post(path, {"text": "From our CRM"})
    assert posted.status_code == 201
    shown = posted.json()
    assert (shown["side"], shown["via"], shown["about"]) == ("partner", "api", deal.public_id)
    assert shown["author"] == cast.partner_admin.membership.public_id
    vendor.post(path, {"text": "Thank you"})
    assert [one["text"] for one in ours.get(path).json()["data"]] == ["Thank you", "From our CRM"]


def test_the_same_message_sent_twice_is_one(cast: Cast) -> None:
    path = f"/deal-registrations/{cast.register().public_id}/messages"
    ours = machine(cast.partner_admin)
    answers = [ours.post(path, {"text": "Once"}, idempotency_key="a").json()["id"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(ours.get(path).json()["data"]) == 1


def test_a_key_that_may_only_read_does_not_write(cast: Cast) -> None:
    path = f"/deal-registrations/{cast.register().public_id}/messages"
    reader = machine(cast.partner_admin, scopes=["read"])
    assert reader.post(path, {"text": "Hello"}).json()["code"] == "scope_missing"
    assert reader.get(path).json()["data"] == []


def test_a_rival_and_a_stranger_find_nothing_there(cast: Cast) -> None:
    deal = cast.register()
    for person in (cast.rival_admin, cast.stranger):
        foreign = machine(person)
        for path in (
            f"/deal-registrations/{deal.public_id}/messages",
            f"/partners/{cast.partnership.public_id}/messages",
        ):
            assert foreign.get(path).status_code == foreign.post(path, {"text": "Hello"}).status_code == 404


def test_the_maker_of_a_key_is_not_told_of_what_it_wrote(cast: Cast) -> None:
    path = f"/partners/{cast.partnership.public_id}/messages"
    ours = machine(cast.partner_admin)
    ours.post(path, {"text": "In general"})
    run_jobs()
    assert ours.get("/notices").json()["data"] == []


def test_notes_are_the_vendors(cast: Cast) -> None:
    path = f"/deal-registrations/{cast.register().public_id}/notes"
    vendor, ours = machine(cast.vendor_admin), machine(cast.partner_admin)
    assert vendor.post(path, {"text": "Watch the price"}).status_code == 201
    assert [one["text"] for one in vendor.get(path).json()["data"]] == ["Watch the price"]
    assert ours.get(path).status_code == ours.post(path, {"text": "Mine"}).status_code == 404


def test_text_that_no_page_could_show_is_refused(cast: Cast) -> None:
    path = f"/deal-registrations/{cast.register().public_id}/messages"
    ours = machine(cast.partner_admin)
    for text in ("", "   ", "a\u0000b", "x" * 10_001):
        assert ours.post(path, {"text": text}).status_code == 422
