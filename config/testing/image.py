"""The Dockerfile and compose without Docker: the steps are done in folders that are a system of their own, and what
comes of them is run as compose runs it: nobody's rights, a file system that is read-only but for /data and /tmp, its
commands, its variables, its bucket and its proxy, down to a demo that is looked at.

    .ci/image      # as root

The Python is this machine's, where the image has another 3.x; everything else is as the Dockerfile says.
"""

import contextlib
import gzip
import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from PIL import Image

from config.testing import composed, postgres
from config.testing.composed import Standing
from config.testing.deployment import (
    ROOT,
    Instruction,
    enters_the_build,
    environment_of,
    in_exec_form,
    service,
    stages,
)
from config.testing.fleet import redis
from config.testing.s3 import found_or_missing
from config.testing.servers import free_port

# What a base image would bring: read-only, shared by all stages.
MACHINE = [folder for folder in dict.fromkeys(("/usr", "/opt", sys.base_prefix)) if Path(folder).is_dir()]
PYTHON = "/opt-python"
ABROAD = ("PIP_", "SSL_", "REQUESTS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")  # how packages are reached from here
PATIENCE = 60
KILLED_AFTER = 30
PASSWORD = "kanjeevaram-42"


def run(*command: str) -> None:
    subprocess.run(command, check=True)


@dataclass
class Stage:
    root: Path
    name: str
    env: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "0:0"
    volumes: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def base(self) -> None:
        """FROM: this machine's programs, its own /etc, and a Python with pip."""
        for name in ("bin", "sbin", "lib", "lib64"):
            if Path("/", name).is_symlink():
                (self.root / name).symlink_to(Path("/", name).readlink())
        for name in ("proc", "dev", "tmp", "etc", "root"):
            (self.root / name).mkdir()
        (self.root / "tmp").chmod(0o1777)
        self.root.chmod(0o755)
        shutil.copytree("/etc", self.root / "etc", symlinks=True, dirs_exist_ok=True)
        for folder in MACHINE:
            self.bind(folder, folder, read_only=True)
        run("mount", "--rbind", "/proc", str(self.root / "proc"))
        run("mount", "--rbind", "/dev", str(self.root / "dev"))
        self.env = {"PATH": f"{PYTHON}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root"}
        self.shell(f"{shlex.quote(sys._base_executable)} -m venv {PYTHON}")  # type: ignore[attr-defined]  # noqa: SLF001

    def bind(self, folder: str, place: str, *, read_only: bool = False) -> None:
        target = self.inside(place)
        target.mkdir(parents=True, exist_ok=True)
        run("mount", "--bind", folder, str(target))
        if read_only:
            run("mount", "-o", "remount,bind,ro", str(target))

    def shell(self, text: str) -> None:
        print(f"  {self.name}: {text[:100]}", flush=True)
        abroad = {name: value for name, value in os.environ.items() if name.upper().startswith(ABROAD)}
        abroad["PIP_QUIET"] = "1"
        script = f"umask 022; cd {shlex.quote(self.workdir)} && {text}"
        subprocess.run(["chroot", str(self.root), "/bin/sh", "-c", script], env={**abroad, **self.env}, check=True)

    def copy(self, words: list[str], built: dict[str, "Stage"]) -> None:
        if words[0].startswith("--from="):
            other = built[words.pop(0).removeprefix("--from=")]
            source, place = words
            run("cp", "-a", str(other.inside(source)), str(self.inside(place)))
            return
        *names, place = words
        target = self.inside(os.path.normpath(os.path.join(self.workdir, place)))  # noqa: PTH118 - of another root
        for name in names:
            for path in [ROOT / name, *(ROOT / name).rglob("*")] if (ROOT / name).is_dir() else [ROOT / name]:
                inner = path.relative_to(ROOT)
                if path.is_file() and enters_the_build(str(inner)):
                    copied = target / (inner.relative_to(name) if (ROOT / name).is_dir() else inner.name)
                    copied.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, copied)

    def do(self, word: str, text: str, built: dict[str, "Stage"]) -> None:
        if word == "RUN":
            self.shell(text)
        elif word == "COPY":
            self.copy(text.split(), built)
        elif word == "WORKDIR":
            self.workdir = text
            self.inside(text).mkdir(parents=True, exist_ok=True)
        elif word == "USER":
            self.user = text
        elif word == "VOLUME":
            self.volumes.append(text)
        elif word == "ENV":
            for pair in shlex.split(text):
                name, _, value = pair.partition("=")
                self.env[name] = value.replace("$PATH", self.env["PATH"])
        elif word not in {"FROM", "EXPOSE", "HEALTHCHECK", "CMD"}:
            sys.exit(f"The Dockerfile says {word}, and this program does not know how to do that.")


def built(home: Path) -> Stage:
    done: dict[str, Stage] = {}
    for number, steps in enumerate(stages()):
        done[name_of(steps[0], number)] = stage = Stage(home / f"stage-{number}", name_of(steps[0], number))
        stage.root.mkdir()
        stage.base()
        for word, text in steps:
            stage.do(word, text, done)
    return stage


def name_of(start: Instruction, number: int) -> str:
    return start[1].partition(" AS ")[2] or f"stage {number}"


class Container:
    """The last stage with its own rights and nothing to write on but its volumes and /tmp."""

    def __init__(self, stage: Stage, home: Path, **env: str) -> None:
        self.stage, self.env = stage, {**stage.env, "HOME": "/", **env}
        run("mount", "--bind", str(stage.root), str(stage.root))
        run("mount", "-o", "remount,bind,ro", str(stage.root))
        # What was mounted below lies under the new mount now.
        for folder in ("/proc", "/dev", *MACHINE):
            run("mount", "--rbind", folder, str(stage.inside(folder)))
        run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(stage.inside("/tmp")))  # noqa: S108 - of the container
        for number, place in enumerate(stage.volumes):
            volume = home / f"volume-{number}"
            run("cp", "-a", str(stage.inside(place)), str(volume))
            run("mount", "--bind", str(volume), str(stage.inside(place)))

    def command(self, *words: str) -> list[str]:
        uid, gid = self.stage.user.split(":")
        rights = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
        within = ["/usr/bin/env", "--chdir", self.stage.workdir, "setpriv", f"--reuid={uid}", f"--regid={gid}", *rights]
        return ["chroot", str(self.stage.root), *within, *words]

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self.command(*words), env=self.env)

    def run(self, *words: str) -> int:
        return subprocess.run(self.command(*words), env=self.env, check=False).returncode

    def may_write(self, folder: str) -> bool:
        code = f"import pathlib; pathlib.Path({folder!r}, 'written').touch()"
        done = subprocess.run(self.command("python", "-c", code), env=self.env, capture_output=True, check=False)
        return done.returncode == 0


def expect(holds: bool, what: str) -> None:  # noqa: FBT001
    print(f"  {'ok  ' if holds else 'FAIL'}  {what}", flush=True)
    if not holds:
        sys.exit(1)


def tried(stage: Stage, home: Path) -> None:
    port = free_port()
    with contextlib.ExitStack() as stack:
        database_url = stack.enter_context(own_database())
        cache_url = stack.enter_context(redis(str(home)))
        standing = stack.enter_context(composed.standing(found_or_missing(), port))
        own = {"DATABASE_URL": database_url, "CACHE_URL": cache_url, "HOST": "127.0.0.1", "PORT": str(port)}
        container = Container(stage, home, **environment_of("web", standing.given) | {"ADMIN_PASSWORD": PASSWORD} | own)
        lent(database_url, container)
        closed(container)
        expect(container.run(*service("migrate")["command"]) == 0, "migrate")
        expect(container.run(*service("demo")["command"], "--designs", "12", "--users", "5") == 0, "demo")
        commands = {"web": in_exec_form("CMD"), **{name: service(name)["command"] for name in ("worker", "chores")}}
        running = {name: container.start(*words) for name, words in commands.items()}
        try:
            expect(healthy(container, running["web"]), "the HEALTHCHECK is content")
            static_files(stage.inside(stage.workdir), standing)
            living(standing)
            stopped(running)
        finally:
            for process in running.values():
                process.kill()


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    with postgres.server() as url:
        if not url:
            sys.exit("This needs a PostgreSQL, running or installed.")
        with postgres.database(url, f"gallery_image_{os.getpid()}") as own:
            yield own


def lent(database_url: str, container: Container) -> None:
    """A socket of this machine, where PostgreSQL is reached by one."""
    host = database_url.partition("@")[2].rpartition("/")[0]
    folder, place = Path(unquote(host)), "/tmp/postgresql"  # noqa: S108 - of the container
    if folder.is_absolute():
        if not folder.stat().st_mode & 0o005:  # of our own server
            folder.chmod(0o755)
        container.stage.bind(str(folder), place)
        container.env["DATABASE_URL"] = database_url.replace(f"@{host}/", f"@{quote(place, safe='')}/")


def closed(container: Container) -> None:
    app, venv = container.stage.inside(container.stage.workdir), container.stage.inside("/venv")
    expect(not list(venv.glob("bin/pip*")), "no pip in the environment of the image")
    expect(not list(app.rglob("tests")) and not (app / "config/testing").exists(), "no tests in the image")
    for folder, may in {"/app": False, "/venv": False, "/etc": False, "/": False, "/data": True, "/tmp": True}.items():  # noqa: S108
        expect(container.may_write(folder) == may, f"{folder} is {'for writing' if may else 'read-only'}")


def healthy(container: Container, server: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        check = subprocess.run(
            container.command(*in_exec_form("HEALTHCHECK")), env=container.env, capture_output=True, check=False
        )
        if check.returncode == 0:
            return True
    return False


def static_files(app: Path, standing: Standing) -> None:
    names = json.loads((app / "staticfiles/staticfiles.json").read_text(encoding="utf-8"))["paths"]
    hashed = names["gallery/admin.css"]
    expect(hashed != "gallery/admin.css", f"static files carry their hash: {hashed}")
    plain = standing.ask("GET", f"/static/{hashed}", Accept_Encoding="identity").body
    for encoding in ("br", "gzip"):
        answer = standing.ask("GET", f"/static/{hashed}", Accept_Encoding=encoding)
        expect(answer.headers["Content-Encoding"] == encoding, f"compressed by {encoding}")
        expect(0 < len(answer.body) < len(plain), f"{len(plain)} bytes are {len(answer.body)} then")
        expect("immutable" in answer.headers["Cache-Control"], "and kept for ever")
        expect(encoding != "gzip" or gzip.decompress(answer.body) == plain, "and the same when unpacked")


def living(standing: Standing) -> None:
    """What somebody does who looks at the demo with a phone, all of it through the proxy."""
    signed_in = told(standing, "/api/auth/login", {"username": "admin", "password": PASSWORD})
    token = f"Bearer {signed_in['access_token']}"
    shown = json.loads(standing.ask("GET", "/api/designs", Authorization=token).body)["designs"]
    pictures = [standing.ask("GET", within(standing, design["image_url"])) for design in shown]
    expect(bool(pictures), f"the demo shows {len(pictures)} designs")
    expect(all(one.headers["Content-Type"] == "image/webp" for one in pictures), "with pictures out of the bucket")
    photo = io.BytesIO()
    Image.new("RGB", (600, 800), "crimson").save(photo, "JPEG")
    size = len(photo.getvalue())
    permit = told(standing, "/api/upload/presigned-url", {"filename": "saree.jpg", "size": size}, Authorization=token)
    put = standing.ask("PUT", within(standing, permit["upload_url"]), photo.getvalue(), Content_Type="image/jpeg")
    expect(put.status == HTTPStatus.OK, "a phone puts a photo by its permit")
    picture = told(standing, "/api/upload/complete", {"object_key": permit["object_key"]}, Authorization=token)
    read = standing.ask("GET", within(standing, picture["public_url"]))
    expect(read.status == HTTPStatus.OK and read.body[8:12] == b"WEBP", "and everybody sees the picture it became")
    expect(standing.ask("GET", "/admin/login/").status == HTTPStatus.OK, "the door of staff opens")
    states = json.loads(standing.ask("GET", "/health").body)
    expect(states["status"] == "healthy", f"health: {', '.join(states['checks'])}")


def told(standing: Standing, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    sent = json.dumps(body).encode()
    answer = standing.ask("POST", path, sent, Content_Type="application/json", **headers)
    expect(answer.status == HTTPStatus.OK, path)
    return json.loads(answer.body)


def within(standing: Standing, url: str) -> str:
    if not url.startswith(f"{standing.url}/"):
        expect(False, f"a link leads through the proxy: {url}")
    return url.removeprefix(standing.url)


def stopped(running: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for process in running.values():
        process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    for name, process in running.items():
        left = began + KILLED_AFTER - time.monotonic()
        expect(process.wait(left) == 0, f"{name} stopped by SIGTERM after {time.monotonic() - began:.1f} s")


def main(home: str) -> None:
    if os.geteuid():
        sys.exit("This needs root, to mount and to give rights away.")
    if Path("/proc/self/ns/mnt").readlink() == Path(f"/proc/{os.getppid()}/ns/mnt").readlink():
        sys.exit("What is mounted here would stay mounted: run .ci/image.")
    began = time.monotonic()
    tried(built(Path(home)), Path(home))
    print(f"The image stands: built, run and stopped in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main(sys.argv[1])
