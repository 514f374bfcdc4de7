"""One page that shows every component in every state, and three whole pages made of them. No database."""

from datetime import datetime, timedelta
from types import SimpleNamespace as Sample
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hansa.core.actors import Side
from hansa.core.web.chips import Chip
from hansa.core.web.forms import DateInput, MoneyInput, SuggestInput
from hansa.core.web.frame import Frame, Link, Place

COMPANY = "Fabrikam Consulting"
NEEDS = [("fleet", "Fleet Analytics"), ("route", "Route Planner"), ("driver", "Driver App")]


class RegisterForm(forms.Form):
    """What a partner is asked on a phone."""

    company = forms.CharField(
        label="Which company?",
        help_text="Name, or their web address",
        widget=SuggestInput(["Contoso Logistics", "Litware Health", "Wingtip Toys"]),
    )
    domain = forms.CharField(label="Web address", required=False, widget=forms.TextInput({"inputmode": "url"}))
    needs = forms.MultipleChoiceField(label="What do they need?", choices=NEEDS, widget=forms.CheckboxSelectMultiple)
    amount = forms.DecimalField(label="About how much?", widget=MoneyInput("EUR"))
    expected_close = forms.DateField(label="When will they decide?", widget=DateInput)


class EveryFieldForm(forms.Form):
    """Each kind of field once."""

    name = forms.CharField(label="Text", help_text="What to type, and why we ask")
    email = forms.EmailField(label="E-mail")
    address = forms.URLField(label="Web address", required=False, assume_scheme="https")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    story = forms.CharField(label="More words", required=False, widget=forms.Textarea({"rows": 3}))
    reason = forms.ChoiceField(label="One of a list", choices=[("", "Choose a reason"), ("price", "Price")])
    kind = forms.ChoiceField(
        label="One of few", choices=[("new", "New business"), ("more", "Expansion")], widget=forms.RadioSelect
    )
    needs = forms.MultipleChoiceField(
        label="Some of few",
        choices=NEEDS,
        help_text="All that they asked for",
        widget=forms.CheckboxSelectMultiple,
    )
    proof = forms.FileField(label="A file", help_text="PDF or picture, at most 10 MB", required=False)
    day = forms.DateField(label="A day", widget=DateInput)
    amount = forms.DecimalField(label="Money", widget=MoneyInput("EUR"))
    fixed = forms.CharField(label="Can't be changed", initial="Northwind", disabled=True, required=False)
    told = forms.BooleanField(label="The customer knows that we register this", help_text="We may call them")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def showcase(request: HttpRequest) -> HttpResponse:
    """``?page=`` deal, queue or register is a whole page, else every component; ``?accent=b4005a`` tries a color."""
    page = request.GET.get("page", "")
    template = {"deal": "deal", "queue": "queue", "register": "register"}.get(page, "all")
    side: Side = "vendor" if template in ("all", "queue") else "partner"
    now = timezone.now()
    context = {**around(side, template, request.GET.get("accent", "")), **samples(now)}
    if template == "register":
        context |= {"title": "Register a deal", "close_url": "?page=deal", "form": register_form(request)}
    return render(request, f"showcase/{template}.html", context)


def register_form(request: HttpRequest) -> RegisterForm:
    """Filled, or with ``?wrong=1`` refused."""
    if "wrong" in request.GET:
        return RegisterForm({"domain": "contoso-logistics.example", "amount": "much"})
    return RegisterForm(
        initial={
            "company": "Contoso Logistics",
            "domain": "contoso-logistics.example",
            "needs": ["fleet", "route"],
            "amount": "84,000",
        }
    )


def around(side: Side, current: str, accent: str = "") -> dict[str, Any]:
    """What the workspace layout needs, for a made-up vendor."""
    console = ["Today", "Registrations", "Deals", "Partners", "Customers", "Rulebook", "Incentives", "Audit"]
    portal = ["Home", "Deals", "Leads", "Learning", "Library", "Earnings", "Our program", "Team"]
    labels = console if side == "vendor" else portal
    return {
        "workspace": Sample(slug="northwind", vendor_name="Northwind", accent=accent and f"#{accent}"),
        "frame": Frame(
            Place("northwind", "Northwind", COMPANY, side),
            (Place("tailspin", "Tailspin Toys", COMPANY, "partner"),),
            "Mara Lindqvist",
            "mara@fabrikam.example",
            tuple(
                Link(label, "#", "12" if at == 1 else "", at == (current != "all")) for at, label in enumerate(labels)
            ),
            unread=3,
            inbox_url="#",
            search_url="#",
            notifications_url="#",
        ),
    }


def samples(now: datetime) -> dict[str, Any]:
    """Rows for each component, in the shape that its template names."""
    stages = ["Qualified", "Discovery", "Evaluation", "Proposal", "Negotiation", "Closed"]
    return {
        "now": now,
        "soon": now + timedelta(hours=2),
        "protected_until": now + timedelta(days=61, hours=1),
        "stages": [
            {"label": label, "state": "done" if at < 2 else "now" if at == 2 else ""} for at, label in enumerate(stages)
        ],
        "facts": [
            {"label": "Amount", "value": "€84,000", "url": "#"},
            {"label": "Expected close", "value": "31 January"},
            {"label": "Your estimated reward", "value": "€16,800", "url": "#"},
            {"label": "Customer contact", "value": "Priya Raman, COO"},
        ],
        "events": [
            {"at": now - timedelta(hours=1), "text": "Stage moved to Evaluation", "by": "Mara Lindqvist"},
            {"at": now - timedelta(days=29), "text": "Approved by rule 3; protected for 90 days", "by": "Hansa"},
            {"at": now - timedelta(days=29), "text": "Registered from a phone", "by": "Mara Lindqvist"},
        ],
        "queue": queue(now),
        "filters": [
            Chip(label, "#", label == "Mine", count)
            for label, count in [("Mine", 5), ("All", 12), ("Due today", 3), ("Possible duplicates", 4)]
        ],
        "tabs": [
            {"label": "Overview", "url": "#", "current": True},
            {"label": "Conversation", "url": "#", "count": 2},
            {"label": "Files", "url": "#"},
        ],
        "tiles": [
            {"figure": 12, "label": "to decide", "note": "3 due today", "url": "#"},
            {"figure": 4, "label": "protections end this week", "url": "#"},
            {"figure": "€1.2 m", "label": "open with partners", "url": "#"},
            {"figure": 0, "label": "disputes", "url": "#"},
        ],
        "match": [
            {"label": "Name", "left": "Adatum Freight", "right": "A. Datum Corporation"},
            {"label": "Place", "left": "Rotterdam, NL", "right": "Rotterdam, NL", "same": True},
            {"label": "Domain", "left": "", "right": "adatum.example"},
            {"label": "Line", "left": "Fleet Analytics", "right": "Fleet Analytics", "same": True},
            {"label": "Amount", "left": "€210,000", "right": "€150,000, no movement for 74 days"},
        ],
        "reasons": [
            "Customer matched by domain contoso-logistics.example: not yet a customer",
            "Expected close in 70 days; the rule asks for at most 180",
            "Certified on Fleet Analytics: 2 people; the rule asks for 1",
        ],
        "page": {"newer": "", "older": "?before=x", "said": "50 shown"},
        "mail": Sample(
            sender="Northwind <partners@northwind.example>",
            to="mara@fabrikam.example",
            subject="Your deal with Contoso Logistics is protected",
            at=now,
            text="Hello Mara,\n\nNo other partner can register Contoso Logistics for 90 days.\n\nNorthwind",
        ),
        "consequences": [
            "Any other partner may register this customer at once.",
            "Fabrikam Consulting is told, with the reason you give.",
        ],
        "fields": EveryFieldForm(),
        "wrong_fields": EveryFieldForm({"email": "mara", "amount": "much"}, auto_id="wrong_%s"),
    }


def queue(now: datetime) -> list[dict[str, Any]]:
    """Customer, partner, proposal with its reason, amount in minor units, and when to decide."""
    rows = [
        ("Adatum Freight", "Fabrikam Consulting, Gold", "Look closer", "wait", "88 % like an open deal", 210_000, 2),
        ("Litware Health", "Proseware, Silver", "Approve", "good", "no conflict found", 46_500, 9),
        ("Wingtip Toys", "Tailspin MSP, Registered", "Duplicate", "bad", "protected since 3 Nov", 12_000, 26),
        ("Fourth Coffee", "Contoso Services, Gold", "Approve", "good", "existing customer, expansion", 98_000, 70),
        ("Trey Research", "Fabrikam Consulting, Gold", "Asked for more", "calm", "clock paused", 31_000, None),
    ]
    names = ("customer", "partner", "proposed", "tone", "because", "amount", "hours")
    return [
        {
            **dict(zip(names, row, strict=True)),
            "amount": row[5] * 100,
            "due": row[6] and now + timedelta(hours=row[6]),
        }
        for row in rows
    ]
