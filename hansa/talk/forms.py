"""What people write."""

from django import forms

from hansa.talk.actions import LONGEST


class WriteForm(forms.Form):
    text = forms.CharField(
        label="Your message",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": "Write something first."},
    )


class NoteForm(WriteForm):
    text = forms.CharField(
        label="Internal note",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": "Write something first."},
    )
