"""The choice of one person among some."""

from typing import Any

from hansa.core.web.forms import RowField


class PersonField(RowField):
    """A choice among memberships that come with their users; its value is the membership's id."""

    def clean(self, value: Any) -> Any:
        """The id of the membership; None where nobody needs to be chosen and nobody is."""
        person = super().clean(value)
        return person.pk if person else None
