"""Whether single keys do anything in a person's pages. That is nobody's business fact, so it leaves no event."""

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from hansa.accounts.entrance import WorkspaceRequest, workspace_page
from hansa.accounts.models import User

KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "vendor": (
        ("/", "To the search"),
        ("N", "On a registration: to the next that waits"),
        ("A", "On a registration: to its button Approve"),
        ("R", "On a registration: to its button Reject"),
        ("D", "On a registration: to its button Duplicate"),
        ("M", "On a registration: to its button Ask for more"),
    ),
    "partner": (("/", "To the search"),),
}


class ShortcutsForm(forms.Form):
    shortcuts = forms.BooleanField(
        label="Use single-key shortcuts",
        required=False,
        help_text="Switch them off if you speak to your computer, or press keys by accident.",
    )


@workspace_page()
def shortcuts(request: WorkspaceRequest) -> HttpResponse:
    """Which keys there are, and whether they do anything for this person; everywhere where they work."""
    used = _person(request).shortcuts
    form = ShortcutsForm(request.POST if request.method == "POST" else None, initial={"shortcuts": used})
    if form.is_valid():
        use = form.cleaned_data["shortcuts"]
        use_shortcuts(_person(request), use=use)
        messages.success(request, f"Saved. Single keys {'lead on again' if use else 'do nothing any more'}.")
        return redirect("keyboard", request.workspace.slug)
    context = {"title": "Keyboard", "form": form, "keys": KEYS[request.actor.side], "used": used}
    return render(request, "accounts/keyboard.html", context)


def use_shortcuts(person: User, *, use: bool) -> None:
    """Let single keys lead on in this person's pages, or do nothing."""
    User.objects.filter(pk=person.pk).update(shortcuts=use)


def _person(request: WorkspaceRequest) -> User:
    """Who is logged in, also where they look as somebody else."""
    return cast(User, request.user)
