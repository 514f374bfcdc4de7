"""A person's dates, as a calendar program reads them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hansa.core.tenancy import acting, moment
from hansa.kernel import icalendar
from hansa.notices.feeds import subscriber_of
from hansa.portal.dates import dates_of


@require_safe
@never_cache
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The dates of the person to whom this address belongs; the secret in it is all that is asked."""
    found = subscriber_of(secret)
    if found is None:
        raise Http404
    workspace = found.workspace
    with acting(found.actor):
        written = icalendar.calendar(workspace.vendor_name, dates_of(found.actor, workspace.slug), moment())
    return HttpResponse(written, content_type="text/calendar; charset=utf-8")
