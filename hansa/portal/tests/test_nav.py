"""The way around a workspace: wherever one is, one entry says so."""

from hansa.core.actors import Actor
from hansa.portal.nav import links_of
from hansa.testing.cast import Cast
from hansa.testing.routes import pages

WORKSPACE = "/w/<slug:workspace>/"
OF_THE_TOP = ("search", "inbox", "notifications", "keyboard", "looking")
OF_THE_VENDOR = [
    "api-keys",
    "audit",
    "bulk-decisions",
    "channel-conflicts",
    "credits",
    "customers",
    "imports",
    "internal-files",
    "partners",
    "registrations",
    "tiers",
]
OF_PARTNERS = ("tier",)


def current(actor: Actor, path: str) -> list[str]:
    return [link.label for link in links_of(actor, "here", path, {}) if link.current]


def lost(actor: Actor, *elsewhere: str) -> list[str]:
    """The pages on which no entry, or more than one, is current."""
    paths = [
        page.template.replace("<slug:workspace>", "here") for page in pages() if page.template.startswith(WORKSPACE)
    ]
    shown = [path for path in paths if path.split("/")[3] not in (*OF_THE_TOP, *elsewhere)]
    assert len(shown) > 50
    return [path for path in shown if len(current(actor, path)) != 1]


def test_every_page_belongs_to_one_entry(cast: Cast) -> None:
    assert not lost(cast.vendor_admin.actor, *OF_PARTNERS)
    assert not lost(cast.partner_admin.actor, *OF_THE_VENDOR)


def test_a_decision_belongs_to_what_its_reader_sees_of_it(cast: Cast) -> None:
    assert current(cast.channel_manager.actor, "/w/here/decisions/decision_1/") == ["Registrations"]
    assert current(cast.partner_rep.actor, "/w/here/decisions/decision_1/") == ["Deals"]


def test_home_is_current_on_itself_alone(cast: Cast) -> None:
    assert current(cast.partner_rep.actor, "/w/here/") == ["Home"]
    assert current(cast.partner_rep.actor, "/w/here/search/") == []


def test_the_inbox_is_lit_where_it_stands(cast: Cast, browse) -> None:
    here = 'class="inbox" href="/w/northwind-fabrikam/inbox/" aria-current="page"'
    assert here in browse(cast.partner_rep).get("/w/northwind-fabrikam/inbox/").content.decode()
    assert here not in browse(cast.partner_rep).get("/w/northwind-fabrikam/").content.decode()
