"""Tables of many rows, made without the template engine: through it, fifty rows cost more than the rest of a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from html import escape

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hansa.core.web import said

TONES = frozenset({"good", "wait", "bad", "calm"})


@dataclass(frozen=True, slots=True)
class Table:
    """What is the same for all rows: the caption, said to screen readers, and the headings.

    A heading that ends with "#" is one of numbers, which stand at the right.
    """

    caption: str
    columns: tuple[str, ...]

    def of(self, rows: Iterable[Sequence[str]]) -> SafeString:
        """The table's HTML. A cell is text, or made by the functions below."""
        return self.around(map(self.row, rows))

    def around(self, rows: Iterable[SafeString]) -> SafeString:
        """The table's HTML around what `row` made, now or before."""
        return _made(f'<table class="table">{self.head()}<tbody>\n{"".join(rows)}</tbody></table>')

    def row(self, cells: Sequence[str]) -> SafeString:
        """One row's HTML."""
        starts = ('<td class="n">' if column.endswith("#") else "<td>" for column in self.columns)
        filled = "".join([f"{start}{_html(cell)}</td>" for start, cell in zip(starts, cells, strict=True)])
        return _made(f"<tr>{filled}</tr>\n")

    def head(self) -> SafeString:
        """The caption and the row of headings."""
        headings = "".join(
            f'<th scope="col" class="n">{escape(column[:-1])}</th>'
            if column.endswith("#")
            else f'<th scope="col">{escape(column)}</th>'
            for column in self.columns
        )
        caption = f'<caption class="unseen">{escape(self.caption)}</caption>'
        return _made(f"{caption}<thead><tr>{headings}</tr></thead>")


def row_link(url: str, text: str, note: str = "") -> SafeString:
    """The cell that leads on from its row, with a second line below."""
    link = f'<a class="row" href="{escape(url)}">{escape(text)}</a>'
    return _made(f"{link}<small>{escape(note)}</small>" if note else link)


def noted(cell: str, note: str) -> SafeString:
    """A cell with a second line below."""
    return _made(f"{_html(cell)}<small>{escape(note)}</small>" if note else _html(cell))


def ticked(cell: SafeString, form: str, name: str, value: str, thing: str) -> SafeString:
    """A cell with a box before it that a form outside the table takes along."""
    box = f'<input type="checkbox" form="{escape(form)}" name="{escape(name)}" value="{escape(value)}">'
    said = f'<span class="unseen">Choose {escape(thing)}</span>'
    return _made(f'<div class="ticked"><label>{box}{said}</label><div>{cell}</div></div>')


@lru_cache(1024)
def status(word: str, tone: str = "calm") -> SafeString:
    """A state as a word and a shape; ``tone`` is good, wait, bad or calm. Raises ValueError for another."""
    if tone not in TONES:
        raise ValueError(f"{tone!r} is no tone; use one of {', '.join(sorted(TONES))}.")
    return _made(f'<span class="status {tone}">{escape(word)}</span>')


def moment(at: datetime, today: date | None = None) -> SafeString:
    """A moment in words, exact on hover."""
    return _moment(at, today or timezone.localdate(), said.reader_locale(), timezone.get_current_timezone_name())


@lru_cache(16_384)
def _moment(at: datetime, today: date, locale: str, zone: str) -> SafeString:
    """A list says the same moments over and over; locale and zone are what else its words depend on."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        said.exactly(at),
        said.moment_in_words(at, today),
    )


def _made(html: str) -> SafeString:
    """HTML that the functions above made of what they had escaped."""
    return mark_safe(html)  # noqa: S308 - it is escaped already


def _html(cell: str) -> str:
    return cell if isinstance(cell, SafeString) else escape(cell)
