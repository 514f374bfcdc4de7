"""Text as people see it: what nobody sees, and what turns the direction of the rest, does not belong in it."""

import re

# A class of letters for regular expressions of Python, Rust and ECMAScript alike: controls but for line ends and tabs,
# format characters and blank fillers. The joiners U+200C and U+200D stay out: Persian and Hindi are spelt with them.
UNSEEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
)

_UNSEEN = re.compile(f"[{UNSEEN}\U000e0000-\U000e0fff]")


def seen(text: str) -> str:
    """The text without what nobody sees."""
    return _UNSEEN.sub("", text)


def has_words(text: str) -> bool:
    """Whether a person can read it out: it has a letter or a figure of any script."""
    return any(sign.isalnum() for sign in seen(text))
