"""Each event gets its place once, whoever seals, whenever its transaction ends, and whatever is killed."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from threading import Barrier
from threading import Event as Signal
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.history import sealing
from hansa.history.checking import check
from hansa.history.jobs import seal_all_vendors
from hansa.history.models import Head, Seal, Unsealed
from hansa.history.sealing import close_days, seal_all, seal_batch
from hansa.testing import databases
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs
from hansa.testing.tampering import as_owner


def register(cast: Cast, *names: str) -> None:
    for name in names:
        cast.register(customer=name, domain=f"{name}.example")


def vendor_of(cast: Cast) -> UUID:
    return cast.partnership.vendor_id


def chain(cast: Cast) -> list[tuple[int, UUID]]:
    with acting(cast.system):
        return list(Seal.objects.order_by("position").values_list("position", "pk"))


def test_every_event_is_sealed_once_in_the_order_in_which_it_was_written(cast: Cast) -> None:
    register(cast, "one", "two", "three")
    with acting(cast.system):
        events = list(Event.objects.order_by("id").values_list("pk", flat=True))
        assert Unsealed.objects.count() == len(events) > 0
    assert seal_all(vendor_of(cast)) == len(events)
    assert seal_all(vendor_of(cast)) == 0
    assert chain(cast) == list(enumerate(events, 1))
    with acting(cast.system):
        assert not Unsealed.objects.exists()


def test_batches_join_into_one_chain(cast: Cast) -> None:
    register(cast, "one", "two", "three")
    assert [seal_batch(vendor_of(cast), 4) for _ in range(3)] == [4, 2, 0]
    result = check(vendor_of(cast))
    assert (result.entries, result.findings) == (6, [])


def test_the_worker_seals_for_every_vendor_that_has_something(cast: Cast) -> None:
    register(cast, "one")
    seal_all_vendors.func(0)
    assert run_jobs().count("seal_history") == 1
    assert len(chain(cast)) == 2


def test_a_transaction_that_ends_late_is_sealed_late_and_not_left_out(committed: Cast) -> None:
    written, sealed = Signal(), Signal()

    def slow() -> None:
        with acting(committed.partner_rep.actor):
            register(committed, "slow")
            written.set()
            sealed.wait(30)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        assert written.wait(30)
        register(committed, "quick")
        assert seal_all(vendor_of(committed)) == 2
        sealed.set()
        running.result()
    assert seal_all(vendor_of(committed)) == 2
    result = check(vendor_of(committed))
    assert (result.entries, result.findings) == (4, [])


def test_two_that_seal_at_once_make_one_chain(committed: Cast) -> None:
    register(committed, *(f"customer-{number}" for number in range(12)))
    together = Barrier(4)

    def seal() -> int:
        together.wait(30)
        sealed = 0
        while batch := seal_batch(vendor_of(committed), 3):
            sealed += batch
        connections.close_all()
        return sealed

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: seal(), range(4))) == 24
    result = check(vendor_of(committed))
    assert (result.entries, result.findings) == (24, [])


def test_a_job_that_dies_in_the_middle_leaves_nothing_and_the_next_seals_it(cast: Cast, monkeypatch) -> None:
    register(cast, "one")

    def die(*rows: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(sealing, "insert", die)
        with pytest.raises(KeyboardInterrupt):
            seal_all(vendor_of(cast))
    assert chain(cast) == []
    assert seal_all(vendor_of(cast)) == 2


def test_a_day_that_is_over_gets_its_head_once(committed: Cast) -> None:
    register(committed, "one")
    seal_all(vendor_of(committed))
    assert close_days(vendor_of(committed)) == 0
    databases.move_clock("1 day")
    register(committed, "two")
    seal_all(vendor_of(committed))
    assert [close_days(vendor_of(committed)) for _ in range(2)] == [1, 0]
    databases.move_clock("3 days")
    assert close_days(vendor_of(committed)) == 1
    with acting(committed.system):
        heads = list(Head.objects.order_by("day"))
        hashes = dict(Seal.objects.values_list("position", "hash"))
    assert [head.position for head in heads] == [2, 4]
    assert heads[1].day - heads[0].day == timedelta(days=1)
    assert all(bytes(head.hash) == bytes(hashes[head.position]) for head in heads)


def test_a_clock_that_was_set_back_does_not_set_the_chain_back(committed: Cast) -> None:
    register(committed, "one")
    seal_all(vendor_of(committed))
    databases.move_clock("-1 hour")
    register(committed, "two")
    seal_all(vendor_of(committed))
    with acting(committed.system):
        times = list(Seal.objects.order_by("position").values_list("sealed_at", flat=True))
    assert times == sorted(times)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE history_seal SET hash = digest",
        "UPDATE history_seal SET what_salt = NULL",
        "DELETE FROM history_seal",
        "UPDATE history_head SET position = 1",
        "UPDATE core_event SET name = 'deal.won'",
        "DELETE FROM core_event",
        "TRUNCATE history_seal",
    ],
)
def test_the_application_cannot_change_what_is_sealed(cast: Cast, harm: str) -> None:
    register(cast, "one")
    seal_all(vendor_of(cast))
    with acting(cast.system), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(harm)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ("UPDATE history_seal SET who_salt = NULL", True),
        ("UPDATE history_seal SET what_salt = NULL, who_salt = NULL", True),
        ("UPDATE history_seal SET who_salt = what_salt", False),
        ("UPDATE history_seal SET who_salt = NULL, hash = digest", False),
        ("UPDATE history_seal SET position = position + 10", False),
        ("DELETE FROM history_seal", False),
    ],
)
def test_even_the_owner_is_refused_anything_but_forgetting(committed: Cast, change: str, taken: bool) -> None:
    register(committed, "one")
    seal_all(vendor_of(committed))
    refusal = nullcontext() if taken else pytest.raises(IntegrityError, match="never changed")
    with as_owner(), refusal, acting(committed.system):
        connection.cursor().execute(change)
