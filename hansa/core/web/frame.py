"""What stands around every page of a workspace; pages with the same surroundings share the HTML made of them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from hansa.core.actors import Side
from hansa.core.web.remembered import remembered


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace as the frame names it."""

    slug: str
    vendor_name: str
    company_name: str
    side: Side

    @property
    def called(self) -> str:
        """What its people know it as beside the vendor's name."""
        return "Channel console" if self.side == "vendor" else self.company_name


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation; an empty count is not shown."""

    label: str
    url: str
    count: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """All that the frame depends on. `others` are the person's other workspaces; the first four `links` make the dock.

    The page goes without an inbox or a search whose address is empty.
    """

    place: Place
    others: tuple[Place, ...]
    person_name: str
    person_email: str
    links: tuple[Link, ...]
    unread: int = 0
    inbox_url: str = ""
    at_inbox: bool = False
    search_url: str = ""
    notifications_url: str = ""
    keyboard_url: str = ""

    @property
    def top(self) -> SafeString:
        """The bar above the page. Its button to log out belongs to the form `log-out`, whose token is the page's."""
        return remembered("frame/top.html", frame=self)

    @property
    def nav(self) -> SafeString:
        """The navigation beside the page."""
        return remembered("frame/nav.html", frame=self)

    @property
    def dock(self) -> SafeString:
        """The navigation at a phone's lower edge."""
        return remembered("frame/dock.html", frame=self)
