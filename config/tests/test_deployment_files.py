"""What the image, compose and Render promise, as far as that can be tried without starting any of them.

One long file, because the three are compared with each other all the time.
"""

import base64
import http.server
import json
import os
import re
import secrets
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

from config.testing.plugin import names_of_the_environment
from config.testing.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_SETTINGS = {"PATH", "PGPASSWORD", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHON_VERSION"}
SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|_KEY$")
OURS = ["migrate", "web", "worker"]
ONLY_SERVERS_NEED_A_HOST_NAME = {"gallery.E008"}
STATIC_FILES_ARE_MADE_BY_THE_BUILD = {"gallery.E009"}
THROWN_AWAY = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "JWT_SECRET", "POSTGRES_PASSWORD")}

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


def test_every_base_image_is_pinned_to_a_minor_version() -> None:
    assert all(re.match(r"python:3\.\d+-slim( AS \w+)?$", base) for base in all_of("FROM"))


def test_the_build_tools_stay_behind_in_a_stage_of_their_own() -> None:
    assert len(stages()) > 1
    assert not re.search(r"\b(pip|uv|apt-get|gcc|make|curl)\b", " ".join(all_of("RUN", stages()[-1])))
    assert all(copy.startswith("--from=builder ") for copy in all_of("COPY", stages()[-1]))


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
def as_pattern(line: str) -> re.Pattern[str]:
    escaped = re.escape(line).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
    return re.compile(rf"{escaped}(/.*)?$")


def enters_the_build(path: str) -> bool:
    """As Docker reads .dockerignore: the last line that matches decides."""
    lines = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    verdicts = [line.startswith("!") for line in lines if as_pattern(line.removeprefix("!")).match(path)]
    return not verdicts or verdicts[-1]


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


# --- Compose ------------------------------------------------------------------------------------------------------
@cache
def compose() -> dict[str, Any]:
    return yaml.safe_load(read("docker-compose.yml"))


def service(name: str) -> dict[str, Any]:
    return compose()["services"][name]


def substituted(text: str, given: dict[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?sentence}` as compose reads them."""
    return re.sub(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", lambda found: given.get(found[1]) or found[2] or "", text)


def compose_environment(name: str, given: dict[str, str]) -> dict[str, str]:
    declared = service(name)["environment"]
    known = {key: substituted(value, given) for key, value in declared.items() if value is not None}
    handed_on = {key: given[key] for key, value in declared.items() if value is None and key in given}
    return {**image_environment(), **known, **handed_on}


def names_in_compose_env_example() -> list[str]:
    return re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", read("compose.env.example"), re.MULTILINE)


def the_example_filled_in() -> dict[str, str]:
    lines = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$", read("compose.env.example"), re.MULTILINE)
    samples = {**THROWN_AWAY, "BACKUP_KEY": "sample" * 6}
    return {name: value.strip('"') or samples.get(name, "sample") for name, value in lines}


def test_every_image_of_compose_is_pinned() -> None:
    images = [each["image"] for each in compose()["services"].values() if "image" in each]
    assert images == ["postgres:16-alpine", "redis:7-alpine"]
    assert [name for name, each in compose()["services"].items() if "build" in each] == OURS


@pytest.mark.parametrize("name", OURS)
def test_our_containers_write_to_data_and_tmp_only(name: str) -> None:
    assert service(name)["read_only"] is True
    assert service(name)["tmpfs"] == ["/tmp"]  # noqa: S108 - inside the container
    assert service(name)["volumes"] == [f"data:{image_environment()['DATA_DIR']}"]
    assert service(name)["cap_drop"] == ["ALL"]
    assert service(name)["security_opt"] == ["no-new-privileges:true"]


def test_only_the_web_port_is_open_and_only_on_this_machine() -> None:
    ports = {name: each["ports"] for name, each in compose()["services"].items() if "ports" in each}
    assert ports == {"web": [f"127.0.0.1:${{PORT:-8000}}:{image_environment()['PORT']}"]}


def test_nothing_starts_before_what_it_needs() -> None:
    ready, migrated = {"condition": "service_healthy"}, {"condition": "service_completed_successfully"}
    assert service("migrate")["depends_on"] == {"db": ready}
    for name in ("web", "worker"):
        assert service(name)["depends_on"] == {"db": ready, "cache": ready, "migrate": migrated}


def test_the_database_and_the_cache_say_whether_they_are_well() -> None:
    assert service("db")["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert "--host=127.0.0.1" in service("db")["healthcheck"]["test"]
    assert service("cache")["healthcheck"]["test"] == ["CMD", "redis-cli", "ping"]


def test_who_serves_nothing_is_not_asked_for_livez() -> None:
    assert "healthcheck" not in service("web")
    assert service("worker")["healthcheck"] == service("migrate")["healthcheck"] == {"disable": True}


def test_the_database_can_search_devanagari_and_outlives_its_container() -> None:
    assert "--locale=C.UTF-8" in service("db")["environment"]["POSTGRES_INITDB_ARGS"]
    assert service("db")["volumes"] == ["database:/var/lib/postgresql/data"]
    assert {"database", "data"} == set(compose()["volumes"])


def test_the_cache_keeps_nothing_on_disk_and_a_bound_on_memory() -> None:
    command = " ".join(service("cache")["command"])
    assert "--save  --appendonly no" in command
    assert "--maxmemory " in command
    assert service("cache")["tmpfs"] == ["/data"]


def test_a_request_may_finish_before_the_container_is_killed() -> None:
    graceful = re.search(r"^graceful_timeout = (\d+)", read("config/gunicorn.conf.py"), re.MULTILINE)
    assert graceful
    assert int(graceful[1]) < int(service("web")["stop_grace_period"].removesuffix("s"))


@pytest.mark.parametrize("name", sorted(THROWN_AWAY))
def test_a_missing_secret_stops_compose_with_a_sentence(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", read("docker-compose.yml"))
    assert uses
    assert all(use.startswith(":?") and "compose.env.example" in use for use in uses)


def test_the_compose_file_and_its_example_name_the_same_variables() -> None:
    handed_on = {name for name, value in service("web")["environment"].items() if value is None}
    read_by_compose = set(re.findall(r"\$\{(\w+)", read("docker-compose.yml"))) | handed_on
    assert read_by_compose == set(names_in_compose_env_example())


def test_the_filled_in_example_is_never_committed() -> None:
    assert "compose.env" in read(".gitignore").splitlines()


# --- Render -------------------------------------------------------------------------------------------------------
@cache
def blueprint() -> dict[str, Any]:
    return yaml.safe_load(read("render.yaml"))


def on_render(kind: str) -> dict[str, Any]:
    (found,) = [each for each in blueprint()["services"] if each["type"] == kind]
    return found


def variables(kind: str) -> dict[str, dict[str, Any]]:
    groups = {group["name"]: group["envVars"] for group in blueprint()["envVarGroups"]}
    own = on_render(kind)["envVars"]
    shared = [entry for each in own if "fromGroup" in each for entry in groups[each["fromGroup"]]]
    return {entry["key"]: entry for entry in [*shared, *own] if "key" in entry}


def render_value(entry: dict[str, Any]) -> str:
    """A value of the kind Render gives."""
    asked_for = {"CLOUDFLARE_R2_PUBLIC_URL": "https://pictures.example.com", "EMAIL_URL": "smtp://mail.example.com:587"}
    if "generateValue" in entry:
        return base64.b64encode(os.urandom(32)).decode()
    if "fromDatabase" in entry:
        return "postgresql://gallery:secret@dpg-abc-a/gallery"
    if "fromService" in entry:
        return "redis://red-abc:6379"
    return asked_for.get(entry["key"], "sample") if "sync" in entry else entry["value"]


def render_environment(kind: str) -> dict[str, str]:
    host = "design-gallery.onrender.com" if kind == "web" else ""
    given_by_render = {"PORT": "10000", "RENDER_EXTERNAL_HOSTNAME": host}
    return {**given_by_render, **{name: render_value(entry) for name, entry in variables(kind).items()}}


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


@pytest.mark.parametrize("kind", ["web", "worker"])
def test_render_checks_packages_by_hash_on_the_python_of_the_image(kind: str) -> None:
    assert on_render(kind)["runtime"] == "python"
    assert "pip install --require-hashes -r requirements.txt" in on_render(kind)["buildCommand"]
    minor, _, patch = variables(kind)["PYTHON_VERSION"]["value"].rpartition(".")
    assert patch.isdigit()
    assert all(base.startswith(f"python:{minor}-") for base in all_of("FROM"))


@pytest.mark.parametrize("kind", ["web", "worker"])
def test_no_secret_is_written_into_the_blueprint(kind: str) -> None:
    for name, entry in variables(kind).items():
        if SECRET.search(name) or name.endswith("_URL"):
            assert "value" not in entry


def test_web_and_worker_sign_with_the_same_secrets() -> None:
    (group,) = blueprint()["envVarGroups"]
    shared = {entry["key"] for entry in group["envVars"]}
    assert {"SECRET_KEY", "JWT_SECRET", "ENVIRONMENT", "TASKS"} == shared
    for kind in ("web", "worker"):
        assert {"fromGroup": group["name"]} in on_render(kind)["envVars"]
        assert not shared & {entry.get("key") for entry in on_render(kind)["envVars"]}


def test_web_and_worker_use_the_same_database_cache_and_pictures() -> None:
    names = {"DATABASE_URL", "CACHE_URL", *(name for name in names_of_the_environment() if "R2" in name)}
    assert {name: variables("web")[name] for name in names} == {name: variables("worker")[name] for name in names}


def test_what_the_blueprint_refers_to_is_in_it_and_in_one_region() -> None:
    (database,) = blueprint()["databases"]
    for kind in ("web", "worker"):
        assert variables(kind)["DATABASE_URL"]["fromDatabase"]["name"] == database["name"]
        assert variables(kind)["CACHE_URL"]["fromService"]["name"] == on_render("keyvalue")["name"]
    assert len({each["region"] for each in [*blueprint()["services"], database]}) == 1
    assert database["postgresMajorVersion"] in service("db")["image"]


def test_the_database_and_the_cache_on_render_are_reached_from_inside_only() -> None:
    assert blueprint()["databases"][0]["ipAllowList"] == on_render("keyvalue")["ipAllowList"] == []


# --- All of them against the settings -----------------------------------------------------------------------------
def declared_for_the_server() -> dict[str, set[str]]:
    ours = {name: set(service(name)["environment"]) for name in OURS}
    render = {f"render {kind}": set(variables(kind)) for kind in ("web", "worker")}
    return {"image": set(image_environment()), **ours, **render}


@pytest.mark.parametrize("where", ["image", *OURS, "render web", "render worker"])
def test_every_variable_is_one_the_server_knows(where: str) -> None:
    unknown = declared_for_the_server()[where] - set(names_of_the_environment()) - NOT_SETTINGS
    assert unknown == set()


LOOK = """
import json
import django
django.setup()
from django.conf import settings
from config.checks import errors_in_production
print(json.dumps({
    "errors": [error.id for error in errors_in_production()],
    "hardened": settings.HARDENED,
    "database": settings.DATABASES["default"]["ENGINE"] + " at " + settings.DATABASES["default"]["HOST"],
    "cache": settings.CACHES["default"]["BACKEND"].rpartition(".")[2],
    "pictures": settings.STORAGES["default"]["BACKEND"].rpartition(".")[2],
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


def test_compose_starts_the_server_with_nothing_but_three_secrets(tmp_path: Path) -> None:
    seen = settings_under(compose_environment("web", THROWN_AWAY), tmp_path)
    assert set(seen.pop("errors")) <= STATIC_FILES_ARE_MADE_BY_THE_BUILD
    assert seen == {
        "hardened": True,
        "database": "django.db.backends.postgresql at db",
        "cache": "RedisCache",
        "pictures": "LocalPictures",
        "hosts": ["gallery.localhost"],
        "logs": "json",
    }


def test_compose_starts_the_server_with_every_variable_of_the_example(tmp_path: Path) -> None:
    seen = settings_under(compose_environment("web", the_example_filled_in()), tmp_path)
    assert set(seen["errors"]) <= STATIC_FILES_ARE_MADE_BY_THE_BUILD
    assert seen["pictures"] == "BucketPictures"


def test_compose_gives_migrate_web_and_worker_one_environment() -> None:
    assert service("migrate")["environment"] == service("web")["environment"] == service("worker")["environment"]


@pytest.mark.parametrize(
    ("kind", "hosts", "accepted"),
    [
        ("web", ["design-gallery.onrender.com"], STATIC_FILES_ARE_MADE_BY_THE_BUILD),
        ("worker", [], STATIC_FILES_ARE_MADE_BY_THE_BUILD | ONLY_SERVERS_NEED_A_HOST_NAME),
    ],
)
def test_render_starts_the_server(kind: str, hosts: list[str], accepted: set[str], tmp_path: Path) -> None:
    seen = settings_under(render_environment(kind), tmp_path)
    assert set(seen.pop("errors")) <= accepted
    assert seen == {
        "hardened": True,
        "database": "django.db.backends.postgresql at dpg-abc-a",
        "cache": "RedisCache",
        "pictures": "BucketPictures",
        "hosts": hosts,
        "logs": "json",
    }
