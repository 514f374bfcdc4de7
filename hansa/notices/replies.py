"""Answering by mail: addresses that only this installation can make, each for one person in one conversation.

An address is `reply+TOKEN@…`; the token is the id of a `ReplyAddress` under a signature (docs/adr/0019). Mail systems
may change its case, so it is written in one case only, and it fits into the 64 octets before an @.
"""

import re
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from hansa.kernel.ids import LENGTH, parse_public_id, public_id
from hansa.notices.models import ReplyAddress

MAILBOX = "reply"
SALT = "hansa.reply"
TOKEN = re.compile(rf"(?<![\w.+-]){MAILBOX}\+([0-9a-z]{{{2 * LENGTH}}})@([a-z0-9.-]+)", re.IGNORECASE)


def reply_address(vendor_id: UUID, topic: UUID, member_id: UUID) -> str:
    """Where this person's answers go; empty where the installation takes no mail."""
    if not settings.MAIL_REPLY_DOMAIN:
        return ""
    address, _ = ReplyAddress.objects.get_or_create(vendor_id=vendor_id, topic=topic, member_id=member_id)
    return f"{MAILBOX}+{_token(address.pk)}@{settings.MAIL_REPLY_DOMAIN}"


def addressed(text: str) -> set[str]:
    """The tokens of all our addresses in a text, signed by us or not."""
    domain = settings.MAIL_REPLY_DOMAIN.lower()
    return {token.lower() for token, host in TOKEN.findall(text) if domain and host.lower().rstrip(".") == domain}


def signed_by_us(token: str) -> UUID | None:
    """The id of the `ReplyAddress` that a token stands for, None unless it bears our signature."""
    try:
        id = parse_public_id(ReplyAddress.id_prefix, f"{ReplyAddress.id_prefix}_{token[:LENGTH]}")
    except ValueError:
        return None
    return id if constant_time_compare(token, _token(id)) else None


def _token(id: UUID) -> str:
    mark = salted_hmac(SALT, id.hex, algorithm="sha256").digest()[:16]
    return _written(id) + _written(UUID(bytes=mark))


def _written(number: UUID) -> str:
    return public_id("", number).removeprefix("_")
