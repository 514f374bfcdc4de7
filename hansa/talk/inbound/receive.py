"""A mail that came in: filed as a message of the person whom its address was made for, or turned away."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from hansa.accounts.factors import owes_second_factor
from hansa.accounts.models import Membership, Workspace
from hansa.core.actors import Actor, System
from hansa.core.limits import Limit, count
from hansa.core.tenancy import acting
from hansa.kernel.errors import DomainError, TooMany
from hansa.notices.models import ReplyAddress
from hansa.notices.reading import mark_topic_read
from hansa.notices.replies import signed_by_us
from hansa.talk.actions import post_message, refuse_reply
from hansa.talk.inbound.read import Mail, read
from hansa.talk.limits import one_more_by
from hansa.talk.models import Message, Thread, Via
from hansa.talk.subjects import subject_of

# What an event is left about, at most so often: who has the address must not fill the audit.
REFUSALS = Limit("refused answers", 10, 24 * 60 * 60)

QUIET = {
    "automatic": "A program sent this mail: nothing was filed.",
    "already_filed": "This mail was filed before.",
}
REFUSED = {
    "unknown_address": "This address takes no answers. Answer the notification mail itself.",
    "several_addresses": "This mail goes to several conversations. Answer each notification mail by itself.",
    "sender_unclear": "This mail does not have exactly one sender.",
    "empty": "There is no answer in this mail. Write above the quoted text.",
}
SUSPECT = {
    "other_sender": "The notification went to another address. Answer from the mailbox that got it.",
    "disowned": "A mail server found that this mail does not come from where it says. Answer on the page instead.",
    "left": "This person does not work here any more.",
    "gone": "This conversation is not open to you any more.",
}
LATER = "too_many_attempts"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail: a stable `code`, and a sentence for whoever reads it. `message` if it was filed now."""

    code: str
    text: str
    message: Message | None = None

    @property
    def filed(self) -> bool:
        return self.message is not None

    @property
    def dropped(self) -> bool:
        """Nothing was filed, and nobody needs to be told."""
        return self.code in QUIET

    @property
    def later(self) -> bool:
        """The same mail may be filed if it comes again."""
        return self.code == LATER


def receive(raw: bytes) -> Outcome:
    """File one RFC 5322 message, or say why not."""
    try:
        mail = read(raw)
    except DomainError as beyond:
        return Outcome(beyond.code, beyond.message)
    if mail.automatic:
        return _outcome("automatic")
    ids = {id for token in mail.tokens if (id := signed_by_us(token))}
    if len(ids) > 1:
        return _outcome("several_addresses")
    addresses = ReplyAddress.objects.select_related("member__user").filter(pk__in=ids)
    address = addresses.first()
    if address is None:
        return _outcome("unknown_address")
    return _from_the_right_person(mail, address)


def _from_the_right_person(mail: Mail, address: ReplyAddress) -> Outcome:
    if not mail.sender:
        return _outcome("sender_unclear")
    if mail.sender != address.member.user.email.lower():
        return _suspect("other_sender", address)
    if mail.disowned:
        return _suspect("disowned", address)
    actor = _at_work(address)
    if actor is None:
        return _suspect("left", address)
    try:
        with acting(actor):
            subject = subject_of(Thread.objects.visible_to(actor).named(address.topic), actor)
    except Http404:
        return _suspect("gone", address)
    return _outcome("empty") if not mail.text else _file(mail, actor, subject)


def _file(mail: Mail, actor: Actor, subject: Any) -> Outcome:
    key = UUID(bytes=hashlib.sha256(f"{actor.id}\n{mail.key}".encode()).digest()[:16])
    try:
        count(one_more_by(actor.id))
        message = post_message(actor, subject, text=mail.text, remark=mail.remark, via=Via.MAIL.value, mail_key=key)
    except TooMany as refusal:
        return Outcome(LATER, refusal.message)
    except DomainError as refusal:
        return Outcome(refusal.code, refusal.message)
    mark_topic_read(actor, message.thread_id)
    return Outcome("filed", "Your answer is in the conversation.", message)


def _at_work(address: ReplyAddress) -> Actor | None:
    """The person as they act now, None for one who has left, or to whom the workspace is closed."""
    member, user = address.member, address.member.user
    if member.status != Membership.Status.ACTIVE or not user.is_active:
        return None
    places = Workspace.objects.filter(vendor_id=address.vendor_id, organization_id=member.organization_id, closed=False)
    place: Workspace | None = places.select_related("vendor").first()
    if place is None or owes_second_factor(user, place):
        return None
    return place.actor("person", member.pk, user.name, member.roles)


def _suspect(code: str, address: ReplyAddress) -> Outcome:
    """Turn away a mail whose address is genuine, and leave an event for the vendor."""
    actor = System("mail", address.vendor_id)
    try:
        count(REFUSALS.attempt(address.pk))
        with acting(actor):
            thread = Thread.objects.visible_to(actor).named(address.topic)
        refuse_reply(actor, thread, reason=code)
    except (TooMany, Http404):
        pass
    return _outcome(code)


def _outcome(code: str) -> Outcome:
    return Outcome(code, (QUIET | REFUSED | SUSPECT)[code])
