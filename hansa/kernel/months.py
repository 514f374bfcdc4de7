"""Counting by months of the calendar."""

from calendar import monthrange
from datetime import datetime


def months_later(at: datetime, months: int) -> datetime:
    """The same day and time so many months later, or earlier for fewer than 0; the last day of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
