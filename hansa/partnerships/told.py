"""Who is told of what a partner asks for."""

from hansa.accounts.models import Membership
from hansa.accounts.people import people_who_may
from hansa.partnerships.actions import assign_manager
from hansa.partnerships.care import managers_of
from hansa.partnerships.models import Partnership


def told_of(partnership: Partnership) -> list[Membership | None]:
    """Who looks after the partner and works here; where nobody does, those who may name who looks after it.

    Inside `acting`.
    """
    at_work = [one for one in managers_of(partnership) if one and one.works_for_vendor]
    return [*at_work] or list(people_who_may(partnership.vendor_id, assign_manager))
