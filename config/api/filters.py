"""Reading the address: strict names, bounded numbers, plain booleans."""

import difflib
import re
from collections.abc import Collection

from rest_framework.request import Request

from config.api.errors import Refusal, detail, wrong

IGNORED = re.compile(r"_|utm_.*|x_.*")
PAGE_INSTEAD = {"skip", "offset"}
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    for name, values in request.query_params.lists():
        if name in known:
            if any("\x00" in value for value in values):
                raise wrong(name, "null_characters_not_allowed", f"{name}: NUL is not allowed.")
        elif not IGNORED.fullmatch(name):
            raise unknown_parameter(name, known)


def unknown_parameter(name: str, known: Collection[str]) -> Refusal:
    shown = name[:60]
    near = ["page"] if name in PAGE_INSTEAD else difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else f" Known are {', '.join(sorted(known))}."
    message = f"There is no parameter {shown!r}.{hint}"
    return Refusal("unknown_parameter", message, details=[detail(shown, "unknown_parameter", message)])


def whole_number(request: Request, name: str, default: int, low: int, high: int) -> int:
    value = request.query_params.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"\d{1,18}", value, re.ASCII) or not low <= int(value) <= high:
        raise wrong(name, "out_of_range", f"{name} must be a whole number from {low} to {high}.")
    return int(value)


def boolean(request: Request, name: str, *, default: bool) -> bool:
    value = request.query_params.get(name)
    if value is None:
        return default
    if value.lower() not in BOOLEANS:
        raise wrong(name, "invalid", f"{name} must be true or false.")
    return BOOLEANS[value.lower()]


def choice(request: Request, name: str, default: str, options: Collection[str]) -> str:
    value = request.query_params.get(name, default)
    if value not in options:
        raise wrong(name, "invalid_choice", f"{name} must be one of {', '.join(options)}.")
    return value
