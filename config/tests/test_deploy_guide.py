"""docs/deploy.md can be followed: what it names is there, and what it says of other files is what they say."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands

from config import chores
from config.testing.deployment import ROOT, compose, in_exec_form, read, service, settings_under
from config.testing.plugin import names_of_the_environment

TEXT = read("docs/deploy.md")
SHELL = "\n".join(re.findall(r"^ *```sh\n(.*?)^ *```", TEXT, re.MULTILINE | re.DOTALL))
UNITS = {"web": in_exec_form("CMD"), **{name: service(name)["command"] for name in ("worker", "chores")}}
LINKS = re.findall(r"\]\(([^)#]+)\)", TEXT)
PLACES = re.findall(r"\]\(#([^)]+)\)", re.sub(r"\s+", " ", TEXT))


def unit(name: str) -> dict[str, Any]:
    found = configparser.RawConfigParser(strict=False)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string(read(f"docs/systemd/gallery-{name}.service"))
    return dict(found["Service"])


def test_every_command_of_manage_py_is_one() -> None:
    named = re.findall(r"manage\.py (\w+)", TEXT)
    assert {"prepare", "storage_check", "doctor", "chores", "backup", "migrate"} <= set(named)
    assert set(named) - set(get_commands()) == set()


def test_every_goal_of_make_is_one() -> None:
    goals = set(re.findall(r"\bmake ([a-z][\w.-]*)", SHELL + "\n".join(re.findall(r"`(make [^`]+)`", TEXT))))
    assert {"demo", "up", "compose.env"} <= goals
    assert goals <= set(re.findall(r"^([\w.-]+):", read("Makefile"), re.MULTILINE))


def test_every_container_that_is_spoken_to_is_one() -> None:
    spoken_to = set(re.findall(r"compose\.env (?:exec|logs|run --rm) (?:-e \S+ )*(\w+)", TEXT))
    assert spoken_to == {"web", "migrate", "chores"}
    assert spoken_to < set(compose()["services"])
    rows = re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \|", TEXT.partition("What runs (")[2].partition("\n##")[0], re.MULTILINE
    )
    assert set(re.findall(r"\w+", " ".join(rows))) == set(compose()["services"])


def test_every_variable_is_one_of_the_server_or_of_compose() -> None:
    ours = set(names_of_the_environment())
    compose_env = set(re.findall(r"^(?:# )?([A-Z_0-9]+)=", read("compose.env.example"), re.MULTILINE))
    proxy = set(re.findall(r"\{\$([A-Z_]+)", read("proxy/Caddyfile")))
    named = set(re.findall(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b", TEXT))
    assert len(named) > 15
    assert named - ours - compose_env - proxy == set()


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_a_link_leads_to_something(link: str) -> None:
    assert (ROOT / "docs" / link).exists()


@pytest.mark.parametrize("place", sorted(set(PLACES)))
def test_a_place_is_a_heading(place: str) -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    assert place.replace(" ", "") in {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}


def test_the_table_of_chores_is_that_of_the_program() -> None:
    rows = re.findall(r"^\| (?:`(\w+)`)? ?\| (?:`([^`]+)`)? ?\| (`[a-z].*?) \|", TEXT, re.MULTILINE)
    told: list[tuple[str, str, tuple[str, ...]]] = []
    for name, cron, commands in rows:
        words = tuple(re.findall(r"`([^`]+)`", commands))
        if name:
            told.append((name, cron, words))
        elif told:
            told[-1] = (*told[-1][:2], told[-1][2] + words)
    assert told == [tuple(one) for one in chores.ROUNDS]


@pytest.mark.parametrize("name", sorted(UNITS))
def test_a_unit_starts_what_the_container_starts_and_gives_it_time_to_stop(name: str) -> None:
    said = unit(name)
    assert said["ExecStart"] == "/srv/gallery/.venv/bin/" + " ".join(UNITS[name])
    assert said["TimeoutStopSec"] == service(name)["stop_grace_period"].removesuffix("s")
    assert said["KillMode"] == "mixed"
    assert said["User"] == "gallery"


def test_the_units_are_installed_and_started_by_their_names() -> None:
    files = {path.stem for path in (ROOT / "docs/systemd").glob("*.service")}
    assert files == {f"gallery-{name}" for name in UNITS}
    (enabled,) = re.findall(r"systemctl enable --now (.+)", SHELL)
    assert set(enabled.split()) == files
    assert all(set(words.split()) == files for words in re.findall(r"systemctl restart (gallery.+)", SHELL))


def test_the_proxy_of_systemd_is_told_what_the_caddyfile_asks() -> None:
    told = set(re.findall(r"^Environment=(\w+)=", read("docs/systemd/caddy.conf"), re.MULTILINE))
    assert told <= set(re.findall(r"\{\$(\w+)", read("proxy/Caddyfile")))
    assert "GALLERY_PICTURES" not in told  # the bucket is that of compose


def test_the_variables_of_a_machine_without_containers_start_it(tmp_path: Path) -> None:
    (block,) = re.findall(r"In `\.env`:\n\n```sh\n(.*?)```", TEXT, re.DOTALL)
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", block, re.MULTILINE))
    assert given["DATA_DIR"] == "/var/lib/" + unit("web")["StateDirectory"]
    seen = settings_under({**given, "SECRET_KEY": "a" * 48, "JWT_SECRET": "b" * 48}, tmp_path)
    assert set(seen["errors"]) <= {"gallery.E009"}  # collectstatic comes next
    assert seen["hardened"]
    assert seen["database"].endswith(" at /var/run/postgresql")
    assert seen["links"][0] == "https://gallery.example.com"
