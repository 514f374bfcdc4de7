"""What of an answer is new: without the quoted history and the signature."""

import re

from hansa.notices.letters import ABOVE

LONGEST_ATTRIBUTION = 4  # lines over which a mail program breaks "On … wrote:"

ATTRIBUTION = re.compile(
    r"^(on|am|le|el|il|em|op|den|w dniu)\b.{4,300}"
    r"(wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał)\b.{0,120}:$",
    re.IGNORECASE | re.DOTALL,
)
DIVIDER = re.compile(
    r"^\W{0,12}(original message|forwarded message|ursprüngliche nachricht|message d'origine|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht)\W{0,12}$",
    re.IGNORECASE,
)
RULE = re.compile(r"^_{20,}$")
HEADER = re.compile(r"^\*?(from|von|de|da|van|fra)\*?:\*?\s.*\S@?", re.IGNORECASE)
NEXT_HEADER = re.compile(
    r"^\*?(sent|date|to|subject|gesendet|an|datum|betreff|envoyé|à|enviado|para|inviato|verzonden|aan)\*?\s?:\*?\s",
    re.IGNORECASE,
)
SIGNATURE = re.compile(r"^-- ?$")
DEVICE = re.compile(
    r"^(sent from my |sent from outlook|get outlook for |von meinem .{0,40} gesendet|gesendet von |envoyé de mon "
    r"|enviado desde mi |inviato da |verzonden vanaf mijn )",
    re.IGNORECASE,
)


def answer_of(text: str) -> str:
    """The new words of a mail's text; empty where it only quotes. What is quoted between answers stays."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = _without_quoted_end(lines, _end(lines))
    while lines and (not lines[-1] or DEVICE.match(lines[-1])):
        lines.pop()
    return "\n".join(_without_quoted_beginning(lines)).strip()


def _end(lines: list[str]) -> int:
    """Where the history, or the signature, begins."""
    for number, line in enumerate(lines):
        if ABOVE in line or SIGNATURE.match(line) or DIVIDER.match(line):
            return number
        following = lines[number + 1 : number + 4]
        if RULE.match(line) and any(HEADER.match(one) for one in following):
            return number
        if HEADER.match(line) and sum(bool(NEXT_HEADER.match(one)) for one in following) >= 2:
            return number
    return len(lines)


def _without_quoted_end(lines: list[str], end: int) -> list[str]:
    """Without what stands from `end` on, the quoted lines before it, and the words that announce them."""
    kept = lines[:end]
    while kept and (not kept[-1] or _quoted(kept[-1])):
        kept.pop()
    was_quoted = any(lines[len(kept) :])
    return kept[: len(kept) - _attribution(kept[-LONGEST_ATTRIBUTION:])] if was_quoted else kept


def _attribution(last: list[str]) -> int:
    """How many of the last lines say who wrote what is quoted below."""
    for length in range(1, len(last) + 1):
        if ATTRIBUTION.match(" ".join(last[-length:]).lstrip("> ")):
            return length
    return 0


def _without_quoted_beginning(lines: list[str]) -> list[str]:
    """An answer below what it quotes: without the quoted lines."""
    number = 0
    while number < len(lines):
        announced = _attribution_at(lines, number)
        if not lines[number] or _quoted(lines[number]):
            number += 1
        elif announced and lines[number + announced : number + announced + 1] and _quoted(lines[number + announced]):
            number += announced
        else:
            break
    return lines[number:]


def _quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _attribution_at(lines: list[str], number: int) -> int:
    """Over how many lines from here on it is said who wrote what is quoted; mostly none."""
    for length in range(1, LONGEST_ATTRIBUTION + 1):
        if ATTRIBUTION.match(" ".join(lines[number : number + length])):
            return length
    return 0
