"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from hansa.core.garbage import spare_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")

application = get_wsgi_application()
spare_what_is_loaded()
