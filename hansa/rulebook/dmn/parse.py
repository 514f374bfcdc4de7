"""From the text of a cell, a value or an input expression to its tree. What the subset does not cover is refused."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from re import compile as pattern
from typing import Any, Literal, cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from hansa.rulebook.dmn.syntax import (
    ANYTHING,
    Between,
    Cell,
    Compares,
    Constant,
    Equals,
    Expression,
    Fact,
    Name,
    Sum,
    Test,
)
from hansa.rulebook.dmn.values import (
    BadValue,
    Kind,
    Value,
    checked,
    date_written,
    days_written,
    instant_written,
    kind_of,
    number_written,
)

LONGEST_CELL = 2_000  # characters: a table with more in one cell is written by a machine that went wrong
MOST_TESTS = 100
SHORT = 60  # characters
REMEMBERED = 5_000

SIGN_OF_TIME = pattern(r"-?P.*")
OPERATOR = pattern(r"\s*([+-])\s*")


@v_args(inline=True)
class _Reader(Transformer[Token, Any]):
    """What each rule of the grammar becomes."""

    def anything(self) -> Cell:
        return ANYTHING

    def any_of(self, tests: tuple[Test, ...]) -> Cell:
        return Cell(tests)

    def none_of(self, tests: tuple[Test, ...]) -> Cell:
        return Cell(tests, negated=True)

    def tests(self, *tests: Test) -> tuple[Test, ...]:
        if len(tests) > MOST_TESTS:
            raise BadValue(f"{len(tests)} tests in one cell are too many; {MOST_TESTS} are allowed")
        return tests

    def equals(self, value: Value) -> Test:
        return Equals(value)

    def compares(self, sign: Token, value: Value) -> Test:
        if sign == "=":
            return Equals(value)
        if value is None or isinstance(value, bool):
            raise BadValue(f"{sign} cannot compare with null, true or false")
        return Compares(cast(Literal["<", "<=", ">", ">="], str(sign)), value)

    def between(self, opening: str, low: Value, high: Value, closing: str) -> Test:
        if low is None or high is None or isinstance(low, bool) or kind_of(low) is not kind_of(high):
            raise BadValue("a range lies between two numbers, texts, dates, instants or durations")
        if cast(Any, low) > high:
            raise BadValue("this range is empty: its end stands before its beginning")
        return Between(low, high, opening == "[", closing == "]")

    def opening(self, bracket: Token) -> str:
        return str(bracket)

    def closing(self, bracket: Token) -> str:
        return str(bracket)

    def values(self, *values: Value) -> tuple[Value, ...]:
        return values

    def number(self, text: Token) -> Value:
        return number_written(text)

    def text(self, quoted: Token) -> Value:
        return checked(Kind.STRING, _unquoted(quoted))

    def true(self) -> Value:
        return True

    def false(self) -> Value:
        return False

    def null(self) -> Value:
        return None

    def date(self, quoted: Token) -> Value:
        return date_written(_unquoted(quoted))

    def instant(self, _: Token, quoted: Token) -> Value:
        return instant_written(_unquoted(quoted))

    def days(self, quoted: Token) -> Value:
        return days_written(_unquoted(quoted))

    def at(self, quoted: Token) -> Value:
        text = _unquoted(quoted)
        if SIGN_OF_TIME.fullmatch(text):
            return days_written(text)
        return instant_written(text) if "T" in text else date_written(text)


GRAMMAR = Lark(
    Path(__file__).with_name("sfeel.lark").read_text("utf-8"), parser="lalr", start=["cell", "values"], regex=False
)
READER = _Reader()


def parse_cell(text: str, kind: Kind) -> Cell:
    """The tests of a cell on an input of this kind; an empty cell is `-`. Raises BadValue."""
    if not text.strip():
        return ANYTHING
    cell: Cell = _parse(text, "cell")
    for test in cell.tests:
        for value in (test.low, test.high) if isinstance(test, Between) else (test.value,):
            if value is not None and kind_of(value) is not kind:
                raise BadValue(f"this column is a {kind}, and {_quoted(value)} is a {kind_of(value)}")
    return cell


def parse_values(text: str) -> tuple[Value, ...]:
    """A list of values, such as those that an output may take. Raises BadValue."""
    values: tuple[Value, ...] = _parse(text, "values") if text.strip() else ()
    return values


def parse_value(text: str) -> Value:
    """One value; an empty text is null. Raises BadValue."""
    values = parse_values(text)
    if len(values) > 1:
        raise BadValue("one value is wanted here, and this is a list")
    return values[0] if values else None


def parse_expression(text: str, vocabulary: Mapping[str, Fact]) -> Expression:
    """A fact, or a fact plus or minus another or a constant. Raises BadValue.

    Facts may have spaces and signs in their names; the vocabulary's longest name that fits wins.
    """
    text = " ".join(text.split())
    for name in sorted(vocabulary, key=len, reverse=True):
        if text == name:
            return _name(vocabulary[name])
        if text.startswith(name) and (sign := OPERATOR.match(text, len(name))):
            return _sum(vocabulary[name], sign.group(1), text[sign.end() :], vocabulary)
    raise BadValue(f"{_quoted(text)} is no fact of this policy, nor a sum of two")


def _sum(left: Fact, sign: str, rest: str, vocabulary: Mapping[str, Fact]) -> Sum:
    right: Name | Constant
    if rest in vocabulary:
        right = _name(vocabulary[rest])
    else:
        value = _parse(rest, "values")
        if len(value) != 1 or value[0] is None:
            raise BadValue(f"{_quoted(rest)} is neither a fact of this policy nor a value")
        right = Constant(value[0], kind_of(value[0]))
    kind = SUMS.get((left.kind, sign, right.kind))
    if kind is None:
        raise BadValue(f"a {left.kind} {'plus' if sign == '+' else 'minus'} a {right.kind} has no meaning here")
    return Sum(_name(left), cast(Literal["+", "-"], sign), right, kind)


SUMS: Mapping[tuple[Kind, str, Kind], Kind] = {
    (Kind.NUMBER, "+", Kind.NUMBER): Kind.NUMBER,
    (Kind.NUMBER, "-", Kind.NUMBER): Kind.NUMBER,
    (Kind.DURATION, "+", Kind.DURATION): Kind.DURATION,
    (Kind.DURATION, "-", Kind.DURATION): Kind.DURATION,
    (Kind.DATE, "-", Kind.DATE): Kind.DURATION,
    (Kind.DATE, "+", Kind.DURATION): Kind.DATE,
    (Kind.DATE, "-", Kind.DURATION): Kind.DATE,
    (Kind.DATE_TIME, "+", Kind.DURATION): Kind.DATE_TIME,
    (Kind.DATE_TIME, "-", Kind.DURATION): Kind.DATE_TIME,
}


def _name(fact: Fact) -> Name:
    return Name(fact.name, fact.kind)


def _parse(text: str, start: str) -> Any:
    if len(text) > LONGEST_CELL:
        raise BadValue(f"{len(text)} characters are too many; {LONGEST_CELL} are allowed")
    return _parsed_short(text, start) if len(text) <= SHORT else _parsed(text, start)


# The cells of a large table are mostly the same few, and what they become is never changed.
@lru_cache(REMEMBERED)
def _parsed_short(text: str, start: str) -> Any:
    return _parsed(text, start)


def _parsed(text: str, start: str) -> Any:
    try:
        return READER.transform(GRAMMAR.parse(text, start=start))
    except VisitError as wrong:
        if isinstance(wrong.orig_exc, BadValue):
            raise wrong.orig_exc from None
        raise
    except UnexpectedInput as wrong:
        raise BadValue(_explained(text, wrong)) from None


def _explained(text: str, wrong: UnexpectedInput) -> str:
    if isinstance(wrong, UnexpectedToken) and wrong.token.type == "$END":
        return f"{_quoted(text)} ends too early"
    at = wrong.pos_in_stream or 0
    rest = text[at:]
    hint = ""
    if not at and rest[:1].isalpha():
        hint = '; a text stands in quotes, like "Gold"'
    return f"{_quoted(text)} cannot be read from {_quoted(rest)} on{hint}"


def _unquoted(quoted: Token) -> str:
    try:
        text: str = json.loads(quoted)
    except ValueError:
        raise BadValue(f"{_quoted(quoted)} has an escape that is unknown") from None
    if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
        raise BadValue("a text holds a character that cannot be stored")
    return text


def _quoted(value: object) -> str:
    text = str(value)
    return f"“{text if len(text) <= 40 else text[:37] + '…'}”"
