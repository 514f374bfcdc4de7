"""`hansa customers`: who is who among the vendor's customers."""

import json
from typing import Any

from hansa.accounts.operator import vendor_workspace
from hansa.core.actors import Actor, System
from hansa.core.operator import DONE, PARTLY, Answer, NounCommand, lines_of
from hansa.customers.imports.values import parse_country
from hansa.customers.lookup import Candidate, check_words, find_customers
from hansa.kernel.errors import Invalid

MOST = 100
SHAPE = 'a JSON object with a name or a domain, such as {"name": "Contoso", "domain": "contoso.com", "country": "NL"}'


class Command(NounCommand):
    help = "Who is who among a vendor's customers."

    def add_verbs(self) -> None:
        lookup = self.verb("lookup", look_up_cases, "Rank the known companies that each case may mean.")
        lookup.add_argument("--workspace", help="the vendor's workspace; needless where there is one vendor")
        lookup.add_argument(
            "--cases",
            required=True,
            help="a file of JSON lines with name or domain, and country; - reads standard input",
        )
        lookup.add_argument("--limit", type=int, default=5, help=f"at most so many matches a case, 1 to {MOST}")


def look_up_cases(*, workspace: str | None, cases: str, limit: int, **_: Any) -> Answer:
    """Matches for every case; a line that is no case gets an error in its place."""
    if not 1 <= limit <= MOST:
        raise Invalid("limit_out_of_range", f"Ask for 1 to {MOST} matches a case.", "limit")
    actor = System("hansa customers lookup", vendor_workspace(workspace).vendor_id)
    answers = [_answer(actor, number, line, limit) for number, line in lines_of(cases)]
    said = "\n".join(map(_said, answers)) or "There is no case."
    return Answer(answers, said, PARTLY if any("error" in each for each in answers) else DONE)


def _answer(actor: Actor, number: int, line: str, limit: int) -> dict[str, Any]:
    try:
        case = _case(line)
        name, domain, country = (_text(case, field) for field in ("name", "domain", "country"))
        check_words(name, domain)
        code, remark = parse_country(country) if country.strip() else ("", "")
    except (ValueError, Invalid) as error:
        return {"case": line.strip(), "line": number, "error": f"Line {number}: {str(error).rstrip('.')}."}
    found = find_customers(actor, name, domain, code, limit=limit)
    return {"case": case, "remarks": [remark] if remark else [], "matches": [_match(candidate) for candidate in found]}


def _case(line: str) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError):
        case = None
    if not isinstance(case, dict):
        raise ValueError(f"it must hold {SHAPE}")
    return case


def _text(case: dict[str, Any], field: str) -> str:
    value = case.get(field) or ""
    if not isinstance(value, str):
        raise ValueError(f"{field} must be text; a line holds {SHAPE}")
    if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError(f"{field} holds half a character")
    return value


def _match(candidate: Candidate) -> dict[str, Any]:
    company = candidate.company
    return {
        "company": company.public_id,
        "name": company.name,
        "domain": company.domain,
        "country": company.country,
        "score": round(candidate.score, 3),
        "same": candidate.is_same,
        "reasons": list(candidate.reasons),
    }


def _said(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return f"{answer['case']}\n  no case: {answer['error']}"
    case = answer["case"]
    title = ", ".join(str(case[field]) for field in ("name", "domain", "country") if case.get(field))
    matches = [
        f"  {match['score']:.2f}  {match['name']} {match['country']}: {', '.join(match['reasons'])}"
        for match in answer["matches"]
    ]
    return "\n".join([title, *(f"  {remark}" for remark in answer["remarks"]), *(matches or ["  nobody known"])])
