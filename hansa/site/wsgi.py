"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.site.settings")

application = get_wsgi_application()

# A page makes and drops some ten thousand objects, almost none of them in cycles: looking for those every 700 took a
# quarter of the time. What is loaded by now stays for ever and is not looked at again.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
