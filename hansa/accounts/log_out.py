"""Logging out, which also clears the device."""

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class LogOutView(LogoutView):
    """allauth's, and the browser is told to delete what the pages kept on the device."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated:
            answer["Clear-Site-Data"] = '"storage"'
        return answer
