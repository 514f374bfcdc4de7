"""The words of a mail that has no plain text. One pass over the source, so that its time grows with its length only."""

import re
from html import unescape

# What begins a new line, and what is never read out.
BREAKS = re.compile("address|article|br|div|d[dlt]|h[1-6r]|li|[ou]l|p|pre|section|table|t[dr]")
UNREAD = frozenset(["head", "script", "style", "template", "title"])
QUOTED = "blockquote"
LONE = "<"  # of somebody who compares numbers

NAME = re.compile(r"/?([a-z][a-z0-9]{0,15})", re.IGNORECASE)
SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")  # keeps every place
SPACE = re.compile(r"[ \t\r\f\v\n\xa0]+")


def words_of(html: str) -> str:
    """The text of an HTML mail, a line for each block; of a `blockquote` nothing but a `>` is left."""
    said: list[str] = []
    quoted, place, lower = 0, 0, html.translate(SMALL)
    while (start := html.find("<", place)) >= 0:
        if not quoted:
            said.append(_text(html[place:start]))
        place, name = _past(lower, start)
        if name == LONE:
            said += [] if quoted else [LONE]
        elif name.lstrip("/") == QUOTED:
            said += ["\n>\n"] if not quoted and name == QUOTED else []
            quoted = max(quoted + (-1 if name[0] == "/" else 1), 0)
        elif BREAKS.fullmatch(name.lstrip("/")) and not quoted:
            said.append("\n")
    if not quoted:
        said.append(_text(html[place:]))
    lines = (line.strip() for line in "".join(said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _text(source: str) -> str:
    return SPACE.sub(" ", unescape(source))


def _past(lower: str, start: int) -> tuple[int, str]:
    """Where the mark that begins at `start` ends, and its name; the end of the text where it never does."""
    if lower.startswith("<!--", start):
        return _after(lower, "-->", start + 4), ""
    found = NAME.match(lower, start + 1)
    name = found.group() if found else ""
    if not name and lower[start + 1 : start + 2] not in ("!", "?", "/"):
        return start + 1, LONE
    if name in UNREAD:
        return _after(lower, ">", _after(lower, f"</{name}", start)), ""
    return _after(lower, ">", start), name


def _after(lower: str, end: str, start: int) -> int:
    place = lower.find(end, start)
    return len(lower) if place < 0 else place + len(end)
