"""Loaded by pytest before Django: an environment of our own, whatever the developer's shell holds."""

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def names_of_the_environment() -> list[str]:
    return re.findall(r"^([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)


for name in names_of_the_environment():
    os.environ.pop(name, None)
os.environ["ENV_FILE"] = os.devnull
os.environ["ENVIRONMENT"] = "test"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="gallery-test-")
if url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = url


gc.disable()  # until all is imported and collected
hypothesis.settings.register_profile("suite", max_examples=50, deadline=None)
hypothesis.settings.load_profile("suite")


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)


def asks_a_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or any(item.get_closest_marker(name) for name in ("django_db", "server", "browser", "fleet"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks no database runs in a lane of its own, once. The long ones first: workers then end together."""
    for item in items:
        if not asks_a_database(item):
            item.add_marker("plain")
    items.sort(key=lambda item: item.get_closest_marker("server") is None)


def pytest_collection_finish() -> None:
    """What stands now stands to the end: nobody looks for garbage in it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def quick(django_test_environment: None) -> Iterator[None]:
    from django.test import override_settings

    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, WHITENOISE_USE_FINDERS=False):  # each client would walk all files
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What the process keeps between requests would leak from one test into the next."""
    from django.core.cache import cache

    from config import site, switches
    from config.limits.stores import store
    from config.testing import ground
    from designs import index, searches

    def forget() -> None:
        switches.forget()
        ground.begin_with_known_words()
        index.forget()
        searches.forget()
        cache.clear()
        store("memory").clear()
        site.forget_health()

    forget()
    yield
    forget()
