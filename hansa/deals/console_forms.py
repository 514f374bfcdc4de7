"""What the vendor's people fill in about a registration."""

from django import forms
from django.http import HttpRequest, QueryDict

from hansa.accounts.person_field import PersonField
from hansa.core.web.forms import DateInput
from hansa.deals.models import EndReason, RejectReason
from hansa.programs.reasons import ReasonsFor

NOTE = forms.Textarea({"rows": 3})


def answered(request: HttpRequest) -> QueryDict | None:
    """What a question is answered with. None as long as it is only asked, also by the registration's page, which
    brings along the word to the partner that was written there."""
    return request.POST if request.method == "POST" and request.POST.get("then") != "ask" else None


class ApproveForm(forms.Form):
    note = forms.CharField(label="A word to the partner", required=False, max_length=2000, widget=NOTE)


class RejectForm(forms.Form):
    reasons_for = ReasonsFor.REJECT
    reason = forms.ChoiceField(
        label="Why is it not approved?", choices=[("", "Choose a reason"), *RejectReason.choices]
    )
    note = forms.CharField(
        label="Note to the partner",
        help_text="The partner reads this beside the reason. Say nothing about other partners or our own sales.",
        required=False,
        max_length=2000,
        widget=NOTE,
    )


class DuplicateForm(forms.Form):
    note = forms.CharField(
        label="Note to the partner",
        help_text="Left empty, it says that the customer is taken, and no more.",
        required=False,
        max_length=2000,
        widget=NOTE,
    )


class CancelForm(forms.Form):
    reasons_for = ReasonsFor.END
    reason = forms.ChoiceField(label="Why does it end?", choices=[("", "Choose a reason"), *EndReason.choices])
    note = forms.CharField(
        label="Note to the partner",
        help_text="The partner reads this beside the reason.",
        required=False,
        max_length=2000,
        widget=NOTE,
    )


class AssignForm(forms.Form):
    to = PersonField(label="Who is to decide?", help_text="They are told. The partner does not read it.")


class NoticeForm(CancelForm):
    ends_on = forms.DateField(label="After which day does it end?", widget=DateInput)
    field_order = ("reason", "ends_on", "note")
