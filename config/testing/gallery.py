"""Designs as the app shows them, made without uploading anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations import Migration
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from config.testing.cast import decided
from designs.models import Design, DesignPicture
from uploads.models import Picture

numbers = count(1)


@pytest.fixture
def facets_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """They follow each change when they are asked, not a second later."""
    from designs import index
    from designs.search import popular

    monkeypatch.setattr(index, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(popular, "READ_EVERY", 0.0)
    index.forget()
    yield
    index.forget()


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """For counting queries: what is read once a second or swept by chance belongs to no page."""
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType

    from config import switches
    from config.limits import stores
    from designs import vocabulary

    monkeypatch.setattr(switches, "CACHED_SECONDS", 3600)
    monkeypatch.setattr(vocabulary, "CACHED_SECONDS", 3600)
    monkeypatch.setattr(stores, "PRUNE_ONE_IN", 10**9)
    switches.current()
    vocabulary.forget()
    vocabulary.current()
    ContentType.objects.get_for_models(*apps.get_models())


def a_picture(**facts: Any) -> Picture:
    key = f"designs/2026/11/20261120_{next(numbers):032x}.webp"
    made_up = {"size": 1_000, "width": 900, "height": 1_200, "content_type": "image/webp"}
    return Picture.objects.create(object_key=key, **{**made_up, **facts})


def a_design(**facts: Any) -> Design:
    """Active and with a cover, unless the facts say otherwise. Its likes are its hearts: see `hearts`."""
    cover = facts.pop("cover", None) or a_picture()
    shown = {"title": f"Saree {next(numbers)}", "status": "active", "published_at": timezone.now()}
    design = Design.objects.create(cover=cover, **{**shown, **facts})
    DesignPicture.objects.create(design=design, picture=cover)
    return design


def people(how_many: int) -> list[User]:
    """Approved, and nobody in particular."""
    names = [f"person-{next(numbers)}" for _ in range(how_many)]
    facts = decided(User.Status.APPROVED)
    return User.objects.bulk_create([User(username=name, **facts) for name in names])


def hearts(design: Design, how_many: int) -> None:
    """From people of whom nobody has heard."""
    from favorites.models import Favorite

    Favorite.objects.bulk_create([Favorite(user=user, design=design) for user in people(how_many)])
    design.refresh_from_db(fields=["like_count"])


@contextmanager
def hearts_uncounted() -> Iterator[None]:
    """Without the triggers that count them."""
    from favorites import triggers

    triggers.take_away(connection)
    yield
    triggers.put(connection)


@contextmanager
def tables_remade(*models: type[Model]) -> Iterator[None]:
    """As migrations change tables on SQLite; what happens meanwhile happens without triggers."""
    emit_pre_migrate_signal(0, False, "default", plan=[(Migration("anything", "designs"), False)])
    with connection.schema_editor() as editor:
        for model in models:
            editor._remake_table(model)  # type: ignore[attr-defined] # noqa: SLF001 - SQLite's has it
    yield
    emit_post_migrate_signal(0, False, "default")


def multiplied(design: Design, times: int) -> None:
    """So many more like it, by one statement; only the ids differ."""
    unique = {"id", "external_id"}
    columns = ", ".join(
        str(field.column) for field in Design._meta.concrete_fields if not field.generated and field.name not in unique
    )
    copies = f"""
        INSERT INTO designs_design ({columns})
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
        SELECT {columns} FROM designs_design, numbers WHERE id = %s
    """
    with connection.cursor() as cursor:
        cursor.execute(copies, [times, design.pk])
