"""Where a request comes from, behind proxies that this installation trusts."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The nearest address that is no trusted proxy's; whatever lies beyond it anybody may have written."""
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    hops: list[str] = [request.META.get("REMOTE_ADDR", ""), *(hop.strip() for hop in reversed(passed) if hop.strip())]
    for nearer, farther in zip(hops, [*hops[1:], ""], strict=True):
        if not (farther and _trusted(nearer)):
            return nearer
    return hops[0]


def at_this_machine(request: HttpRequest) -> bool:
    """Whether the person sits at the machine that serves them; never where it is known to the world by another name."""
    here = _loopback(urlsplit(settings.BASE_URL).hostname or "") and "HTTP_X_FORWARDED_FOR" not in request.META
    return here and _loopback(request.META.get("REMOTE_ADDR", ""))


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _trusted(hop: str) -> bool:
    """A proxy on a local socket has no address of its own."""
    try:
        return any(ip_address(hop or "127.0.0.1") in network for network in settings.PROXIES)
    except ValueError:
        return False
