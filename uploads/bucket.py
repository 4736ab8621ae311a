"""Pictures in Cloudflare R2 or any other S3."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import merge
from typing import Any

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage

from uploads import keys
from uploads.storage import PUT_SECONDS, STEADY_SECONDS, Pictures, Stored, Ticket, reaching, ticket_headers

FOR_EVER = "public, max-age=31536000, immutable"
AWAY = (BotoCoreError, ClientError)
GONE = {"404", "NoSuchKey", "NotFound"}


class SteadyAuth(S3SigV4QueryAuth):
    """Signs as of a moment that is given, so that the same link can be made again."""

    def __init__(self, moment: datetime, *place: Any, expires: int) -> None:
        super().__init__(*place, expires=expires)
        self.moment = moment

    def add_auth(self, request: AWSRequest) -> None:
        request.context["timestamp"] = self.moment.strftime("%Y%m%dT%H%M%SZ")
        self._modify_request_before_signing(request)
        signature = self.signature(self.string_to_sign(request, self.canonical_request(request)), request)
        self._inject_signature_to_request(request, signature)


class BucketPictures(S3Storage, Pictures):
    """One low-level client for the process: django-storages would make a session for each thread."""

    lock = threading.Lock()

    @property
    def connection(self) -> Any:
        if "shared" not in self.__dict__:
            with self.lock:  # making a client is not safe in two threads at once
                self.__dict__.setdefault("shared", self._resource())
        return self.__dict__["shared"]

    def _resource(self) -> Any:
        return self._create_session().resource(
            "s3",
            region_name=self.region_name,
            use_ssl=self.use_ssl,
            endpoint_url=self.endpoint_url,
            config=self.client_config,
            verify=self.verify,
        )

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def put(self, key: str, data: bytes, content_type: str) -> None:
        caching = "private, max-age=31536000, immutable" if settings.PICTURES_PRIVATE else FOR_EVER
        facts = {"ContentType": content_type, "CacheControl": caching}
        with reaching("put", *AWAY):
            self.client.put_object(**self.place(key), Body=data, **facts)

    def read(self, key: str, most: int) -> bytes | None:
        with reaching("read", *AWAY):
            try:
                found = self.client.get_object(**self.place(key))
            except ClientError as error:
                refuse_unless_gone(error)
                return None
            with found["Body"] as body:
                return bytes(body.read(most))

    def head(self, key: str) -> Stored | None:
        with reaching("head", *AWAY):
            try:
                found = self.client.head_object(**self.place(key))
            except ClientError as error:
                refuse_unless_gone(error)
                return None
            return Stored(key, found["ContentLength"], found["LastModified"])

    def remove(self, key: str) -> None:
        with reaching("remove", *AWAY):
            self.client.delete_object(**self.place(key))

    def walk(self, prefix: str = "") -> Iterator[Stored]:
        buckets = {self.bucket_name, settings.R2["incoming_bucket"] or self.bucket_name}
        return merge(*(self._walk(bucket, prefix) for bucket in buckets), key=lambda stored: stored.key.encode())

    def _walk(self, bucket: str, prefix: str) -> Iterator[Stored]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        with reaching("walk", *AWAY):
            for page in pages:
                for entry in page.get("Contents", []):
                    yield Stored(entry["Key"], entry["Size"], entry["LastModified"])

    def place(self, key: str) -> dict[str, str]:
        """Quarantine may have a bucket of its own: what is under the public address of the other is public."""
        incoming = key.startswith(keys.INCOMING) and settings.R2["incoming_bucket"]
        return {"Bucket": incoming or self.bucket_name, "Key": key}

    def ticket(self, key: str, content_type: str, size: int | None) -> Ticket:
        headers = ticket_headers(content_type, size)
        return Ticket(self.permit("PUT", key, headers, datetime.now(UTC), PUT_SECONDS), headers, PUT_SECONDS)

    @property
    def root(self) -> str:
        return f"{settings.R2['public_url'].rstrip('/')}/"

    def signed_link(self, key: str, start: int) -> str:
        return self.permit("GET", key, {}, datetime.fromtimestamp(start, UTC), 2 * STEADY_SECONDS)

    def permit(self, method: str, key: str, headers: dict[str, str], since: datetime, seconds: int) -> str:
        """Signed for the address by which phones know the bucket: the name of the host is signed along."""
        endpoint = settings.R2["public_endpoint"].rstrip("/") or self.endpoint_url
        request = AWSRequest(method, f"{endpoint}/{self.place(key)['Bucket']}/{keys.quoted(key)}", headers=headers)
        who = Credentials(self.access_key, self.secret_key)
        SteadyAuth(since, who, "s3", self.region_name, expires=seconds).add_auth(request)
        return str(request.url)


def refuse_unless_gone(error: ClientError) -> None:
    if error.response["Error"]["Code"] not in GONE:
        raise error
