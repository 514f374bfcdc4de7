"""A page beside the components that shows decision tables: in words, compared, and in the editor. No database."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hansa.core.web.showcase import around
from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.syntax import (
    Cell,
    Compares,
    Equals,
    Fact,
    HitPolicy,
    Input,
    Malformed,
    Name,
    Output,
    Row,
    Table,
)
from hansa.rulebook.dmn.values import Kind
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.policies import MAJOR, Policy, PolicyFact, PolicyOutput
from hansa.rulebook.shown import mistakes, show
from hansa.rulebook.versions_shown import hints_of
from hansa.rulebook.words import Words

SAMPLE = Policy(
    "approval",
    "Approval",
    (
        PolicyFact("amount", Kind.NUMBER, "What the customer is expected to pay", unit=MAJOR),
        PolicyFact("tier", Kind.STRING, "The partner's tier: Registered, Silver or Gold"),
        PolicyFact("close", Kind.DATE, "When the customer is expected to decide"),
    ),
    (PolicyOutput("answer", Kind.STRING, "What is answered"),),
    Path(),
)
FACTS = tuple(Fact(fact.name, fact.kind) for fact in SAMPLE.vocabulary)
ANY = Cell((), negated=True)


def sample() -> Table:
    """A small policy with a note for each row."""
    columns = (("Amount", "amount", Kind.NUMBER), ("Tier", "tier", Kind.STRING), ("Expected close", "close", Kind.DATE))
    large, known = Cell((Compares(">=", 50_000),)), Cell((Equals("Gold"), Equals("Silver")))
    return Table(
        "approval",
        "Approval",
        FACTS,
        tuple(Input(label, Name(name, kind), id=f"input_{name}") for label, name, kind in columns),
        (Output("answer", Kind.STRING, label="Answer", id="output_answer"),),
        (
            Row(
                "large", (large, Cell((Equals("Gold"),), negated=True), ANY), ("A person decides",), "We look at these."
            ),
            Row("partner", (ANY, known, ANY), ("Approve",), "Yours at once."),
            Row("other", (ANY, ANY, ANY), ("A person decides",), "In every other case."),
        ),
        HitPolicy.FIRST,
    )


def tables(request: HttpRequest) -> HttpResponse:
    """What is sent is read and compared with the sample; `?fixed=1` shows the editor as it is to read only."""
    before = sample()
    text = request.POST.get("dmn") or write_table(before).decode()
    context = {**around("vendor", "all"), "facts": hints_of(SAMPLE), "dmn": text, "read_only": "fixed" in request.GET}
    try:
        table = read_table(text.encode(), facts=FACTS)
        context["shown"] = show(table, Words(SAMPLE, "EUR"), fired=(1,), against=before)
    except Malformed as wrong:
        context["mistakes"] = mistakes(wrong.problems)
    return render(request, "rulebook/showcase.html", context, status=422 if "mistakes" in context else 200)
