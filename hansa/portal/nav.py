"""The way around a workspace: what stands in the navigation, for whom, in which order."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, reverse

from hansa.accounts.actions import KEEPING_KEYS
from hansa.core.actors import Actor
from hansa.core.permissions import Wanted
from hansa.core.web.frame import Link
from hansa.customers.actions import IMPORTING
from hansa.customers.permissions import READ_COMPANIES
from hansa.deals.actions import DECISIONS, settle_conflict
from hansa.exports.actions import request_export
from hansa.history.permissions import READ_AUDIT
from hansa.tiers.actions import CARING, TERMS_CHANGING


@dataclass(frozen=True, slots=True)
class Entry:
    """A place: its label, the name of its address, and what one goes there to do. `also` are the beginnings of further
    addresses in the workspace whose pages belong to it.
    """

    label: str
    page: str
    to: Wanted = ()
    counted: str = ""
    also: tuple[str, ...] = ()


PORTAL = (
    Entry("Home", "home"),
    Entry("Deals", "deals", also=("decisions/", "files/", "filters/")),
    Entry("Tier", "tier"),
    Entry("Messages", "messages"),
    Entry("Our program", "program"),
    Entry("Disputes", "disputes", also=("hearings/",)),
    Entry("Exports", "exports", request_export),
    Entry("Team", "team"),
    Entry("API keys", "api-keys", KEEPING_KEYS),
)
DECIDED = ("decisions/", "bulk-decisions/", "files/", "internal-files/", "filters/", "credits/")
CONSOLE = (
    Entry("Today", "home"),
    Entry("Registrations", "registrations", DECISIONS, counted="waiting", also=DECIDED),
    Entry("Deals", "deals", also=("registrations/", *DECIDED)),
    Entry("Conflicts", "channel-conflicts", settle_conflict, also=("credits/",)),
    Entry("Partners", "partners"),
    Entry("Tiers", "tiers", (*CARING, *TERMS_CHANGING)),
    Entry("Messages", "messages"),
    Entry("Disputes", "disputes", also=("hearings/",)),
    Entry("Customers", "customers", READ_COMPANIES),
    Entry("Imports", "imports", IMPORTING),
    Entry("Exports", "exports", request_export),
    Entry("Program", "program"),
    Entry("Team", "team"),
    Entry("API keys", "api-keys", KEEPING_KEYS),
    Entry("Audit", "audit", READ_AUDIT),
)


def links_of(actor: Actor, slug: str, path: str, counts: dict[str, str]) -> tuple[Link, ...]:
    """The navigation of this actor; the link to which the page at `path` belongs is current."""
    places = CONSOLE if actor.side == "vendor" else PORTAL
    shown = [(entry, url) for entry in places if actor.may(entry.to) and (url := address(entry.page, slug))]
    root = address("home", slug)
    begun = [(url, begin) for entry, url in shown for begin in (url, *(root + other for other in entry.also))]
    here, _ = max(
        # Every page begins with the root, so that is current on itself alone.
        ((url, begin) for url, begin in begun if path == begin or (begin != root and path.startswith(begin))),
        key=lambda pair: len(pair[1]),
        default=("", ""),
    )
    return tuple(Link(entry.label, url, counts.get(entry.counted, ""), url == here) for entry, url in shown)


@lru_cache(10_000)
def address(page: str, slug: str) -> str:
    """The address of a workspace's page, empty while there is no such page."""
    try:
        return reverse(page, args=[slug])
    except NoReverseMatch:
        return ""
