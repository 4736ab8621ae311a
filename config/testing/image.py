"""The Dockerfile without Docker: its steps are done in folders that are a system of their own, and what comes of them
is run as the image would be: nobody's rights, a file system that is read-only but for /data and /tmp.

    .ci/image      # as root

The Python is this machine's, where the image has another 3.x; everything else is as the Dockerfile says.
"""

import gzip
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from config.testing.deployment import ROOT, Instruction, enters_the_build, in_exec_form, stages
from config.testing.servers import free_port

# What a base image would bring: read-only, shared by all stages.
MACHINE = [folder for folder in dict.fromkeys(("/usr", "/opt", sys.base_prefix)) if Path(folder).is_dir()]
PYTHON = "/opt-python"
ABROAD = ("PIP_", "SSL_", "REQUESTS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")  # how packages are reached from here
PATIENCE = 60
KILLED_AFTER = 30


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


def fetched(url: str, encoding: str) -> tuple[str, str, bytes]:
    request = urllib.request.Request(url, headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers["Content-Encoding"] or "", answer.headers["Cache-Control"], answer.read()


def tried(stage: Stage, home: Path) -> None:
    port = str(free_port())
    secrets = {name: os.urandom(32).hex() for name in ("SECRET_KEY", "JWT_SECRET")}
    own = {"ALLOW_SQLITE": "1", "ALLOWED_HOSTS": "gallery.localhost", "HTTPS_ONLY": "0", "HOST": "127.0.0.1"}
    container = Container(stage, home, PORT=port, **own, **secrets)
    app, venv = stage.inside(stage.workdir), stage.inside("/venv")
    expect(not list(venv.glob("bin/pip*")), "no pip in the environment of the image")
    expect(not list(app.rglob("tests")) and not (app / "config/testing").exists(), "no tests in the image")
    for folder, may in {"/app": False, "/venv": False, "/etc": False, "/": False, "/data": True, "/tmp": True}.items():  # noqa: S108
        expect(container.may_write(folder) == may, f"{folder} is {'for writing' if may else 'read-only'}")
    expect(container.run("python", "manage.py", "prepare") == 0, "manage.py prepare")
    server = container.start(*in_exec_form("CMD"))
    try:
        expect(healthy(container, server), "the HEALTHCHECK is content")
        static_files(app, f"http://127.0.0.1:{port}")
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        expect(server.wait(KILLED_AFTER) == 0, f"stopped by SIGTERM after {time.monotonic() - began:.1f} s")
    finally:
        server.kill()


def healthy(container: Container, server: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        check = subprocess.run(
            container.command(*in_exec_form("HEALTHCHECK")), env=container.env, capture_output=True, check=False
        )
        if check.returncode == 0:
            return True
    return False


def static_files(app: Path, url: str) -> None:
    names = json.loads((app / "staticfiles/staticfiles.json").read_text(encoding="utf-8"))["paths"]
    hashed = names["gallery/admin.css"]
    expect(hashed != "gallery/admin.css", f"static files carry their hash: {hashed}")
    _, _, plain = fetched(f"{url}/static/{hashed}", "identity")
    for encoding in ("br", "gzip"):
        sent, caching, body = fetched(f"{url}/static/{hashed}", encoding)
        expect(
            sent == encoding and len(body) < len(plain), f"compressed by {encoding}: {len(plain)} to {len(body)} bytes"
        )
        expect("immutable" in caching, f"kept for ever: {caching}")
        expect(encoding != "gzip" or gzip.decompress(body) == plain, "and the same when unpacked")


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
