"""What happened, in plain words: every event of every room, for the audit page and the home pages."""

from dataclasses import dataclass
from datetime import datetime

from hansa.core.actors import Side
from hansa.core.models import Event
from hansa.deals import said as deals
from hansa.kernel.lifecycle import say
from hansa.portal.nav import address

WORDS = deals.EVENTS | {
    "api_key.created": "API key made",
    "api_key.revoked": "API key revoked",
    "company.edited": "Company edited",
    "company.merged": "Companies became one",
    "company.took_over": "Company took over another one's records",
    "enrollment.changed": "Place in the program changed",
    "import.discarded": "Import discarded",
    "import.failed": "Import failed",
    "import.finished": "Import finished",
    "import.mapped": "Import's columns assigned",
    "import.started": "Import started",
    "import.uploaded": "File uploaded for import",
    "invitation.declined": "Invitation declined",
    "invitation.revoked": "Invitation withdrawn",
    "member.invited": "Person invited",
    "member.joined": "Person joined",
    "member.offboarded": "Person's access ended",
    "member.roles_changed": "Person's roles changed",
    "partner.accepted": "Partner joined",
    "partner.assigned": "Channel manager assigned",
    "partner.declined": "Partner declined",
    "partner.ended": "Partnership ended",
    "partner.invited": "Partner invited",
    "partner.resumed": "Partnership resumed",
    "partner.suspended": "Partnership suspended",
    "product_line.added": "Product line added",
    "product_line.retired": "Product line retired",
    "program.rules_changed": "Rules of engagement changed",
    "program.terms_changed": "Terms of deals changed",
    "territory.added": "Territory added",
    "vendor.look_changed": "Name or color changed",
}
NAMED_BY = ("customer", "company", "person", "name", "email", "file")
PAGES = {"deal": "deals/{}/", "partner": "partners/{}/", "company": "customers/{}/", "import": "imports/{}/"}


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the audit: what happened to whom, by whom, and what changed."""

    at: datetime
    what: str
    subject: str
    name: str
    url: str
    by: str
    changes: list[str]


def happening(event: Event, slug: str, side: Side) -> Happening:
    """An event as people of this side read it."""
    told = deals.happened(event, side)
    page = PAGES.get(event.subject_type) if side == "vendor" or event.subject_type == "deal" else None
    return Happening(
        event.at,
        WORDS.get(event.name, told.text) if event.name not in deals.EVENTS else told.text,
        event.subject,
        next((str(event.data[key]) for key in NAMED_BY if event.data.get(key)), ""),
        address("home", slug) + page.format(event.subject) if page else "",
        told.by,
        [_change(fact, *values) for fact, values in event.changes.items()],
    )


def _change(fact: str, before: object, after: object) -> str:
    return f"{say(fact)}: {_value(before)} → {_value(after)}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(say(str(part)) for part in value) or "none"
    return say(str(value)) if value not in (None, "") else "none"
