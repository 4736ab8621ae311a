"""What gunicorn loads: the application, unless production would be unsafe."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Utf8Request(WSGIRequest):
    """UTF-8 whatever the caller claims: Django would try any codec Python knows, before any middleware runs."""

    def _set_content_type_params(self, meta: dict[str, str]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):  # a parameter in a codec nobody knows
            self.content_type, self.content_params, meta["CONTENT_TYPE"] = "", {}, ""


APP_LOAD_ERROR = 4  # gunicorn stops altogether instead of starting the worker again and again

try:
    application = get_wsgi_application()
    application.request_class = Utf8Request
except ImproperlyConfigured as error:
    sys.stderr.write(f"The server cannot start: {error}\n")
    sys.exit(APP_LOAD_ERROR)

from config.checks import errors_in_production  # noqa: E402 - needs the apps loaded

if unsafe := errors_in_production():
    for problem in unsafe:
        sys.stderr.write(f"The server cannot start: {problem.msg} ({problem.id})\n")
    sys.exit(APP_LOAD_ERROR)
