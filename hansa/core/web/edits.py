"""Forms that edit what is there already: each knows what it was made from, and a stale one overwrites nothing unseen.

A page says how its form first shows a record, `shown(row, sent)`; `edited` makes that form, with what it was made from
in a hidden field, as an ETag for each of its fields; `unless_changed` compares on the locked row, as `If-Match` does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.text import Truncator

from hansa.core.actions import lock
from hansa.core.actors import Actor
from hansa.core.api.answers import etag, written
from hansa.core.tenancy import acting
from hansa.core.web.forms import write_in
from hansa.kernel.errors import DomainError

AS_READ = "as_read"
LONGEST_SHOWN = 300  # characters of what is there now, beside a field
CHANGED = (
    "Somebody changed this meanwhile: {}. Nothing is saved yet. What you wrote still stands here; saving again puts it "
    'in place of theirs. <a href="" target="_blank">See all that is there now</a>'
)

Form = TypeVar("Form", bound=forms.BaseForm)


def edited(form: Form) -> Form:
    """A form that edits what is there, sent or not: it carries what it was made from."""
    marks = " ".join(f"{name}={mark}" for name, mark in _marks(form).items())
    form.fields[AS_READ] = forms.CharField(required=False, widget=forms.HiddenInput, initial=marks)
    return form


@contextmanager
def unless_changed(actor: Actor, row: Any, form: Form, shown: Callable[[Any], Form]) -> Iterator[None]:
    """Hold the row while a valid form is saved inside; what the form carried is no field of it any more.

    Raises DomainError (`changed_meanwhile`) where the row's form would begin otherwise by now, and says in each such
    field of the sent form what is there. A form that carries nothing is taken as it is, like a request without
    `If-Match`.
    """
    with acting(actor):
        now = edited(shown(lock(actor, row)))
        form.cleaned_data.pop(AS_READ, None)
        read = _pairs(form[AS_READ].value() or "")
        changed = [name for name, mark in _marks(now).items() if read and read.get(name) != mark]
        if changed:
            labels = ", ".join(str(now[name].label) for name in changed)
            for name in changed:
                form.add_error(name if name in form.fields else None, f"Now: {_said(now[name])}")
            write_in(form, AS_READ, now[AS_READ].initial)
            raise DomainError("changed_meanwhile", format_html(CHANGED, labels))
        yield


def _marks(form: forms.BaseForm) -> dict[str, str]:
    """{field: ETag of what it shows at first}."""
    names = [name for name in form.fields if name != AS_READ]
    return {name: etag(written({name: form[name].initial})).strip('"') for name in names}


def _pairs(marks: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in marks.split() if "=" in pair)


def _said(field: BoundField) -> str:
    """What a field shows at first, in words."""
    value = field.initial
    if isinstance(value, bool):
        return "yes" if value else "no"
    names = dict(getattr(field.field, "choices", ()))
    values = value if isinstance(value, list | tuple) else [value]
    said = ", ".join(str(names.get(one, one)) for one in values if one not in (None, ""))
    return Truncator(said).chars(LONGEST_SHOWN) or "nothing"
