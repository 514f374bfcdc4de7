from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from hansa.core.web.color import accent_css, is_color


@cache_control(public=True, max_age=31_536_000, immutable=True)
def accent(request: HttpRequest, color: str) -> HttpResponse:
    """The sheet for one accent. Its address names the color, so it needs no tenant and never goes stale."""
    if not is_color(f"#{color}"):
        raise Http404
    return HttpResponse(accent_css(f"#{color.lower()}"), content_type="text/css")
