"""JSON in, strictly: what would crash or surprise a database further in is refused here, in our shape."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.parsers import BaseParser

from config.api.errors import Refusal, wrong

LARGEST = 2**63 - 1
Place = tuple[Any, ...]  # (the place around, name or index); the root is ()


class StrictJSON(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(settings.MAX_BODY_SIZE + 1)
        if len(body) > settings.MAX_BODY_SIZE:
            raise Refusal("payload_too_large")
        return loads(body)


def loads(body: bytes) -> Any:
    try:
        # The standard library rather than orjson, which would turn a huge whole number into a float.
        data = json.loads(
            body.decode("utf-8"), parse_constant=_no_constant, parse_int=_integer, object_pairs_hook=_object
        )
    except UnicodeDecodeError:
        raise Refusal("parse_error", "The body is not UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise Refusal("parse_error", f"The body is not JSON: {error}.") from None
    inspect(data)
    return data


def inspect(data: Any) -> None:
    """Walk the body once, without recursion."""
    todo: list[tuple[Place, Any, int]] = [((), data, 1)]
    while todo:
        path, value, depth = todo.pop()
        if depth > settings.MAX_JSON_DEPTH:
            raise _too_deep()
        if isinstance(value, str):
            _text(path, value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise wrong(_field(path), "invalid", "This number is too large.")
        elif isinstance(value, dict):
            for name, inner in value.items():
                _text(path, name)
                todo.append(((path, name), inner, depth + 1))
        elif isinstance(value, list):
            todo.extend(((path, index), inner, depth + 1) for index, inner in enumerate(value))


def _field(path: Place) -> str:
    """The dotted name, put together only when somebody must be told."""
    names: list[str] = []
    while path:
        path, name = path
        names.append(str(name)[:100])
    return ".".join(reversed(names))[:100].encode("utf-8", "replace").decode("utf-8")


def _text(path: Place, value: str) -> None:
    if len(value) > settings.MAX_TEXT_LENGTH:
        raise wrong(_field(path), "max_length", f"A text may have at most {settings.MAX_TEXT_LENGTH} characters.")
    if "\x00" in value:
        raise wrong(_field(path), "null_characters_not_allowed", "A text may not contain NUL.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise wrong(
            _field(path), "surrogate_characters_not_allowed", "A text may not contain half a character."
        ) from None


def _no_constant(name: str) -> NoReturn:
    raise Refusal("parse_error", f"The body is not JSON: {name} is not a number.")


def _integer(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > LARGEST:  # noqa: PLR2004 - 20 digits are always too many
        raise Refusal("validation_error", "The body holds a number that is too large.")
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise Refusal("parse_error", "The body names the same field twice.")
    return data


def _too_deep() -> Refusal:
    return Refusal("parse_error", f"The body is nested deeper than {settings.MAX_JSON_DEPTH} levels.")
