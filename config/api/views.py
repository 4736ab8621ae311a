"""The door every view of the API is built from."""

from collections.abc import Collection
from datetime import UTC
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from structlog.contextvars import bind_contextvars

from config import switches
from config.api.errors import Refusal
from config.api.filters import refuse_unknown
from config.audit.actor import begin


class Door(APIView):
    """Deny by default, counted, closed in maintenance. Say otherwise in the subclass, in these words."""

    lane: ClassVar[str] = ""
    open_in_maintenance: ClassVar[bool] = False
    query: ClassVar[Collection[str] | None] = None  # a list door names its parameters; others are refused
    shows_pictures: ClassVar[bool] = False  # its answers hold links to pictures, which may be signed
    metadata_class = None  # OPTIONS tells nothing; CORS answers its own preflights

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Moments are told to apps in UTC, whatever the clock of the gallery says."""
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.user.is_authenticated:
            bind_contextvars(user_id=request.user.pk)
            begin(request.user.pk)
        if self.query is not None:
            refuse_unknown(request, self.query)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if self.shows_pictures and settings.PICTURES_PRIVATE:
            response["Cache-Control"] = "no-store"
        return super().finalize_response(request, response, *args, **kwargs)

    def check_permissions(self, request: Request) -> None:
        # Between DRF's authentication and its permissions: managers pass, and strangers learn why they do not.
        closed = not self.open_in_maintenance and switches.current().maintenance_mode
        if closed and not getattr(request.user, "is_admin", False):
            raise Refusal("maintenance", retry_after=300)
        super().check_permissions(request)
