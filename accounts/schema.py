"""How the OpenAPI document tells that a request is signed in."""

from drf_spectacular.authentication import SessionScheme


class AdminCookieScheme(SessionScheme):
    target_class = "accounts.authentication.AdminCookie"
    name = "adminCookie"
