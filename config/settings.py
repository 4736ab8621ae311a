"""Every setting, top to bottom. What differs between machines comes from the environment (.env.example lists it)."""

import math
import os
import re
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.templatetags.static import static
from environ import Env

from config import __version__
from config.env import Misconfigured, StrictEnv
from config.logs import logging_config
from config.r2 import r2_storage

BASE_DIR = Path(__file__).resolve().parent.parent
env = StrictEnv(dotenv=Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env"))

# --- Who we are -------------------------------------------------------------------------------------------------
APP_NAME = env.text("APP_NAME", "Design Gallery")
APP_VERSION = env.text("APP_VERSION", pattern=r"[\w.+-]{1,40}", example="1.4.0") or __version__
ENVIRONMENT = env.choice("ENVIRONMENT", "development", ["development", "test", "staging", "production"])
HARDENED = ENVIRONMENT in {"staging", "production"}
DEBUG = env.flag("DEBUG", default=False)
DOCS = env.flag("DOCS", default=True)
DEMO = env.flag("DEMO", default=True)
DATA_DIR = (BASE_DIR / env.text("DATA_DIR", "var")).resolve()
env.require_folder("DATA_DIR", DATA_DIR)

# --- Secrets ----------------------------------------------------------------------------------------------------
SECRET_KEY = env.kept_secret("SECRET_KEY", DATA_DIR / "secret-key", make=not HARDENED)
SECRET_KEY_FALLBACKS = [key for key in [env.secret("SECRET_KEY_PREVIOUS")] if key]
JWT_SECRET = env.kept_secret("JWT_SECRET", DATA_DIR / "jwt-secret", make=not HARDENED)
JWT_SECRET_PREVIOUS = env.secret("JWT_SECRET_PREVIOUS")
JWT_ALGORITHM = env.choice("JWT_ALGORITHM", "HS256", ["HS256", "HS384", "HS512"], lower=False)
ACCESS_TOKEN_MINUTES = env.whole("ACCESS_TOKEN_MINUTES", 60, 1, 60 * 24 * 30)
if hours := env.number("JWT_EXPIRATION_HOURS", None, 1, 24 * 30):  # the older backend's name wins when set
    ACCESS_TOKEN_MINUTES = hours * 60
ADMIN_USERNAME = env.text("ADMIN_USERNAME", "admin")
ADMIN_PASSWORD = env.secret("ADMIN_PASSWORD")

# --- The network ------------------------------------------------------------------------------------------------
HOST = env.text("HOST", "127.0.0.1")
PORT = env.whole("PORT", 8000, 1, 65_535)
WEB_WORKERS = env.whole("WEB_CONCURRENCY", 2, 1, 64)
WEB_THREADS = env.whole("WEB_THREADS", 8, 1, 64)
WEB_TIMEOUT = env.whole("WEB_TIMEOUT", 30, 5, 600)
WEB_DRAIN_SECONDS = env.whole("WEB_DRAIN_SECONDS", 0, 0, 15)
BODY_TIMEOUT = env.whole("BODY_TIMEOUT", 20, 1, 600)
# Loopback names are always good: health checks inside a container ask by them.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.names("ALLOWED_HOSTS")]
if render_host := env.text("RENDER_EXTERNAL_HOSTNAME"):
    ALLOWED_HOSTS.append(render_host)
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 0, 0, 5)
HTTPS_ONLY = env.flag("HTTPS_ONLY", default=HARDENED)
ORIGIN = r"https?://[\w.-]+(:\d{1,5})?|exp://[\w.:-]+|\*"
CORS_ORIGINS = env.names("CORS_ORIGINS", check=lambda origin: bool(re.fullmatch(ORIGIN, origin)))
CORS_ALLOW_ALL_ORIGINS = "*" in CORS_ORIGINS
CORS_ALLOWED_ORIGINS = [origin for origin in CORS_ORIGINS if origin != "*"]
CORS_ALLOW_CREDENTIALS = env.flag("CORS_ALLOW_CREDENTIALS", default=False)
CORS_URLS_REGEX = r"^/(api/.*|pictures/.*|health|info|openapi\.json)?$"
CORS_EXPOSE_HEADERS = ["ETag", "Link", "X-Total-Count", "X-Request-ID", "Retry-After"]
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key", "if-none-match", "x-request-id"]

SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^health$"]  # orchestrators ask by plain HTTP, inside
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS_ONLY else 0
# A promise for every neighbour under the same domain, and hard to take back: made only when asked for.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.flag("HSTS_SUBDOMAINS", default=False)
SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12  # the admin's cookie: a working day

# --- Limits of one request ---------------------------------------------------------------------------------------
MAX_BODY_SIZE = 1024 * 1024  # a JSON body; pictures have their own limit
MAX_TEXT_LENGTH = 64 * 1024  # one text inside a JSON body
MAX_JSON_DEPTH = 32
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_SIZE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100
MAX_FILE_SIZE = env.whole("MAX_FILE_SIZE", 10 * 1024 * 1024, 1024, 100 * 1024 * 1024)
MAX_PIXELS = env.whole("MAX_PIXELS", 50_000_000, 1_000_000, 200_000_000)
FILE_TYPES = ["image/jpeg", "image/png", "image/webp", "image/heic"]
ALLOWED_FILE_TYPES = env.names("ALLOWED_FILE_TYPES", ",".join(FILE_TYPES[:3]), check=FILE_TYPES.__contains__)
MAX_PAGE_SIZE = env.whole("MAX_PAGE_SIZE", 100, 1, 1_000)
DEFAULT_PAGE_SIZE = env.whole("DEFAULT_PAGE_SIZE", 20, 1, 1_000)
if DEFAULT_PAGE_SIZE > MAX_PAGE_SIZE:
    raise Misconfigured(f"DEFAULT_PAGE_SIZE is {DEFAULT_PAGE_SIZE}, above MAX_PAGE_SIZE ({MAX_PAGE_SIZE}).")

# --- What is installed ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "config.apps.GalleryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "constance",
    "corsheaders",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "config.apps.HouseConfig",
    "config.audit",
    "config.limits",
    "config.repeats",
    "accounts",
    "uploads",
    "designs",
    "favorites",
    "config.analytics",
]
MIDDLEWARE = [
    # Outermost, so that even a bad Host or a crash further in leaves with our shape, headers and log line.
    "config.api.middleware.RequestContext",
    "config.api.middleware.SafeHeaders",
    "config.api.middleware.ContentPolicy",
    "config.api.middleware.OneErrorShape",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "config.api.middleware.Compress",
    "django.middleware.http.ConditionalGetMiddleware",
    "config.api.middleware.SaneRequests",
    "config.api.middleware.CacheRules",
    "config.api.middleware.NoTrailingSlash",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.api.middleware.MessagesOnPages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")  # of days, and of moments that staff read; the API speaks UTC
USE_I18N = True
USE_TZ = True

# --- The database -----------------------------------------------------------------------------------------------
ALLOW_SQLITE = env.flag("ALLOW_SQLITE", default=False)
DATABASE_POOL_SIZE = env.number("DATABASE_POOL_SIZE", None, 1, 200) or WEB_THREADS
database: dict[str, Any] = env.parsed("DATABASE_URL", Env.db_url_config)
if not database:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "gallery.sqlite3")}
if database["ENGINE"] == "django.db.backends.sqlite3":
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;",
    }
    database["CONN_MAX_AGE"] = None
    database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}  # a file: races in memory prove nothing
elif database["ENGINE"] == "django.db.backends.postgresql":
    database["HOST"] = unquote(database["HOST"])  # a socket's folder: postgres://me@%2Fvar%2Frun%2Fpostgresql/name
    pool = {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 2}
    database["OPTIONS"] = {"connect_timeout": 5, **database.get("OPTIONS", {}), "pool": pool}
    database["CONN_MAX_AGE"] = 0  # the pool keeps connections
else:
    raise Misconfigured("DATABASE_URL must start with postgres:// or sqlite://.")
DATABASES = {"default": database}

# --- Cache, limits, tasks, mail ---------------------------------------------------------------------------------
CACHE_URL = env.text("CACHE_URL", pattern=r"rediss?://\S+", example="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if CACHE_URL:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}

# How many requests a minute. `memory` is per process, so each worker gets its share; `table` and `redis` are exact.
LIMIT_PERIOD = 60
LIMITS: dict[str, dict[str, Any]] = {
    "standard": {"rate": env.whole("LIMIT_STANDARD", 100, 1, 1_000_000), "store": "memory"},
    "anonymous": {"rate": env.whole("LIMIT_ANONYMOUS", 100, 1, 1_000_000), "store": "memory"},
    "suggest": {"rate": env.whole("LIMIT_SUGGEST", 300, 1, 1_000_000), "store": "memory"},
    "auth": {"rate": env.whole("LIMIT_AUTH", 20, 1, 1_000_000), "store": "table"},
    "upload": {"rate": env.whole("LIMIT_UPLOAD", 10, 1, 1_000_000), "store": "table"},
    "curating": {"rate": env.whole("LIMIT_CURATING", 120, 1, 1_000_000), "store": "table"},
    "refresh": {"rate": env.whole("LIMIT_REFRESH", 10, 1, 1_000_000), "store": "table"},
}
for lane in LIMITS.values():
    if CACHE_URL:
        lane["store"] = "redis"
    elif lane["store"] == "memory":
        lane["rate"] = math.ceil(lane["rate"] / WEB_WORKERS)

TASKS_MODE = env.choice("TASKS", "process", ["process", "worker"])
TASKS: dict[str, Any] = {
    "default": {
        "BACKEND": "config.tasks.ProcessBackend" if TASKS_MODE == "process" else "django_tasks_db.DatabaseBackend",
        "OPTIONS": {},
    }
}
mail: dict[str, Any] = env.parsed("EMAIL_URL", Env.email_url_config, "consolemail://")
EMAIL_BACKEND = mail.pop("EMAIL_BACKEND")
globals().update({name: value for name, value in mail.items() if name.startswith("EMAIL_")})
EMAIL_TIMEOUT = 10
# Where links in mails lead: never taken from a request's Host.
PUBLIC_URL = env.text("PUBLIC_URL", pattern=r"https?://\S+", example="https://gallery.example").rstrip("/")
PUBLIC_URL = PUBLIC_URL or (f"https://{render_host}" if render_host else f"http://localhost:{PORT}")
APP_LINK_BASE = env.text("APP_LINK_BASE", pattern=r"[a-z][a-z0-9+.-]*://\S*", example="gallery://open").rstrip("/")
VERIFY_LINK_SECONDS = 60 * 60 * 24 * 3
PASSWORD_RESET_TIMEOUT = 60 * 60
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Design Gallery <gallery@localhost>")

# --- People -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "accounts.hashers.ModestArgon2",
    "accounts.hashers.OlderBcrypt",  # people of the older backend
]
PASSWORD_MIN_LENGTH = env.whole("PASSWORD_MIN_LENGTH", 8, 8, 64)
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
]
if env.flag("PASSWORD_REFUSE_COMMON", default=True):
    AUTH_PASSWORD_VALIDATORS.append({"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"})
SESSION_IDLE_DAYS, SESSION_DAYS = 30, 180  # a phone's session: after its last refresh, and in all
LOGIN_FAILURES, LOGIN_FAILURES_PERIOD = 10, 15 * 60  # of one account's name, and in how many seconds
LOGIN_URL = "admin:login"
# The admin's sign-in page; the API verifies and counts by itself (accounts/sessions.py).
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_ONLY_ADMIN_SITE = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = LOGIN_FAILURES
AXES_COOLOFF_TIME = timedelta(seconds=LOGIN_FAILURES_PERIOD)
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "config.api.throttles.client_address"
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_REDIRECT_URL = "admin:index"

# --- The API ----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionToken", "accounts.authentication.AdminCookie"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.Approved"],  # deny by default
    "DEFAULT_THROTTLE_CLASSES": ["config.api.throttles.Lane"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["config.api.renderers.JSON"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api.renderers.AlwaysJSON",
    "DEFAULT_SCHEMA_CLASS": "config.api.openapi.DoorSchema",
    "EXCEPTION_HANDLER": "config.api.errors.answer",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Design Gallery API",
    "DESCRIPTION": "Indian traditional wear designs: browse, search, keep. Every error has one shape; see `Error`.",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AccountStatus": "accounts.models.User.Status",
        "DesignStatus": "designs.models.Status",
        "HealthStatus": ["healthy", "degraded", "unhealthy"],
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "displayRequestDuration": True},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.openapi.add_error_answers",
    ],
}

# --- What staff may switch at noon; the environment above is the ceiling (config/switches.py) ---------------------
CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"
CONSTANCE_ADDITIONAL_FIELDS = {
    "file_types": [
        "django.forms.MultipleChoiceField",
        {
            "widget": "django.forms.CheckboxSelectMultiple",
            "choices": [(kind, kind) for kind in ALLOWED_FILE_TYPES],
        },
    ],
}
CONSTANCE_CONFIG = {
    "app_name": (APP_NAME, "The name the app shows."),
    "min_app_version": ("1.0.0", "Phones with an older app are asked to update."),
    "maintenance_mode": (False, "Close the gallery for everybody but Managers."),
    "registration_open": (True, "May new people register?"),
    "allow_screenshots": (True, "May the app be photographed? The app enforces this."),
    "allow_downloads": (True, "May pictures be saved on the phone? The app enforces this."),
    "watermark_enabled": (False, "Put a quiet mark on pictures of 640 pixels and more."),
    "max_upload_size": (MAX_FILE_SIZE, "The largest picture, in bytes."),
    "allowed_file_types": (ALLOWED_FILE_TYPES, "Which pictures may be uploaded.", "file_types"),
    "featured_designs_limit": (10, "How many featured designs are shown."),
    "pagination_default_size": (DEFAULT_PAGE_SIZE, "Designs on a page when the app does not say."),
    "pagination_max_size": (MAX_PAGE_SIZE, "The most designs on a page."),
}

# --- Pictures and static files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"  # written when the image is built, never at run time
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
COMPRESS_STATIC = env.flag("COMPRESS_STATIC", default=False)
WHITENOISE_USE_FINDERS = not HARDENED  # a newcomer needs no collectstatic
WHITENOISE_AUTOREFRESH = DEBUG
if not HARDENED:  # there is no STATIC_ROOT where the finders serve; in production check gallery.E009 looks
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
MEDIA_ROOT = DATA_DIR / "pictures"
PICTURES_PRIVATE = env.flag("PICTURES_PRIVATE", default=False)
WATERMARK_LOGO = env.path("WATERMARK_LOGO")
R2 = {
    "endpoint": env.text("S3_ENDPOINT_URL", pattern=r"https?://\S+", example="http://127.0.0.1:8333"),
    "public_endpoint": env.text(
        "S3_PUBLIC_ENDPOINT_URL", pattern=r"https?://[^\s/]+/?", example="https://s3.example.com"
    ),
    "region": env.text("S3_REGION", "auto"),
    "account_id": env.text("CLOUDFLARE_R2_ACCOUNT_ID"),
    "access_key": env.text("CLOUDFLARE_R2_ACCESS_KEY"),
    "secret_key": env.secret("CLOUDFLARE_R2_SECRET_KEY"),
    "bucket_name": env.text("CLOUDFLARE_R2_BUCKET_NAME"),
    "incoming_bucket": env.text("CLOUDFLARE_R2_INCOMING_BUCKET"),
    "public_url": env.text("CLOUDFLARE_R2_PUBLIC_URL", pattern=r"https?://\S+", example="https://pictures.example.com"),
}
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "uploads.storage.LocalPictures"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if not HARDENED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COMPRESS_STATIC  # half a minute of brotli: for the building of an image, not for every check
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}

if any(value for part, value in R2.items() if part != "region"):
    R2["endpoint"] = R2["endpoint"] or (R2["account_id"] and f"https://{R2['account_id']}.r2.cloudflarestorage.com")
    needed = {"endpoint": "account_id", **{part: part for part in ("access_key", "secret_key", "bucket_name")}}
    if not PICTURES_PRIVATE:
        needed["public_url"] = "public_url"
    for part, name in needed.items():
        if not R2[part]:
            raise Misconfigured(f"CLOUDFLARE_R2_{name.upper()} is missing; R2 needs all of its variables.")
    STORAGES["default"] = r2_storage(R2)

# --- Backups ----------------------------------------------------------------------------------------------------
BACKUP_TO = env.text("BACKUP_TO") or str(DATA_DIR / "backups")
BACKUP_KEY = env.secret("BACKUP_KEY")
BACKUP_S3 = {  # where empty, as for the pictures
    "endpoint": env.text("BACKUP_S3_ENDPOINT_URL", pattern=r"https?://\S+", example="https://s3.example.com"),
    "region": env.text("BACKUP_S3_REGION"),
    "access_key": env.text("BACKUP_S3_ACCESS_KEY"),
    "secret_key": env.secret("BACKUP_S3_SECRET_KEY"),
}
if any(BACKUP_S3.values()) and not (BACKUP_S3["access_key"] and BACKUP_S3["secret_key"]):
    raise Misconfigured("Backups need BACKUP_S3_ACCESS_KEY and BACKUP_S3_SECRET_KEY both, or no BACKUP_S3_ at all.")
if BACKUP_KEY and len(BACKUP_KEY) < 32:  # noqa: PLR2004
    raise Misconfigured("BACKUP_KEY must have 32 or more random characters; without it backups are not encrypted.")

# --- Content Security Policy: nothing from outside, no inline script ----------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# On top of it, by area: the admin shows pictures, and its Alpine.js evaluates expressions; Swagger shows blobs.
PICTURE_HOSTS = sorted(
    {"/".join(R2[part].split("/")[:3]) for part in ("endpoint", "public_endpoint", "public_url") if R2[part]}
)
CSP_AREAS = {
    "/admin/": {"script-src": ["'unsafe-eval'"], "img-src": ["blob:", *PICTURE_HOSTS]},
    "/docs": {"img-src": ["blob:"]},
}

# --- Logs -------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"], lower=False)
LOG_FORMAT = env.choice("LOG_FORMAT", "json" if HARDENED else "console", ["json", "console"])
LOGGING = logging_config(LOG_LEVEL, LOG_FORMAT)

# --- Watching ---------------------------------------------------------------------------------------------------
SLOW_REQUEST_MS = env.whole("SLOW_REQUEST_MS", 1_000, 0, 600_000)  # 0: never said
METRICS_TOKEN = env.secret("METRICS_TOKEN")
METRICS_ADDRESSES = env.networks("METRICS_ADDRESSES")
METRICS = bool(METRICS_TOKEN or METRICS_ADDRESSES)
SENTRY_DSN = env.secret("SENTRY_DSN")
SENTRY_TRACES = env.whole("SENTRY_TRACES_PERCENT", 0, 0, 100) / 100

# --- The unfold admin -------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": APP_NAME,
    "SITE_HEADER": APP_NAME,
    "SITE_SYMBOL": "styler",
    "SITE_URL": None,  # `/` speaks JSON, nothing to look at for staff
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("gallery/icon.svg")}],
    "STYLES": [lambda _: static("gallery/admin.css"), lambda _: static("gallery/desk.css")],
    "SCRIPTS": [lambda _: static("gallery/admin.js")],
    "SIDEBAR": {"navigation": "config.admin_site.navigation"},
    "SHOW_HISTORY": True,
}

UNUSED_VARIABLES = env.finish()
ENV = env  # what was declared; .env.example is held against it
