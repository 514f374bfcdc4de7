"""What follows where all registrations are answered together: the rules' look, who is told what, and the release."""

from hansa.core.actors import System
from hansa.core.events import on
from hansa.core.models import Event
from hansa.deals.actions import reconsider_deal
from hansa.deals.models import Verdict
from hansa.deals.recipients import (
    deal_of,
    decide_anew,
    nothing_asked_any_more,
    partnership_named,
    still_to_decide,
)
from hansa.deals.releases import release_every
from hansa.deals.rules import TOGETHER
from hansa.notices.notify import notify
from hansa.partnerships.told import told_of
from hansa.programs.models import Program
from hansa.rulebook.models import Decision


@on("deal.sent_to_review")
def let_the_rules_look(event: Event) -> None:
    """Decide by the rules, or leave to a person, what was registered to be answered with all others."""
    deal = deal_of(event)
    if Decision.objects.filter(vendor_id=event.vendor_id, subject_id=deal.pk, policy=TOGETHER.name).exists():
        reconsider_deal(System("the program's rules", event.vendor_id), deal)


@on("verdict.reviewed")
def tell_the_deciders_once(event: Event) -> None:
    """Say to the channel manager and the deputy that a registration waits, the first time that it was looked at."""
    verdict = _verdict(event)
    looks = Event.objects.filter(vendor_id=event.vendor_id, subject_id=verdict.pk, name=event.name)
    if looks.order_by("id").values_list("pk", flat=True).first() != event.pk or not still_to_decide(verdict.deal):
        return
    partnership = partnership_named(event.vendor_id, verdict.deal.partnership_id)
    notify(
        event,
        told_of(partnership),
        title=f"{verdict.deal.customer_name} waits for a decision",
        text=f"Registered by {partnership.organization.name.removesuffix('.')}.",
        path=f"registrations/{verdict.deal.public_id}/",
    )


@on("verdict.held")
def settle_those_behind_what_is_held(event: Event) -> None:
    """Decide anew those that came later for the same customer, and ask nobody any more; no partner is told."""
    deal = _verdict(event).deal
    nothing_asked_any_more(event.vendor_id, deal.pk)
    decide_anew("an earlier registration is decided", deal.company_id, event, submitted_at__gt=deal.submitted_at)


@on("program.answers_released", "program.answers_changed")
def tell_what_waits(event: Event) -> None:
    """Tell what waits in a program: before its time, or because each registration is answered at once from now on."""
    program = Program.objects.get(vendor_id=event.vendor_id, pk=event.subject_id)
    if event.name == "program.answers_released" or not program.answer_times:
        release_every(System("answers are given together", event.vendor_id), program, event.at)


def _verdict(event: Event) -> Verdict:
    rows = Verdict.objects.select_related("deal__program")
    verdict: Verdict = rows.get(vendor_id=event.vendor_id, pk=event.subject_id)
    return verdict
