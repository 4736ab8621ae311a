"""Signed, expiring addresses on the local disk, as a bucket has them."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer

signer = Signer(salt="uploads.stamps")


def query(facts: Mapping[str, Any], *, key: str) -> str:
    """The facts as a query with a signature over them and over the key, which the path says already."""
    return urlencode({**facts, "signature": signer.signature(told(facts, key))})


def holds(asked: Mapping[str, str], *, key: str) -> bool:
    facts = {name: value for name, value in asked.items() if name != "signature"}
    try:
        signer.unsign(f"{told(facts, key)}:{asked.get('signature', '')}")
        return int(facts.get("expires", "")) >= time.time()
    except (BadSignature, ValueError):
        return False


def told(facts: Mapping[str, Any], key: str) -> str:
    return urlencode(sorted({**facts, "key": key}.items()))
