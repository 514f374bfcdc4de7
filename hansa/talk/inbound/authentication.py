"""What mail servers on the way wrote about a mail's sender (RFC 8601).

Anybody may have written it. So a failure is believed, as it can only turn a mail away, and a pass never is.
"""

import re

FIELD = re.compile(r"^authentication-results[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
PIECE = re.compile(r'\\.|[()"]|[^()"\\]+|\\', re.DOTALL)
RESULT = re.compile(r"(?:^|[;\s])(dmarc|spf|dkim)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)


def failed(head: str) -> bool:
    """Whether the headers say that the sender's domain disowns this mail.

    That is a failure of DMARC, or of both SPF and DKIM where it is not said of DMARC. One field cannot take back what
    another says.
    """
    alone: set[str] = set()
    for field in FIELD.findall(head.replace("\r\n", "\n").replace("\r", "\n")):
        said: dict[str, set[str]] = {"dmarc": set(), "spf": set(), "dkim": set()}
        for method, result in RESULT.findall(_bare(field)):
            said[method.lower()].add(result.lower())
        if "fail" in said["dmarc"]:
            return True
        if not said["dmarc"] - {"none"}:
            alone |= {method for method in ("spf", "dkim") if "fail" in said[method] and "pass" not in said[method]}
    return alone == {"spf", "dkim"}


def _bare(field: str) -> str:
    """The field without comments, however deep, and quoted words; what is opened and never closed is neither."""
    kept: list[str] = []
    opened: list[int] = []
    at, quotes = 0, True
    while at < len(field):
        if field[at] == '"' and quotes and not opened:
            word = QUOTED.match(field, at)
            quotes = word is not None
            if word:
                kept.append("_")
                at = word.end()
                continue
        piece = PIECE.match(field, at)
        assert piece
        at = piece.end()
        if piece[0] == "(":
            opened.append(len(kept))
        if piece[0] == ")" and opened:
            del kept[opened.pop() :]
            kept.append(" ")
        else:
            kept.append(piece[0])
    return "".join(kept)
