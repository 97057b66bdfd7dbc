"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from livinglab import heartbeats

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livinglab.settings")
application = get_wsgi_application()
# Models and settings are there only now.
heartbeats.start(import_string("livinglab.web.request_times.REQUEST_TIMES").write)
