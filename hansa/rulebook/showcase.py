"""A page beside the components that shows decision tables: in words, compared, and in the editor. No database."""

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
from hansa.rulebook.shown import Hint, mistakes, show

HINTS = (
    Hint("amount", Kind.NUMBER, "EUR", "What the customer is expected to pay"),
    Hint("tier", Kind.STRING, "", "The partner's tier: Registered, Silver or Gold"),
    Hint("close", Kind.DATE, "", "When the customer is expected to decide"),
)
FACTS = tuple(Fact(hint.name, hint.kind) for hint in HINTS)
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
    context = {**around("vendor", "all"), "facts": HINTS, "dmn": text, "read_only": "fixed" in request.GET}
    try:
        table = read_table(text.encode(), facts=FACTS)
        context["shown"] = show(table, hints=HINTS, fired=(1,), against=before)
    except Malformed as wrong:
        context["mistakes"] = mistakes(wrong.problems)
    return render(request, "rulebook/showcase.html", context, status=422 if "mistakes" in context else 200)
