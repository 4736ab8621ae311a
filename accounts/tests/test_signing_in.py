"""Register, wait, sign in, stay signed in, sign out: each door, and what it refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, check_password
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import sessions, tokens
from accounts.models import Session, User
from accounts.permissions import BEHIND
from accounts.serializers import Account, account
from config import switches
from config.api.errors import Refusal
from config.api.renderers import JSON
from config.limits.models import Counter
from config.limits.stores import store
from config.testing.cast import PASSWORD, Phone, decided, person

pytestmark = pytest.mark.django_db
NEW = {"username": "lakshmi.92", "password": PASSWORD}
NOW = datetime(2026, 11, 28, 9, 30, 0, 123456, tzinfo=UTC)

# Was the newest generation seen in use, how many generations behind is the token -> does it still work at each age?
AGES = [0, 1, 9, 11, 60, 6 * 3600]
LOST_ANSWERS = {
    ("unused", 0): "++++++",
    ("unused", 1): "++++++",
    ("unused", 2): "------",
    ("used", 0): "++++++",
    ("used", 1): "+++---",
    ("used", 2): "------",
}


@pytest.fixture(autouse=True)
def _wide_limits(settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "auth": {"rate": 10_000, "store": "memory"}}


def login(phone: Phone, username: str = "asha", password: str = PASSWORD, **more: Any) -> Any:
    return phone.post("/api/auth/login", {"username": username, "password": password, **more})


def refresh(phone: Phone, token: str) -> Any:
    return phone.post("/api/auth/refresh", {"refresh_token": token})


def ago(session: Session, **delta: float) -> None:
    """As if this session's last step had been a while ago."""
    back = timedelta(**delta)
    Session.objects.filter(pk=session.pk).update(
        rotated_at=session.rotated_at - back, confirmed_at=session.confirmed_at and session.confirmed_at - back
    )


class TestRegistering:
    def test_somebody_new_waits(self, phone: Phone) -> None:
        answer = phone.post("/api/auth/register", {**NEW, "full_name": "Lakshmi R", "note": "I sell Kanchipuram."})
        assert answer.status_code == 200
        assert answer.json() == {
            "message": "Registration successful! Please wait for admin approval.",
            "success": True,
        }
        someone = User.objects.get()
        assert (someone.username, someone.status, someone.note) == ("lakshmi.92", "pending", "I sell Kanchipuram.")
        assert someone.check_password(PASSWORD)

    @pytest.mark.parametrize("name", ["ab", "a" * 51, "two words", "a@b", "आशा", "\u0430sha", "asha\u200b", "", None])
    def test_new_names_are_plain(self, phone: Phone, name: Any) -> None:
        answer = phone.post("/api/auth/register", {**NEW, "username": name})
        assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "username")
        assert not User.objects.exists()

    @pytest.mark.parametrize("name", ["asha", "ASHA"])
    def test_a_taken_name_is_a_conflict_in_any_case(self, phone: Phone, asha: User, name: str) -> None:
        answer = phone.post("/api/auth/register", {**NEW, "username": name})
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
        assert User.objects.count() == 1

    @pytest.mark.parametrize("name", ["asha_ra0", "ASHA-RAO", "asha.rao"])
    def test_a_name_that_looks_like_a_taken_one_is_a_conflict(self, phone: Phone, name: str) -> None:
        person("Asha.Rao")
        answer = phone.post("/api/auth/register", {**NEW, "username": name})
        assert (answer.status_code, answer.json()["details"][0]["field"]) == (409, "username")

    @pytest.mark.parametrize("password", ["short", "password123", "a" * 129, "lakshmi.92", ""])
    def test_weak_passwords_are_refused(self, phone: Phone, password: str) -> None:
        answer = phone.post("/api/auth/register", {**NEW, "password": password})
        assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "password")

    @pytest.mark.parametrize("extra", ["is_superuser", "is_staff", "status", "is_approved", "is_admin", "groups"])
    def test_extra_fields_never_give_a_right(self, phone: Phone, extra: str) -> None:
        answer = phone.post("/api/auth/register", {**NEW, extra: True})
        assert (answer.status_code, answer.json()["error"]) == (400, "unknown_field")
        assert not User.objects.exists()

    def test_staff_may_close_the_door(self, phone: Phone, meera: User) -> None:
        switches.change({"registration_open": False}, by=meera)
        assert phone.post("/api/auth/register", NEW).json()["error"] == "registration_closed"


class TestSigningIn:
    def test_the_whole_answer(self, phone: Phone, asha: User) -> None:
        answer = login(phone, device_name="Asha's Pixel")
        body = answer.json()
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert {body.pop("access_token"), body.pop("refresh_token")}
        asha.refresh_from_db()
        assert asha.last_login
        assert body == {
            "token_type": "bearer",
            "expires_in": 3600,
            "user": {
                "id": asha.pk,
                "username": "asha",
                "email": None,
                "email_verified": False,
                "full_name": None,
                "avatar_url": None,
                "is_admin": False,
                "is_approved": True,
                "status": "approved",
                "permissions": [],
                "created_at": asha.date_joined.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "last_login_at": asha.last_login.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        }

    def test_the_access_token_says_what_the_contract_says(self, phone: Phone, asha: User, settings: Any) -> None:
        token = login(phone).json()["access_token"]
        payload = tokens.backend(settings.JWT_SECRET).decode(token)
        names = {"user_id", "username", "is_admin", "sid", "gen", "iat", "exp", "jti", "token_type"}
        assert set(payload) == names
        assert payload["exp"] - payload["iat"] == 3600

    def test_a_verified_address_signs_in_and_an_unverified_one_does_not(self, phone: Phone, asha: User) -> None:
        User.objects.filter(pk=asha.pk).update(email="Asha@example.com")
        assert login(phone, "asha@example.com").status_code == 401
        User.objects.filter(pk=asha.pk).update(email_verified_at=timezone.now())
        assert login(phone, "asha@EXAMPLE.com").status_code == 200

    @pytest.mark.parametrize("name", ["Meena Kumari", "asha@old.example", "\u0906\u0936\u093e", "\u0b86\u0bb7\u0bbe"])
    def test_names_of_the_older_backend_sign_in(self, phone: Phone, name: str) -> None:
        person(name, **decided(User.Status.APPROVED))
        assert login(phone, name).json()["user"]["username"] == name

    def test_an_unknown_name_and_a_wrong_password_are_one_answer(self, phone: Phone, asha: User) -> None:
        answers = [login(phone, "nobody"), login(phone, password="wrong-password")]
        bodies = [{**answer.json(), "request_id": ""} for answer in answers]
        assert [answer.status_code for answer in answers] == [401, 401]
        assert bodies[0] == bodies[1]
        assert bodies[0]["error"] == "invalid_credentials"

    @pytest.mark.parametrize(
        ("name", "password"),
        [
            ("asha", PASSWORD),
            ("asha", "wrong"),
            ("nobody", "wrong"),
            ("pooja", PASSWORD),
            ("ravi", PASSWORD),
            ("empty", "x"),
        ],
    )
    @pytest.mark.usefixtures("asha", "pooja", "ravi")
    def test_every_path_costs_one_verification(self, phone: Phone, name: str, password: str, monkeypatch: Any) -> None:
        User.objects.create(username="empty", password="!unusable")
        hashed: list[str] = []
        encode = MD5PasswordHasher.encode

        def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
            hashed.append(password)
            return encode(self, password, salt)

        monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
        login(phone, name, password)
        assert len(hashed) == 1

    def test_a_password_of_the_older_backend_signs_in_and_is_upgraded(self, phone: Phone, settings: Any) -> None:
        settings.PASSWORD_HASHERS = [
            "accounts.hashers.ModestArgon2",
            "accounts.hashers.OlderBcrypt",
        ]
        old = "bcrypt$$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"  # abc123xyz, a published example
        User.objects.create(username="Meena Kumari", password=old, status="approved", decided_at=timezone.now())
        for _ in range(2):
            assert login(phone, "meena kumari", "abc123xyz").status_code == 200
        assert User.objects.get().password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")

    def test_the_waiting_are_told_to_ask_again_later(self, phone: Phone, pooja: User) -> None:
        answer = login(phone, "pooja")
        assert (answer.status_code, answer.json()["error"], answer["Retry-After"]) == (403, "account_pending", "60")
        assert not Session.objects.exists()

    def test_the_rejected_learn_why(self, phone: Phone, ravi: User) -> None:
        answer = login(phone, "ravi")
        assert (answer.status_code, answer.json()["error"]) == (403, "account_rejected")
        assert answer.json()["message"] == "No boutique of that name."

    def test_ten_failures_close_the_name_for_strangers_but_not_for_a_known_place(
        self, phone: Phone, asha: User
    ) -> None:
        at_home = Phone(REMOTE_ADDR="203.0.113.5")
        assert login(at_home).status_code == 200
        for _ in range(10):
            assert login(phone, password="guess").status_code == 401
        answer = login(phone)
        assert (answer.status_code, answer.json()["error"]) == (429, "throttled")
        assert 0 < int(answer["Retry-After"]) <= 900
        assert login(at_home).status_code == 200

    @pytest.mark.parametrize("where", ["memory", "table"])
    def test_a_success_forgets_the_failures(self, phone: Phone, asha: User, settings: Any, where: str) -> None:
        settings.LIMITS = {**settings.LIMITS, "auth": {"rate": 10_000, "store": where}}
        for _ in range(3):
            for _ in range(9):
                login(phone, password="guess")
            assert login(phone).status_code == 200

    def test_the_rejected_are_not_locked_out_by_the_right_password(self, phone: Phone, ravi: User) -> None:
        assert {login(phone, "ravi").status_code for _ in range(12)} == {403}

    @pytest.mark.parametrize("way", ["nothing", "group", "right"])
    def test_the_answer_tells_the_rights_of_today(self, phone: Phone, asha: User, way: str) -> None:
        if way == "group":
            asha.groups.add(Group.objects.get(name="Curators"))
        elif way == "right":
            asha.user_permissions.add(Permission.objects.get(codename="read_stats"))
        told = {"nothing": [], "group": ["designs.edit", "pictures.edit"], "right": ["stats.read"]}[way]
        assert login(phone).json()["user"]["permissions"] == told

    def test_nobody_asks_for_the_rights_and_the_face_of_who_has_none(self, phone: Phone, asha: User) -> None:
        login(phone)
        with CaptureQueriesContext(connection) as asked:
            assert login(phone).json()["user"]["avatar_url"] is None
        assert not [query for query in asked if "auth_group" in query["sql"] or 'FROM "uploads_avatar"' in query["sql"]]

    @pytest.mark.parametrize("who", ["asha", "meera", "root", "pooja", "ravi"])
    def test_the_quick_account_is_the_serializers(self, who: str, request: pytest.FixtureRequest) -> None:
        if who == "root":
            someone = User.objects.create_superuser("root", "root@example.com", PASSWORD, full_name="The Root")
            someone.email_verified_at = someone.last_login = timezone.now()
        else:
            someone = request.getfixturevalue(who)
        quick, slow = (orjson.loads(JSON().render(one)) for one in (account(someone), Account(someone).data))
        assert quick == slow
        assert list(quick) == Account.Meta.fields

    def test_who_was_deleted_while_the_password_was_hashed_does_not_come_in(
        self, phone: Phone, asha: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def slow(password: str, encoded: str, **_: Any) -> bool:
            User.objects.filter(pk=asha.pk).delete()
            return check_password(password, encoded)

        monkeypatch.setattr(sessions, "check_password", slow)
        assert login(phone).json()["error"] == "invalid_credentials"
        assert not Session.objects.exists()

    @pytest.mark.parametrize("again", [False, True])
    def test_who_was_blocked_while_the_password_was_hashed_does_not_come_in(
        self, phone: Phone, asha: User, meera: User, monkeypatch: pytest.MonkeyPatch, again: bool
    ) -> None:
        """Nor does anything stay behind that would open when they are let in again."""

        def slow(password: str, encoded: str, **_: Any) -> bool:
            User.objects.get(pk=asha.pk).block(by=meera, reason="Sells what is not hers.")
            if again:
                User.objects.get(pk=asha.pk).reopen(by=meera)
            return check_password(password, encoded)

        monkeypatch.setattr(sessions, "check_password", slow)
        answer = login(phone)
        told = ("account_pending", None) if again else ("account_blocked", "Sells what is not hers.")
        assert (answer.status_code, answer.json()["error"]) == (403, told[0])
        assert again or told[1] in answer.json()["message"]
        assert not Session.objects.exists()

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one after the other")
    @pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::1", None])
    def test_one_statement_writes_what_three_would(self, asha: User, settings: Any, address: str | None) -> None:
        settings.LIMITS = {**settings.LIMITS, "auth": {"rate": 10_000, "store": "table"}}
        facts = ["user_id", "device_name", "ip", "created_at", "generation", "rotated_at", "confirmed_at"]
        facts += ["expires_at", "ends_at", "revoked_at", "user__last_login"]
        written = []
        for write in (sessions.one_by_one, sessions.in_one_statement):
            store("table").hit("login:asha:anywhere", 900)
            session = sessions.fresh(asha, address, "Asha's \u0928\u092f\u093e Pixel", NOW)
            write(session, "login:asha:anywhere")
            assert not Counter.objects.exists()
            written.append(Session.objects.values_list(*facts).get(pk=session.pk))
        assert written[0] == written[1]
        assert written[0][-1] == NOW


class TestStayingSignedIn:
    @pytest.mark.urls("config.testing.probes")
    def test_identity_costs_one_query(self, phone: Phone, asha: User, django_assert_num_queries: Any) -> None:
        phone.holding(asha).get("/api/probe/signed-in")  # the first time confirms the generation
        with django_assert_num_queries(1):
            assert phone.get("/api/probe/signed-in").json() == {"username": "asha"}

    @pytest.mark.parametrize("token", ["", "garbage", "a.b.c", "Bearer", "eyJhbGciOiJub25lIn0.e30."])
    def test_a_token_we_did_not_sign_is_invalid(self, phone: Phone, asha: User, token: str) -> None:
        phone.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        answer = phone.get("/api/auth/me")
        assert (answer.status_code, answer.json()["error"]) == (401, "token_invalid")

    def test_a_refresh_token_opens_no_door_and_an_access_token_refreshes_nothing(
        self, phone: Phone, asha: User
    ) -> None:
        pair = phone.holding(asha).pair
        phone.carrying({"access_token": pair["refresh_token"]})
        assert phone.get("/api/auth/me").json()["error"] == "token_invalid"
        assert refresh(Phone(), pair["access_token"]).json()["error"] == "token_invalid"

    def test_an_old_access_token_asks_for_a_refresh(self, phone: Phone, asha: User) -> None:
        session = phone.holding(asha).session_row
        phone.carrying({"access_token": tokens.mint(session, "access", timezone.now() - timedelta(hours=2))})
        assert phone.get("/api/auth/me").json()["error"] == "token_expired"

    def test_a_token_that_was_read_before_grows_old_all_the_same(
        self, phone: Phone, asha: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pair, now = phone.holding(asha).pair, timezone.now()
        assert tokens.read(pair["access_token"], "access").user_id == asha.pk
        minutes = timedelta(minutes=settings.ACCESS_TOKEN_MINUTES)
        monkeypatch.setattr(timezone, "now", lambda: now + minutes + timedelta(seconds=1))
        with pytest.raises(Refusal) as refused:
            tokens.read(pair["access_token"], "access")
        assert refused.value.code == "token_expired"

    def test_tokens_we_did_not_sign_are_not_kept(self) -> None:
        before = tokens.signed.cache_info().currsize
        for number in range(3):
            with pytest.raises(Refusal):
                tokens.read(f"eyJhbGciOiJIUzI1NiJ9.e30.guess{number}", "access")
        assert tokens.signed.cache_info().currsize == before

    def test_the_previous_key_is_accepted_while_keys_are_rotated(self, phone: Phone, asha: User, settings: Any) -> None:
        pair = phone.holding(asha).pair
        settings.JWT_SECRET, settings.JWT_SECRET_PREVIOUS = "n" * 40, settings.JWT_SECRET
        assert phone.get("/api/auth/me").status_code == 200
        assert refresh(Phone(), pair["refresh_token"]).status_code == 200
        settings.JWT_SECRET_PREVIOUS = ""
        assert phone.get("/api/auth/me").json()["error"] == "token_invalid"

    @pytest.mark.parametrize("seconds", AGES)
    @pytest.mark.parametrize(("used", "behind"), LOST_ANSWERS)
    def test_generation_by_age_by_use(self, phone: Phone, asha: User, used: str, behind: int, seconds: int) -> None:
        """A session in its third generation; the phone comes with the newest token, or one or two older."""
        works = LOST_ANSWERS[used, behind][AGES.index(seconds)] == "+"
        pairs = [phone.holding(asha).pair]
        for _ in range(2):
            pairs.append(refresh(Phone(), pairs[-1]["refresh_token"]).json())
        if used == "used":
            assert phone.carrying(pairs[-1]).get("/api/auth/me").status_code == 200
        session = phone.session_row
        session.refresh_from_db()
        ago(session, seconds=seconds)
        answer = refresh(Phone(), pairs[-1 - behind]["refresh_token"])
        if works:
            assert answer.status_code == 200
            expected = session.generation + (1 if behind == 0 else 0)
            assert tokens.read(answer.json()["refresh_token"], "refresh").gen == expected
            assert Phone().carrying(answer.json()).get("/api/auth/me").status_code == 200
        else:
            assert (answer.status_code, answer.json()["error"]) == (401, "session_revoked")
            assert phone.carrying(pairs[-1]).get("/api/auth/me").json()["error"] == "session_revoked"

    def test_a_lost_answer_is_given_again_the_same(self, phone: Phone, asha: User) -> None:
        pair = phone.holding(asha).pair
        first, again = (refresh(Phone(), pair["refresh_token"]).json() for _ in range(2))
        assert first["refresh_token"] == again["refresh_token"]

    def test_a_session_ends_after_thirty_quiet_days_and_after_half_a_year_in_all(
        self, phone: Phone, asha: User
    ) -> None:
        session = phone.holding(asha).session_row
        assert session.expires_at - session.rotated_at == timedelta(days=30)
        Session.objects.update(ends_at=timezone.now() + timedelta(days=1), expires_at=timezone.now())
        assert phone.get("/api/auth/me").json()["error"] == "session_expired"
        Session.objects.update(expires_at=timezone.now() + timedelta(hours=1))
        assert refresh(Phone(), phone.pair["refresh_token"]).status_code == 200
        session.refresh_from_db()
        assert session.expires_at == session.ends_at

    def test_ten_refreshes_a_minute_are_enough_for_a_session(self, phone: Phone, asha: User) -> None:
        token = phone.holding(asha).pair["refresh_token"]
        statuses = [refresh(Phone(), token).status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]


class TestLeaving:
    def everything_stops(self, phone: Phone, code: str) -> None:
        assert phone.get("/api/auth/me").json()["error"] == code
        assert refresh(Phone(), phone.pair["refresh_token"]).json()["error"] == code

    def test_signing_out_stops_both_tokens_at_once(self, phone: Phone, asha: User) -> None:
        other = Phone().holding(asha)
        assert phone.holding(asha).post("/api/auth/logout", {}).json() == {"message": "Signed out.", "success": True}
        self.everything_stops(phone, "session_revoked")
        assert other.get("/api/auth/me").status_code == 200

    def test_signing_out_everywhere(self, phone: Phone, asha: User) -> None:
        other = Phone().holding(asha)
        phone.holding(asha).post("/api/auth/logout", {"all": True})
        self.everything_stops(other, "session_revoked")

    def test_devices_are_listed_and_one_can_be_signed_out(self, phone: Phone, asha: User, meera: User) -> None:
        other, strange = Phone().holding(asha), Phone().holding(meera)
        listed = phone.holding(asha).get("/api/auth/sessions").json()
        assert [(d["id"], d["current"]) for d in listed] == [
            (phone.session_row.pk, True),
            (other.session_row.pk, False),
        ]
        assert set(listed[0]) == {"id", "device_name", "ip", "created_at", "last_used_at", "current"}
        assert phone.delete(f"/api/auth/sessions/{other.session_row.pk}").status_code == 200
        self.everything_stops(other, "session_revoked")
        assert phone.delete(f"/api/auth/sessions/{strange.session_row.pk}").status_code == 404
        assert strange.get("/api/auth/me").status_code == 200

    def test_a_new_password_ends_every_other_session(self, phone: Phone, asha: User) -> None:
        other = Phone().holding(asha)
        new = "banarasi-silk-77"
        body = {"current_password": PASSWORD, "new_password": new, "confirm_password": new}
        assert phone.holding(asha).put("/api/auth/change-password", body).status_code == 200
        assert phone.get("/api/auth/me").status_code == 200
        self.everything_stops(other, "session_revoked")
        assert (login(Phone()).status_code, login(Phone(), password=new).status_code) == (401, 200)

    @pytest.mark.parametrize(
        ("changes", "field", "code"),
        [
            ({"current_password": "wrong"}, "current_password", "password_incorrect"),
            ({"confirm_password": "different-77"}, "confirm_password", "mismatch"),
            ({"new_password": "short", "confirm_password": "short"}, "new_password", "password_too_short"),
        ],
    )
    def test_a_wrong_password_inside_a_session_is_400_and_changes_nothing(
        self, phone: Phone, asha: User, changes: dict[str, str], field: str, code: str
    ) -> None:
        body = {"current_password": PASSWORD, "new_password": "silk-77-silk", "confirm_password": "silk-77-silk"}
        answer = phone.holding(asha).put("/api/auth/change-password", {**body, **changes})
        assert answer.status_code == 400
        assert [(d["field"], d["code"]) for d in answer.json()["details"]] == [(field, code)]
        assert User.objects.get(pk=asha.pk).check_password(PASSWORD)

    @pytest.mark.parametrize("verb", ["block", "reject", "reopen"])
    def test_losing_the_approval_ends_everything_at_once(
        self, phone: Phone, asha: User, meera: User, verb: str
    ) -> None:
        phone.holding(asha)
        getattr(asha, verb)(by=meera)
        self.everything_stops(phone, f"account_{asha.status}")
        User.objects.filter(pk=asha.pk).update(status="approved", decided_at=timezone.now())
        self.everything_stops(phone, "session_revoked")

    def test_who_is_gone_is_signed_out(self, phone: Phone, asha: User) -> None:
        phone.holding(asha)
        asha.delete()
        self.everything_stops(phone, "session_revoked")


class TestMe:
    def test_people_see_and_rename_themselves(self, phone: Phone, asha: User) -> None:
        body = phone.holding(asha).get("/api/auth/me").json()
        assert phone.patch("/api/auth/me", {**body, "full_name": "Asha Rao"}).json()["full_name"] == "Asha Rao"
        assert phone.patch("/api/auth/me", {"full_name": None}).json()["full_name"] is None

    def test_a_refused_change_writes_nothing_of_itself(self, phone: Phone, asha: User) -> None:
        body = {"full_name": "Asha Rao", "email": "rao@example.com", "password": "guess"}
        assert phone.holding(asha).patch("/api/auth/me", body).status_code == 400
        asha.refresh_from_db()
        assert (asha.full_name, asha.email) == ("", "")

    def test_nothing_else_can_be_written(self, phone: Phone, asha: User) -> None:
        phone.holding(asha).patch("/api/auth/me", {"is_admin": True, "status": "approved", "username": "root"})
        asha.refresh_from_db()
        assert (asha.username, asha.is_admin) == ("asha", False)
        assert phone.patch("/api/auth/me", {"is_staff": True}).json()["error"] == "unknown_field"

    def test_a_manager_sees_every_right(self, phone: Phone, meera: User) -> None:
        rights = phone.holding(meera).get("/api/auth/me").json()["permissions"]
        assert rights == list(BEHIND)
