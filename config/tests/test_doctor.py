"""The doctor sees what is wrong, says what to do, and tells machines by its exit code."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.doctor import questions
from config.doctor.questions import BAD, OK, WARN
from config.testing.servers import free_port
from uploads.storage import pictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]
GB = 1024**3


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def levels(question: questions.Question) -> list[str]:
    found = questions.asked(question)
    assert all(finding.advice for finding in found if finding.level != OK), found
    return [finding.level for finding in found]


def leaves(*words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", *words, stdout=out)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue()
    return 0, out.getvalue()


def a_task(status: Any, *, minutes_ago: int) -> None:
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    finished = None if status == TaskResultStatus.READY else moment
    task = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="config.testing.errands.write",
        backend_name="default",
        status=status,
        finished_at=finished,
        exception_class_path="",
        traceback="",
        priority=0,
        queue_name="default",
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=moment)


@pytest.fixture
def _worker(settings: Any) -> None:
    settings.TASKS_MODE = "worker"


class TestAWellInstallation:
    def test_it_says_so_and_leaves_with_0(self) -> None:
        code, page = leaves()
        assert code == 0, page
        assert all(line.startswith("ok ") for line in page.splitlines())
        assert {line.split()[1] for line in page.splitlines()} == set(questions.QUESTIONS)

    def test_for_machines(self) -> None:
        code, page = leaves("--json")
        answer = json.loads(page)
        assert (code, answer["status"]) == (0, OK)
        assert {finding["about"] for finding in answer["findings"]} == set(questions.QUESTIONS)

    def test_it_leaves_nothing_in_the_storage(self) -> None:
        before = sorted(pictures().walk(""))
        assert levels(questions.storage) == [OK]
        assert sorted(pictures().walk("")) == before


class TestWhatIsWrong:
    def test_a_migration_that_waits(self) -> None:
        MigrationRecorder.Migration.objects.filter(app="favorites").order_by("-pk")[:1].get().delete()
        assert levels(questions.migrations) == [BAD]
        assert leaves()[0] == 2

    def test_a_database_ahead_of_the_release(self) -> None:
        MigrationRecorder.Migration.objects.create(app="favorites", name="0099_from_tomorrow")
        assert levels(questions.migrations) == [WARN]
        assert leaves()[0] == 1

    @pytest.mark.parametrize(("minutes", "level"), [(1, OK), (6, BAD)])
    @pytest.mark.usefixtures("_worker")
    def test_a_task_that_waits(self, minutes: int, level: str) -> None:
        a_task(TaskResultStatus.READY, minutes_ago=minutes)
        assert levels(questions.queue) == [level]

    @pytest.mark.parametrize(("minutes", "found"), [(60, [OK, WARN]), (60 * 25, [OK])])
    @pytest.mark.usefixtures("_worker")
    def test_a_task_that_failed(self, minutes: int, found: list[str]) -> None:
        a_task(TaskResultStatus.FAILED, minutes_ago=minutes)
        assert levels(questions.queue) == found

    def test_a_mail_server_that_is_away(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        assert levels(questions.mail) == [BAD]

    def test_a_redis_that_is_away(self, settings: Any) -> None:
        url = f"redis://127.0.0.1:{free_port()}/0"
        redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
        settings.CACHE_URL, settings.CACHES = url, {"default": redis}
        assert levels(questions.cache_works) == [BAD]

    def test_a_folder_that_cannot_be_written(self, settings: Any, tmp_path: Path) -> None:
        file = tmp_path / "a-file"
        file.touch()
        settings.MEDIA_ROOT = str(file)
        assert levels(questions.storage) == [BAD]

    @pytest.mark.parametrize(
        ("usage", "level"),
        [(Usage(100 * GB, 0, 50 * GB), OK), (Usage(100 * GB, 0, 1 * GB), WARN), (Usage(100 * GB, 0, 10**8), BAD)],
    )
    def test_a_disk_that_fills(self, monkeypatch: pytest.MonkeyPatch, usage: Usage, level: str) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
        assert levels(questions.disk) == [level]

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no clock of its own")
    def test_clocks_that_differ(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ahead = timezone.now() + timedelta(minutes=3)
        monkeypatch.setattr(timezone, "now", lambda: ahead)
        assert levels(questions.clock) == [WARN]

    def test_a_package_of_another_version(self, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "requirements.txt").write_text("django==1.0 \\\nnobody-made-this==1 \\\n", "utf-8")
        settings.BASE_DIR = tmp_path
        assert levels(questions.versions) == [WARN, OK]

    def test_a_setting_that_is_unsafe(self, settings: Any) -> None:
        settings.HARDENED, settings.DEBUG = True, True
        assert BAD in levels(questions.settings_are_sound)

    def test_a_database_that_is_away_is_one_illness(self, monkeypatch: pytest.MonkeyPatch) -> None:
        away = questions.Finding(BAD, "It cannot be reached.", "x")
        monkeypatch.setitem(questions.QUESTIONS, "database", lambda: iter([away]))
        found = dict(questions.answers())
        assert {name for name in found if found[name].words.startswith("Not asked")} == questions.NEEDS_DATABASE
        assert found["disk"].level == OK

    def test_a_question_that_breaks_is_an_answer(self) -> None:
        def breaks() -> Iterator[questions.Finding]:
            raise RuntimeError("odd")

        assert levels(breaks) == [BAD]
