"""Files and cells made to break the reader: each is refused in plain words, in bounded memory, or is just text."""

import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from hansa.rulebook.dmn.building import build
from hansa.rulebook.dmn.parse import parse_cell, parse_expression, parse_values
from hansa.rulebook.dmn.reading import read_table, read_tables
from hansa.rulebook.dmn.syntax import Fact, Malformed
from hansa.rulebook.dmn.values import BadValue, Kind, from_json
from hansa.rulebook.dmn.writing import write_table

KIT = Path(__file__).with_name("tck")
GOOD = (KIT / "0004-simpletable-U.dmn").read_bytes()
RULE = GOOD[GOOD.index(b"<rule") : GOOD.index(b"</rule>") + 7]
BODY = GOOD.partition(b"?>")[2]
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE d [%s]><definitions>&x;</definitions>'
MOST_MEMORY = 200_000_000


@pytest.fixture
def _bounded() -> Iterator[None]:
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_MEMORY


@pytest.mark.usefixtures("_bounded")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (GOOD.replace(RULE, RULE * 2001), "too many|larger than"),
        (GOOD.replace(RULE, b"<rule/>" * 10_000), "1000. r.* by 4 columns are too many"),
        (GOOD.replace(RULE, b"<a>" * 1000 + b"</a>" * 1000), "nested too deeply"),
        (b"<a>" * 600_000, "nested too deeply"),
        (b"<definitions>" + b"<a/>" * 400_000, "too many elements"),
        (b" " * 3_000_000, "larger than 2 MB"),
        (DOCTYPE % (b'<!ENTITY a "aaaaaaaaaa"><!ENTITY x "' + b"&a;" * 100 + b'">'), "declares entities"),
        (DOCTYPE % b'<!ENTITY x SYSTEM "file:///etc/passwd">', "declares entities"),
        (b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><definitions/>', "declares entities"),
        (b'<!DOCTYPE d [<!ENTITY % x "y"> %x;]><definitions/>', "declares entities"),
        (GOOD[: len(GOOD) // 2], "line .* no well-formed XML"),
        (b"", "no well-formed XML"),
        (GOOD.replace(b"Approved", b"Appr\0oved"), "no well-formed XML"),
        (GOOD.replace(b"Approved", b"Appr\xff\xfeoved"), "no well-formed XML"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + BODY, "encoding"),
        (b'<?xml version="1.0" encoding="nonsense"?>' + BODY, "encoding|well-formed"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + BODY, "well-formed|encoding"),
        (b"<html><body/></html>", "no DMN file"),
        (b"PK\x03\x04" + b"\0" * 100, "no well-formed XML"),
        (b"<definitions/>", "no decision table"),
        (GOOD.replace(b"&gt;=18", b"9" * 1_000_000), "row 1, Age: 1000000 characters are too many"),
        (GOOD.replace(b"&gt;=18", b"9" * 1_900), "row 1, Age: .*too large"),
        (GOOD.replace(b"&gt;=18", b"1." + b"0" * 500 + b"1"), "row 1, Age: .*too fine"),
        (GOOD.replace(b"&gt;=18", b"x" * 1_000_000), "row 1, Age: 1000000 characters"),
        (GOOD.replace(b"&gt;=18", b"1," * 500 + b"1"), "row 1, Age: 501 tests in one cell are too many"),
        (GOOD.replace(b"&gt;=18", b"not(" * 400), "row 1, Age: .*cannot be read"),
        (GOOD.replace(b"&gt;=18", b'"' + b"\\" * 1_500), "row 1, Age: .*cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_file_is_refused_in_plain_words(data: bytes, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        read_table(data)


@pytest.mark.usefixtures("_bounded")
def test_thousands_of_attributes_do_no_harm() -> None:
    attributes = b" ".join(b'a%d="1"' % number for number in range(50_000))
    assert read_table(GOOD.replace(b"<decisionTable ", b"<decisionTable " + attributes + b" ")).rows


def test_a_script_in_a_note_stays_text() -> None:
    script = "<script>alert(1)</script>"
    note = b"<description>&lt;script&gt;alert(1)&lt;/script&gt;</description>"
    table = read_table(GOOD.replace(RULE, RULE.replace(b"<inputEntry", note + b"<inputEntry", 1)))
    assert table.rows[0].note == script
    assert script.encode() not in write_table(table)
    assert read_table(write_table(table)).rows[0].note == script


@pytest.mark.parametrize(
    "text", ["1E+9999999", "-1e999999999", "1e-999999999", "NaN", "sNaN", "Infinity", "9" * 100_000]
)
def test_a_number_beyond_all_bounds_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        from_json(Kind.NUMBER, text)


@settings(max_examples=150, deadline=None)
@given(some.lists(some.tuples(some.integers(0, len(GOOD)), some.integers(0, 9), some.binary(max_size=6)), max_size=6))
def test_a_file_with_bytes_changed_is_read_or_refused(changes: list[tuple[int, int, bytes]]) -> None:
    data = bytearray(GOOD)
    for place, length, new in changes:
        data[place : place + length] = new
    with suppress(Malformed):
        for table in read_tables(bytes(data)).values():
            build(table)


PIECES = ["not(", ")", "[", "..", "]", ",", "-", '"a"', "date(", "@", '"P1D"', '"2026-01-01"', "1", ".5", "<", ">="]
TEXTS = some.text(max_size=40) | some.lists(some.sampled_from([*PIECES, "null", "true", " "])).map("".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS, some.sampled_from(list(Kind)))
@example('@"PT"', Kind.DURATION)
@example('["a".."b"]', Kind.STRING)
@example('"\\ud800"', Kind.STRING)
@example("(true..true)", Kind.BOOLEAN)
def test_any_text_is_a_cell_or_refused(text: str, kind: Kind) -> None:
    vocabulary = {"a": Fact("a", kind), "a - b": Fact("a - b", kind)}
    for read in (
        lambda: parse_cell(text, kind),
        lambda: parse_values(text),
        lambda: parse_expression(f"a - {text}", vocabulary),
        lambda: parse_expression(text, vocabulary),
    ):
        with suppress(BadValue):
            read()
