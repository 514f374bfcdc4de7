"""Calendars as RFC 5545 writes them: only what a feed of dates needs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

WIDTH = 75  # octets of a line, its end not counted
UNSAYABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LINE_END = re.compile(r"\r\n|\r")


@dataclass(frozen=True, slots=True)
class Entry:
    """One date: `at` is a moment with its zone, or a whole day. `uid` stays the same when the date moves."""

    uid: str
    at: date
    title: str
    text: str
    url: str


def calendar(name: str, entries: Iterable[Entry], now: datetime) -> str:
    """The file of a calendar, as it is at `now`."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hansa//Dates//EN",
        f"NAME:{escape(name)}",
        f"X-WR-CALNAME:{escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for entry in entries for line in _event(entry, now)),
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def escape(text: str) -> str:
    """Text as the value of a property; control characters, which have no place there, are left out."""
    text = UNSAYABLE.sub("", LINE_END.sub("\n", text))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """A line broken so that no piece has more than `WIDTH` octets, and no character is torn."""
    pieces, piece, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > WIDTH:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += character
        octets += size
    return "\r\n".join([*pieces, piece])


def _event(entry: Entry, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_moment(now)}"
    yield f"DTSTART:{_moment(entry.at)}" if isinstance(entry.at, datetime) else f"DTSTART;VALUE=DATE:{entry.at:%Y%m%d}"
    yield f"SUMMARY:{escape(entry.title)}"
    yield f"DESCRIPTION:{escape(entry.text)}"
    yield f"URL:{entry.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
