"""The application with the probe doors of config.testing.probes, for tests against a running server."""

from django.conf import settings

from config.wsgi import application

settings.ROOT_URLCONF = "config.testing.probes"

__all__ = ["application"]
