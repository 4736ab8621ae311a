"""Every door of the house. config/tests/test_doors.py lists who may enter each; an unlisted one fails."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from config import site
from config.admin.switches import page as switches_page
from config.analytics.views import AnalyticsDoor

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("designs.urls")),  # what phones ask most is found first
    path("", include("favorites.urls")),
    path("", include("accounts.urls")),
    path("", include("uploads.urls")),
    path("", site.WelcomeDoor.as_view(), name="welcome"),
    path("health", site.HealthDoor.as_view(), name="health"),
    path("livez", site.livez, name="livez"),
    path("metrics", site.metrics, name="metrics"),
    path("info", site.InfoDoor.as_view(), name="info"),
    path("api/settings", site.SettingsDoor.as_view(), name="settings"),
    path("api/admin/settings", site.AdminSettingsDoor.as_view(), name="admin-settings"),
    path("api/admin/analytics", AnalyticsDoor.as_view(), name="admin-analytics"),
    path("admin/switches/", admin.site.admin_view(switches_page), name="switches-page"),
    path("admin/", admin.site.urls),
]
if settings.DOCS:
    urlpatterns += [
        path("openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
        path("docs", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="docs"),
    ]
