"""What the image, compose and Render promise, as far as that can be tried without starting any of them.

One long file, because the three are compared with each other all the time.
"""

import base64
import http.server
import os
import re
import shlex
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import resolve

from config import chores
from config.testing.deployment import (
    ROOT,
    all_of,
    enters_the_build,
    image_environment,
    in_exec_form,
    read,
    service,
    settings_under,
    sources,
    stages,
)
from config.testing.plugin import names_of_the_environment
from config.testing.servers import free_port
from config.testing.tools import tool

ON_RENDER = ["web", "worker", *chores.NAMES]
NOT_SETTINGS = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHON_VERSION"}
SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|_KEY$")
ONLY_SERVERS_NEED_A_HOST_NAME = {"gallery.E008"}
STATIC_FILES_ARE_MADE_BY_THE_BUILD = {"gallery.E009"}


# --- The image ----------------------------------------------------------------------------------------------------
def test_every_base_image_is_pinned_to_a_minor_version() -> None:
    assert all(re.match(r"python:3\.\d+-slim( AS \w+)?$", base) for base in all_of("FROM"))


def test_the_build_tools_stay_behind_in_a_stage_of_their_own() -> None:
    assert len(stages()) > 1
    assert not re.search(r"\b(pip|uv|apt-get|gcc|make|curl)\b", " ".join(all_of("RUN", stages()[-1])))
    assert all(copy.startswith("--from=builder ") for copy in all_of("COPY", stages()[-1]))


def test_hadolint_finds_nothing_to_say_about_the_dockerfile() -> None:
    done = subprocess.run(
        [tool("hadolint"), "--no-color", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_packages_are_checked_by_hash() -> None:
    installs = [text for text in all_of("RUN") if re.search(r"\b(pip|uv)\b.*\binstall\b", text)]
    assert installs
    assert all("--require-hashes" in text and "-r requirements.txt" in text for text in installs)
    assert all("--no-cache-dir" in text for text in installs)


def test_the_system_packages_leave_nothing_behind() -> None:
    for text in all_of("RUN"):
        if "apt-get" in text:
            assert "--no-install-recommends" in text
            assert "rm -rf /var/lib/apt/lists/*" in text


def test_files_come_in_by_copy_only() -> None:
    assert all_of("ADD") == []
    assert not {".", "./", "*"} & set(sources())


def test_the_image_never_runs_as_root() -> None:
    words = [word for word, _ in stages()[-1]]
    uid, gid = all_of("USER", stages()[-1])[-1].split(":")
    assert int(uid) > 0
    assert int(gid) > 0
    assert max(n for n, word in enumerate(words) if word == "USER") < words.index("CMD")
    assert f"useradd --uid {uid}" in " ".join(all_of("RUN", stages()[-1]))


def test_the_server_gets_its_signals_itself() -> None:
    assert in_exec_form("CMD") == ["gunicorn", "-c", "config/gunicorn.conf.py", "config.wsgi"]
    assert all_of("ENTRYPOINT", stages()[-1]) == []


def test_the_data_folder_is_a_volume_of_the_user() -> None:
    folder = image_environment()["DATA_DIR"]
    assert folder in all_of("VOLUME", stages()[-1])
    assert re.search(rf"install --directory --owner=gallery .*{folder}$", all_of("RUN", stages()[-1])[0])


def test_no_secret_is_baked_into_the_image() -> None:
    baked = " ".join(all_of("ENV") + all_of("ARG") + [text for word, text in stages()[-1] if word == "RUN"])
    assert not re.search(r"\w*(SECRET|PASSWORD|TOKEN|_KEY)\w*", baked)


def test_the_image_is_a_production_server_by_itself() -> None:
    needed = {"ENVIRONMENT": "production", "TASKS": "worker", "HOST": "0.0.0.0", "DATA_DIR": "/data"}
    assert needed.items() <= image_environment().items()
    assert image_environment()["PORT"] in all_of("EXPOSE", stages()[-1])


def test_static_files_are_collected_before_the_bytecode_is_made() -> None:
    builds = " ".join(all_of("RUN", stages()[0]))
    assert "ENVIRONMENT=production" in builds
    assert 0 < builds.index("manage.py collectstatic") < builds.index("compileall")


class Livez(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/livez" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def livez() -> Iterator[http.server.HTTPServer]:
    with http.server.HTTPServer(("127.0.0.1", 0), Livez) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def health_of(port: int) -> int:
    program, *arguments = in_exec_form("HEALTHCHECK")
    assert program == "python"
    env = {"PATH": os.environ["PATH"], "PORT": str(port), "http_proxy": f"http://127.0.0.1:{free_port()}"}
    return subprocess.run([sys.executable, *arguments], env=env, capture_output=True, check=False).returncode


def test_the_health_check_says_whether_livez_answers(
    livez: http.server.HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resolve("/livez").view_name == "livez"
    assert health_of(livez.server_port) == 0
    monkeypatch.setattr(Livez, "status", 503)
    assert health_of(livez.server_port) == 1
    assert health_of(free_port()) == 1


# --- What the build may see ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "compose.env",
        "var/secret-key",
        ".git/config",
        ".venv/bin/python",
        "accounts/tests/test_doors.py",
        "config/testing/cast.py",
        "config/__pycache__/settings.cpython-312.pyc",
    ],
)
def test_secrets_data_and_tests_stay_out_of_the_build(path: str) -> None:
    assert not enters_the_build(path)


def test_everything_that_is_copied_is_there_and_may_enter_the_build() -> None:
    for source in sources():
        assert (ROOT / source).exists()
        assert enters_the_build(source)
    assert enters_the_build("accounts/migrations/0001_initial.py")


def test_no_package_of_the_project_is_forgotten() -> None:
    packages = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    assert {*packages, "templates", "manage.py", "requirements.txt"} == set(sources())


# --- Render -------------------------------------------------------------------------------------------------------
@cache
def blueprint() -> dict[str, Any]:
    return yaml.safe_load(read("render.yaml"))


def on_render(name: str) -> dict[str, Any]:
    """By its kind, or a cron job by the name of its round."""
    (found,) = [each for each in blueprint()["services"] if name in {each["type"], each["name"].rpartition("-")[2]}]
    return found


def variables(name: str) -> dict[str, dict[str, Any]]:
    groups = {group["name"]: group["envVars"] for group in blueprint()["envVarGroups"]}
    own = on_render(name)["envVars"]
    shared = [entry for each in own if "fromGroup" in each for entry in groups[each["fromGroup"]]]
    return {entry["key"]: entry for entry in [*shared, *own] if "key" in entry}


def render_value(entry: dict[str, Any]) -> str:
    """A value of the kind Render gives."""
    asked_for = {
        "PUBLIC_URL": "https://gallery.example.com",
        "CLOUDFLARE_R2_PUBLIC_URL": "https://pictures.example.com",
        "EMAIL_URL": "smtp://mail.example.com:587",
        "BACKUP_TO": "s3://backups/nights",
        "BACKUP_KEY": "sample" * 6,
        "ALLOWED_HOSTS": "gallery.example.com",
    }
    if "generateValue" in entry:
        return base64.b64encode(os.urandom(32)).decode()
    if "fromDatabase" in entry:
        return "postgresql://gallery:secret@dpg-abc-a/gallery"
    if taken := entry.get("fromService"):
        return (
            "redis://red-abc:6379"
            if taken["type"] == "keyvalue"
            else render_value(variables("web")[taken["envVarKey"]])
        )
    return asked_for.get(entry["key"], "sample") if "sync" in entry else entry["value"]


def render_environment(name: str) -> dict[str, str]:
    host = "design-gallery.onrender.com" if name == "web" else ""
    given_by_render = {"PORT": "10000", "RENDER_EXTERNAL_HOSTNAME": host}
    return {**given_by_render, **{key: render_value(entry) for key, entry in variables(name).items()}}


def test_render_builds_migrates_and_starts_like_the_image() -> None:
    web = on_render("web")
    assert web["startCommand"] == " ".join(in_exec_form("CMD"))
    assert web["preDeployCommand"] == " ".join(service("migrate")["command"])
    assert web["healthCheckPath"] == "/livez"
    assert web["buildCommand"].endswith("&& COMPRESS_STATIC=1 python manage.py collectstatic --noinput")
    assert variables("web")["HOST"]["value"] == "0.0.0.0"


def test_the_worker_on_render_waits_for_the_migrations_and_gets_its_signals() -> None:
    shell, flag, script = shlex.split(on_render("worker")["startCommand"])
    assert [shell, flag] == ["sh", "-c"]
    assert script.startswith("until python manage.py migrate --check")
    assert script.endswith("exec " + " ".join(service("worker")["command"]))


def test_render_kills_nobody_before_requests_and_tasks_may_have_finished() -> None:
    for name in ("web", "worker"):
        assert on_render(name)["maxShutdownDelaySeconds"] == int(service(name)["stop_grace_period"].removesuffix("s"))


def test_render_does_the_chores_that_compose_does() -> None:
    jobs = [each for each in blueprint()["services"] if each["type"] == "cron"]
    assert [(job["name"], job["schedule"], job["startCommand"]) for job in jobs] == [
        (f"design-gallery-{one.name}", one.cron, f"python manage.py chores {one.name}") for one in chores.ROUNDS
    ]
    assert service("chores")["command"] == ["python", "manage.py", "chores"]


@pytest.mark.parametrize("name", ON_RENDER)
def test_render_checks_packages_by_hash_on_the_python_of_the_image(name: str) -> None:
    assert on_render(name)["runtime"] == "python"
    assert "pip install --require-hashes -r requirements.txt" in on_render(name)["buildCommand"]
    minor, _, patch = variables(name)["PYTHON_VERSION"]["value"].rpartition(".")
    assert patch.isdigit()
    assert all(base.startswith(f"python:{minor}-") for base in all_of("FROM"))


@pytest.mark.parametrize("name", ON_RENDER)
def test_no_secret_is_written_into_the_blueprint(name: str) -> None:
    for key, entry in variables(name).items():
        if SECRET.search(key) or key.endswith("_URL"):
            assert "value" not in entry


def test_everybody_on_render_signs_with_the_same_secrets() -> None:
    (group,) = blueprint()["envVarGroups"]
    shared = {entry["key"] for entry in group["envVars"]}
    assert {"SECRET_KEY", "JWT_SECRET", "ENVIRONMENT", "TASKS", "PYTHON_VERSION"} == shared
    for name in ON_RENDER:
        assert {"fromGroup": group["name"]} in on_render(name)["envVars"]
        assert not shared & {entry.get("key") for entry in on_render(name)["envVars"]}


@pytest.mark.parametrize("name", [name for name in ON_RENDER if name != "web"])
def test_what_a_person_types_is_typed_once_and_reaches_everybody(name: str) -> None:
    only_web = {"ALLOWED_HOSTS"}  # the others are asked by nobody
    typed = {key for key, entry in variables("web").items() if "sync" in entry} - only_web
    taken = {key: {"type": "web", "name": on_render("web")["name"], "envVarKey": key} for key in typed}
    assert {key for key in names_of_the_environment() if "R2" in key} < typed
    assert {key: variables(name)[key]["fromService"] for key in typed} == taken
    assert not [key for key, entry in variables(name).items() if "sync" in entry]


def test_what_the_blueprint_refers_to_is_in_it_and_in_one_region() -> None:
    (database,) = blueprint()["databases"]
    for name in ON_RENDER:
        assert variables(name)["DATABASE_URL"]["fromDatabase"]["name"] == database["name"]
        assert variables(name)["CACHE_URL"]["fromService"]["name"] == on_render("keyvalue")["name"]
    assert len({each["region"] for each in [*blueprint()["services"], database]}) == 1
    assert database["postgresMajorVersion"] in service("db")["image"]


def test_the_database_and_the_cache_on_render_are_reached_from_inside_only() -> None:
    assert blueprint()["databases"][0]["ipAllowList"] == on_render("keyvalue")["ipAllowList"] == []


EVERY = {"type", "name", "region", "plan"}
BUILT = EVERY | {"runtime", "autoDeployTrigger", "buildCommand", "startCommand", "envVars"}
FIELDS = {
    "web": BUILT | {"preDeployCommand", "healthCheckPath", "maxShutdownDelaySeconds"},
    "worker": BUILT | {"maxShutdownDelaySeconds"},
    "cron": BUILT | {"schedule"},
    "keyvalue": EVERY | {"maxmemoryPolicy", "ipAllowList"},
}
SOURCES = ({"key", "value"}, {"key", "sync"}, {"key", "generateValue"}, {"key", "fromDatabase"}, {"key", "fromService"})


def test_the_blueprint_has_the_fields_that_the_reference_of_render_knows_and_those_it_requires() -> None:
    """A field with a slip in its name is ignored there, or stops the whole Blueprint."""
    assert set(blueprint()) == {"services", "databases", "envVarGroups"}
    for each in blueprint()["services"]:
        assert set(each) == FIELDS[each["type"]]
        assert each["plan"] in {"starter", "standard", "pro"}
        for entry in each.get("envVars", []):
            assert set(entry) in ({"fromGroup"}, *SOURCES)
    for group in blueprint()["envVarGroups"]:  # nothing there may be asked for, or taken from elsewhere
        assert all(set(entry) in ({"key", "value"}, {"key", "generateValue"}) for entry in group["envVars"])


# --- All of them against the settings -----------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["image", *ON_RENDER])
def test_every_variable_is_one_the_server_knows(where: str) -> None:
    declared = set(image_environment() if where == "image" else variables(where))
    assert declared - set(names_of_the_environment()) - NOT_SETTINGS == set()


def test_a_server_that_compose_or_render_made_unsafe_would_be_seen_here(tmp_path: Path) -> None:
    unsafe = {**render_environment("web"), "TASKS": "process"}
    assert "gallery.E006" in settings_under(unsafe, tmp_path)["errors"]


@pytest.mark.parametrize(
    ("name", "hosts", "accepted"),
    [
        ("web", ["gallery.example.com", "design-gallery.onrender.com"], STATIC_FILES_ARE_MADE_BY_THE_BUILD),
        ("worker", [], STATIC_FILES_ARE_MADE_BY_THE_BUILD | ONLY_SERVERS_NEED_A_HOST_NAME),
    ],
)
def test_render_starts_the_server(name: str, hosts: list[str], accepted: set[str], tmp_path: Path) -> None:
    seen = settings_under(render_environment(name), tmp_path)
    assert set(seen.pop("errors")) <= accepted
    assert seen == {
        "hardened": True,
        "database": "django.db.backends.postgresql at dpg-abc-a",
        "cache": "RedisCache",
        "pictures": "BucketPictures",
        "links": ["https://gallery.example.com", "", "https://pictures.example.com"],
        "hosts": hosts,
        "logs": "json",
    }


def test_a_server_on_render_that_is_told_no_address_leads_to_the_one_it_has(tmp_path: Path) -> None:
    seen = settings_under({**render_environment("web"), "PUBLIC_URL": ""}, tmp_path)
    assert seen["links"][0] == "https://design-gallery.onrender.com"
