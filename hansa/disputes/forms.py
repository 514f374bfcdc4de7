"""What both sides fill in about a dispute."""

from collections.abc import Sequence
from typing import Any

from django import forms

from hansa.core.web.forms import DateInput
from hansa.disputes.actions.open_dispute import LONGEST
from hansa.disputes.models import Reason

OF_OTHERS = "Say nothing about other partners or our own sales."


def text(label: str, hint: str = "", rows: int = 4, longest: int = 2000) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=longest, widget=forms.Textarea({"rows": rows}))


class OpenForm(forms.Form):
    statement = text(
        "Why is it not right?",
        "Since when you work with this customer, with whom, and what shows it. We read it, and no other partner does.",
        rows=6,
        longest=LONGEST,
    )
    wish = forms.CharField(
        label="What should become of it?", required=False, max_length=300, help_text="For example: protect us again."
    )


class StatementForm(forms.Form):
    statement = text("What do you want to add?", rows=4, longest=LONGEST)

    def __init__(self, *args: Any, asked: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if asked:
            self.fields["statement"].label = "Your answer"


class AppealForm(forms.Form):
    statement = text(
        "What was overlooked?", "Whoever decides now reads all that was said before, too.", longest=LONGEST
    )


class AskForm(forms.Form):
    question = text("What do you need to know?", f"They read this. {OF_OTHERS}")
    answer_by = forms.DateField(
        label="Until when?", help_text="Until work ends on that day, or on the next working day.", widget=DateInput
    )


class DecideForm(forms.Form):
    reason = forms.ChoiceField(
        label="On what does it rest?",
        help_text="Both sides read this.",
        choices=[("", "Choose a reason"), *Reason.choices],
    )
    note = text("", OF_OTHERS, rows=3)
    other_note = text("", OF_OTHERS, rows=3)

    def __init__(self, *args: Any, opener: str, heard: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].label = f"Note to {opener}"
        self.fields["other_note"].label = f"Note to {' and '.join(heard)}"
        if not heard:
            del self.fields["other_note"]
