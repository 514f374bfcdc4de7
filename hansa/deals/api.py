"""Deal registrations: a partner's claim on a customer, and what both sides do with it."""

from typing import Annotated, Any

from ninja import Query

from hansa.accounts.bearer import bearer
from hansa.accounts.models import Membership
from hansa.core.actions import lock
from hansa.core.api.answers import expect
from hansa.core.api.chosen import chosen
from hansa.core.api.entrance import ApiRequest
from hansa.core.api.fields import reference
from hansa.core.api.paging import Page, Paging, page
from hansa.core.api.routes import Routes
from hansa.core.tenancy import finish_together
from hansa.customers.api import CompanyId, show_in_full
from hansa.customers.models import Company
from hansa.customers.schemas import CompanyInFull
from hansa.deals import actions, receipts
from hansa.deals.limits import attempt_at
from hansa.deals.models import UNDECIDED, Deal
from hansa.deals.representation import show_deal, show_deals, show_evidence, show_registered
from hansa.deals.schemas import (
    Announce,
    Cancel,
    ChangeDeal,
    DealFilter,
    DealInFull,
    DealShown,
    EvidenceList,
    HandOver,
    Lose,
    Merge,
    Noted,
    ReceiptShown,
    RegisterDeal,
    Registration,
    Reject,
    Win,
)
from hansa.kernel.errors import Invalid, NotPermitted
from hansa.kernel.ids import parse_public_id
from hansa.partnerships.models import Partnership
from hansa.programs.models import ProductLine, Program
from hansa.talk import api as talk
from hansa.talk.schemas import MessageShown, NoteShown, Written

routes = Routes("Deal registrations")
router = routes.router

DealId = Annotated[str, reference("deal")]
EVERY_REGISTRATION = bearer(lambda client: attempt_at(client.workspace) if client.workspace.partnership_id else None)


@routes.get("/deal-registrations", Page[DealShown])
def list_deals(request: ApiRequest, wanted: Query[DealFilter]) -> dict[str, Any]:
    """The deals that you see, newest first."""
    given = wanted.dict(include={"status", "stage", "outcome"}, exclude_none=True)
    rows = Deal.objects.visible_to(request.actor).filter(**given)
    if wanted.partner:
        rows = rows.filter(partnership=chosen(Partnership.objects.visible_to(request.actor), wanted.partner, "partner"))
    if wanted.due_before:
        rows = rows.filter(status__in=UNDECIDED, due_at__lt=wanted.due_before)
    return page(request, rows, wanted, lambda deals: show_deals(request.actor, deals), by="submitted_at")


@routes.post("/deal-registrations", DealInFull, creates=True, auth=EVERY_REGISTRATION)
def register_deal(request: ApiRequest, body: RegisterDeal) -> dict[str, Any]:
    """Claim a customer for your company.

    A complete registration is always stored, and its status says what was decided: approved, under_review, or
    duplicate when the customer is taken. Where the program answers all registrations together, each is under_review
    until then.
    """
    if request.actor.partnership_id is None:
        raise NotPermitted("not_permitted", "Partners register deals.")
    facts = facts_of(body)
    if body.beside is None:
        finish_together()
    deal = actions.register_beside(
        request.actor,
        Partnership(pk=request.actor.partnership_id, vendor_id=request.actor.vendor_id),
        beside=id_of(Partnership, body.beside, "beside") if body.beside else None,
        **facts,
    )
    return show_registered(request.actor, deal)


@routes.get("/deal-registrations/{deal_id}", DealInFull)
def show_one_deal(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """One deal with its decisions, in your share of them."""
    return show_deal(request.actor, _deal(request, deal_id))


@routes.patch("/deal-registrations/{deal_id}", DealInFull)
def change_deal(request: ApiRequest, deal_id: DealId, body: ChangeDeal) -> dict[str, Any]:
    """Say how far the sale is; forward or back."""
    deal = lock(request.actor, _deal(request, deal_id))
    expect(request, show_deal(request.actor, deal))
    return show_deal(request.actor, actions.move_stage(request.actor, deal, stage=body.stage))


@routes.post("/deal-registrations/{deal_id}/withdrawal", DealInFull)
def withdraw_deal(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """Take the claim back; the customer is free for others at once."""
    return show_deal(request.actor, actions.withdraw_deal(request.actor, _deal(request, deal_id)))


@routes.post("/deal-registrations/{deal_id}/owner", DealInFull)
def hand_over_deal(request: ApiRequest, deal_id: DealId, body: HandOver) -> dict[str, Any]:
    """Make a colleague of the partner's sales the owner; a rep hands over only what is theirs."""
    members = Membership.objects.visible_to(request.actor)
    to = chosen(members, body.owner, "owner")
    return show_deal(request.actor, actions.hand_over_deal(request.actor, _deal(request, deal_id), to=to.pk))


@routes.post("/deal-registrations/{deal_id}/win", DealInFull)
def win_deal(request: ApiRequest, deal_id: DealId, body: Win) -> dict[str, Any]:
    """Report the deal won; its protection is kept to its end."""
    deal = _deal(request, deal_id)
    return show_deal(request.actor, actions.win_deal(request.actor, deal, **body.dict()))


@routes.post("/deal-registrations/{deal_id}/loss", DealInFull)
def lose_deal(request: ApiRequest, deal_id: DealId, body: Lose) -> dict[str, Any]:
    """Report the deal lost; the customer is free for others at once."""
    deal = _deal(request, deal_id)
    return show_deal(request.actor, actions.lose_deal(request.actor, deal, **body.dict()))


@routes.post("/deal-registrations/{deal_id}/approval", DealInFull)
def approve_deal(request: ApiRequest, deal_id: DealId, body: Noted) -> dict[str, Any]:
    """Protect the deal on each of its product lines. Refused as already_protected when one of them is held."""
    deal = _deal(request, deal_id)
    return show_deal(request.actor, actions.approve_deal(request.actor, deal, note=body.note))


@routes.post("/deal-registrations/{deal_id}/rejection", DealInFull)
def reject_deal(request: ApiRequest, deal_id: DealId, body: Reject) -> dict[str, Any]:
    """Turn the registration down for a coded reason that the partner reads."""
    deal = _deal(request, deal_id)
    return show_deal(request.actor, actions.reject_deal(request.actor, deal, **body.dict()))


@routes.post("/deal-registrations/{deal_id}/duplicate-mark", DealInFull)
def mark_duplicate(request: ApiRequest, deal_id: DealId, body: Noted) -> dict[str, Any]:
    """Say that the customer is taken; the partner learns no more than that, and how to dispute it."""
    deal = _deal(request, deal_id)
    return show_deal(request.actor, actions.mark_duplicate(request.actor, deal, note=body.note))


@routes.post("/deal-registrations/{deal_id}/cancellation", DealInFull)
def cancel_deal(request: ApiRequest, deal_id: DealId, body: Cancel) -> dict[str, Any]:
    """End the registration and its protection for a coded reason that the partner reads."""
    deal = _deal(request, deal_id)
    return show_deal(request.actor, actions.cancel_deal(request.actor, deal, **body.dict()))


@routes.post("/deal-registrations/{deal_id}/notice", DealInFull)
def announce_end(request: ApiRequest, deal_id: DealId, body: Announce) -> dict[str, Any]:
    """Announce that the protection ends after a day to come, for a coded reason that the partner reads."""
    deal = _deal(request, deal_id)
    return show_deal(request.actor, actions.announce_end(request.actor, deal, **body.dict()))


@routes.get("/deal-registrations/{deal_id}/receipt", ReceiptShown)
def show_receipt(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """The registration's receipt: its place in the vendor's sealed history.

    Save `receipt` as a file, and verify it with `tools/verify_receipt.py`, which needs nothing of Hansa.
    """
    return receipts.show_receipt(request.actor, _deal(request, deal_id))


@routes.get("/deal-registrations/{deal_id}/evidence", EvidenceList, side="vendor", to=actions.DECISIONS)
def list_evidence(request: ApiRequest, deal_id: DealId) -> dict[str, Any]:
    """What each decision on this deal rests on. For the vendor alone."""
    return {"data": show_evidence(request.actor, _deal(request, deal_id))}


@routes.get("/deal-registrations/{deal_id}/messages", Page[MessageShown])
def list_deal_messages(request: ApiRequest, deal_id: DealId, paging: Query[Paging]) -> dict[str, Any]:
    """What partner and vendor wrote to each other about a deal, newest first."""
    return talk.messages_about(request, _deal(request, deal_id), paging)


@routes.post("/deal-registrations/{deal_id}/messages", MessageShown, creates=True, auth=talk.EVERY_MESSAGE)
def post_deal_message(request: ApiRequest, deal_id: DealId, body: Written) -> dict[str, Any]:
    """Write to the other side about a deal. Who takes part gets a notice and a mail."""
    return talk.posted(request, _deal(request, deal_id), body)


@routes.get("/deal-registrations/{deal_id}/notes", Page[NoteShown], side="vendor")
def list_deal_notes(request: ApiRequest, deal_id: DealId, paging: Query[Paging]) -> dict[str, Any]:
    """The vendor's own notes about a deal, newest first. No partner sees them."""
    return talk.notes_about(request, _deal(request, deal_id), paging)


@routes.post("/deal-registrations/{deal_id}/notes", NoteShown, creates=True, side="vendor", auth=talk.EVERY_MESSAGE)
def write_deal_note(request: ApiRequest, deal_id: DealId, body: Written) -> dict[str, Any]:
    """Write something about a deal that the vendor's people alone read."""
    return talk.noted(request, _deal(request, deal_id), body)


@routes.post("/companies/{company_id}/merger", CompanyInFull, side="vendor")
def merge_companies(request: ApiRequest, company_id: CompanyId, body: Merge) -> dict[str, Any]:
    """Make another company a part of this one: its deals, protections, leads, opportunities, names and domains.

    Refused as protections_conflict while both are protected on one product line.
    """
    companies = Company.objects.visible_to(request.actor)
    kept, merged = companies.named(company_id), chosen(companies, body.merged, "merged")
    actions.merge_companies(request.actor, kept, merged=merged)
    return show_in_full(request.actor, companies.named(company_id))


def _deal(request: ApiRequest, deal_id: str) -> Deal:
    return Deal.objects.visible_to(request.actor).named(deal_id)  # type: ignore[no-any-return]


def facts_of(body: Registration) -> dict[str, Any]:
    """What a body says of a new registration, as the actions are told it. Raises Invalid for what cannot be read."""
    try:
        amount = body.amount.money()
    except ValueError as error:
        raise Invalid("amount_unreadable", str(error), "amount") from None
    return {
        "customer": body.customer.name,
        "domain": body.customer.domain,
        "country": body.customer.country,
        "product_lines": [id_of(ProductLine, line, "product_lines") for line in body.product_lines],
        "amount": amount,
        "expected_close": body.expected_close,
        "deal_type": body.type,
        "contact_name": body.contact.name,
        "contact_email": body.contact.email,
        "need": body.need,
        "evidence": body.evidence,
        "program_id": id_of(Program, body.program, "program") if body.program else None,
    }


def id_of(model: type[Partnership] | type[ProductLine] | type[Program], reference: str, field: str) -> Any:
    """The id in a reference that a field of a body holds. Raises Invalid for one that is none."""
    try:
        return parse_public_id(model.id_prefix, reference)
    except ValueError:
        raise Invalid("not_found", f"There is no such {model._meta.verbose_name}.", field) from None
