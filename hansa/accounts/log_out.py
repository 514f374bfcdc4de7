"""Logging out, which also clears the device, here or at one other place."""

from typing import Any

from allauth.account.views import LogoutView
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from hansa.core.web.offline import offline


class LogOutView(LogoutView):
    """allauth's, and the browser is told to delete what the pages kept on the device.

    Only once somebody has pressed the button: a link to this page deletes nothing, whoever made it.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if request.method == "POST" and not request.user.is_authenticated:
            answer["Clear-Site-Data"] = '"storage"'
        return answer

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """With what the page needs to say how much the device keeps."""
        return {**super().get_context_data(**given), "offline": offline(self.request.user)}


@login_required
@require_POST
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """Log the person out at another place where they are logged in."""
    elsewhere = UserSession.objects.filter(user=request.user.pk).exclude(session_key=request.session.session_key)
    end_sessions(request, [get_object_or_404(elsewhere, pk=number)])
    messages.success(request, "You are logged out there.")
    return redirect("usersessions_list")
