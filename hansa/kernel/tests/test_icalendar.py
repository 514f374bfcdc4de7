"""A calendar is read back as it was written, by a reader of the standard that shares no code with the writer."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from hansa.kernel.icalendar import Entry, calendar, escape, fold

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))  # noqa: DTZ001


def unfolded(text: str) -> list[str]:
    """The content lines of a file."""
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def unescaped(value: str) -> str:
    """The text that a value stands for."""
    return re.sub(r"\\(.)", lambda match: "\n" if match.group(1) in "nN" else match.group(1), value)


def said(text: str) -> str:
    """A text without what RFC 5545 has no place for."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(it for it in lines if it in "\t\n" or (ord(it) >= 32 and ord(it) != 127))


def events(text: str) -> list[dict[str, str]]:
    """The properties of each event, by name."""
    found: list[dict[str, str]] = []
    for line in unfolded(text):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1].setdefault(name, value)
    return found


@given(title=WORDS, text=WORDS, name=WORDS, at=st.one_of(DAYS, MOMENTS))
@example(title="a\r\nEND:VEVENT\r\nBEGIN:VEVENT", text='\\n;,:"', name="é" * 90, at=date(2027, 3, 31))
def test_what_is_written_is_read_back(title: str, text: str, name: str, at: date) -> None:
    written = calendar(
        name, [Entry("one", at, title, text, "https://hansa.example/x"), Entry("two", at, "", "", "")], NOW
    )
    first, second = events(written)
    assert (unescaped(first["SUMMARY"]), unescaped(first["DESCRIPTION"])) == (said(title), said(text))
    assert (first["UID"], second["UID"]) == ("one", "two")
    if isinstance(at, datetime):
        assert datetime.strptime(first["DTSTART"], "%Y%m%dT%H%M%S%z") == at
    else:
        assert datetime.strptime(first["DTSTART;VALUE=DATE"], "%Y%m%d").date() == at  # noqa: DTZ007


@given(title=WORDS, text=WORDS)
def test_no_line_is_too_long_and_none_is_added(title: str, text: str) -> None:
    written = calendar("Dates", [Entry("one", NOW, title, text, "")], NOW)
    lines = written.encode().split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines)
    assert b"\n" not in written.encode().replace(b"\r\n", b"")
    assert [line.partition(":")[0] for line in unfolded(written)].count("SUMMARY") == 1


@given(WORDS)
def test_folding_changes_nothing_but_the_line_ends(text: str) -> None:
    line = escape(text)
    assert fold(line).replace("\r\n ", "") == line


def test_a_moment_is_written_in_utc_whatever_its_zone() -> None:
    evening = datetime(2026, 11, 26, 1, tzinfo=timezone(timedelta(hours=2)))
    [event] = events(calendar("Dates", [Entry("one", evening, "", "", "")], NOW))
    assert event["DTSTART"] == "20261125T230000Z"
