"""Bodies of the account doors, named as the generated client shows them."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts import figures
from accounts.models import Session, User
from config.api.serializers import StrictSerializer

LONGEST_PASSWORD = 128


class Account(serializers.ModelSerializer[User]):
    email = serializers.EmailField(read_only=True, allow_null=True)
    email_verified = serializers.SerializerMethodField()
    avatar_url = serializers.SerializerMethodField()
    is_admin = serializers.BooleanField(read_only=True)
    is_approved = serializers.BooleanField(read_only=True)
    permissions = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="date_joined", read_only=True)
    last_login_at = serializers.DateTimeField(source="last_login", read_only=True, allow_null=True)

    class Meta:
        model = User
        fields = [
            "id",
            "username",
            "email",
            "email_verified",
            "full_name",
            "avatar_url",
            "is_admin",
            "is_approved",
            "status",
            "permissions",
            "created_at",
            "last_login_at",
        ]
        read_only_fields = ["username", "status"]

    def get_email_verified(self, user: User) -> bool:
        return user.email_verified_at is not None

    def get_avatar_url(self, user: User) -> str | None:
        return face_of(user)

    def get_permissions(self, user: User) -> list[str]:
        return user.held.rights

    def to_representation(self, instance: User) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return {**shown, "email": shown["email"] or None, "full_name": shown["full_name"] or None}


def account(user: User) -> dict[str, Any]:
    """What `Account` shows of one person, without making its twelve fields for it."""
    return {
        "id": user.pk,
        "username": user.username,
        "email": user.email or None,
        "email_verified": user.email_verified_at is not None,
        "full_name": user.full_name or None,
        "avatar_url": face_of(user),
        "is_admin": user.is_admin,
        "is_approved": user.is_approved,
        "status": user.status,
        "permissions": user.held.rights,
        "created_at": user.date_joined,
        "last_login_at": user.last_login,
    }


def face_of(user: User) -> str | None:
    avatar = getattr(user, "avatar", None)  # the relation belongs to uploads, above
    return avatar.picture.url if avatar else None


CHANGEABLE = {"full_name", "email"}


class Profile(StrictSerializer):
    """What people may change of themselves; the rest of the account object is read-only and ignored."""

    email = serializers.EmailField(max_length=254, allow_null=True, allow_blank=True, required=False)
    password = serializers.CharField(max_length=4_096, trim_whitespace=False, write_only=True, required=False)

    full_name = serializers.CharField(max_length=200, allow_null=True, allow_blank=True, required=False)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            data = {name: value for name, value in data.items() if name not in set(Account.Meta.fields) - CHANGEABLE}
        return super().to_internal_value(data)

    def validate_full_name(self, value: str | None) -> str:
        return value or ""

    def validate_email(self, value: str | None) -> str:
        return value or ""


class Registration(StrictSerializer):
    username = serializers.RegexField(
        r"^[A-Za-z0-9._-]{3,50}$",
        error_messages={"invalid": "Use 3 to 50 letters, digits, dots, dashes or underscores."},
    )
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)
    email = serializers.EmailField(required=False, allow_null=True, allow_blank=True, max_length=254)
    full_name = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=200)
    note = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = User(
            username=attrs["username"], email=attrs.get("email") or "", full_name=attrs.get("full_name") or ""
        )
        refuse_weak("password", attrs["password"], person)
        return attrs


class Address(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class Proof(StrictSerializer):
    token = serializers.CharField(max_length=1_000)


class NewPassword(Proof):
    new_password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)


class Farewell(StrictSerializer):
    password = serializers.CharField(max_length=4_096, trim_whitespace=False, write_only=True)


class Login(StrictSerializer):
    username = serializers.CharField(max_length=255)
    password = serializers.CharField(max_length=4_096, trim_whitespace=False, write_only=True)
    device_name = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)


class Tokens(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField()


class SignedIn(Tokens):
    user = Account()


class Refresh(StrictSerializer):
    refresh_token = serializers.CharField(max_length=4_096)


class Logout(StrictSerializer):
    all = serializers.BooleanField(required=False, default=False)


class Reason(StrictSerializer):
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, allow_null=True)


class Device(serializers.ModelSerializer[Session]):
    last_used_at = serializers.DateTimeField(source="rotated_at")
    current = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = ["id", "device_name", "ip", "created_at", "last_used_at", "current"]

    def get_current(self, session: Session) -> bool:
        return session == self.context["request"].auth


class PasswordChange(StrictSerializer):
    current_password = serializers.CharField(max_length=4_096, trim_whitespace=False, write_only=True)
    new_password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)
    confirm_password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["new_password"] != attrs["confirm_password"]:
            raise serializers.ValidationError({"confirm_password": "The two new passwords differ."}, "mismatch")
        refuse_weak("new_password", attrs["new_password"], self.context["request"].user)
        return attrs


class Standing(StrictSerializer):
    """What a Manager may change of a person; the rest of the object is read-only and ignored."""

    is_approved = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)
    is_admin = serializers.BooleanField(required=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            data = {name: value for name, value in data.items() if name in self.fields or name not in SHOWN_TO_STAFF}
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        approved, active = attrs.get("is_approved"), attrs.get("is_active")
        if approved is not None and active is not None and approved != active:
            raise serializers.ValidationError({"is_active": "This contradicts is_approved."}, "contradiction")
        return attrs


class Person(Account):
    """An account as staff see it."""

    designs_favorited = serializers.SerializerMethodField()
    decided_by: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        "username", read_only=True, allow_null=True
    )
    decided_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta(Account.Meta):
        fields = [*Account.Meta.fields, "designs_favorited", "decided_by", "decided_at", "reason"]

    def get_designs_favorited(self, person: User) -> int:
        return figures.of(person, "designs_favorited")


SHOWN_TO_STAFF = frozenset(Person.Meta.fields)


def refuse_weak(field: str, password: str, person: User) -> None:
    """Only where a password is set, never where one is checked."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise serializers.ValidationError({field: serializers.as_serializer_error(error)["non_field_errors"]}) from None
