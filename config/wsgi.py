"""What gunicorn loads: the application, unless production would be unsafe."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
APP_LOAD_ERROR = 4  # gunicorn stops altogether instead of starting the worker again and again

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.stderr.write(f"The server cannot start: {error}\n")
    sys.exit(APP_LOAD_ERROR)

from config.checks import errors_in_production  # noqa: E402 - needs the apps loaded

if unsafe := errors_in_production():
    for problem in unsafe:
        sys.stderr.write(f"The server cannot start: {problem.msg} ({problem.id})\n")
    sys.exit(APP_LOAD_ERROR)
