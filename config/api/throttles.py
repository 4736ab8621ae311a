"""Who may knock how often. Signed-in people are counted by who they are, strangers by their address."""

from __future__ import annotations

import ipaddress
import math
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from config.api.errors import Refusal
from config.limits.stores import store

if TYPE_CHECKING:  # DRF imports this module while its views are half loaded
    from rest_framework.views import APIView

IPV6_HOUSEHOLD = 64


def knock(lane: str, who: str) -> None:
    """For a door that learns from the body who knocks."""
    rule = settings.LIMITS[lane]
    tally = store(rule["store"]).hit(f"{lane}:{who}", settings.LIMIT_PERIOD)
    if tally.hits > rule["rate"]:
        raise Refusal("throttled", retry_after=math.ceil(tally.seconds_left))


class Lane(BaseThrottle):
    """A door names its lane (`lane = "auth"`); without one, people ride `standard` and strangers `anonymous`."""

    seconds_left = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        signed_in = bool(request.user and request.user.is_authenticated)
        name = getattr(view, "lane", "") or ("standard" if signed_in else "anonymous")
        lane = settings.LIMITS[name]
        who = f"user:{request.user.pk}" if signed_in else f"address:{client_address(request)}"
        tally = store(lane["store"]).hit(f"{name}:{who}", settings.LIMIT_PERIOD)
        self.seconds_left = tally.seconds_left
        return bool(tally.hits <= lane["rate"])

    def wait(self) -> float:
        return self.seconds_left


def client_address(request: HttpRequest | Request) -> str:
    """The caller's address; X-Forwarded-For is believed from the configured number of proxies only."""
    direct: str = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    return household(hops[-proxies] if 0 < proxies <= len(hops) else direct)


def household(address: str) -> str:
    """One subscriber holds a whole /64 of IPv6: count it as one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "0.0.0.0"  # a real address where one is stored, and nobody's
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, IPV6_HOUSEHOLD), strict=False).network_address)
    return str(ip)
