"""Structured logs: JSON in production, readable lines in development, secrets in neither."""

import logging
import re
import time
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from structlog.types import EventDict, Processor

HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api[_-]?key|signature|mail_(body|text)", re.IGNORECASE
)
SECRET_TEXT = [
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+"), HIDDEN),  # a JWT
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), rf"\1{HIDDEN}@"),  # scheme://name:password@host
    (
        re.compile(
            r"(?i)([\"']?[\w-]*(?:password|secret|token|api[_-]?key)[\w-]*[\"']?\s*[=:]\s*[\"']?)[^\s\"',;&]{3,}"
        ),
        rf"\1{HIDDEN}",
    ),
]


# Each of the patterns needs one of these. Most texts have none, and are looked through in a tenth of the time.
HINTS = re.compile("eyj|bearer|basic|://|password|secret|token|key")


def scrub(text: str) -> str:
    if text.isascii() and not HINTS.search(text.lower()):
        return text
    for pattern, replacement in SECRET_TEXT:
        text = pattern.sub(replacement, text)
    return text


def hide_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    return {key: _hide(key, value) for key, value in event.items()}


def _hide(key: str, value: Any) -> Any:
    if SECRET_NAMES.search(str(key)):
        return HIDDEN
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {name: _hide(name, inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hide("", inner) for inner in value]
    return value


UNREADABLE = "Invalid request from ip="  # gunicorn's words, with the line it could not read behind them


def quote_nobody(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Neither Django's request (its repr holds the query) nor what gunicorn could not read belongs into a log."""
    event.pop("request", None)
    if str(event.get("event", "")).startswith(UNREADABLE):
        event["event"] = ": ".join(event["event"].split(": ")[:2])
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    quote_nobody,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    hide_secrets,
]


# --- One line per request -----------------------------------------------------------------------------------------
# As JSON it is written past the processors: they would cost a fifth of what one design costs.
lines = logging.getLogger("request")
# A record is copied from this one: made anew it would ask for threads, processes and files that no line tells.
BLANK = lines.makeRecord("request", logging.INFO, "", 0, "request", (), None)


class House(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        line: bytes | None = getattr(record, "line", None)
        return line.decode() if line else super().format(record)


def request_line(level: int, facts: dict[str, Any], *, as_json: bool) -> None:
    """Only the path comes from outside."""
    if not as_json:
        structlog.get_logger("request").log(level, "request", **facts)
    elif lines.isEnabledFor(level):
        written = {**structlog.contextvars.get_contextvars(), **facts, "path": scrub(facts["path"])}
        told = {"event": "request", "level": logging.getLevelName(level).lower(), "logger": "request"}
        line = orjson.dumps(written | told | {"timestamp": now()}, default=str)
        lines.handle(record_of(level, line))


def record_of(level: int, line: bytes) -> logging.LogRecord:
    record = logging.LogRecord.__new__(logging.LogRecord)
    levelname = logging.getLevelName(level)
    vars(record).update(vars(BLANK), levelno=level, levelname=levelname, created=time.time(), line=line)
    return record


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(level: str, style: str) -> dict[str, Any]:
    """The standard library's logging, through the same processors, for Django, gunicorn and ourselves."""
    renderer: Processor = (
        structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    quiet = {"handlers": ["nowhere"], "propagate": False}  # an empty list would wake the handler of last resort
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "house": {
                "()": House,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "house"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},  # 4xx stand in the request line already
            "django.security.DisallowedHost": quiet,  # as above; anybody can cause thousands
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
            "gunicorn.access": quiet,
            "constance": {"level": "WARNING"},
        },
    }
