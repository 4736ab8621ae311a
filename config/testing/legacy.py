"""A database of the older backend, made by code, in each form in which it may arrive."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from config.legacy.schema import TABLES

SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT UNIQUE NOT NULL, password_hash TEXT NOT NULL,
    is_admin BOOLEAN DEFAULT FALSE, is_approved BOOLEAN DEFAULT FALSE,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE designs (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, description TEXT,
    short_description TEXT, long_description TEXT, r2_object_key TEXT, category TEXT, style TEXT, colour TEXT,
    fabric TEXT, occasion TEXT, size_available TEXT, price_range TEXT, tags TEXT, featured BOOLEAN DEFAULT FALSE,
    status TEXT CHECK (status IN ('active', 'inactive', 'draft')) DEFAULT 'active', view_count INTEGER DEFAULT 0,
    like_count INTEGER DEFAULT 0, designer_name TEXT, collection_name TEXT, season TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE user_favorites (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL,
    design_id INTEGER NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, UNIQUE (user_id, design_id),
    FOREIGN KEY (user_id) REFERENCES users (id), FOREIGN KEY (design_id) REFERENCES designs (id));
CREATE TABLE app_settings (key TEXT PRIMARY KEY, value TEXT, description TEXT);
CREATE INDEX idx_designs_status ON designs (status);
"""
HASH = "$2b$04$ThIsIsNoSaltAtAllButOKu9XIvzxWmcZg6XWXgUr5nfDVEYLW3vC"  # of nothing that anybody knows
CREATED, UPDATED = "2024-03-01 08:00:00", "2024-04-02T09:30:00Z"


class Old:
    """`Old(path).person(...).design(...)`, then `.sqlite()`, `.sql()`, `.json()` or `.d1()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "gallery.sqlite"
        self.database = sqlite3.connect(self.file)
        self.database.executescript(SCHEMA)

    def add(self, table: str, **facts: Any) -> "Old":
        columns, places = ", ".join(facts), ", ".join("?" * len(facts))
        self.database.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(facts.values()))
        return self

    def person(self, name: Any, **facts: Any) -> "Old":
        usual = {"password_hash": HASH, "is_approved": 1, "created_at": CREATED, "updated_at": UPDATED}
        return self.add("users", **{"username": name, **usual, **facts})

    def design(self, title: Any = "Red saree", **facts: Any) -> "Old":
        usual = {"r2_object_key": "designs/2024/a.jpg", "created_at": CREATED, "updated_at": UPDATED}
        return self.add("designs", **{"title": title, **usual, **facts})

    def heart(self, user: Any, design: Any, at: Any = "2024-05-01 10:00:00") -> "Old":
        return self.add("user_favorites", user_id=user, design_id=design, created_at=at)

    def setting(self, key: str, value: Any) -> "Old":
        return self.add("app_settings", key=key, value=value, description="")

    def run(self, statement: str, *values: Any) -> "Old":
        self.database.execute(statement, values)
        return self

    def without_rules(self, table: str) -> "Old":
        """It then takes rows that no gallery should have had."""
        return self.run(f"DROP TABLE {table}").run(f"CREATE TABLE {table} ({', '.join(TABLES[table])})")

    # --- As it arrives -----------------------------------------------------------------------------------------
    def sqlite(self) -> Path:
        self.database.commit()
        return self.file

    def sql(self, name: str = "gallery.sql", *, wrangler: bool = True) -> Path:
        """As wrangler writes it; or as `sqlite3 .dump` does, in one transaction."""
        self.database.commit()
        lines = list(self.database.iterdump())
        lines = ["PRAGMA defer_foreign_keys=TRUE;", *lines[1:-1]] if wrangler else ["PRAGMA foreign_keys=OFF;", *lines]
        return self.written(name, "\n".join(lines) + "\n")

    def rows(self, table: str) -> list[dict[str, Any]]:
        self.database.row_factory = sqlite3.Row
        found = [dict(row) for row in self.database.execute(f"SELECT {', '.join(TABLES[table])} FROM {table}")]
        self.database.row_factory = None
        return found

    def json(self) -> Path:
        return self.written("gallery.json", json.dumps({table: self.rows(table) for table in TABLES}, default=str))

    def d1(self) -> Path:
        """What D1 answers to four SELECTs."""
        answers = [{"results": self.rows(table), "success": True, "meta": {"duration": 1}} for table in TABLES]
        return self.written("answers.json", json.dumps(answers, default=str, indent=1))

    def written(self, name: str, said: str) -> Path:
        path = self.folder / name
        path.write_text(said, encoding="utf-8", newline="")
        return path
