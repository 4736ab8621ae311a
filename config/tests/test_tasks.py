"""Background work starts after the commit, never instead of it, and nobody waits for it."""

import io
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from structlog.testing import capture_logs

from config import tasks
from config.tasks import Threads, after_commit
from config.testing import errands
from config.testing.errands import work


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page"


def eventually(done: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.django_db(transaction=True)
class TestInTheProcess:
    def test_it_runs_after_the_commit(self, page: Path) -> None:
        with transaction.atomic():
            after_commit(errands.write, path=str(page), text="done")
            time.sleep(0.05)
            assert not page.exists()
        assert eventually(lambda: page.exists() and page.read_text() == "done\n")

    def test_a_rollback_leaves_no_trace(self, page: Path) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            after_commit(errands.write, path=str(page), text="done")
            raise RuntimeError
        assert not eventually(page.exists, seconds=0.2)

    def test_nobody_waits_for_it(self, page: Path) -> None:
        started = time.perf_counter()
        after_commit(errands.dawdle, path=str(page), text="slow")
        assert time.perf_counter() - started < 0.2
        assert eventually(page.exists)

    def test_a_failure_is_logged_without_its_secrets_and_hurts_nobody(
        self, page: Path, production_log: io.StringIO
    ) -> None:
        after_commit(errands.fail, path=str(page), text="this")
        assert eventually(lambda: "state=FAILED" in production_log.getvalue())
        assert "password=[hidden]" in production_log.getvalue()
        assert "hunter2" not in production_log.getvalue()
        after_commit(errands.write, path=str(page), text="next")
        assert eventually(lambda: page.read_text() == "this\nnext\n")

    def test_what_is_for_later_runs_later(self, page: Path) -> None:
        after_commit(errands.write, later=0.2, path=str(page), text="later")
        assert not eventually(page.exists, seconds=0.1)
        assert eventually(page.exists)

    def test_a_rollback_takes_what_is_for_later_along(self, page: Path) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            after_commit(errands.write, later=0.05, path=str(page), text="later")
            raise RuntimeError
        assert not eventually(page.exists, seconds=0.3)

    @pytest.mark.once
    def test_what_is_for_later_keeps_no_process_from_stopping(self) -> None:
        code = "from config.tasks import threads; threads.later(60, print)"
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        assert time.perf_counter() - started < 30


class TestTheQueue:
    def test_what_is_for_later_is_bounded_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Threads, "MOST_LATER", 2)
        threads = Threads()
        assert [threads.later(0.1, lambda: None) for _ in range(3)] == [True, True, False]
        assert eventually(lambda: threads.later(0, lambda: None))

    def test_what_comes_due_while_the_queue_is_full_is_said_in_the_log(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Threads, "MOST_WAITING", 0)
        with capture_logs() as lines:
            Threads().later(0, lambda: None)
            assert eventually(lambda: bool(lines))
        assert [line["event"] for line in lines] == ["task_refused"]

    def test_what_comes_due_while_the_process_stops_is_dropped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        threads, tried = Threads(), threading.Event()

        def closed(_: Any) -> bool:
            tried.set()
            raise RuntimeError("cannot schedule new futures after shutdown")

        monkeypatch.setattr(threads, "start", closed)
        threads.later(0, lambda: None)
        assert tried.wait(5)

    def test_a_full_queue_refuses_instead_of_growing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Threads, "MOST_WAITING", 3)
        threads, gate = Threads(), threading.Event()
        assert [threads.start(gate.wait) for _ in range(4)] == [True, True, True, False]
        gate.set()
        assert eventually(lambda: threads.start(lambda: None))
        assert threads.pool
        threads.pool.shutdown()

    def test_a_refused_task_is_said_in_the_log(self, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tasks.threads, "start", lambda _work: False)
        with capture_logs() as lines:
            errands.write.enqueue(path=str(page), text="x")
        assert [line["event"] for line in lines] == ["task_refused"]


WORKER = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "OPTIONS": {}}}


@pytest.mark.django_db(transaction=True)
class TestWithAWorker:
    @pytest.fixture(autouse=True)
    def _worker(self, settings: Any) -> None:
        settings.TASKS, settings.TASKS_MODE = WORKER, "worker"

    def test_the_row_lies_in_the_same_transaction_so_a_crash_between_loses_nothing(self, page: Path) -> None:
        with transaction.atomic():
            after_commit(errands.write, path=str(page), text="done")
            assert DBTaskResult.objects.count() == 1
        assert DBTaskResult.objects.count() == 1

    def test_a_rollback_takes_the_row_along(self, page: Path) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            after_commit(errands.write, path=str(page), text="done")
            raise RuntimeError
        assert not DBTaskResult.objects.exists()

    def test_what_is_for_later_waits_in_the_queue(self, page: Path) -> None:
        after_commit(errands.write, later=600, path=str(page), text="later")
        work()
        assert not page.exists()
        with time_machine.travel(timezone.now() + timedelta(seconds=601)):
            work()
        assert page.read_text() == "later\n"

    def test_the_worker_command_does_the_work(self, page: Path) -> None:
        after_commit(errands.write, path=str(page), text="done")
        work()
        assert page.read_text() == "done\n"
        assert DBTaskResult.objects.get().status == "SUCCESSFUL"
