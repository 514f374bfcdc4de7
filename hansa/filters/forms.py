"""What somebody says about a filter to keep."""

from django import forms

from hansa.filters.models import LONGEST_NAME, SavedFilter


class SaveFilterForm(forms.Form):
    place = forms.ChoiceField(choices=SavedFilter.Place.choices, widget=forms.HiddenInput)
    asked = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label="Name", help_text="It stands as a chip above the list, so keep it short.", max_length=LONGEST_NAME
    )
    common = forms.BooleanField(label="For the whole team", required=False)
