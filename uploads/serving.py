"""Pictures from the local folder: cached for ever, in ranges, never anything a browser would run."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from whitenoise.responders import StaticFile

from uploads import keys, stamps
from uploads.storage import STEADY_SECONDS, LocalPictures, pictures

TYPES = {
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".avif": "image/avif",
}


@csrf_exempt  # a wrong method is 405, not a missing cookie
@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponseBase:
    path = file_of(request, key)
    found = StaticFile(str(path), headers_of(path)).get_response(request.method, request.META)
    # Content-Length and the range are whitenoise's; FileResponse only carries the bytes.
    response: HttpResponseBase = (
        FileResponse(found.file, status=found.status) if found.file else HttpResponse(status=found.status)
    )
    for name, value in found.headers:
        response[name] = value
    return response


def file_of(request: HttpRequest, key: str) -> Path:
    shelf = pictures()
    may = isinstance(shelf, LocalPictures) and keys.is_shown(key)
    if not may or (settings.PICTURES_PRIVATE and not stamps.holds(request.GET.dict(), key=key)):
        raise Http404
    path = Path(shelf.path(key))  # type: ignore[attr-defined] # a local one, see above
    if not path.is_file():
        raise Http404
    return path


def headers_of(path: Path) -> list[tuple[str, str]]:
    kind = TYPES.get(path.suffix.lower())
    caching = (
        f"private, max-age={STEADY_SECONDS}" if settings.PICTURES_PRIVATE else "public, max-age=31536000, immutable"
    )
    return [
        ("Content-Type", kind or "application/octet-stream"),
        ("Content-Disposition", "inline" if kind else "attachment"),
        ("Cache-Control", caching),
        ("Accept-Ranges", "bytes"),
    ]
