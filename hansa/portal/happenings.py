"""What happened, in plain words: every event of every room, for the audit page and the home pages."""

from dataclasses import dataclass
from datetime import datetime

from hansa.core.actors import Side
from hansa.core.models import Event
from hansa.deals import said as deals
from hansa.disputes import said as disputes
from hansa.kernel.lifecycle import say
from hansa.portal.nav import address

WORDS = deals.EVENTS | {
    **disputes.EVENTS,
    "api_key.created": "API key made",
    "api_key.revoked": "API key revoked",
    "bulk.finished": "Work on many registrations finished",
    "bulk.resumed": "Went on with many registrations",
    "bulk.started": "Began to work on many registrations",
    "bulk.stopped": "Stopped work on many registrations",
    "calendar_feed.renewed": "Calendar address made",
    "calendar_feed.revoked": "Calendar address switched off",
    "calendar.changed": "Business hours or holidays changed",
    "company.edited": "Company edited",
    "company.merged": "Companies became one",
    "company.took_over": "Company took over another one's records",
    "deputy.appointed": "Deputy appointed for a time",
    "deputy.revoked": "Deputy for a time revoked",
    "enrollment.changed": "Place in the program changed",
    "export.failed": "Export could not be made",
    "export.finished": "List exported",
    "export.refused": "Export refused: more than a day allows",
    "export.removed": "Exported file removed",
    "export.requested": "Export asked for",
    "filter.deleted": "Saved filter deleted",
    "filter.saved": "Filter saved",
    "filter.shared": "Saved filter shared with the team",
    "filter.unshared": "Saved filter no longer shared",
    "history.broken": "Sealed history was changed",
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
    "member.second_factor_reset": "Person's second step reset",
    "message.posted": "Message written",
    "note.written": "Internal note written",
    "partner.accepted": "Partner joined",
    "partner.assigned": "Channel manager assigned",
    "partner.declined": "Partner declined",
    "partner.ended": "Partnership ended",
    "partner.invited": "Partner invited",
    "partner.resumed": "Partnership resumed",
    "partner.suspended": "Partnership suspended",
    "policy.changed": "Draft of a policy changed",
    "policy.drafted": "Draft of a policy begun",
    "policy.ended": "Policy ended for some partners",
    "policy.proposed": "Policy proposed to colleagues",
    "policy.published": "Policy published",
    "policy.sent_back": "Policy sent back to its author",
    "policy.withdrawn": "Policy withdrawn",
    "product_line.added": "Product line added",
    "product_line.retired": "Product line retired",
    "program.reasons_changed": "Reasons that can be given changed",
    "program.requirements_changed": "Requirements of registrations changed",
    "program.dispute_terms_changed": "Terms of disputes changed",
    "program.answers_changed": "When answers are given changed",
    "program.answers_released": "Answers given before their time",
    "program.review_changed": "Times to decide changed",
    "program.rules_changed": "Rules of engagement changed",
    "program.terms_changed": "Terms of deals changed",
    "reply.refused": "Answer by mail refused",
    "review.defaulted": "Approved by default: nobody decided in time",
    "replay.failed": "Replay of a policy failed",
    "replay.finished": "Policy replayed",
    "replay.started": "Began to replay a policy",
    "review.escalated": "Escalated: nobody decided in time",
    "review.reminded": "Reminded to decide",
    "supply.added": "Distributor named for a partner",
    "supply.removed": "Distributor no longer named for a partner",
    "territory.added": "Territory added",
    "tier.approved": "Change of tier approved",
    "tier.declined": "Change of tier declined",
    "tier.demoted": "Tier lost",
    "tier.evaluated": "Tier evaluated on demand",
    "tier.exception_ended": "Exception for a tier ended early",
    "tier.exception_granted": "Exception for a tier granted",
    "tier.grace_began": "Grace period of a tier began",
    "tier.promoted": "Tier reached",
    "tier.proposed": "Change of tier waits for approval",
    "tier.recovered": "No longer below the tier",
    "tier.slipped": "Below what the tier asks for",
    "tier_fact.entered": "Number about a partner entered",
    "tier_terms.changed": "Terms of tiers changed",
    "vendor.look_changed": "Name or color changed",
    "vendor.permissions_changed": "Who may do what changed",
    "vendor.second_factor_demanded": "Second step demanded of the team",
    "vendor.second_factor_waived": "Second step no longer demanded",
    "view_as.page_seen": "Page seen as somebody else sees it",
    "view_as.started": "Began to look as somebody else",
    "view_as.stopped": "Stopped looking as somebody else",
}
NAMED_BY = ("customer", "company", "person", "name", "email", "file")
PAGES = {"bulk": "bulk-decisions/{}/", "company": "customers/{}/", "import": "imports/{}/", "partner": "partners/{}/"}
PAGES |= {"replay": "program/replays/{}/", "standing": "tiers/{}/", "policy": "program/policies/versions/{}/"}
BOTH_SIDES = {"deal": "deals/{}/", "dispute": "disputes/{}/"}
PARTNERS_PAGES = BOTH_SIDES | {"hearing": "hearings/{}/", "standing": "tier/"}


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


def happening(event: Event, slug: str, side: Side, about: str = "") -> Happening:
    """An event as people of this side read it; `about` names its subject, unless the event does."""
    told = deals.happened(event, side)
    looked_as = event.on_behalf_of if event.name not in deals.EVENTS else ""
    page = (PAGES | BOTH_SIDES if side == "vendor" else PARTNERS_PAGES).get(event.subject_type)
    return Happening(
        event.at,
        WORDS.get(event.name, told.text) if event.name not in deals.EVENTS else told.text,
        event.subject,
        next((str(event.data[key]) for key in NAMED_BY if event.data.get(key)), about or event.data.get("about", "")),
        address("home", slug) + page.format(event.subject) if page else "",
        f"{event.actor_label}, as {looked_as}" if looked_as else told.by,
        [_change(fact, *values) for fact, values in event.changes.items()],
    )


def _change(fact: str, before: object, after: object) -> str:
    return f"{say(fact)}: {_value(before)} → {_value(after)}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(say(str(part)) for part in value) or "none"
    return say(str(value)) if value not in (None, "") else "none"
