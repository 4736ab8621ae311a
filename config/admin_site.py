"""The one admin site; the apps register their desks with it."""

from django.conf import settings
from unfold.sites import UnfoldAdminSite


class GallerySite(UnfoldAdminSite):
    site_title = settings.APP_NAME
    site_header = settings.APP_NAME
    index_title = "What waits for you"
