"""What `manage.py doctor` asks. Each answers in one sentence, and with what to do unless all is well."""

import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import django
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.checks import WARNING, run_checks
from django.core.mail import get_connection
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.waiting import piles
from config.api.errors import Refusal
from config.watching import tasks
from uploads import keys
from uploads.storage import LocalPictures, pictures

OK, WARN, BAD = "ok", "warn", "bad"
OLDEST_POSTGRES = 150_000
LATE_TASK, LATE_SECONDS = 300, 2.0
LITTLE_SPACE, NO_SPACE = 2 * 1024**3, 200 * 1024**2
TENTH = 0.1
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)(?: ; (.+?))? \\$", re.MULTILINE)


class Finding(NamedTuple):
    level: str
    words: str
    advice: str = ""


Question = Callable[[], Iterator[Finding]]


def settings_are_sound() -> Iterator[Finding]:
    found = [one for one in run_checks(include_deployment_checks=settings.HARDENED) if one.level >= WARNING]
    for one in found:
        yield Finding(
            BAD if one.is_serious() else WARN,
            f"{one.id}: {one.msg}",
            one.hint or "docs/deploy.md says what production needs.",
        )
    if not found:
        yield Finding(OK, f"{settings.ENVIRONMENT}, DEBUG {'on' if settings.DEBUG else 'off'}")


def database() -> Iterator[Finding]:
    started = time.perf_counter()
    try:
        connection.ensure_connection()
        name, number = database_version()
    except (Error, OSError) as error:
        advice = "Does DATABASE_URL name a server that runs, and may this machine reach it?"
        yield Finding(BAD, f"It cannot be reached ({type(error).__name__}).", advice)
        return
    ms = (time.perf_counter() - started) * 1000
    if connection.vendor == "postgresql" and number < OLDEST_POSTGRES:
        yield Finding(BAD, f"{name} is too old.", "PostgreSQL 15 or newer is needed.")
    else:
        yield Finding(OK, f"{name}, answers in {ms:.0f} ms")
    if connection.vendor == "sqlite":
        yield from sqlite_is_whole()


def database_version() -> tuple[str, int]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]} in {settings.DATABASES['default']['NAME']}", 0
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    return f"PostgreSQL {number // 10_000}.{number % 10_000}", number


def sqlite_is_whole() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        said = str(cursor.fetchone()[0])
    if said != "ok":
        yield Finding(BAD, f"The file is damaged: {said[:100]}", "Stop the server and restore the newest backup.")


def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    waiting = [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    unknown = sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations))
    if waiting:
        yield Finding(BAD, f"{len(waiting)} wait, first {waiting[0]}.", "python manage.py prepare")
    elif ours := [f"{app}.{name}" for app, name in unknown if app in executor.loader.migrated_apps]:
        words = f"The database is ahead of this release: it knows {ours[0]}."
        yield Finding(WARN, words, "Deploy the release that made it, or restore the backup from before.")
    else:
        yield Finding(OK, "none waits")


def cache_works() -> Iterator[Finding]:
    where = "Redis" if settings.CACHE_URL else "in the memory of each process"
    try:
        cache.set("doctor", "well", 10)
        works = cache.get("doctor") == "well"
    except (redis.RedisError, OSError) as error:
        works, where = False, f"{where} ({type(error).__name__})"
    if works:
        yield Finding(OK, where)
    else:
        advice = "Is CACHE_URL right and does Redis run? Until then each process counts limits for itself."
        yield Finding(BAD, f"What was written to {where} was not read.", advice)


def storage() -> Iterator[Finding]:
    shelf, key = pictures(), keys.new(keys.TEMP)
    where = str(settings.MEDIA_ROOT) if isinstance(shelf, LocalPictures) else f"bucket {settings.R2['bucket_name']}"
    try:
        shelf.put(key, b"doctor", "image/png")
        whole = shelf.read(key, 100) == b"doctor"
        shelf.remove(key)
    except (Refusal, OSError) as error:
        words = f"{where}: {getattr(error, 'message', error)}"
        yield Finding(BAD, words, "python manage.py storage_check tries it step by step.")
        return
    yield Finding(OK, where) if whole else Finding(BAD, f"{where}: other bytes came back.", "manage.py storage_check")


def mail() -> Iterator[Finding]:
    kind = settings.EMAIL_BACKEND.split(".")[-2]
    if kind != "smtp":
        level = WARN if settings.HARDENED else OK
        yield Finding(level, f"Mails go to {kind}.", "Set EMAIL_URL: else nobody is told of decisions.")
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        server = get_connection(timeout=5)
        server.open()
        server.close()
    except OSError as error:
        words = f"{where} does not let us in ({type(error).__name__})."
        yield Finding(BAD, words, "Check EMAIL_URL: name, password (percent-encoded), port, TLS.")
        return
    yield Finding(OK, f"{where} lets us in; nothing was sent")


def queue() -> Iterator[Finding]:
    if settings.TASKS_MODE != "worker":
        yield Finding(OK, "tasks run in the process of the server")
        return
    late, counts = tasks.oldest(), tasks.by_status()
    if late > LATE_TASK:
        words = f"The oldest of {counts['READY']:.0f} tasks has waited {late / 60:.0f} minutes."
        yield Finding(BAD, words, "Is `python manage.py db_worker` running?")
    else:
        yield Finding(OK, f"{counts['READY']:.0f} wait, {counts['RUNNING']:.0f} run")
    day = timezone.now() - timedelta(days=1)
    failed = DBTaskResult.objects.failed().filter(finished_at__gte=day)
    if number := failed.count():
        names = ", ".join(sorted(set(failed.values_list("task_path", flat=True)[:100])))
        yield Finding(WARN, f"{number} failed since yesterday: {names}.", "Admin, Background tasks, tells each error.")


def disk() -> Iterator[Finding]:
    usage = shutil.disk_usage(settings.DATA_DIR)
    words = f"{usage.free / 1024**3:.1f} GB of {usage.total / 1024**3:.0f} GB free where DATA_DIR lies"
    if usage.free < NO_SPACE:
        yield Finding(BAD, words, "Make room now: the database cannot write soon.")
    elif usage.free < LITTLE_SPACE and usage.free < usage.total * TENTH:
        yield Finding(WARN, words, "Make room: `backup --keep N`, `prune_incoming`, old logs.")
    else:
        yield Finding(OK, words)


def clock() -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        yield Finding(OK, f"{timezone.now():%Y-%m-%d %H:%M:%S} UTC")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((timezone.now() - cursor.fetchone()[0]).total_seconds())
    words = f"{apart:.1f} s apart from the database's"
    advice = "Let NTP set the clocks of both: tokens, limits and counts of views go by them."
    yield Finding(WARN, words, advice) if apart > LATE_SECONDS else Finding(OK, words)


def versions() -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    differing = [f"{name} {there or 'missing'} ({wanted})" for name, wanted, there in not_as_pinned()]
    if differing:
        words = f"{len(differing)} packages are not as pinned: {', '.join(differing[:5])}."
        yield Finding(WARN, words, "pip install --require-hashes -r requirements.txt")
    yield Finding(OK, f"{settings.APP_NAME} {settings.APP_VERSION}, Python {python}, Django {django.__version__}")


def not_as_pinned() -> Iterator[tuple[str, str, str]]:
    pinned = Path(settings.BASE_DIR, "requirements.txt")
    for name, wanted, only_where in PINNED.findall(pinned.read_text("utf-8") if pinned.is_file() else ""):
        try:
            there = version(name)
        except PackageNotFoundError:
            there = ""
        if there != wanted and (there or not only_where):
            yield name, wanted, there


def pending() -> Iterator[Finding]:
    """What waits for people; nothing of it is an illness."""
    waiting = [pile.look() for pile in piles.values()]
    yield Finding(OK, ", ".join(one.words for one in waiting if one.count) or "nothing waits for staff")


QUESTIONS: dict[str, Question] = {
    "settings": settings_are_sound,
    "database": database,
    "migrations": migrations,
    "cache": cache_works,
    "storage": storage,
    "mail": mail,
    "queue": queue,
    "disk": disk,
    "clock": clock,
    "versions": versions,
    "pending": pending,
}
NEEDS_DATABASE = {"migrations", "queue", "clock", "pending"}


def answers() -> Iterator[tuple[str, Finding]]:
    away = False
    for name, question in QUESTIONS.items():
        if away and name in NEEDS_DATABASE:
            yield name, Finding(BAD, "Not asked: it needs the database.")
            continue
        for finding in asked(question):
            away = away or (name == "database" and finding.level == BAD)
            yield name, finding


def asked(question: Question) -> list[Finding]:
    """A question that breaks is an answer, too."""
    try:
        return list(question())
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are still asked
        return [Finding(BAD, f"It could not be asked: {error!r}"[:300], "This is a fault of the doctor; tell us.")]


def facts(finding: Finding) -> dict[str, Any]:
    return finding._asdict()
