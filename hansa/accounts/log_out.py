"""Logging out, which also clears the device."""

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpRequest
from django.http.response import HttpResponseBase

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
