"""What disputes do when something happened: go on, and tell each side in its own words."""

from hansa.accounts.models import Membership
from hansa.accounts.people import people_who_may
from hansa.core.actions import lock
from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.recipients import owner_or_admins, partnership_named, whose_turn
from hansa.deals.when import by_when, day_in_full
from hansa.disputes.actions import (
    close_hearing,
    decide_dispute,
    resume_dispute,
    take_up_appeal,
    withdraw_dispute,
)
from hansa.disputes.actions.open_dispute import HEARD
from hansa.disputes.clock import terms_for
from hansa.disputes.deciders import who_decided
from hansa.disputes.models import Dispute, Entry, Hearing, Outcome, Result, Step
from hansa.disputes.sides import dispute_of, hearings_of, still_asked
from hansa.notices.notify import notify
from hansa.notices.reading import settled
from hansa.partnerships.told import told_of
from hansa.programs.review_terms import zone_of

ASKING = ("dispute.opened", "dispute.statement_added", "dispute.question_lapsed", "dispute.appealed", "dispute.resumed")


@on("dispute.statement_added", "dispute.question_lapsed", "hearing.answered", "hearing.lapsed")
def go_on_once_the_evidence_is_in(event: Event) -> None:
    """Let the clock of a dispute go on when the last side that was asked has answered, or has not in time."""
    actor = System("all have answered", event.vendor_id)
    dispute = lock(actor, _dispute(event))
    if dispute.status == Dispute.Status.EVIDENCE and not still_asked(dispute):
        resume_dispute(actor, dispute)


@on("hearing.appealed")
def look_again_at_what_is_appealed(event: Event) -> None:
    """Open a dispute again because the side that lost its protection has appealed."""
    actor = System("the decision is appealed", event.vendor_id)
    dispute = lock(actor, _dispute(event))
    if dispute.status == Dispute.Status.DECIDED:
        take_up_appeal(actor, dispute)


@on("dispute.withdrawn")
def let_the_other_side_go(event: Event) -> None:
    """Close the hearings of a dispute that was taken back."""
    actor = System("nothing is disputed any more", event.vendor_id)
    for hearing in hearings_of(_dispute(event)):
        if hearing.status != Hearing.Status.CLOSED:
            close_hearing(actor, hearing)


@on("partner.ended")
def drop_what_an_ended_partner_disputed(event: Event) -> None:
    """Close what is not decided yet of a partner that is no longer one: nothing could be protected for it."""
    actor = System("the partnership ended", event.vendor_id)
    open_ = Dispute.objects.filter(vendor_id=event.vendor_id, partnership=event.subject_id, status__in=HEARD)
    for dispute in open_.exclude(result=Result.GRANTED).order_by("opened_at", "id"):
        withdraw_dispute(actor, dispute)


@on("dispute.opened")
def tell_who_decides(event: Event) -> None:
    """Say to the channel manager and the deputy that a partner contests a decision."""
    dispute = _dispute(event)
    partnership = partnership_named(event.vendor_id, dispute.partnership_id)
    notify(
        event,
        told_of(partnership),
        title=f"{partnership.organization.name} disputes the decision on {dispute.deal.customer_name}",
        text=f"To be decided by {_when(event, dispute)}.",
        path=_path(dispute),
    )


@on("dispute.resumed")
def tell_that_the_evidence_is_in(event: Event) -> None:
    """Say to the channel manager and the deputy that nobody is asked any more: it is theirs to decide."""
    dispute = _dispute(event)
    partnership = partnership_named(event.vendor_id, dispute.partnership_id)
    title = f"The dispute over {dispute.deal.customer_name} can be decided"
    text = f"The evidence is in, or its time is over. To be decided by {_when(event, dispute)}."
    notify(event, told_of(partnership), title=title, text=text, path=_path(dispute))


@on("dispute.asked", "hearing.asked")
def tell_who_is_asked(event: Event) -> None:
    """Say to the side that is asked what about, and until when."""
    side = _side(event)
    if side.deal is None or side.answer_by is None:
        return
    about = Entry.objects.filter(vendor_id=event.vendor_id, subject_id=side.pk, kind=Entry.Kind.QUESTION)
    asked: Entry = about.latest("at", "id")
    what = "your dispute" if isinstance(side, Dispute) else "your protection is disputed"
    notify(
        event,
        owner_or_admins(side.deal),
        title=f"{side.deal.customer_name}: {what}, an answer is needed by {_by(event, side)}",
        text=asked.text,
        path=_path(side),
    )


@on("dispute.decided")
def tell_who_disputed(event: Event) -> None:
    """Say to who opened a dispute what became of it."""
    dispute = _dispute(event)
    granted = dispute.result == Result.GRANTED
    title = f"{dispute.deal.customer_name}: {'your dispute is granted' if granted else 'the decision stands'}"
    text = f"{dispute.note}{_may_appeal(dispute) if not granted else ''}"
    notify(event, owner_or_admins(dispute.deal), title=title, text=text, path=_path(dispute))


@on("hearing.decided", "hearing.closed")
def tell_the_side_that_was_heard(event: Event) -> None:
    """Say to the other side what became of its own protection."""
    hearing = Hearing.objects.select_related("deal__owner__user").get(vendor_id=event.vendor_id, pk=event.subject_id)
    if hearing.deal is None or not hearing.result or (event.name == "hearing.closed" and hearing.decided_at):
        return  # our own sales, who has given the customer up meanwhile, and who was told before
    moved = hearing.result == Outcome.MOVED
    title = f"{hearing.deal.customer_name}: your protection {'was ended' if moved else 'stands'}"
    text = f"{hearing.note or 'It is not disputed any more.'}{_may_appeal(hearing) if moved else ''}"
    notify(event, owner_or_admins(hearing.deal), title=title, text=text, path=_path(hearing))


@on("dispute.appealed", "dispute.looked_at_again")
def tell_who_decides_an_appeal(event: Event) -> None:
    """Say to those who may decide an appeal, which are none of those who decided before, that there is one."""
    dispute = _dispute(event)
    people = people_who_may(event.vendor_id, decide_dispute, but=who_decided(dispute))
    title = f"The decision on {dispute.deal.customer_name} is appealed"
    text = f"Somebody who has not decided it before decides now, by {_when(event, dispute)}."
    notify(event, list(people), title=title, text=text, path=_path(dispute))


@on("dispute.looked_at_again")
def tell_who_was_granted(event: Event) -> None:
    """Say to who opened a dispute that what was granted is looked at again."""
    dispute = _dispute(event)
    title = f"{dispute.deal.customer_name}: the decision is looked at again"
    text = f"It was appealed. Until somebody else has decided, by {_when(event, dispute)}, it stands as it is."
    notify(event, owner_or_admins(dispute.deal), title=title, text=text, path=_path(dispute))


@on("dispute.reminded", "dispute.escalated")
def tell_whose_turn_a_dispute_is(event: Event) -> None:
    """Say to the channel manager, then to the deputy, then to those who lead that a dispute is to be decided."""
    step = Step.objects.select_related("dispute__deal").get(vendor_id=event.vendor_id, pk=event.subject_id)
    dispute = step.dispute
    if dispute.status not in (Dispute.Status.OPENED, Dispute.Status.APPEALED):
        return
    partnership = partnership_named(event.vendor_id, dispute.partnership_id)
    terms = terms_for(event.vendor_id, dispute.deal.program_id)
    people: list[Membership | None] = whose_turn(event, step.kind, partnership, terms)
    if dispute.appealed_at:
        people = [*people_who_may(event.vendor_id, decide_dispute, but=who_decided(dispute))]
    late = event.name == "dispute.escalated"
    title = f"The dispute over {dispute.deal.customer_name} {'was' if late else 'is'} to be decided"
    text = f"By {_when(event, dispute)}. {'Nobody did: decide it, or see that it is.' if late else 'Nobody has yet.'}"
    notify(event, people, title=title, text=text, path=_path(dispute))


@on("dispute.decided", "dispute.withdrawn", "dispute.closed")
def take_back_what_was_to_be_decided(event: Event) -> None:
    """Mark as read, in everybody's inbox, that a dispute is to be decided: it is."""
    steps = Step.objects.filter(vendor_id=event.vendor_id, dispute=event.subject_id).values_list("pk", flat=True)
    told = (*ASKING, "dispute.looked_at_again", "dispute.reminded", "dispute.escalated")
    asked = Event.objects.filter(vendor_id=event.vendor_id, subject_id__in=[event.subject_id, *steps], name__in=told)
    settled(event.vendor_id, asked.values_list("pk", flat=True))


def _dispute(event: Event) -> Dispute:
    """The dispute that an event is about, or that its hearing belongs to."""
    if event.subject_type == Hearing.id_prefix:
        return dispute_of(Hearing(vendor_id=event.vendor_id, pk=event.subject_id))
    rows = Dispute.objects.select_related("deal__owner__user")
    found: Dispute = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    return found


def _side(event: Event) -> Dispute | Hearing:
    model: type[Dispute] | type[Hearing] = Dispute if event.subject_type == Dispute.id_prefix else Hearing
    rows = model.objects.select_related("deal__owner__user")
    found: Dispute | Hearing = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    return found


def _path(side: Dispute | Hearing) -> str:
    return f"{'disputes' if isinstance(side, Dispute) else 'hearings'}/{side.public_id}/"


def _when(event: Event, dispute: Dispute) -> str:
    return by_when(dispute.due_at, zone_of(event.vendor_id)) if dispute.due_at else "the time set"


def _by(event: Event, side: Dispute | Hearing) -> str:
    return by_when(side.answer_by, zone_of(event.vendor_id)) if side.answer_by else "the time set"


def _may_appeal(side: Dispute | Hearing) -> str:
    if not side.appeal_until:
        return ""
    return f" You may appeal until {day_in_full(side.appeal_until, zone_of(side.vendor_id))}."
