"""Ours on SQLite, with a copy of the same rows: what a boutique has that runs no PostgreSQL."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.standing import ROOT

NAME = "sqlite"
SCENARIOS = ("list", "unlike", "first")
CHUNK = 5_000


def environment(data: str) -> dict[str, str]:
    folder = Path(data, "small")
    folder.mkdir(exist_ok=True)
    return {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'gallery.sqlite3'}"}


def copy(url: str, env: dict[str, str]) -> None:
    """Of all tables as they are, the people's sessions among them: the same tokens open both."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, check=True, cwd=ROOT, env=env)
    with psycopg.connect(url) as source, sqlite3.connect(env["DATABASE_URL"].removeprefix("sqlite:///")) as target:
        heard = target.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in heard:
            target.execute(f"DROP TRIGGER {name}")
        for table, columns in tables(source):
            target.execute(f"DELETE FROM {table}")  # noqa: S608 - all of it is ours
            names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" for _ in columns)
            statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
            target.executemany(statement, rows(source, table, columns))
        for _, statement in heard:
            target.execute(statement)
        target.execute("ANALYZE")


def tables(source: psycopg.Connection[Any]) -> Iterator[tuple[str, list[str]]]:
    """With the columns that are not computed."""
    found = source.execute(
        "SELECT table_name::text, array_agg(column_name::text) FROM information_schema.columns"
        " WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name"
    )
    yield from found.fetchall()


def rows(source: psycopg.Connection[Any], table: str, columns: list[str]) -> Iterator[list[Any]]:
    with source.cursor("copying") as cursor:
        cursor.itersize = CHUNK
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        cursor.execute(sql.SQL("SELECT {} FROM {}").format(names, sql.Identifier(table)))
        for row in cursor:
            yield list(map(stored, row))


def stored(value: Any) -> Any:
    """As Django writes it."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value if value is None or isinstance(value, str | int | float) else str(value)
