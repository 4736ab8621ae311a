"""The environment, read strictly: a wrong value stops the start with one sentence that names the variable."""

import contextlib
import difflib
import ipaddress
import json
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
# The older backend stored its rows in Cloudflare D1. Its variables may stay in the file; nothing reads them.
UNUSED = re.compile(r"^(CLOUDFLARE_)?D1_|^CLOUDFLARE_(API_TOKEN|ACCOUNT_ID|DATABASE_ID)$")


def keep(path: Path, value: str) -> str:
    """Write a secret once, for its owner only; whoever comes second reads what the first one wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8") as draft:  # mode 0600
        draft.write(value)
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)
    return path.read_text(encoding="utf-8").strip()


class Misconfigured(ImproperlyConfigured):
    """One sentence for the person who starts the server."""


class DotEnv(environ.Env):
    """Parses a `.env` file without touching the process environment."""

    @classmethod
    def parse(cls, path: Path) -> dict[str, str]:
        if not path.is_file():
            return {}
        cls.ENVIRON = {}
        cls.read_env(path)
        return dict(cls.ENVIRON)


class StrictEnv:
    def __init__(self, process: Mapping[str, str] | None = None, dotenv: Path | None = None) -> None:
        self.file = DotEnv.parse(dotenv) if dotenv else {}
        self.values = {**self.file, **(os.environ if process is None else process)}
        self.declared: dict[str, str] = {}

    def text(self, name: str, default: str = "", *, pattern: str = "", example: str = "") -> str:
        value = self._read(name, default)
        if value and pattern and not re.fullmatch(pattern, value):
            raise self._wrong(name, value, f"must look like {example}")
        return value

    def secret(self, name: str) -> str:
        """Like text, but a refusal never repeats the value."""
        return self._read(name, "")

    def path(self, name: str) -> str:
        """The path of a file that must be there; empty stays empty."""
        value = self._read(name, "")
        if value and not Path(value).is_file():
            raise self._wrong(name, value, "must be the path of a file")
        return value

    def choice(self, name: str, default: str, allowed: Iterable[str], *, lower: bool = True) -> str:
        value = self._read(name, default)
        value = value.lower() if lower else value.upper()
        if value not in (options := list(allowed)):
            raise self._wrong(name, value, f"must be one of {', '.join(options)}")
        return value

    def time_zone(self, name: str, default: str) -> str:
        value = self._read(name, default)
        try:
            return ZoneInfo(value).key
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise self._wrong(name, value, "must be the name of a time zone, as Asia/Kolkata") from None

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._read(name, "1" if default else "0")
        if value.lower() in TRUE:
            return True
        if value.lower() in FALSE:
            return False
        raise self._wrong(name, value, "must be 1 or 0")

    def number(self, name: str, default: int | None, low: int, high: int) -> int | None:
        value = self._read(name, "" if default is None else str(default))
        if not value:
            return None
        if not re.fullmatch(r"-?\d{1,18}", value) or not low <= int(value) <= high:
            raise self._wrong(name, value, f"must be a whole number from {low} to {high}")
        return int(value)

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.number(name, default, low, high)
        return default if value is None else value

    def names(self, name: str, default: str = "", *, check: Callable[[str], bool] | None = None) -> list[str]:
        """A list written with commas, or as JSON."""
        value = self._read(name, default)
        items = self._json_list(name, value) if value.startswith("[") else value.split(",")
        items = [item.strip() for item in items if item.strip()]
        for item in items:
            if check and not check(item):
                raise self._wrong(name, item, "holds an entry that is not understood")
        return items

    def networks(self, name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """Addresses, or ranges of them as in 10.0.0.0/8."""
        try:
            return [ipaddress.ip_network(item) for item in self.names(name)]
        except ValueError:
            raise self._wrong(name, self._read(name, ""), "must be addresses or networks, as in 10.0.0.0/8") from None

    def parsed(self, name: str, parser: Callable[[str], dict[str, Any]], default: str = "") -> dict[str, Any]:
        """A URL that a django-environ parser turns into a Django setting; empty stays empty."""
        value = self._read(name, default)
        if not value:
            return {}
        try:
            return parser(value)
        except (ImproperlyConfigured, ValueError, KeyError, TypeError):
            # Not chained: the parser's message may hold the URL and with it a password.
            raise Misconfigured(f"{name} is not a URL this server understands.") from None

    def kept_secret(self, name: str, kept_in: Path, *, make: bool) -> str:
        """A secret from the environment; on a developer's machine else one made once and kept in a file."""
        value = self.secret(name)
        if value:
            return value
        if not make:
            raise Misconfigured(f"{name} must be set: 32 or more random characters, the same on every host.")
        return keep(kept_in, secrets.token_urlsafe(48))

    @staticmethod
    def require_folder(name: str, path: Path) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=path).close()
        except OSError as error:
            raise Misconfigured(f"{name} is {path}, where nothing can be written ({error.strerror}).") from None

    def finish(self) -> list[str]:
        """Refuse unknown names in the `.env` file; name the old ones that nothing reads."""
        for name in self.file:
            base = name.removesuffix("_FILE")
            if name in self.declared or base in self.declared or UNUSED.search(name):
                continue
            near = difflib.get_close_matches(name, self.declared, n=1)
            hint = f" Did you mean {near[0]}?" if near else " See .env.example for the list."
            raise Misconfigured(f"{name} in .env is not a setting of this server.{hint}")
        return sorted(name for name in self.values if UNUSED.search(name) and name not in self.declared)

    def _read(self, name: str, default: str) -> str:
        self.declared[name] = default
        if path := self.values.get(f"{name}_FILE", ""):
            return self._read_file(name, path)
        value = self.values.get(name, "").strip()
        return value or default

    @staticmethod
    def _read_file(name: str, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"{name}_FILE points to {path}, which cannot be read.") from error

    def _json_list(self, name: str, value: str) -> list[str]:
        try:
            items = json.loads(value)
        except ValueError:
            items = None
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise self._wrong(name, value, "must be names with commas, or a JSON list of texts")
        return items

    @staticmethod
    def _wrong(name: str, value: str, rule: str) -> Misconfigured:
        return Misconfigured(f"{name} {rule}, not {value[:60]!r}.")
