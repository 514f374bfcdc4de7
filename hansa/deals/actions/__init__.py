"""What happens to deals. One module a use case; the names are imported from here."""

from hansa.deals.actions.answer_question import answer_question
from hansa.deals.actions.ask_for_more import ask_for_more, lapse_question, remind_partner
from hansa.deals.actions.decide_deal import approve_deal, mark_duplicate, reconsider_deal, reject_deal
from hansa.deals.actions.end_deal import cancel_deal, expire_deal, withdraw_deal
from hansa.deals.actions.keep_time import approve_by_default, escalate_review, remind_decider
from hansa.deals.actions.merge_companies import merge_companies
from hansa.deals.actions.register_deal import register_deal
from hansa.deals.actions.work_deal import lose_deal, move_stage, win_deal

DECISIONS = (approve_deal, reject_deal, mark_duplicate, ask_for_more)

__all__ = [
    "DECISIONS",
    "answer_question",
    "approve_by_default",
    "approve_deal",
    "ask_for_more",
    "cancel_deal",
    "escalate_review",
    "expire_deal",
    "lapse_question",
    "lose_deal",
    "mark_duplicate",
    "merge_companies",
    "move_stage",
    "reconsider_deal",
    "register_deal",
    "reject_deal",
    "remind_decider",
    "remind_partner",
    "win_deal",
    "withdraw_deal",
]
