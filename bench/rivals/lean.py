"""FastAPI, asyncpg, orjson and SQL written by hand: as little as the contract lets one do for a request.

Terms are read once at the start; a real service would have to follow their changes.
"""

import math
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg  # type: ignore[import-not-found,unused-ignore] # lives in .venv/bench
import jwt
import orjson
from fastapi import Body, Depends, FastAPI, HTTPException, Query, Request, Response  # type: ignore[import-not-found,unused-ignore]

from bench.rivals import pictures, signing_in

SECRET = os.environ["JWT_SECRET"]
POOL = int(os.environ.get("WEB_THREADS", "8"))
COUNT_UP_TO = 10_000
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
SORTS = {
    "newest": ("published_at", "DESC"),
    "oldest": ("published_at", "ASC"),
    "popular": ("like_count", "DESC"),
    "most_viewed": ("view_count", "DESC"),
    "price": ("price_from", "ASC"),
    "-price": ("price_to", "DESC"),
    "title": ("title_key", "ASC"),
}
SINGULARS = ("category", "style", "colour", "fabric", "occasion", "season")
PLURALS = {
    "category": "categories",
    "style": "styles",
    "colour": "colours",
    "fabric": "fabrics",
    "occasion": "occasions",
    "season": "seasons",
    "weave": "weaves",
    "craft": "crafts",
    "motif": "motifs",
}
COLUMNS = """
    d.id, d.external_id, d.title, d.description, d.short_description, d.long_description, d.category, d.style, d.colour,
    d.fabric, d.occasion, d.season, d.audience, d.tags, d.size_available, d.sizes, d.price_range, d.price_min,
    d.price_max, d.currency, d.designer_name, d.designer_id, m.slug AS designer_slug, m.name AS designer_now,
    d.collection_name, d.collection_id, c.slug AS collection_slug, c.name AS collection_now, d.featured, d.status,
    d.view_count, d.like_count, d.published_at, d.created_at, d.updated_at, d.card,
    EXISTS (SELECT 1 FROM favorites_favorite f WHERE f.user_id = $1 AND f.design_id = d.id) AS is_favorited
"""
JOINS = """
    designs_design d
    LEFT JOIN designs_maker m ON m.id = d.designer_id LEFT JOIN designs_collection c ON c.id = d.collection_id
"""
WHOSE = """
    SELECT u.id, u.status, s.revoked_at, s.expires_at FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id
    WHERE s.id = $1 AND s.user_id = $2
"""
ONE = f"SELECT {COLUMNS} FROM {JOINS} WHERE d.id = $2 AND d.status = 'active'"  # noqa: S608
VIEW = "UPDATE designs_design SET view_count = view_count + 1 WHERE id = $1 RETURNING view_count"
KEEP = """
    INSERT INTO favorites_favorite (user_id, design_id, created_at)
    SELECT $1, id, now() FROM designs_design WHERE id = $2 AND status = 'active'
    ON CONFLICT (user_id, design_id) DO NOTHING
"""
DROP = "DELETE FROM favorites_favorite WHERE user_id = $1 AND design_id = $2"
COUNT = "UPDATE designs_design SET like_count = like_count + $2 WHERE id = $1 RETURNING like_count"
LIKES = "SELECT like_count FROM designs_design WHERE id = $1"


class Kept:
    """What the process holds."""

    pool: Any
    terms: dict[str, dict[str, list[int]]]


kept = Kept()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    role = {"session_replication_role": "replica"} if os.environ.get("RIVAL_OPTIONS") else {}
    async with asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=1, max_size=POOL, init=prepare, server_settings=role
    ) as kept.pool:
        rows = await kept.pool.fetch("SELECT id, kind, slug, coalesce(merged_into_id, parent_id) FROM designs_term")
        kept.terms = known(rows)
        yield


async def prepare(connection: Any) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=orjson.dumps, decoder=orjson.loads)


def known(rows: list[Any]) -> dict[str, dict[str, list[int]]]:
    """kind -> slug -> its number and those of all below it."""
    children = defaultdict(list)
    for number, _, _, parent in rows:
        children[parent].append(number)

    def below(number: int) -> list[int]:
        return [number, *(each for child in children[number] for each in below(child))]

    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for number, kind, slug, _ in rows:
        found[kind][slug] = below(number)
    return found


async def person(request: Request) -> int:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401, "Please sign in.")
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
        assert claims["token_type"] == "access"  # noqa: S101
        row = await kept.pool.fetchrow(WHOSE, claims["sid"], claims["user_id"])
    except (jwt.PyJWTError, KeyError, AssertionError):
        raise HTTPException(401, "This token is not valid.") from None
    if row is None or row["revoked_at"] or row["expires_at"] <= datetime.now(UTC):
        raise HTTPException(401, "The session has ended.")
    if row["status"] != "approved":
        raise HTTPException(403, "This account may not enter.")
    return int(row["id"])


Person = Annotated[int, Depends(person)]


class Conditions:
    """SQL with its values; the first is always the person."""

    def __init__(self, me: int) -> None:
        self.values: list[Any] = [me]
        self.words = ["d.status = 'active'"]

    def value(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, words: str, *values: Any) -> None:
        self.words.append(words.format(*map(self.value, values)))

    def __str__(self) -> str:
        return " AND ".join(self.words)


HAS_TERM = "EXISTS (SELECT 1 FROM designs_designterm t WHERE t.design_id = d.id AND t.term_id = ANY({}::bigint[]))"


async def designs(  # noqa: PLR0913, PLR0917 - the contract's filters
    me: Person,
    category: str = "",
    colour: str = "",
    fabric: str = "",
    occasion: str = "",
    designer_name: str = "",
    price_min: Annotated[int | None, Query(ge=0)] = None,
    price_max: Annotated[int | None, Query(ge=0)] = None,
    featured: bool | None = None,  # noqa: FBT001
    sort: str = "newest",
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str = "",
) -> Response:
    asked = Conditions(me)
    words = {"category": category, "colour": colour, "fabric": fabric, "occasion": occasion}
    for kind, slugs in words.items():
        if slugs:
            asked.add(HAS_TERM, numbers(kind, slugs))
    if designer_name:
        asked.add("d.designer_key = {}", designer_name.strip().lower())
    if price_min is not None:
        asked.add("d.price_to >= {} AND d.price_to <> -1", price_min)
    if price_max is not None:
        asked.add("d.price_from <= {} AND d.price_to <> -1", price_max)
    if featured is not None:
        asked.add("d.featured = {}", featured)
    if sort not in SORTS:
        raise HTTPException(400, "sort is not known.")
    total = None if cursor else await counted(asked)
    rows, following = await cut(asked, sort, per_page, cursor, (page - 1) * per_page)
    facts = {
        "total": total and min(total, COUNT_UP_TO),
        "total_is_capped": bool(total and total > COUNT_UP_TO),
        "page": None if cursor else page,
        "per_page": per_page,
        "total_pages": None if total is None else math.ceil(min(total, COUNT_UP_TO) / per_page),
    }
    return answer({"designs": list(map(shown, rows)), **facts, "next_cursor": following, "search": None})


def numbers(kind: str, slugs: str) -> list[int]:
    try:
        return [number for slug in slugs.split(",") for number in kept.terms[kind][slug]]
    except KeyError as unknown:
        raise HTTPException(400, f"There is no {kind} {unknown}.") from None


async def counted(asked: Conditions) -> int:
    # The person is $1 and not asked for here, but the numbering is one and the same.
    found = f"SELECT count(*) FROM (SELECT 1 FROM designs_design d WHERE {asked} AND $1::bigint > 0 LIMIT {COUNT_UP_TO + 1}) x"  # noqa: S608, E501
    return int(await kept.pool.fetchval(found, *asked.values))


async def cut(asked: Conditions, sort: str, size: int, cursor: str, skip: int) -> tuple[list[Any], str | None]:
    column, way = SORTS[sort]
    if cursor:
        value, _, number = cursor.rpartition("~")
        than = "<" if way == "DESC" else ">"
        asked.add(f"(d.{column}, d.id) {than} ({{}}, {{}})", read(column, value), int(number))
    order = f"ORDER BY d.{column} {way}, d.id {way} LIMIT {asked.value(size + 1)} OFFSET {asked.value(skip)}"
    statement = f"SELECT {COLUMNS}, d.{column} AS place FROM {JOINS} WHERE {asked} {order}"  # noqa: S608
    rows = await kept.pool.fetch(statement, *asked.values)
    if len(rows) <= size:
        return rows, None
    return rows[:size], f"{rows[size - 1]['place']}~{rows[size - 1]['id']}"


def read(column: str, value: str) -> Any:
    if column == "published_at":
        return datetime.fromisoformat(value)
    return value if column == "title_key" else int(value)


async def design(me: Person, number: int) -> Response:
    row = await kept.pool.fetchrow(ONE, me, number)
    if row is None:
        raise HTTPException(404, "There is nothing here.")
    views = await kept.pool.fetchval(VIEW, number)
    return answer({**shown(row), "view_count": views})


async def keep(me: Person, number: int) -> Response:
    return await heart(me, number, KEEP, 1)


async def drop(me: Person, number: int) -> Response:
    return await heart(me, number, DROP, -1)


async def heart(me: int, number: int, statement: str, step: int) -> Response:
    async with kept.pool.acquire() as connection, connection.transaction():
        changed = (await connection.execute(statement, me, number)).endswith(" 1")
        likes = await (connection.fetchval(COUNT, number, step) if changed else connection.fetchval(LIKES, number))
    if likes is None:
        raise HTTPException(404, "There is nothing here.")
    what = "added to" if step > 0 else "removed from"
    facts = {"is_favorited": step > 0, "like_count": likes}
    return answer({"message": f"Design {what} favorites", "success": True, **facts})


async def sign_in(
    request: Request,
    username: Annotated[str, Body(min_length=1, max_length=254)],
    password: Annotated[str, Body(min_length=1, max_length=4_096)],
    device_name: Annotated[str, Body(max_length=100)] = "",
) -> Response:
    try:
        return answer(await signing_in.sign_in(kept.pool, SECRET, username, password, request.client.host, device_name))
    except signing_in.Refused as refused:
        raise HTTPException(refused.status, str(refused)) from None


def answer(body: Any) -> Response:
    return Response(orjson.dumps(body, option=OPTIONS), media_type="application/json")


# --- The contract's object ----------------------------------------------------------------------------------------
def shown(row: Any) -> dict[str, Any]:
    card = row["card"]
    images = [image(facts, row["title"]) for facts in card.get("pictures", ())]
    cover, slugs = images[0] if images else {}, card.get("terms", {})
    return {
        "id": row["id"],
        "external_id": row["external_id"],
        "title": row["title"],
        "description": row["description"] or None,
        "short_description": row["short_description"] or None,
        "long_description": row["long_description"] or None,
        "image_url": cover.get("url"),
        "r2_object_key": card["pictures"][0]["object_key"] if images else None,
        "thumbnail_url": cover.get("thumbnail_url"),
        "images": images,
        **{name: row[name] or None for name in SINGULARS},
        **{plural: slugs.get(kind, []) for kind, plural in PLURALS.items()},
        "audience": row["audience"] or None,
        "tags": row["tags"] or None,
        "tag_list": [tag.strip() for tag in row["tags"].split(",") if tag.strip()],
        "size_available": row["size_available"] or None,
        "sizes": row["sizes"],
        "price_range": row["price_range"] or None,
        "price_min": row["price_min"],
        "price_max": row["price_max"],
        "currency": row["currency"],
        "designer_name": row["designer_name"] or None,
        "designer": named(row["designer_id"], row["designer_slug"], row["designer_now"]),
        "collection_name": row["collection_name"] or None,
        "collection": named(row["collection_id"], row["collection_slug"], row["collection_now"]),
        "featured": row["featured"],
        "status": row["status"],
        "view_count": row["view_count"],
        "like_count": row["like_count"],
        "is_favorited": row["is_favorited"],
        "published_at": row["published_at"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def named(number: int | None, slug: str, name: str) -> dict[str, Any] | None:
    return None if number is None else {"id": number, "slug": slug, "name": name}


def image(facts: dict[str, Any], title: str) -> dict[str, Any]:
    key = facts["object_key"]
    made = pictures.variants(key, facts["width"], facts["height"], facts["edition"])
    return {
        "id": facts["id"],
        "url": pictures.link(key),
        "thumbnail_url": pictures.thumbnail(key, made),
        "width": facts["width"],
        "height": facts["height"],
        "thumbhash": facts["thumbhash"] or None,
        "dominant_colour": facts["dominant_colour"] or None,
        "alt": facts["alt"] or title,
        "variants": made,
    }


app = FastAPI(lifespan=lifespan, openapi_url=None)
app.add_api_route("/api/designs", designs, methods=["GET"])
app.add_api_route("/api/designs/{number}", design, methods=["GET"])
app.add_api_route("/api/designs/{number}/favorite", keep, methods=["POST"])
app.add_api_route("/api/designs/{number}/favorite", drop, methods=["DELETE"])
app.add_api_route("/api/auth/login", sign_in, methods=["POST"])
