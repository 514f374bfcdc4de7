from datetime import date

import pytest

from hansa.customers.imports.values import (
    guess_date_order,
    guess_decimal,
    outcome_of_stage,
    parse_amount,
    parse_country,
    parse_date,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kenya", "KE"),
        ("KE", "KE"),
        ("USA", "US"),
        ("Deutschland", "DE"),
        ("Korea", "KR"),
        ("uk", "GB"),
        ("Jordan", "JO"),
    ],
)
def test_countries_go_by_many_names(text: str, code: str) -> None:
    assert parse_country(text) == (code, "")


def test_a_misspelt_country_is_taken_with_a_remark() -> None:
    assert parse_country("Neverland") == ("NL", "Country “Neverland” was read as Netherlands.")
    assert parse_country("Philipines") == ("PH", "Country “Philipines” was read as Philippines.")


@pytest.mark.parametrize("text", ["Atlantis", "EU", "xx", "Europe", "Dominica R", "Guinea-B"])
def test_what_is_no_country_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="no country"):
        parse_country(text)


def test_the_order_of_dates_is_seen_in_the_whole_column() -> None:
    assert guess_date_order(["01-02-2017", "20-10-2016"]) == "dmy"
    assert guess_date_order(["01/02/2017", "10/20/2016"]) == "mdy"
    assert guess_date_order(["01/02/2017", "03/04/2017"]) is None
    assert guess_date_order(["2017-02-01", "05.05.2017"]) == ""


def test_dates_are_read_in_their_order() -> None:
    assert parse_date("01-02-2017", "dmy") == parse_date("02/01/17", "mdy") == date(2017, 2, 1)
    assert parse_date("2017-02-01T10:00:00Z", "mdy") == date(2017, 2, 1)
    for wrong in ("31-02-2017", "yesterday", "20/10/2016 x", "1234567"):
        with pytest.raises(ValueError, match="no date"):
            parse_date(wrong, "mdy")


def test_amounts_are_read_with_their_marks() -> None:
    assert parse_amount("$1,054.50", "USD").minor == 105450
    assert parse_amount("1.054,5 €", "EUR", ",").minor == 105450
    assert parse_amount("(12)", "JPY").minor == -12
    assert guess_decimal(["1.054,50", "3"]) == ","
    assert guess_decimal(["1,054.50", "3,5"]) == "."
    for wrong in ("a lot", "", "1.2.3", "9" * 30):
        with pytest.raises(ValueError, match="no amount"):
            parse_amount(wrong, "USD")


def test_stages_say_whether_it_is_over() -> None:
    assert [outcome_of_stage(stage) for stage in ("Closed Won", "closedlost", "Negotiation")] == [True, False, None]
