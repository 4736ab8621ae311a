"""The pinned files can be installed by plain pip, also on the day after a package they name has a newer release."""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ["requirements.txt", "requirements-dev.txt"]


def pins(lock: str) -> dict[str, Requirement]:
    lines = re.findall(r"^([^\s#-].*?) \\$", Path(settings.BASE_DIR, lock).read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(one.name): one for one in map(Requirement, lines)}


def wanted_with_extras(name: str) -> list[Requirement]:
    try:
        return [one for one in map(Requirement, requires(name) or []) if one.extras]
    except PackageNotFoundError:  # for another system
        return []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_pin_names_the_extras_that_others_ask_for(lock: str) -> None:
    """pip takes `coverage[toml]` for another package than a pinned `coverage`, and refuses the newer one it finds."""
    pinned = pins(lock)
    asked = [
        (name, needed.name, extra)
        for name, pin in pinned.items()
        for needed in wanted_with_extras(name)
        if needed.marker is None or any(needed.marker.evaluate({"extra": one}) for one in pin.extras or {""})
        for extra in needed.extras
    ]
    assert len(pinned) > 40
    assert [one for one in asked if one[2] not in pinned[canonicalize_name(one[1])].extras] == []
