from hansa.core.models import Event
from hansa.core.tenancy import acting
from hansa.deals.actions import approve_deal, reject_deal
from hansa.deals.models import Deal, Protection, RejectReason, Status
from hansa.notices.models import Notice
from hansa.partnerships.actions import end_partnership
from hansa.testing.cast import Cast
from hansa.testing.queue import run_jobs


def status(cast: Cast, deal: Deal) -> str:
    with acting(cast.system):
        return Deal.objects.get(pk=deal.pk).status


def unread(cast: Cast) -> set[str]:
    """The unread titles in the channel manager's inbox."""
    with acting(cast.channel_manager.actor):
        notices = Notice.objects.visible_to(cast.channel_manager.actor).filter(read_at=None)
        return set(notices.values_list("title", flat=True))


def test_who_waited_is_decided_anew_when_the_earlier_claim_is_turned_down(cast: Cast) -> None:
    first = cast.register(expected_close=cast.far_away)
    second = cast.register(cast.rival_rep)
    assert (first.status, second.status) == (Status.UNDER_REVIEW, Status.UNDER_REVIEW)
    reject_deal(cast.deal_desk.actor, first, reason=RejectReason.TOO_EARLY)
    run_jobs()
    assert status(cast, second) == Status.APPROVED


def test_who_waited_learns_that_the_customer_is_taken_when_the_earlier_claim_is_approved(cast: Cast) -> None:
    first = cast.register(expected_close=cast.far_away)
    second = cast.register(cast.rival_rep)
    approve_deal(cast.deal_desk.actor, first)
    run_jobs()
    assert status(cast, second) == Status.DUPLICATE


def test_what_needs_a_person_for_another_reason_goes_on_waiting(cast: Cast) -> None:
    first = cast.register(expected_close=cast.far_away)
    second = cast.register(cast.rival_rep, expected_close=cast.far_away)
    reject_deal(cast.deal_desk.actor, first, reason=RejectReason.TOO_EARLY)
    run_jobs()
    assert status(cast, second) == Status.UNDER_REVIEW


def test_what_a_partner_held_is_free_when_the_partnership_ends(cast: Cast) -> None:
    deal = cast.register()
    end_partnership(cast.vendor_admin.actor, cast.partnership)
    run_jobs()
    assert status(cast, deal) == Status.CANCELED
    assert cast.register(cast.rival_rep).status == Status.APPROVED
    with acting(cast.system):
        assert not Protection.objects.filter(deal=deal, during__contains=deal.protected_until).exists()


def test_nobody_is_reminded_of_what_is_decided(cast: Cast) -> None:
    deal, other = cast.register(domain=""), cast.register(customer="Litware Health", domain="")
    run_jobs()
    approve_deal(cast.deal_desk.actor, deal)
    run_jobs()
    assert unread(cast) == {"Litware Health waits for a decision", "Fabrikam Consulting registered its first deal"}
    reject_deal(cast.channel_manager.actor, other, reason=RejectReason.TOO_EARLY)
    run_jobs()
    assert unread(cast) == {"Fabrikam Consulting registered its first deal"}


def test_who_hears_too_late_that_a_registration_waits_hears_nothing(cast: Cast) -> None:
    approve_deal(cast.deal_desk.actor, cast.register(domain=""))
    run_jobs()
    assert unread(cast) == {"Fabrikam Consulting registered its first deal"}


def test_a_reaction_names_the_event_that_caused_it(cast: Cast) -> None:
    first = cast.register(expected_close=cast.far_away)
    second = cast.register(cast.rival_rep)
    reject_deal(cast.deal_desk.actor, first, reason=RejectReason.TOO_EARLY)
    run_jobs()
    with acting(cast.system):
        rejected = Event.objects.get(name="deal.rejected")
        reconsidered = Event.objects.get(name="deal.reconsidered", subject_id=second.pk)
    assert reconsidered.cause_id == rejected.id
