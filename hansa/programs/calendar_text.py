"""Holidays and hours as people write them: plain lines, and a clock's words."""

import re
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOLIDAY = re.compile(r"(\d{4}-\d{2}-\d{2})[\s,;]+(\S.*)", re.ASCII)
CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
LONGEST_NAME = 100


def parse_holidays(text: str) -> dict[str, str]:
    """{day: name} from lines such as "2026-12-25 Christmas Day". Raises ValueError with the line that is none."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = HOLIDAY.fullmatch(line)
        try:
            day = date.fromisoformat(match.group(1)) if match else None
        except ValueError:
            day = None
        if match is None or day is None or not 2000 <= day.year <= 2100:
            raise ValueError(line[:60])
        found[match.group(1)] = match.group(2).strip()[:LONGEST_NAME]
    return dict(sorted(found.items()))


def write_holidays(holidays: dict[str, str]) -> str:
    """The lines that `parse_holidays` reads."""
    return "\n".join(f"{day} {name}" for day, name in sorted(holidays.items()))


def parse_clock(text: str) -> int:
    """Minutes after midnight of "9:00" or "24:00". Raises ValueError for what is no time."""
    match = CLOCK.fullmatch(text.strip())
    minutes = int(match.group(1)) * 60 + int(match.group(2)) if match else 24 * 60 + 1
    if minutes > 24 * 60:
        raise ValueError(text)
    return minutes


def write_clock(minutes: int) -> str:
    """ "09:00" of minutes after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_hours(text: str) -> tuple[int, int] | None:
    """(opens, closes) of "9:00 - 17:00" in minutes after midnight, None of nothing. Raises ValueError for the rest."""
    if not text.strip():
        return None
    opens, _, closes = text.replace("\N{EN DASH}", "-").partition("-")
    hours = parse_clock(opens), parse_clock(closes)
    if hours[0] >= hours[1]:
        raise ValueError(text)
    return hours


def write_hours(day: tuple[int, int] | list[int] | None) -> str:
    """What `parse_hours` reads."""
    return f"{write_clock(day[0])}-{write_clock(day[1])}" if day else ""


def known_zone(name: str) -> bool:
    """Whether this is a time zone of the IANA database that a calendar can have."""
    return name in zones() and bool(ZoneInfo(name))


@cache
def zones() -> list[str]:
    """The time zones on offer, by region and city, UTC first."""
    return ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))]
