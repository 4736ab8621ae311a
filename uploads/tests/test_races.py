"""Real threads, and a process that is killed at the worst moment."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from config.testing.crowd import process
from config.testing.pictures import names_on, photo
from uploads import keys, memory, services
from uploads.models import Picture
from uploads.storage import LocalPictures

KILLED_BEFORE_THE_ROW = """
from pathlib import Path
from django.conf import settings
from uploads import services
from uploads.models import Picture
Picture.save = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
settings.MEDIA_ROOT = sys.argv[1]
services.store(Path(sys.argv[2]).read_bytes(), category="designs", by=None)
"""


def together(*jobs: Any) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_six_who_complete_at_once_get_one_picture(meera: User, shelf: LocalPictures) -> None:
    waiting, _ = services.ticket(category="designs", content_type="image/jpeg", size=None, by=meera)
    shelf.put(keys.incoming(waiting.object_key), photo(), "image/jpeg")
    found = []

    def complete() -> None:
        try:
            found.append(services.complete(waiting.object_key))
        finally:
            connection.close()

    together(*[complete] * 6)
    assert [picture.status for picture in found] == ["ready"] * 6
    assert names_on(shelf) == sorted(Picture.objects.get().all_keys)


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_after_kill_9_between_the_objects_and_the_row_the_reconciler_finds_them(
    shelf: LocalPictures, tmp_path: Path
) -> None:
    sent = tmp_path / "saree.jpg"
    sent.write_bytes(photo())
    done = process(KILLED_BEFORE_THE_ROW, shelf.location, sent)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(names_on(shelf)) == 3
    for key in names_on(shelf):
        os.utime(shelf.path(key), (time.time() - 100_000,) * 2)
    call_command("reconcile_pictures", "--fix", verbosity=0)
    assert names_on(shelf) == []


class TestRoom:
    def test_never_more_pixels_at_once_than_there_is_room_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "MOST", 100)
        room, seen = memory.Room(), []

        def work() -> None:
            room.take(40)
            seen.append(room.taken)
            time.sleep(0.01)
            room.give_back(40)

        together(*[work] * 8)
        assert max(seen) == 80
        assert len(seen) == 8
        assert room.taken == 0

    def test_one_that_is_larger_than_the_room_gets_it_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "MOST", 100)
        room = memory.Room()
        room.take(1_000)
        assert room.taken == 1_000
