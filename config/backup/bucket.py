"""Backups in Cloudflare R2 or any other S3, with keys of their own, or those of the pictures' bucket."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from boto3.exceptions import Boto3Error  # type: ignore[import-untyped, unused-ignore]
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from config.backup.faults import BackupError
from config.backup.places import BUCKET, MANIFEST, NAME, POOL, Place, Pooled, pooled
from config.r2 import r2_storage

ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]+)(?:/(.*?))?/?")
STAMP = "gallery-%Y-%m-%dT%H%M%SZ"
UNDER_WAY = timedelta(days=1)
GONE = {"404", "NoSuchKey", "NotFound"}


class Bucket(Place):
    """A bucket cannot rename: a backup is whole when its manifest is there, which comes last."""

    def __init__(self, where: str) -> None:
        found = ADDRESS.fullmatch(where)
        if not found:
            raise BackupError(f"{where} must look like s3://bucket/folder.")
        self.s3 = {**settings.R2, **{part: value for part, value in settings.BACKUP_S3.items() if value}}
        if not all(self.s3[part] for part in ("endpoint", "access_key", "secret_key")):
            raise BackupError(
                f"{BUCKET} needs BACKUP_S3_ACCESS_KEY, BACKUP_S3_SECRET_KEY and BACKUP_S3_ENDPOINT_URL, or "
                "CLOUDFLARE_R2_ACCESS_KEY, CLOUDFLARE_R2_SECRET_KEY and S3_ENDPOINT_URL or CLOUDFLARE_R2_ACCOUNT_ID."
            )
        self.bucket, folder = found[1], found[2]
        self.prefix = f"{folder}/" if folder else ""

    def __str__(self) -> str:
        return f"{BUCKET}{self.bucket}/{self.prefix}".rstrip("/")

    @cached_property
    def client(self) -> Any:
        import boto3  # type: ignore[import-untyped, unused-ignore] # noqa: PLC0415 - slow to import

        options = r2_storage({**self.s3, "bucket_name": self.bucket})["OPTIONS"]
        return boto3.client(
            "s3",
            endpoint_url=options["endpoint_url"],
            aws_access_key_id=options["access_key"],
            aws_secret_access_key=options["secret_key"],
            region_name=options["region_name"],
            config=options["client_config"],
        )

    @contextmanager
    def reaching(self, path: str) -> Iterator[None]:
        try:
            yield
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise BackupError(f"{self}/{path}: {str(error).rstrip('.')}.") from None

    def backups(self) -> list[str]:
        return sorted(name for name in self._names() if self._is_whole(name))

    def leftovers(self) -> list[str]:
        """A day old: another host may be writing the younger ones."""
        oldest = (datetime.now(UTC) - UNDER_WAY).strftime(STAMP)
        return [name for name in self._names() if name < oldest and not self._is_whole(name)]

    def _names(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2")
        with self.reaching(""):
            found = [
                entry["Prefix"].removeprefix(self.prefix).rstrip("/")
                for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix, Delimiter="/")
                for entry in page.get("CommonPrefixes", [])
            ]
        return [name for name in found if NAME.fullmatch(name)]

    def _is_whole(self, name: str) -> bool:
        return any(self.has(f"{name}/{file}") for file in MANIFEST)

    @property
    def lock(self) -> Path:
        return Path(settings.DATA_DIR) / "backup.lock"

    def begin(self, name: str) -> str:
        return name

    def finish(self, draft: str, name: str) -> None:
        """Nothing to rename."""

    def remove(self, name: str) -> None:
        keys = [entry["Key"] for entry in self._walk(f"{name}/")]
        with self.reaching(name):
            for key in sorted(keys, key=lambda key: not key.endswith(MANIFEST)):
                self.client.delete_object(Bucket=self.bucket, Key=key)

    def _walk(self, below: str) -> Iterator[dict[str, Any]]:
        pages = self.client.get_paginator("list_objects_v2")
        with self.reaching(below):
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + below):
                yield from page.get("Contents", [])

    @contextmanager
    def writing(self, path: str) -> Iterator[IO[bytes]]:
        """By way of a file here: its length must be known before it is sent."""
        with tempfile.NamedTemporaryFile(dir=settings.DATA_DIR, prefix=".backup-") as draft:
            yield draft
            draft.flush()
            with self.reaching(path):
                self.client.upload_file(draft.name, self.bucket, self.prefix + path)

    @contextmanager
    def reading(self, path: str) -> Iterator[IO[bytes]]:
        with self.reaching(path):
            found = self.client.get_object(Bucket=self.bucket, Key=self.prefix + path)
            with found["Body"] as body:
                yield body

    def has(self, path: str) -> bool:
        with self.reaching(path):
            try:
                self.client.head_object(Bucket=self.bucket, Key=self.prefix + path)
            except ClientError as error:
                if error.response["Error"]["Code"] not in GONE:
                    raise
                return False
            return True

    def pool(self) -> Iterator[Pooled]:
        for entry in self._walk(POOL):
            yield Pooled(entry["Key"].rsplit("/", 1)[-1], entry["Size"], entry["LastModified"].timestamp())

    def remove_pooled(self, name: str) -> None:
        with self.reaching(name):
            self.client.delete_object(Bucket=self.bucket, Key=self.prefix + pooled(name))
