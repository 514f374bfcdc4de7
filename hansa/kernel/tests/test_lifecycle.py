from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from hansa.kernel.errors import DomainError
from hansa.kernel.lifecycle import Lifecycle, Move, states

DOOR = Lifecycle("status", close=Move(("open",), "closed"), open=Move(("closed", "left_ajar"), "open"))


@dataclass
class Door:
    status: str
    _meta = SimpleNamespace(verbose_name="door")


def test_a_move_goes_to_its_target() -> None:
    door = Door("left_ajar")
    DOOR.apply(door, "open")
    assert door.status == "open"


def test_a_move_that_the_state_does_not_have_is_refused_in_words() -> None:
    door = Door("left_ajar")
    with pytest.raises(DomainError, match="This door is left ajar: you cannot close it now") as refusal:
        DOOR.apply(door, "close")
    assert (refusal.value.code, door.status) == ("illegal_move", "left_ajar")


def test_a_state_or_a_move_that_is_no_plain_word_is_said_in_its_own_words() -> None:
    claims = Lifecycle("status", mark_duplicate=Move(("open",), "duplicate", "mark it as a duplicate"))
    with pytest.raises(DomainError, match="This door is a duplicate: you cannot mark it as a duplicate now"):
        claims.apply(Door("duplicate"), "mark_duplicate")


def test_what_is_open_to_a_state_is_what_can_be_applied() -> None:
    for state in states(DOOR.moves.values()):
        for name in DOOR.open_to(Door(state)):
            DOOR.apply(Door(state), name)


def test_the_database_is_told_every_move() -> None:
    assert DOOR.pairs() == [("closed", "open"), ("left_ajar", "open"), ("open", "closed")]
