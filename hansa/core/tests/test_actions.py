"""What every action has: permission, one transaction, a lock, an event."""

import pytest
from django.db import connection
from django.http import Http404

from hansa.accounts.roles import Role
from hansa.core.actions import ACTIONS
from hansa.core.models import Event
from hansa.core.tenancy import acting, connection_context, vendor_wide
from hansa.deals.actions import cancel_deal, move_stage, withdraw_deal
from hansa.deals.models import EndReason, Stage
from hansa.kernel.errors import DomainError, NotPermitted
from hansa.testing.cast import Cast


def events(cast: Cast) -> list[Event]:
    with acting(cast.system):
        return list(Event.objects.order_by("id"))


def test_each_says_who_may_what_it_announces_and_what_it_is_for() -> None:
    for name, declared in ACTIONS.items():
        assert declared.by <= frozenset(Role), name
        assert "." in declared.emits, name
        assert declared.summary.endswith((".", ".)")), name


def test_who_may_not_changes_nothing_and_leaves_no_event(cast: Cast) -> None:
    deal = cast.register()
    before = events(cast)
    with pytest.raises(NotPermitted, match="This is not for your role: End the registration and its protection"):
        cancel_deal(cast.partner_rep.actor, deal, reason=EndReason.NO_ACTIVITY)
    assert events(cast) == before


def test_what_is_not_visible_cannot_be_acted_on(cast: Cast) -> None:
    deal = cast.register()
    for outsider in (cast.rival_rep, cast.stranger_rep):
        with pytest.raises(Http404):
            withdraw_deal(outsider.actor, deal)


def test_it_works_on_the_row_as_it_is_now(cast: Cast) -> None:
    seen_before = cast.register()
    withdraw_deal(cast.partner_rep.actor, seen_before)
    with pytest.raises(DomainError, match="withdrawn already"):
        move_stage(cast.partner_rep.actor, seen_before, stage=Stage.PROPOSAL)


def test_an_event_says_who_did_what_and_what_it_changed(cast: Cast) -> None:
    deal = cast.register()
    move_stage(cast.partner_rep.actor, deal, stage=Stage.PROPOSAL)
    event = events(cast)[-1]
    assert (event.name, event.actor_label, event.subject_id) == ("deal.stage_moved", "Mara Lindqvist", deal.pk)
    assert event.changes == {"stage": ["qualified", "proposal"]}
    assert event.partnership_id == cast.partnership.pk


def test_a_refusal_in_the_middle_undoes_all_of_it(cast: Cast) -> None:
    deal = cast.register()
    before = events(cast)
    with pytest.raises(DomainError):
        cancel_deal(cast.channel_manager.actor, deal, reason=EndReason.OTHER)
    assert events(cast) == before


def test_a_context_ends_with_its_block_also_after_an_error(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), acting(cast.partner_rep.actor):
        _ = 1 // 0
    assert connection_context() == ("", "", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('hansa.vendor', true), '')")
        assert cursor.fetchone() == ("",)


def test_looking_vendor_wide_ends_with_its_block_and_needs_a_context(cast: Cast) -> None:
    partner = cast.partner_rep.actor
    with acting(partner):
        with vendor_wide("test"):
            assert connection_context()[1] == "vendor"
        assert connection_context() == (str(partner.vendor_id), "partner", str(partner.partnership_id))
    with pytest.raises(RuntimeError, match="outside acting"), vendor_wide("test"):
        pass
