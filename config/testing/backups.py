"""Galleries to back up and to restore into: each a database of its own, this process turns from one to the other."""

import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model
from django.db.utils import load_backend

from config.audit.models import Entry
from config.backup import scope
from config.backup.columns import columns_of
from config.testing import postgres, seeds
from config.testing.cast import make_asha, make_meera, make_pooja
from config.testing.gallery import a_design, a_picture, hearts

numbers = itertools.count(1)
NASTY = 'a\ttab, a \\ backslash, a "quote", \\N, \\., a line\r\nand लहंगा \U0001f97b'


@contextmanager
def a_new_gallery(folder: Path, *, bare: bool = False) -> Iterator[None]:
    """Migrated and unused; bare has no tables yet. The lane's kind of database."""
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            name = str(folder / f"gallery-{next(numbers)}.sqlite3")
        else:
            name = f"{os.environ['TEST_DATABASE_URL'].rsplit('/', 1)[1]}_backup_{os.getpid()}_{next(numbers)}"
        if not bare:
            stack.enter_context(seeds.seed().copied(name))
        elif connection.vendor == "postgresql":
            stack.enter_context(postgres.database(os.environ["TEST_DATABASE_URL"], name))
        stack.enter_context(seeds.connected_to(name))
        yield


@contextmanager
def on_sqlite(file: Path) -> Iterator[None]:
    """In whatever lane: this thread's connection leads to that file."""
    usual = connections[DEFAULT_DB_ALIAS]
    own = {**usual.settings_dict, "ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
    own["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}
    wrapper = load_backend(own["ENGINE"]).DatabaseWrapper(own, DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = wrapper
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        wrapper.close()
        connections[DEFAULT_DB_ALIAS] = usual
        ContentType.objects.clear_cache()


def live() -> None:
    """Something in every table that is kept, and whatever is hard to write down."""
    from constance.models import Constance

    from accounts import sessions
    from accounts.models import User
    from config.analytics.models import Day, Snapshot
    from designs.models import Collection, DailyStat, DesignTag, DesignTerm, Import, Maker, Search, Term, View
    from uploads.models import Avatar

    asha, pooja, meera = make_asha(), make_pooja(), make_meera()
    User.objects.filter(pk=asha.pk).update(full_name=NASTY[:60], last_login=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    asha.user_permissions.add(Permission.objects.get(codename="edit_designs"))
    Group.objects.create(name="Weavers")
    pooja.approve(by=meera)
    sessions.open_session(asha, "2001:db8::1", "phone")
    sessions.open_session(pooja, None)
    Constance.objects.create(key="app_name", value='{"__type__": "default", "__value__": "Loom"}')
    maker = Maker.objects.named("Ritu Kumar")
    design = a_design(title="Red Banarasi", description=NASTY, sizes=["S", "ज़"], price_min=2**40, designer=maker)
    design.hide(by=meera, reason="twice")
    hearts(design, 3)
    hearts(a_design(title="Blue", collection=Collection.objects.named("Line", maker)), 2)
    DesignTerm.objects.create(design=design, term=Term.objects.filter(kind="colour")[0])
    DesignTag.objects.create(design=design, key="zari")
    Avatar.objects.create(user=asha, picture=a_picture(category="avatars"))
    Import.objects.create(
        name="x.csv", data=bytes(range(256)), photos={"b": 1, "a": {"ß": [1.5, None, True]}}, by=meera
    )
    Search.objects.create(text="rad saree", found=0, count=3, last_seen=datetime(2026, 5, 5, 1, 1, 1, 20, tzinfo=UTC))
    View.objects.create(design=design, user=asha, hour=491_000)
    DailyStat.objects.create(design=design, day=date(2026, 11, 22), views=7)
    Day.objects.create(day=date(2026, 11, 21), views=2**40, hearts=3, registrations=1, tops=[[design.pk, 7]])
    Snapshot.objects.create(day=date(2026, 11, 21), at=datetime(2026, 11, 21, 9, tzinfo=UTC), facts={"views": 7})
    Entry.objects.create(what="x", kind="designs.design", key="1", changes={"title": ["a", NASTY]}, by=asha.pk)
    kind = ContentType.objects.get_for_model(design)
    LogEntry.objects.create(user=meera, content_type=kind, object_id="1", object_repr="x", action_flag=1)


def rows() -> dict[str, list[Any]]:
    """Of every table that is kept, as the models see them; rights and content types by name."""
    return {model._meta.label: rows_of(model) for model in scope.kept_models()}


def rows_of(model: type[Model]) -> list[Any]:
    names = [one.attname for one in model._meta.concrete_fields]
    known: dict[str, dict[Any, Any]] = {"right": rights(), "content type": kinds()}
    by_name = {place: known[kind] for place, (_, kind) in enumerate(columns_of(model)) if kind in known}
    everybody: Any = model._meta.default_manager
    return [
        tuple(by_name[place].get(value) if place in by_name else plain(value) for place, value in enumerate(row))
        for row in everybody.order_by("pk").values_list(*names)
    ]


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def rights() -> dict[int, str]:
    return dict(Permission.objects.values_list("pk", "codename"))


def kinds() -> dict[int, str]:
    return dict(ContentType.objects.values_list("pk", "model"))
