"""What happens to deals. One module a use case; the names are imported from here."""

from hansa.deals.actions.amend_deal import (
    amend_deal,
    approve_amendment,
    decline_amendment,
    lapse_amendment,
    request_lines,
    withdraw_amendment,
)
from hansa.deals.actions.answer_question import answer_question
from hansa.deals.actions.ask_for_more import ask_for_more, lapse_question, remind_partner
from hansa.deals.actions.assign_registration import assign_registration, assignment_of, end_assignment, reviewers
from hansa.deals.actions.credit_sales import give_credit, sellers, take_credit_back
from hansa.deals.actions.decide_deal import approve_deal, mark_duplicate, reconsider_deal, reject_deal
from hansa.deals.actions.decide_many import decide_in_bulk, finish_bulk, resume_bulk, stop_bulk
from hansa.deals.actions.end_deal import announce_end, cancel_deal, end_after_notice, expire_deal, withdraw_deal
from hansa.deals.actions.extend_deal import (
    approve_extension,
    decline_extension,
    extend_deal,
    lapse_extension,
    request_extension,
    withdraw_extension,
)
from hansa.deals.actions.hand_over import hand_over_deal, offboard_with_deals
from hansa.deals.actions.keep_time import approve_by_default, escalate_review, remind_decider
from hansa.deals.actions.merge_companies import merge_companies
from hansa.deals.actions.register_deal import register_deal
from hansa.deals.actions.register_in_name import register_for, register_in_name
from hansa.deals.actions.release_decision import release_answers, release_decision
from hansa.deals.actions.remind_of_end import remind_of_end
from hansa.deals.actions.settle_conflict import clear_conflict, flag_conflict, reopen_conflict, settle_conflict
from hansa.deals.actions.share_deal import add_party, register_beside, remove_party
from hansa.deals.actions.work_deal import lose_deal, move_stage, win_deal

DECISIONS = (approve_deal, reject_deal, mark_duplicate, ask_for_more)

__all__ = [
    "DECISIONS",
    "add_party",
    "amend_deal",
    "announce_end",
    "answer_question",
    "approve_amendment",
    "approve_by_default",
    "approve_deal",
    "approve_extension",
    "ask_for_more",
    "assign_registration",
    "assignment_of",
    "cancel_deal",
    "clear_conflict",
    "decide_in_bulk",
    "decline_amendment",
    "decline_extension",
    "end_after_notice",
    "end_assignment",
    "escalate_review",
    "expire_deal",
    "extend_deal",
    "finish_bulk",
    "flag_conflict",
    "give_credit",
    "hand_over_deal",
    "lapse_amendment",
    "lapse_extension",
    "lapse_question",
    "lose_deal",
    "mark_duplicate",
    "merge_companies",
    "move_stage",
    "offboard_with_deals",
    "reconsider_deal",
    "register_beside",
    "register_deal",
    "register_for",
    "register_in_name",
    "reject_deal",
    "release_answers",
    "release_decision",
    "remind_decider",
    "remind_of_end",
    "remind_partner",
    "remove_party",
    "reopen_conflict",
    "request_extension",
    "request_lines",
    "resume_bulk",
    "reviewers",
    "sellers",
    "settle_conflict",
    "stop_bulk",
    "take_credit_back",
    "win_deal",
    "withdraw_amendment",
    "withdraw_deal",
    "withdraw_extension",
]
