"""Small pages behind the links in mails, for galleries whose app opens no links."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import recovery
from config.api.errors import Refusal
from config.api.throttles import client_address, knock


def page(request: HttpRequest, name: str, act: Callable[[str], None]) -> HttpResponse:
    """GET shows the form: mail scanners follow links, and must not use them up. POST acts."""
    context = {"token": request.GET.get("token", "")[:1_000]}
    status = 200
    if request.method == "POST":
        try:
            knock("auth", f"address:{client_address(request)}")
            act(request.POST.get("token", "")[:1_000])
            context["done"] = "yes"
        except Refusal as refusal:
            context["problem"], status = refusal.message, refusal.status_code
            context["token"] = request.POST.get("token", "")[:1_000]
    return render(request, f"account/{name}.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    def act(token: str) -> None:
        first, second = (request.POST.get(name, "")[:4_096] for name in ("new_password", "confirm_password"))
        if first != second:
            raise Refusal("validation_error", "The two passwords differ.")
        recovery.reset_password(token, first)

    return page(request, "reset_password", act)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_email(request: HttpRequest) -> HttpResponse:
    return page(request, "verify_email", recovery.verify_email)
