"""Errors go to Sentry where SENTRY_DSN is set; elsewhere nothing of it is loaded."""

from typing import Any

from django.conf import settings
from structlog.contextvars import get_contextvars

from config.logs import hide_secrets

# Of a request only these are told: no query, no cookie, no body, no name and no address of anybody.
KEPT = {"method", "url"}


def start() -> None:
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk  # noqa: PLC0415 - it costs memory where nobody wants it
    from sentry_sdk.integrations.logging import ignore_logger  # noqa: PLC0415

    ignore_logger("request")  # its line about a 500 follows the exception, which was sent already
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.ENVIRONMENT,
        release=settings.APP_VERSION,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,  # they may hold a password
        traces_sample_rate=settings.SENTRY_TRACES,
        before_send=without_secrets,
        before_breadcrumb=lambda *_: None,
    )


def without_secrets(event: Any, _hint: Any) -> Any:
    request = event.get("request")
    if request:
        event["request"] = {name: value for name, value in request.items() if name in KEPT}
    event.pop("user", None)
    event.pop("server_name", None)
    if number := get_contextvars().get("request_id"):
        event.setdefault("tags", {})["request_id"] = number  # as in the log, and on the answer
    return hide_secrets(None, "", event)
