"""What must not reach production. `wsgi.py` refuses to start on an error; `check --deploy` lists them all."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register, run_checks

LEAST_SECRET = 32
UNSAFE = "gallery_production"


def errors_in_production() -> list[CheckMessage]:
    """For the start of a server: what would be unsafe right now."""
    found = run_checks(tags=[UNSAFE], include_deployment_checks=True)
    return [message for message in found if message.is_serious()]


@register(UNSAFE)
def unsafe_production(**_: object) -> list[CheckMessage]:
    """Asked by every command that checks, the worker among them."""
    return answers(debug, secrets, database, cors, worker)


@register(UNSAFE, deploy=True)
def unsafe_server(**_: object) -> list[CheckMessage]:
    """What matters where people knock: asked by the server's start and by `check --deploy`."""
    return answers(hosts, static_files, mail, links, pictures, proxies)


def answers(*questions: Callable[[], Iterator[CheckMessage]]) -> list[CheckMessage]:
    return [problem for question in questions for problem in question()] if settings.HARDENED else []


@register(Tags.compatibility)
def unused_variables(**_: object) -> list[CheckMessage]:
    return [
        checks.Warning(
            f"{name} is set, and nothing reads it.",
            hint="The rows live in DATABASE_URL now. Remove it when the old backend is gone.",
            id="gallery.W001",
        )
        for name in settings.UNUSED_VARIABLES
    ]


def debug() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG must be 0 in production.", id="gallery.E001")


def secrets() -> Iterator[CheckMessage]:
    for name in ("SECRET_KEY", "JWT_SECRET"):
        if len(getattr(settings, name)) < LEAST_SECRET:
            yield Error(f"{name} must have at least {LEAST_SECRET} characters.", id="gallery.E002")
    if settings.SECRET_KEY == settings.JWT_SECRET:
        yield Error("JWT_SECRET must be a secret of its own, not SECRET_KEY.", id="gallery.E003")


def database() -> Iterator[CheckMessage]:
    if "sqlite" in settings.DATABASES["default"]["ENGINE"] and not settings.ALLOW_SQLITE:
        yield Error(
            "DATABASE_URL is not set, so this would run on SQLite.",
            hint="Set DATABASE_URL to PostgreSQL, or ALLOW_SQLITE=1 if one machine is all there will be.",
            id="gallery.E004",
        )


def cors() -> Iterator[CheckMessage]:
    if settings.CORS_ALLOW_ALL_ORIGINS and settings.CORS_ALLOW_CREDENTIALS:
        yield Error("CORS_ORIGINS=* with CORS_ALLOW_CREDENTIALS=1 opens everything to any page.", id="gallery.E005")


def worker() -> Iterator[CheckMessage]:
    if settings.TASKS_MODE != "worker":
        yield Error(
            "TASKS must be `worker` in production, with `manage.py db_worker` running beside the server.",
            id="gallery.E006",
        )


def hosts() -> Iterator[CheckMessage]:
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("ALLOWED_HOSTS=* lets anybody choose the links we send.", id="gallery.E007")
    if set(settings.ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}:
        yield Error("ALLOWED_HOSTS must name the host people reach this server by.", id="gallery.E008")


def static_files() -> Iterator[CheckMessage]:
    if not Path(settings.STATIC_ROOT, "staticfiles.json").is_file():
        yield Error("Static files are missing: run `manage.py collectstatic --noinput`.", id="gallery.E009")


def mail() -> Iterator[CheckMessage]:
    if "console" in settings.EMAIL_BACKEND:
        yield checks.Warning("EMAIL_URL is not set: mails go to the log instead of to people.", id="gallery.W002")


def links() -> Iterator[CheckMessage]:
    if "://localhost" in settings.PUBLIC_URL and not settings.APP_LINK_BASE:
        yield checks.Warning(
            "PUBLIC_URL is not set: links in mails lead to localhost.",
            hint="Set PUBLIC_URL to this server's address, or APP_LINK_BASE to the app's.",
            id="gallery.W005",
        )


def pictures() -> Iterator[CheckMessage]:
    if not settings.R2["bucket_name"]:
        yield checks.Warning(
            "Pictures are kept in DATA_DIR.",
            hint="Set the CLOUDFLARE_R2_ variables, unless this one machine keeps its disk for ever.",
            id="gallery.W003",
        )


def proxies() -> Iterator[CheckMessage]:
    if settings.HTTPS_ONLY and not settings.TRUSTED_PROXIES:
        yield checks.Warning(
            "HTTPS_ONLY=1 with TRUSTED_PROXIES=0: behind a proxy this redirects for ever.", id="gallery.W004"
        )
