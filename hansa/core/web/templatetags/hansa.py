"""What every page says the same way: `{% load hansa %}`."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.forms import BaseForm
from django.template.defaultfilters import stringfilter
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from hansa.core.actors import Actor
from hansa.core.permissions import PERMISSIONS
from hansa.core.web import said, table
from hansa.core.web.chips import chips
from hansa.core.web.color import is_color

register = template.Library()

CODE = re.compile(r"`([^`]+)`")
ADDRESS_JOINT = re.compile(r"(?<=\w{2})(@|\.(?=[^\W\d_]{2})(?!\S*@))")

# Most browsers also carry the marks of older ones, so the first mark found decides.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "FxiOS/": "Firefox"}
BROWSERS |= {"Chrome/": "Chrome", "CriOS/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {name: name for name in ("Android", "iPhone", "iPad", "Windows")} | {"Mac OS": "Mac", "Linux": "Linux"}

register.simple_tag(table.status)
register.simple_tag(chips)


@register.filter
def may(actor: Actor, names: str) -> bool:
    """`{% if actor|may:"deal.approve" %}`: whether this person may; of several names, one is enough."""
    return actor.may(tuple(PERMISSIONS[name] for name in names.split()))


@register.filter
def when(at: datetime | date | None, now: datetime | None = None) -> str:
    """A moment or a day in words, exact on hover; nothing for nothing."""
    if at is None or at == "":
        return ""
    today = timezone.localdate(now)
    if not isinstance(at, datetime):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), said.day_in_words(at, today))
    return table.moment(at, today)


@register.filter
def days_left(until: datetime | None, now: datetime | None = None) -> str:
    """How long something still holds: "61 days left", "2 hours left", "ended"."""
    return said.time_left(until, now or timezone.now()) if until else ""


@register.filter
def money(minor: int | str | None, currency: str) -> str:
    """`{{ deal.amount_minor|money:deal.currency }}`: minor units said in the reader's way; a dash for nothing."""
    return "\N{EN DASH}" if minor in (None, "") else said.money_in_words(int(minor), currency)


@register.filter
def thousands(count: int) -> str:
    """A count of many, as it is read: "1,542"."""
    return f"{count:,}"


@register.filter
def marked(text: str) -> SafeString:
    """Words of the code's documentation, where what stands between backticks is code."""
    return mark_safe(CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308 - escaped


@register.filter
@stringfilter
def breaks(text: str) -> SafeString:
    """Text whose web and mail addresses may break at their joints, where a narrow column would break a word.

    What is HTML already stays as it is: a joint may stand within a tag.
    """
    if isinstance(text, SafeString):
        return text
    *joined, rest = ADDRESS_JOINT.split(text)
    return format_html_join("", "{}{}<wbr>", zip(joined[::2], joined[1::2], strict=True)) + escape(rest)


@register.filter
def initials(name: str) -> str:
    """At most two letters for a person's mark: first and last name's."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


@register.filter
def is_number(host: str) -> bool:
    """Whether a host, with its port or without, is a bare IP address."""
    try:
        ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
    return True


@register.filter
def browser(user_agent: str) -> str:
    """A session's user agent as a person names it: "Firefox on Android"."""
    found = (next((names[mark] for mark in names if mark in user_agent), "") for names in (BROWSERS, SYSTEMS))
    return " on ".join(filter(None, found)) or "Unknown browser"


@register.simple_block_tag
def card(content: str, title: str = "", note: str = "", url: str = "", flush: bool = False) -> str:
    """A titled box; ``note`` stands at the heading's end, a link if ``url``; ``flush`` for a table."""
    return _component("card", content=content, title=title, note=note, url=url, flush=flush)


@register.simple_block_tag
def crumbs(content: str, here: str) -> str:
    """The way to a page: a list item for each page above it between the tags, and what the page itself is called."""
    return _component("crumbs", content=content, here=here)


@register.simple_tag
def headings(caption: str, *columns: str) -> SafeString:
    """A table's caption, said to screen readers, and its headings; one that ends with "#" is one of numbers."""
    return table.Table(caption, columns).head()


@register.simple_tag
def empty(title: str, text: str, url: str = "", label: str = "") -> str:
    """What a list says when it has nothing: what would stand here and how to begin."""
    return _component("empty", title=title, text=text, url=url, label=label)


@register.simple_block_tag
def nothing(content: str, title: str, url: str = "", label: str = "") -> str:
    """`empty`, with a text between the tags that is too long for a line of its own."""
    return _component("empty", title=title, text=content, url=url, label=label)


@register.simple_tag
def progress(done: int, total: int, label: str = "") -> str:
    """Long work, counted; ``total`` 0 is work not yet measured."""
    percent = 100 * done // total if total else 0
    return _component("progress", done=done, total=total, percent=percent, label=label)


@register.simple_block_tag
def at_work(content: str, done: int, total: int, label: str, meanwhile: str = "it goes on") -> str:
    """Long work that its page follows until it is done; between the tags, what else may be done about it."""
    return _component("at_work", content=content, done=done, total=total, label=label, meanwhile=meanwhile)


@register.simple_tag
def pager(page: Mapping[str, str] | object) -> str:
    """Newer and older; ``page`` has ``newer`` and ``older`` (urls, empty at the ends) and may have ``said``."""
    return _component("pager", page=page)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """The fields of a form without its error summary, for a page that places that itself."""
    return form.render("forms/fields.html")


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """The error summary: each refusal in words, linked to its field. Nothing where nothing is wrong."""
    return form.render("forms/errors.html")


@register.filter
@stringfilter
def leads(label: str) -> str:
    """A field's label before what is said about it: "Amount:", "Which company?"."""
    return label if label.endswith((":", "?", ".", "!")) else f"{label}:"


@register.simple_tag
def accent_sheet(color: str | None) -> str:
    """The link to a vendor's own accent; a sheet of its own, as the page's policy allows no inline style."""
    if not color or not is_color(color):
        return ""
    return format_html('<link rel="stylesheet" href="{}">', reverse("accent", args=[color[1:].lower()]))


def _component(name: str, **given: Any) -> SafeString:
    return mark_safe(render_to_string(f"components/{name}.html", given))  # noqa: S308
