"""How a decision table answers."""

from typing import Any

import pytest

from hansa.rulebook.tables import (
    Fact,
    Row,
    Table,
    at_least,
    evaluate,
    is_,
    less_than,
    more_than,
    one_of,
)

DELIVERY = Table(
    name="delivery",
    version="1",
    title="How a parcel travels",
    vocabulary=(
        Fact("country", str, "Where it goes"),
        Fact("kilograms", int, "What it weighs", unit="kg"),
        Fact("stock", int, "How many are left", "vendor", nullable=True),
        Fact("fragile", bool, "It breaks easily"),
    ),
    rows=(
        Row("sold-out", {"stock": less_than(1)}, {"by": "nobody"}, "Wait.", why="Nothing is left.", shown_as="later"),
        Row("by-hand", {"fragile": is_(True), "kilograms": at_least(20)}, {"by": "courier"}, "With care."),
        Row("near", {"country": one_of("NL", "BE")}, {"by": "van"}, "By road."),
        Row("heavy", {"kilograms": more_than(100)}, {"by": "ship"}, "By sea."),
    ),
)
PARCEL: dict[str, Any] = {"country": "NL", "kilograms": 5, "stock": 3, "fragile": False}


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, "near"),
        ({"country": "BE"}, "near"),
        ({"stock": 0}, "sold-out"),
        ({"stock": None}, "near"),
        ({"fragile": True}, "near"),
        ({"fragile": True, "kilograms": 20}, "by-hand"),
        ({"country": "JP", "kilograms": 101}, "heavy"),
        ({"stock": 0, "fragile": True, "kilograms": 20}, "sold-out"),
    ],
)
def test_the_first_row_whose_every_cell_holds_fires(changes: dict[str, Any], row: str) -> None:
    answer = evaluate(DELIVERY, PARCEL | changes)
    assert answer.row.id == row
    assert answer.outputs == dict(answer.row.then)


def test_a_case_that_no_row_covers_is_an_error() -> None:
    with pytest.raises(LookupError, match="no row of delivery"):
        evaluate(DELIVERY, PARCEL | {"country": "JP", "kilograms": 100})


@pytest.mark.parametrize("fact", list(PARCEL))
def test_a_fact_that_is_absent_is_an_error_though_no_row_that_fires_asks_for_it(fact: str) -> None:
    with pytest.raises(TypeError, match=f"the fact {fact} is absent"):
        evaluate(DELIVERY, {name: value for name, value in PARCEL.items() if name != fact})


@pytest.mark.parametrize(
    "wrong", [{"kilograms": "5"}, {"kilograms": 5.0}, {"kilograms": True}, {"kilograms": None}, {"fragile": 1}]
)
def test_a_fact_of_another_type_is_an_error(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="is"):
        evaluate(DELIVERY, PARCEL | wrong)


def test_an_answer_keeps_every_fact_of_the_vocabulary_and_no_other() -> None:
    answer = evaluate(DELIVERY, PARCEL | {"color": "red"})
    assert answer.facts_for("vendor") == answer.facts == PARCEL


def test_a_partner_sees_its_own_share_and_the_neutral_row() -> None:
    answer = evaluate(DELIVERY, PARCEL | {"stock": 0})
    assert "stock" not in answer.facts_for("partner")
    assert answer.row.public_id == "later"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (is_(True), "yes"),
        (is_(False), "no"),
        (is_("NL"), "NL"),
        (one_of("NL", "BE"), "NL, BE"),
        (at_least(3), "≥ 3"),
        (more_than(3), "> 3"),
        (less_than(3), "< 3"),
    ],
)
def test_a_cell_reads_as_people_say_it(cell: Any, text: str) -> None:
    assert cell.text == text
