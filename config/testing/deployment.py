"""Dockerfile, docker-compose.yml and its variables, read as Docker reads them, as far as ours need it."""

import json
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from config import compose_env

ROOT = Path(__file__).resolve().parent.parent.parent
Instruction = tuple[str, str]  # the word and what follows it


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- The image ----------------------------------------------------------------------------------------------------
@cache
def instructions() -> list[Instruction]:
    lines = [line for line in read("Dockerfile").splitlines() if line.strip() and not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split()[0].upper(), line.split(maxsplit=1)[1]) for line in whole.splitlines()]


@cache
def stages() -> list[list[Instruction]]:
    starts = [number for number, (word, _) in enumerate(instructions()) if word == "FROM"]
    return [instructions()[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def all_of(word: str, stage: list[Instruction] | None = None) -> list[str]:
    return [text for name, text in stage or instructions() if name == word]


def in_exec_form(word: str) -> list[str]:
    """The last one counts, and a shell between Docker and the program would swallow the signals."""
    text = all_of(word, stages()[-1])[-1]
    return json.loads(text[text.index("[") :])


def image_environment() -> dict[str, str]:
    pairs = [pair.split("=", 1) for text in all_of("ENV", stages()[-1]) for pair in shlex.split(text)]
    return {name: value for name, value in pairs if name != "PATH"}


def sources() -> list[str]:
    """What comes from the project into the image."""
    copies = [text.split() for text in all_of("COPY") if not text.startswith("--from")]
    return [source for words in copies for source in words[:-1]]


# --- What the build may see ---------------------------------------------------------------------------------------
def as_pattern(line: str) -> re.Pattern[str]:
    escaped = re.escape(line).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
    return re.compile(rf"{escaped}(/.*)?$")


@cache
def ignoring() -> list[tuple[re.Pattern[str], bool]]:
    lines = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    return [(as_pattern(line.removeprefix("!")), line.startswith("!")) for line in lines]


def enters_the_build(path: str) -> bool:
    """As Docker reads .dockerignore: the last line that matches decides."""
    verdicts = [kept for pattern, kept in ignoring() if pattern.match(path)]
    return not verdicts or verdicts[-1]


# --- Compose ------------------------------------------------------------------------------------------------------
@cache
def compose() -> dict[str, Any]:
    return yaml.safe_load(read("docker-compose.yml"))


def service(name: str) -> dict[str, Any]:
    return compose()["services"][name]


def substituted(text: str, given: dict[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}`, `${NAME:+instead}` and `${NAME:?sentence}` as compose reads them."""

    def value(found: re.Match[str]) -> str:
        name, sign, word = found.groups()
        if sign == "+":
            return word if given.get(name) else ""
        return given.get(name) or (word if sign == "-" else "")

    return re.sub(r"\$\{(\w+)(?::([-+?])([^}]*))?\}", value, text)


def environment_of(name: str, given: dict[str, str]) -> dict[str, str]:
    declared = service(name)["environment"]
    known = {key: substituted(value, given) for key, value in declared.items() if value is not None}
    return {**known, **{key: given[key] for key, value in declared.items() if value is None and key in given}}


def server_environment(name: str, given: dict[str, str]) -> dict[str, str]:
    return {**image_environment(), **environment_of(name, given)}


def in_env_file(text: str) -> dict[str, str]:
    """As compose reads one: a value may name those above it."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE):
        found[name] = substituted(value.strip('"'), found)
    return found


def a_compose_env(domain: str = "") -> dict[str, str]:
    """What `make compose.env` writes."""
    return in_env_file(compose_env.filled(read("compose.env.example"), domain))


# --- Against the settings -----------------------------------------------------------------------------------------
LOOK = """
import json
from django.conf import settings
from config.checks import errors_in_production
print(json.dumps({
    "errors": [error.id for error in errors_in_production()],
    "hardened": settings.HARDENED,
    "database": settings.DATABASES["default"]["ENGINE"] + " at " + settings.DATABASES["default"]["HOST"],
    "cache": settings.CACHES["default"]["BACKEND"].rpartition(".")[2],
    "pictures": settings.STORAGES["default"]["BACKEND"].rpartition(".")[2],
    "links": [settings.PUBLIC_URL, settings.R2["public_endpoint"], settings.R2["public_url"]],
    "hosts": settings.ALLOWED_HOSTS[3:],
    "logs": settings.LOG_FORMAT,
}))
"""


def settings_under(environment: dict[str, str], data: Path) -> dict[str, Any]:
    own = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DJANGO_SETTINGS_MODULE": "config.settings"}
    env = {**environment, **own, "DATA_DIR": str(data)}
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
