"""What an administrator fills in about the program as a whole."""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from hansa.accounts.permissions import open_roles, who_may
from hansa.accounts.roles import Role, roles_of
from hansa.core.permissions import Permission


class Ticks(forms.MultipleChoiceField):
    """Any number of boxes; to tick none is an answer too."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        return super().clean(value) if value else []


class PermissionForm(forms.Form):
    """Which of the roles that are open to a change may do one thing, on each side that can."""

    vendor = Ticks(label="Your people")
    partner = Ticks(label="Partners' people")

    def __init__(self, permission: Permission, changes: frozenset[str], data: QueryDict | None) -> None:
        may, open_ = who_may(permission, changes), open_roles(permission)
        self.kept = [role for role in may if role not in open_]
        super().__init__(data)
        for side in ("vendor", "partner"):
            roles = [role for role in Role if role in open_ & roles_of(side)]
            boxes = cast(Ticks, self.fields.pop(side))
            boxes.initial = [role for role in roles if role in may]
            boxes.choices = [(it, f"{it.label} (standard)" if it in permission.by else str(it.label)) for it in roles]
            if roles:
                self.fields[side] = boxes

    def roles(self) -> list[str]:
        """Everybody who may from now on."""
        return [*self.kept, *self.cleaned_data.get("vendor", ()), *self.cleaned_data.get("partner", ())]
