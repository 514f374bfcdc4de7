"""A partner's pages of deals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hansa.accounts.entrance import WorkspaceRequest, admit, workspace_page
from hansa.core.actors import Actor
from hansa.core.tenancy import acting, moment
from hansa.core.web.forms import refuse
from hansa.core.web.remembered import remembered
from hansa.core.web.said import money_in_words, reader_locale
from hansa.deals import shown
from hansa.deals.actions import lose_deal, move_stage, register_deal, register_for, win_deal, withdraw_deal
from hansa.deals.actions.work_deal import closed_already
from hansa.deals.beside import Card, cards_beside
from hansa.deals.forms import LostForm, RegisterDealForm, WonForm
from hansa.deals.history import history
from hansa.deals.known import KnownCustomers
from hansa.deals.life_shown import life_of
from hansa.deals.limits import count_attempt
from hansa.deals.listing import Wanted, page_of_deals
from hansa.deals.models import UNDECIDED, Deal, DealType, Outcome, Stage, Status
from hansa.deals.proof import lacks_proof
from hansa.deals.reasons import offer
from hansa.deals.receipts import seal_of
from hansa.deals.rules import TOGETHER
from hansa.deals.said import happened
from hansa.deals.tables import partners_table
from hansa.deals.time_shown import time_of
from hansa.deals.views.steps import closed_to
from hansa.files.shown import files_of
from hansa.kernel.errors import DomainError, TooMany
from hansa.partnerships.models import Enrollment, Partnership
from hansa.partnerships.ties import Tie, ties_in, ties_query
from hansa.programs.models import ProductLine, Program
from hansa.rulebook.decisions_shown import ShownDecision, listed
from hansa.rulebook.models import Decision
from hansa.rulebook.tier_names import tier_names
from hansa.talk.shown import conversation

HAPPENED = 50
EARLIER = 300  # how many of the latest registrations suggest their customers
RESULTS = {
    "won": (win_deal, WonForm, "Report it won", "Report won", "Reported as won. The protection is kept to its end."),
    "lost": (lose_deal, LostForm, "Report it lost", "Report lost", "Reported as lost. The customer is free again."),
}
ANSWERS = {
    Status.APPROVED: (messages.SUCCESS, "{} is yours. Nobody else can register them for these product lines."),
    Status.UNDER_REVIEW: (messages.WARNING, "{} is registered. A person looks at it before it is decided."),
    Status.DUPLICATE: (messages.ERROR, "{} is taken. Your registration is kept, but it is not protected."),
}
IN_NAME = {
    Status.APPROVED: (messages.SUCCESS, "{0} is {1}'s. Nobody else can register them for these product lines."),
    Status.UNDER_REVIEW: (messages.WARNING, "{0} is registered for {1}. You are told once it is decided."),
    Status.DUPLICATE: (messages.ERROR, "{0} is taken. The registration for {1} is kept, but it is not protected."),
}
ANSWERED_TOGETHER = (messages.SUCCESS, "{} is registered, and keeps its place. You are told with all others.")
REGISTERED_ALREADY = (messages.WARNING, "You have registered {} before. That registration stands; this one is kept.")


def deals(request: WorkspaceRequest) -> HttpResponse:
    """The company's registrations, newest first."""
    wanted = Wanted.read(request.GET)
    page, beside = page_of_deals(request.actor, wanted, request.GET)
    narrowing = remembered("deals/portal/narrowing.html", wanted=wanted, beside=beside or wanted.beside)
    context = {"title": "Deals", "page": page, "table": partners_table(page.rows, beside=wanted.beside)}
    context |= {"wanted": wanted, "narrowing": narrowing}
    return render(request, "deals/portal/deals.html", context)


@workspace_page("partner", to=register_deal)
def register(request: WorkspaceRequest) -> HttpResponse:
    """Register a deal; the answer is on the deal's page."""
    partnership, form = _registration(request)
    if form.is_valid():
        try:
            count_attempt(request.workspace)
            deal = register_for(request.actor, partnership, **form.facts())
        except DomainError as refusal:
            if refusal.code == "already_sent":
                return _sent_before(request, form.cleaned_data["submission"])
            refuse(form, refusal)
            return _form_page(request, form, refusal)
        else:
            level, answer = _answer_to(deal, form.reseller_name)
            messages.add_message(request, level, f"{answer} Registered with {_amount(deal)}.")
            return redirect("deal", request.workspace.slug, deal.public_id)
    return _form_page(request, form)


@workspace_page("partner", to=register_deal)
def register_offline(request: WorkspaceRequest) -> HttpResponse:
    """The form that a device keeps for when there is no network."""
    with acting(request.actor):
        form = _empty_form(request, _partnership(request), _lines(request), KnownCustomers(), program=_program(request))
    return render(request, "deals/portal/register_offline.html", {"title": "Register a deal", "form": form})


def _form_page(request: WorkspaceRequest, form: RegisterDealForm, refusal: DomainError | None = None) -> HttpResponse:
    """The form, with what is wrong; past a limit the answer says after how long another attempt counts."""
    limit = refusal if isinstance(refusal, TooMany) else None
    status = 429 if limit else 422 if form.errors else 200
    answer = render(request, "deals/portal/register.html", {"title": "Register a deal", "form": form}, status=status)
    if limit:
        answer["Retry-After"] = str(limit.retry_after)
    return answer


def _answer_to(deal: Deal, reseller: str) -> tuple[int, str]:
    """What is said to who has just registered a deal, and how; not which of its own deals is a reseller's obstacle."""
    level, said = ANSWERED_TOGETHER
    if reseller:
        level, said = IN_NAME[Status(deal.status)]
    elif deal.reason:
        level, said = REGISTERED_ALREADY
    elif deal.decision.policy != TOGETHER.name:
        level, said = ANSWERS[Status(deal.status)]
    return level, said.format(deal.customer_name, reseller)


def _amount(deal: Deal) -> str:
    return money_in_words(deal.amount_minor, deal.currency)


def _sent_before(request: WorkspaceRequest, submission: UUID) -> HttpResponse:
    """To what the first of two clicks made."""
    with acting(request.actor):
        own = Deal.objects.visible_to(request.actor).filter(submission=submission).first()
        stands = own or Deal.objects.shared_with(request.actor).get(submission=submission)
    return redirect("deal", request.workspace.slug, stands.public_id)


def deal(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Where a deal stands, why, what happened, and what comes next."""
    with acting(request.actor):
        found = _deal(request, deal)
        partnership = _partnership(request)
        decisions = _decisions(request.actor, found)
        around = _around(request, found, partnership)
        time = time_of(request.actor, found, now := moment())
        life = life_of(request.actor, found, now)
        why = _why(request.actor, found, partnership, time, decisions[0])
    context = {
        **time,
        **life,
        **around,
        **shown.place(found, request.actor, now),
        "title": f"{found.customer_name}: {found.lines_text}",
        "deal": found,
        "manager": partnership.channel_manager,
        "why": why,
        "decisions": decisions,
        "earlier_decisions": decisions[1:],
        "advice": _advice(found, partnership, now, time, around["beside"]),
        "facts": shown.facts(found),
    }
    return render(request, "deals/portal/deal.html", context)


def _decisions(actor: Actor, deal: Deal) -> list[ShownDecision]:
    """What was decided about a deal, the latest first; its registration is always the first of them."""
    rows = Decision.objects.visible_to(actor).filter(subject_id=deal.pk).order_by("-at", "-id")
    return [listed(one, deal.currency) for one in rows]


def _why(actor: Actor, deal: Deal, partnership: Partnership, time: dict[str, Any], latest: ShownDecision) -> shown.Why:
    made, tiers = latest.decision, tier_names(actor)
    return shown.why(deal, made, partnership, time["act_by"], time["answered"], change=latest.change, tiers=tiers)


def _advice(
    deal: Deal, partnership: Partnership, now: datetime, time: dict[str, Any], beside: Sequence[Card]
) -> list[str]:
    own = shown.advice(deal, partnership, now, time["act_by"], time["answered"])
    return [own, *(card.advice for card in beside if card.advice)]


def _around(request: WorkspaceRequest, deal: Deal, partnership: Partnership) -> dict[str, Any]:
    """What stands beside a deal: history, talk, files and seal, the registration that it repeats, and more."""
    return {
        "history": [happened(event, "partner") for event in history(request.actor, deal)[:HAPPENED]],
        "talk": conversation(request.actor, deal, partnership),
        "files": files_of(request.actor, deal, partnership),
        "lacks_proof": deal.status in UNDECIDED and lacks_proof(deal),
        "seal": seal_of(request.actor, deal),
        "earlier": shown.earlier(deal, request.actor),
        "beside": cards_beside(request.actor, deal, moment()),
    }


@require_POST
@workspace_page("partner", to=move_stage)
def stage(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Move the sale to another stage."""
    with acting(request.actor):
        found = _deal(request, deal)
    to = request.POST.get("stage", "")
    try:
        move_stage(request.actor, found, stage=to)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Moved to {Stage(to).label}.")
    return redirect("deal", request.workspace.slug, deal)


@workspace_page("partner", to=withdraw_deal)
def withdraw(request: WorkspaceRequest, deal: str) -> HttpResponse:
    """Take a registration back, after saying what that does."""
    with acting(request.actor):
        found = _deal(request, deal)
    closed = closed_to(found, "withdraw")
    if closed:
        messages.error(request, closed)
        return redirect("deal", request.workspace.slug, deal)
    if request.method == "POST":
        try:
            withdraw_deal(request.actor, found)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "Withdrawn. The customer is free for others.")
        return redirect("deal", request.workspace.slug, deal)
    context = {"title": "Withdraw this registration?", "deal": found, "close_url": "../"}
    return render(request, "deals/portal/withdraw.html", context)


@workspace_page("partner", to=(win_deal, lose_deal))
def report(request: WorkspaceRequest, deal: str, result: str) -> HttpResponse:
    """Report how the sale ended, and why."""
    act, form_class, title, label, done = RESULTS[result]
    admit(request.actor, act)
    with acting(request.actor):
        found = _deal(request, deal)
    if closed := closed_already(found):
        messages.error(request, closed)
        return redirect("deal", request.workspace.slug, deal)
    form = form_class(request.POST or None)
    offer(form, found)
    if form.is_valid():
        try:
            act(request.actor, found, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, done)
            return redirect("deal", request.workspace.slug, deal)
    context = {"title": title, "deal": found, "form": form, "label": label, "result": result, "close_url": "../../"}
    return render(request, "deals/portal/report.html", context, status=422 if form.errors else 200)


def _registration(request: WorkspaceRequest) -> tuple[Partnership, RegisterDealForm]:
    with acting(request.actor, ties_query(request.actor.vendor_id, request.actor.partnership_id)) as [ties]:
        partnership, lines, program = _partnership(request), _lines(request), _program(request)
        earlier = Deal.objects.visible_to(request.actor).order_by("-submitted_at", "-id")
        latest = earlier.values_list("customer_name", "customer_domain", "customer_country")[:EARLIER]
        known_to_us = KnownCustomers(latest)
        again = _deal(request, request.GET["again"]) if "again" in request.GET else None
    form = _empty_form(request, partnership, lines, known_to_us, program=program, ties=ties_in(ties))
    if again:
        form.initial.update(
            customer=again.customer_name,
            domain=again.customer_domain,
            country=again.customer_country,
            contact_name=again.contact_name,
            contact_email=again.contact_email,
            product_lines=[line.public_id for line in lines if line.name in again.lines_text.split(", ")],
            amount=format_decimal(again.amount.amount, locale=reader_locale()),
            need=again.need,
        )
    if again and again.outcome == Outcome.WON:
        form.initial["deal_type"] = DealType.EXPANSION
    return partnership, form


def _empty_form(
    request: WorkspaceRequest,
    partnership: Partnership,
    lines: list[ProductLine],
    customers: KnownCustomers,
    *,
    program: Program | None,
    ties: Sequence[Tie] = (),
) -> RegisterDealForm:
    initial: dict[str, Any] = {"country": partnership.organization.country}
    if len(lines) == 1:
        initial["product_lines"] = [lines[0].public_id]
    return RegisterDealForm(
        request.POST or None,
        initial=initial,
        lines=lines,
        customers=customers,
        currency=request.workspace.vendor.currency,
        program=program,
        ties=ties,
    )


def _program(request: WorkspaceRequest) -> Program | None:
    """The program that a registration is for where it names none: the one that `standing_query` finds."""
    places = Enrollment.objects.visible_to(request.actor).filter(partnership=request.actor.partnership_id)
    place = places.select_related("program").order_by("status", "id").first()
    return place.program if place else None


def _lines(request: WorkspaceRequest) -> list[ProductLine]:
    return list(ProductLine.objects.visible_to(request.actor).filter(retired=False))


def _deal(request: WorkspaceRequest, reference: str) -> Deal:
    deals = Deal.objects.visible_to(request.actor).select_related("owner__user", "program")
    found: Deal = deals.named(reference)
    return found


def _partnership(request: WorkspaceRequest) -> Partnership:
    mine = Partnership.objects.visible_to(request.actor).select_related(
        "vendor", "organization", "channel_manager__user"
    )
    if request.actor.partnership_id is None:
        raise Http404
    found: Partnership = mine.named(request.actor.partnership_id)
    return found
