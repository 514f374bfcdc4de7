"""`hansa customers`: who is who among the vendor's customers."""

import json
from typing import Any

from hansa.accounts.operator import vendor_workspace
from hansa.core.actors import Actor, System
from hansa.core.operator import DONE, PARTLY, Answer, NounCommand, lines_of
from hansa.customers.imports.values import parse_country
from hansa.customers.lookup import Candidate, find_customers


class Command(NounCommand):
    help = "Who is who among a vendor's customers."

    def add_verbs(self) -> None:
        lookup = self.verb("lookup", look_up_cases, "Rank the known companies that each case may mean.")
        lookup.add_argument("--workspace", help="the vendor's workspace; needless where there is one vendor")
        lookup.add_argument(
            "--cases", required=True, help="a file of JSON lines with name, domain, country; - reads standard input"
        )
        lookup.add_argument("--limit", type=int, default=5, help="at most so many matches a case")


def look_up_cases(*, workspace: str | None, cases: str, limit: int, **_: Any) -> Answer:
    """Matches for every case; a line that is no case gets an error in its place."""
    actor = System("hansa customers lookup", vendor_workspace(workspace).vendor_id)
    answers = [_answer(actor, line, limit) for line in lines_of(cases)]
    return Answer(answers, "\n".join(map(_said, answers)), PARTLY if any("error" in each for each in answers) else DONE)


def _answer(actor: Actor, line: str, limit: int) -> dict[str, Any]:
    try:
        case = json.loads(line)
        name, domain, country = (_text(case, field) for field in ("name", "domain", "country"))
        code = parse_country(country)[0] if country else ""
    except (ValueError, AttributeError) as error:
        return {"case": line.strip(), "error": f"{error}"}
    found = find_customers(actor, name, domain, code, limit=limit)
    return {"case": case, "matches": [_match(candidate) for candidate in found]}


def _text(case: dict[str, Any], field: str) -> str:
    value = case.get(field) or ""
    if not isinstance(value, str):
        raise ValueError(f"{field} is no text: {value!r}")
    return value.replace("\0", "")


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
    return "\n".join([title, *(matches or ["  nobody known"])])
