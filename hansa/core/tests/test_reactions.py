"""A reaction's effect takes place once for each event, whatever is run again."""

import pytest

from hansa.core import events
from hansa.core.jobs import react
from hansa.core.models import Event, Reaction
from hansa.core.tenancy import acting
from hansa.testing.cast import Cast


@pytest.fixture
def ran(cast: Cast, monkeypatch) -> list[str]:
    """What a handler of ours did, beside one that always fails."""
    done: list[str] = []

    def works(event: Event) -> None:
        done.append(event.name)

    def fails(event: Event) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(events, "HANDLERS", events.HANDLERS)
    monkeypatch.setitem(events.HANDLERS, "deal.registered", {"test.fails": fails, "test.works": works})
    return done


def run(cast: Cast) -> None:
    with acting(cast.system):
        event = Event.objects.filter(name="deal.registered").latest("id")
    with pytest.raises(RuntimeError, match="on purpose"):
        react.func(str(event.pk), str(event.vendor_id))


def test_a_handler_runs_once_however_often_the_job_does(cast: Cast, ran: list[str]) -> None:
    cast.register()
    for _ in range(3):
        run(cast)
    assert ran == ["deal.registered"]


def test_one_that_failed_is_not_recorded_and_is_tried_again(cast: Cast, ran: list[str]) -> None:
    cast.register()
    run(cast)
    with acting(cast.system):
        assert list(Reaction.objects.values_list("handler", flat=True)) == ["test.works"]
