from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig

from config.logs import configure_structlog
from config.watching import errors, queries


class GalleryAdminConfig(AdminConfig):
    default_site = "config.admin_site.GallerySite"


class HouseConfig(AppConfig):
    """Makes commands, checks and templates of the house itself known; it has no models."""

    name = "config"
    label = "house"

    def ready(self) -> None:
        configure_structlog()
        queries.start()
        errors.start()
        # Its own page writes what config.switches would refuse; the door PUT /api/admin/settings does not.
        from constance.admin import Config  # noqa: PLC0415

        admin.site.unregister([Config])
        from config import checks  # noqa: F401, PLC0415 - registers itself; needs the apps loaded
        from config.api import paths  # noqa: F401, PLC0415 - the same
        from config.watching import tasks  # noqa: PLC0415 - needs the models

        tasks.told()
