"""Of an answer, the new words; of an HTML mail, its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.notices.letters import ABOVE
from hansa.talk.inbound.html import words_of
from hansa.talk.inbound.trim import answer_of

HISTORY = f"> — {ABOVE} —\n> Jonas wrote about Contoso\n>\n> Shall I?\n"
OUTLOOK = (
    "From: Hansa <hansa@x.example>\nSent: Tuesday, 24 November 2026 10:00\nTo: Mara\nSubject: Northwind\n\nShall I?"
)


@pytest.mark.parametrize(
    ("mail", "answer"),
    [
        ("Yes.", "Yes."),
        (f"Yes.\n\nOn Tue, 24 Nov 2026 at 10:00 Hansa <h@x.example> wrote:\n\n{HISTORY}", "Yes."),
        (f"Yes.\n\nOn Tue, 24 Nov 2026 at 10:00 Hansa\n<h@x.example> wrote:\n{HISTORY}", "Yes."),
        (f"Ja.\n\nAm Di., 24. Nov. 2026 um 10:00 Uhr schrieb Hansa <h@x.example>:\n{HISTORY}", "Ja."),
        (f"Oui.\n\nLe mar. 24 nov. 2026 à 10:00, Hansa <h@x.example> a écrit :\n{HISTORY}", "Oui."),
        (f"Ja.\n\nOp di 24 nov 2026 om 10:00 schreef Hansa <h@x.example>:\n{HISTORY}", "Ja."),
        (f"Sí.\n\nEl mar, 24 nov 2026 a las 10:00, Hansa (<h@x.example>) escribió:\n{HISTORY}", "Sí."),
        ("Yes.\n\n-----Original Message-----\nFrom: Hansa\nShall I?", "Yes."),
        (f"Yes.\n\n________________________________\n{OUTLOOK}", "Yes."),
        (f"Yes.\n\n{OUTLOOK}", "Yes."),
        ("Yes.\n-- \nMara Lindqvist\nFabrikam", "Yes."),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        ("> Shall I?\n\nYes.", "Yes."),
        ("On Tuesday Hansa wrote:\n> Shall I?\n\nYes.", "Yes."),
        ("> Shall I?\nYes.\n> When?\nOn Friday.\n", "Yes.\n> When?\nOn Friday."),
        ("Two\n\nparagraphs\r\nand a line", "Two\n\nparagraphs\nand a line"),
        ("On Friday we met them and they wrote:", "On Friday we met them and they wrote:"),
        ("From: here to there it is far", "From: here to there it is far"),
        ("I stand -- as ever -- ready", "I stand -- as ever -- ready"),
        (HISTORY, ""),
        ("", ""),
    ],
)
def test_the_new_words_are_found(mail: str, answer: str) -> None:
    assert answer_of(mail) == answer


LINES = st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=1, max_size=40)


@given(st.lists(LINES, max_size=8), st.lists(st.text(max_size=60), max_size=8))
def test_nothing_below_the_line_is_ever_filed(above: list[str], below: list[str]) -> None:
    text = "\n".join([*above, f"> {ABOVE}", *(f"> {line} secret" for line in below)])
    assert "secret" not in answer_of(text)


@given(st.text(st.sampled_from(">-_ \nOnwrote:From Sent x"), max_size=400))
def test_trimming_what_is_trimmed_changes_nothing_but_less(text: str) -> None:
    answer = answer_of(text)
    assert all(line.strip() in text for line in answer.split("\n"))
    assert answer == answer.strip()


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Yes, <b>please</b>.</p><p>Mara</p>", "Yes, please.\n\nMara"),
        ("Yes<br>no<br/>maybe", "Yes\nno\nmaybe"),
        ("<head><title>T</title><style>p {}</style></head><script>alert(1)</script>Yes", "Yes"),
        ("Yes<blockquote>Shall I?<blockquote>deep</blockquote>more</blockquote>", "Yes\n>"),
        ("3 &lt; 4 &amp; 2 < 3", "3 < 4 & 2 < 3"),
        ("<!-- no -->Yes<!-- never ends", "Yes"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("İİ<SCRIPT>no</SCRIPT>Yes", "İİYes"),
        ("<p", ""),
        ("<blockquote><p>only history", ">"),
    ],
)
def test_the_words_of_html_are_found(html: str, words: str) -> None:
    assert words_of(html) == words


def test_an_html_answer_is_trimmed_as_a_plain_one() -> None:
    html = f"<div>Yes.</div><div>On Tue, 24 Nov 2026 at 10:00, Hansa wrote:<br></div><blockquote>{ABOVE}</blockquote>"
    assert answer_of(words_of(html)) == "Yes."


@given(st.text(st.sampled_from("<>!-/abpscript &;\n"), max_size=300))
def test_no_html_is_too_odd(html: str) -> None:
    assert len(words_of(html)) <= len(html)
