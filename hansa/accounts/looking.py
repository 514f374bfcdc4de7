"""A vendor's person in a partner's portal: what the one there sees, checked anew with each request."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hansa.accounts.actions import see_page
from hansa.accounts.actors import Place
from hansa.accounts.models import Membership, User, ViewAs, Workspace
from hansa.core.actions import LOOKS_ONLY
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.kernel.errors import NotPermitted

READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Look:
    """A view that nobody stopped: whose eyes (`view.person`), in which `workspace`, and where the viewer works.

    Once its time is `over` it opens nothing; it says whose portal it was.
    """

    view: ViewAs
    workspace: Workspace
    viewer: Workspace
    looker: Actor
    over: bool

    def actor(self, user: User) -> Actor:
        """The one whose eyes these are, who can do nothing."""
        person = self.view.person
        eyes = self.workspace.actor("person", person.pk, user.name, person.roles)
        return replace(eyes, on_behalf_of=person.user.name, looks_only=True)

    def enter(self, method: str | None, path: str) -> None:
        """Leave a trace of the page. Raises NotPermitted where the request would change something."""
        see_page(self.looker, self.view, path=path)
        if method not in READING:
            raise NotPermitted("looks_only", LOOKS_ONLY)


def look_into(slug: str, places: Iterable[Place], user: User) -> Look | None:
    """The view that lets this person into a partner's workspace now, or did until its time was over; else None."""
    for place in places:
        looker = place.actor(user)
        if looker.side == "vendor" and looker.may(see_page):
            with acting(looker):
                if found := _unstopped(looker, place.member, slug):
                    view, portal = found
                    return Look(view, portal, place.workspace, looker, over=view.ends_at <= moment())
    return None


def _unstopped(looker: Actor, viewer: Membership, slug: str) -> tuple[ViewAs, Workspace] | None:
    portals = Workspace.objects.visible_to(looker).filter(slug=slug, closed=False)
    portal = portals.select_related("vendor", "organization").first()
    if portal is None:
        return None
    views = ViewAs.objects.visible_to(looker).filter(viewer=viewer, partnership_id=portal.partnership_id)
    still = views.filter(
        role__in=viewer.roles,
        stopped_at=None,
        person__status=Membership.Status.ACTIVE,
        person__organization=portal.organization_id,
    )
    view = still.select_related("person__user", "viewer__user").first()
    return (view, portal) if view else None
