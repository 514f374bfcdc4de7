"""Ending a colleague's access over the API, with what they leave behind."""

from typing import Annotated, Any

from hansa.accounts.api import MemberId, show_member
from hansa.accounts.models import Membership
from hansa.accounts.schemas import MemberShown
from hansa.core.api.chosen import chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import Body, strict_reference
from hansa.core.api.routes import Routes
from hansa.partnerships.leaving import offboard_with_partners

routes = Routes("Team")
router = routes.router


class OffboardMember(Body):
    """`partners_to` looks after their partners from now on; without it nobody does, until you name somebody."""

    partners_to: Annotated[str, strict_reference("member")] | None = None


TO_NOBODY = OffboardMember()


@routes.post("/members/{member_id}/offboarding", MemberShown)
def offboard_member(request: ApiRequest, member_id: MemberId, body: OffboardMember = TO_NOBODY) -> dict[str, Any]:
    """End a member's access: sessions, invitations and API keys of that person stop with the next request."""
    people = Membership.objects.visible_to(request.actor)
    member = people.named(member_id)
    to = chosen(people, body.partners_to, "partners_to").pk if body.partners_to else None
    return show_member(offboard_with_partners(request.actor, member, partners_to=to))
