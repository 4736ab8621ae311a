from typing import Any

from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.authentication import JWTAuthentication

from bench.rivals.plain_drf.models import Person, Session


class SessionJWT(JWTAuthentication):
    """simplejwt checks the token; one query finds its session and person."""

    def get_user(self, validated_token: Any) -> Any:
        wanted = {"pk": validated_token.get("sid"), "user_id": validated_token.get("user_id")}
        session = Session.objects.select_related("user").filter(**wanted).first()
        if session is None or session.revoked_at or session.expires_at <= timezone.now():
            raise AuthenticationFailed("The session has ended.", code="session_revoked")
        person: Person = session.user
        if not person.is_approved:
            raise AuthenticationFailed("This account may not enter.", code="account_blocked")
        return person
