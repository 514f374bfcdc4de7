"""Who may decide a dispute: never who has decided what it is about, as long as somebody else can."""

from collections.abc import Collection
from uuid import UUID

from hansa.accounts.actors import person_behind
from hansa.accounts.models import ApiKey
from hansa.accounts.people import people_who_may
from hansa.core.actors import Actor
from hansa.core.models import Event
from hansa.core.permissions import Permitted
from hansa.disputes.models import Dispute
from hansa.kernel.errors import NotPermitted

DECISIONS = ("deal.approved", "deal.rejected", "deal.marked_duplicate", "deal.canceled", "deal.end_announced")
DECIDED_BEFORE = "You have decided this before, so somebody else decides now."
NOBODY_ELSE = (
    "You have decided this before. An appeal is never decided by the same person: give somebody else the right."
)
NO_PERSON = "A person decides a dispute, or a program whose key a person made."


def check_decider(actor: Actor, dispute: Dispute, permission: Permitted) -> UUID:
    """Who decides, as a membership. Raises NotPermitted where that person has decided before.

    The first decision falls to whoever turned the registration down only if nobody else may decide; an appeal never.
    """
    person = person_behind(actor)
    if person is None:
        raise NotPermitted("person_needed", NO_PERSON)
    before = who_decided(dispute)
    if person not in before:
        return person
    others = people_who_may(dispute.vendor_id, permission, but=before).exists()
    if dispute.appealed_at or others:
        raise NotPermitted("decided_before", DECIDED_BEFORE if others else NOBODY_ELSE)
    return person


def who_decided(dispute: Dispute) -> set[UUID]:
    """The memberships of those who decided the registration, and the dispute before its appeal."""
    rows = Event.objects.filter(vendor_id=dispute.vendor_id, subject_id=dispute.deal_id, name__in=DECISIONS)
    found = list(rows.exclude(actor_id=None).values_list("actor_kind", "actor_id"))
    people = {id for kind, id in found if kind == "person"}
    people |= set(_makers([id for kind, id in found if kind == "client"]).values())
    return people | ({dispute.decider_id} if dispute.decider_id else set())


def _makers(keys: Collection[UUID]) -> dict[UUID, UUID]:
    rows = ApiKey.objects.filter(pk__in=keys, created_by__isnull=False)
    return dict(rows.values_list("pk", "created_by_id"))
