"""Cloudflare R2, or any other S3, as a Django storage."""

from typing import Any


def r2_storage(r2: dict[str, str]) -> dict[str, Any]:
    from botocore.config import Config  # noqa: PLC0415 - slow to import, and only needed with R2

    # Everything stands in one Config because `client_config` replaces the one django-storages would make. Without
    # `when_required` boto3 sends a CRC32 trailer, which R2 refuses with an answer that looks like wrong keys.
    client_config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=3,
        read_timeout=20,
        retries={"mode": "standard", "max_attempts": 3},
    )
    return {
        "BACKEND": "uploads.bucket.BucketPictures",
        "OPTIONS": {
            "endpoint_url": r2["endpoint"],
            "access_key": r2["access_key"],
            "secret_key": r2["secret_key"],
            "bucket_name": r2["bucket_name"],
            "region_name": r2["region"],
            "default_acl": None,
            "client_config": client_config,
        },
    }
