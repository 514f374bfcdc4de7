"""What kinds of news there are, and over which ways a person may have each."""

from dataclasses import dataclass

from django.db.models import TextChoices

from hansa.core.actors import Side


class Kind(TextChoices):
    """A kind of news, in the words of who gets it."""

    DECIDED = "decided", "What became of a registration"
    ASKED = "asked", "Questions about a registration"
    ENDING = "ending", "The end of a protection"
    TIER = "tier", "Your tier"
    WAITING = "waiting", "Something waits for a decision"
    REMINDER = "reminder", "A decision is due"
    CONVERSATION = "conversation", "Messages"
    PARTNER_NEWS = "partner_news", "News of partners"
    RULES = "rules", "Changes of the rules"
    SECURITY = "security", "Security"


class Channel(TextChoices):
    """Over which ways a kind of news comes."""

    MAIL = "mail", "Inbox and mail"
    INBOX = "inbox", "Inbox only"
    NOTHING = "nothing", "Not at all"


@dataclass(frozen=True, slots=True)
class Terms:
    """Whom a kind is for, what it is about, and what a person may choose: `harmless` is what may be done without."""

    hint: str
    sides: tuple[Side, ...]
    harmless: bool = False
    always: bool = False

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What can be chosen."""
        if self.always:
            return (Channel.MAIL,)
        return tuple(Channel) if self.harmless else (Channel.MAIL, Channel.INBOX)


BOTH: tuple[Side, ...] = ("vendor", "partner")
TERMS = {
    Kind.DECIDED: Terms(
        "Approved or not, customer taken, protection taken back, whose it is, or who stands beside", ("partner",)
    ),
    Kind.ASKED: Terms("The vendor needs to know more before it decides", ("partner",)),
    Kind.ENDING: Terms("A protection is about to run out, was extended or not, or has ended", ("partner",)),
    Kind.TIER: Terms("You rose, you are about to fall or fell, or an exception was granted", ("partner",)),
    Kind.WAITING: Terms(
        "A registration came in or is given to you, a partner asks or answers, or direct sales meet a protected one",
        ("vendor",),
    ),
    Kind.REMINDER: Terms(
        "The time to decide is running out, is over, or a registration was decided by it", ("vendor",)
    ),
    Kind.CONVERSATION: Terms(
        "Somebody wrote or attached a file; it also stands on the page itself", BOTH, harmless=True
    ),
    Kind.PARTNER_NEWS: Terms(
        "A partner's first registration, your credit for a deal, or who stands in for whom", ("vendor",), harmless=True
    ),
    Kind.RULES: Terms("A rule of the program will change, or what became of a draft of one", BOTH),
    Kind.SECURITY: Terms("About your log-in, who looks at your pages, and sealed history", BOTH, always=True),
}

# What reactions tell of, by the name of the event.
KIND_OF = {
    "deal.approved": Kind.DECIDED,
    "deal.rejected": Kind.DECIDED,
    "deal.marked_duplicate": Kind.DECIDED,
    "deal.canceled": Kind.DECIDED,
    "deal.handed_over": Kind.DECIDED,
    "deal.party_added": Kind.DECIDED,
    "deal.party_removed": Kind.DECIDED,
    "deal.left_to_partner": Kind.DECIDED,
    "deal.sold_together": Kind.DECIDED,
    "deal.withdrawn": Kind.DECIDED,
    "deal.won": Kind.DECIDED,
    "deal.lost": Kind.DECIDED,
    "amendment.approved": Kind.DECIDED,
    "amendment.declined": Kind.DECIDED,
    "dispute.decided": Kind.DECIDED,
    "dispute.looked_at_again": Kind.DECIDED,
    "hearing.decided": Kind.DECIDED,
    "hearing.closed": Kind.DECIDED,
    "deal.asked_for_more": Kind.ASKED,
    "dispute.asked": Kind.ASKED,
    "hearing.asked": Kind.ASKED,
    "deal.partner_reminded": Kind.ASKED,
    "deal.ending_soon": Kind.ENDING,
    "deal.end_announced": Kind.ENDING,
    "deal.expired": Kind.ENDING,
    "deal.extended": Kind.ENDING,
    "extension.declined": Kind.ENDING,
    "tier.promoted": Kind.TIER,
    "tier.demoted": Kind.TIER,
    "tier.slipped": Kind.TIER,
    "tier.grace_began": Kind.TIER,
    "tier.recovered": Kind.TIER,
    "tier.declined": Kind.TIER,
    "tier.exception_granted": Kind.TIER,
    "tier.exception_ended": Kind.TIER,
    "tier.proposed": Kind.WAITING,
    "deal.sent_to_review": Kind.WAITING,
    "verdict.reviewed": Kind.WAITING,
    "registration.assigned": Kind.WAITING,
    "bulk.finished": Kind.WAITING,
    "bulk.stopped": Kind.WAITING,
    "extension.requested": Kind.WAITING,
    "amendment.requested": Kind.WAITING,
    "deal.answered": Kind.WAITING,
    "deal.question_lapsed": Kind.WAITING,
    "dispute.opened": Kind.WAITING,
    "dispute.resumed": Kind.WAITING,
    "dispute.appealed": Kind.WAITING,
    "dispute.reminded": Kind.REMINDER,
    "dispute.escalated": Kind.REMINDER,
    "conflict.flagged": Kind.WAITING,
    "review.reminded": Kind.REMINDER,
    "review.escalated": Kind.REMINDER,
    "review.defaulted": Kind.REMINDER,
    "message.posted": Kind.CONVERSATION,
    "file.attached": Kind.CONVERSATION,
    "deal.registered": Kind.PARTNER_NEWS,
    "credit.given": Kind.PARTNER_NEWS,
    "credit.taken_back": Kind.PARTNER_NEWS,
    "deputy.appointed": Kind.PARTNER_NEWS,
    "deputy.revoked": Kind.PARTNER_NEWS,
    "policy.proposed": Kind.RULES,
    "policy.sent_back": Kind.RULES,
    "policy.published": Kind.RULES,
    "policy.withdrawn": Kind.RULES,
    "policy.ended": Kind.RULES,
    "view_as.started": Kind.SECURITY,
    "history.broken": Kind.SECURITY,
    "export.refused": Kind.SECURITY,
}


def kinds_for(side: Side) -> list[Kind]:
    """The kinds that people of this side get, in the order in which they are shown."""
    return [kind for kind in Kind if side in TERMS[kind].sides]
