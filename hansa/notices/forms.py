"""What a person says on the page of notifications."""

from typing import Any

from django import forms

from hansa.core.actors import Actor
from hansa.notices.choosing import chosen
from hansa.notices.kinds import TERMS


class ChannelsForm(forms.Form):
    """One question for each kind of news about which there is a choice."""

    def __init__(self, actor: Actor, *given: Any) -> None:
        super().__init__(*given)
        for kind, channel in chosen(actor).items():
            terms = TERMS[kind]
            if not terms.always:
                self.fields[kind.value] = forms.ChoiceField(
                    label=kind.label,
                    help_text=terms.hint,
                    choices=[(one.value, one.label) for one in terms.channels],
                    initial=channel,
                )
