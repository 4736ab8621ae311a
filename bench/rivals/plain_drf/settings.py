"""As `startproject` leaves them, with the database's pool, JWT and a date format."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

SECRET_KEY = os.environ["JWT_SECRET"]
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "django_filters",
    "bench.rivals.plain_drf",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bench.rivals.plain_drf.urls"
AUTH_USER_MODEL = "plain_drf.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

where = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": where.path.lstrip("/"),
        "USER": unquote(where.username or ""),
        "PASSWORD": unquote(where.password or ""),
        "HOST": unquote(where.netloc.rpartition("@")[2].partition(":")[0]),
        "PORT": where.port or "",
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": int(os.environ["WEB_THREADS"]), "timeout": 10},
            "options": os.environ.get("RIVAL_OPTIONS", ""),
            **dict(parse_qsl(where.query)),
        },
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bench.rivals.plain_drf.authentication.SessionJWT"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "bench.rivals.plain_drf.filters.Sorting",
    ],
    "DEFAULT_PAGINATION_CLASS": "bench.rivals.plain_drf.pagination.Pages",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
}
SIMPLE_JWT = {"SIGNING_KEY": SECRET_KEY, "ALGORITHM": "HS256"}
