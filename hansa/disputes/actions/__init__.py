"""What happens to disputes. One module a use case; the names are imported from here."""

from hansa.disputes.actions.appeal import appeal_dispute, appeal_hearing, close_dispute, take_up_appeal
from hansa.disputes.actions.decide_dispute import decide_dispute
from hansa.disputes.actions.hear import (
    answer_hearing,
    ask_opener,
    ask_other_side,
    lapse_hearing,
    lapse_question,
    resume_dispute,
)
from hansa.disputes.actions.keep_time import escalate_dispute, remind_of_dispute
from hansa.disputes.actions.open_dispute import add_statement, close_hearing, open_dispute, withdraw_dispute

WORKING = (decide_dispute, ask_opener, ask_other_side)

__all__ = [
    "WORKING",
    "add_statement",
    "answer_hearing",
    "appeal_dispute",
    "appeal_hearing",
    "ask_opener",
    "ask_other_side",
    "close_dispute",
    "close_hearing",
    "decide_dispute",
    "escalate_dispute",
    "lapse_hearing",
    "lapse_question",
    "open_dispute",
    "remind_of_dispute",
    "resume_dispute",
    "take_up_appeal",
    "withdraw_dispute",
]
