"""PocketBase as a rival: the same designs and people in its own SQLite, asked through its own doors.

It cannot stand on our database nor answer with our object. Its records hold the same facts (the `card` with terms and
pictures among them; maker and collection expanded), filters name the same terms, and before it gets a ratio its pages
must hold the same designs in the same order with the same counts. It shows no `is_favorited`, and hearts have no door
of the same kind, so it takes no part in them. A view is counted by a hook, as its manual shows.
"""

import json
import secrets
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bench import asking
from bench.asking import Asking
from bench.driving import Plan
from bench.standing import NAMES, RIVALS_PYTHON, Server
from config.testing.servers import free_port, stop

NAME = "pocket"
PROGRAM = RIVALS_PYTHON.with_name("pocketbase")
SCENARIOS = ("list", "unlike", "first", "detail")
BOSS, PASSWORD = "boss@example.com", secrets.token_hex(16)
TEXTS = (
    "title",
    "description",
    "short_description",
    "long_description",
    "category",
    "style",
    "colour",
    "fabric",
    "occasion",
    "season",
    "audience",
    "tags",
    "size_available",
    "price_range",
    "currency",
    "designer_name",
    "designer_key",
    "collection_name",
    "status",
    "title_key",
    "external_id",
)
NUMBERS = ("num", "price_min", "price_max", "price_from", "price_to", "view_count", "like_count")
DATES = ("published_at", "created_at", "updated_at")
JSONS = ("sizes", "card")
ORDERS = {
    "newest": "-published_at,-num",
    "oldest": "published_at,num",
    "popular": "-like_count,-num",
    "most_viewed": "-view_count,-num",
    "price": "price_from,num",
    "-price": "-price_to,-num",
    "title": "title_key,num",
}
FIRST_COLUMNS = ("published_at", "like_count", "view_count", "price_from", "price_to", "title_key")
SIGNED_IN = "@request.auth.id != ''"
HOOK = """
onRecordViewRequest((e) => {
  const count = $app.db().newQuery("UPDATE designs SET view_count = view_count + 1 WHERE id = {:id}")
  count.bind({id: e.record.id}).execute()
  e.record.set("view_count", e.record.get("view_count") + 1)
  e.next()
}, "designs")
"""
RECORDS = "/api/collections/designs/records"
EXPAND = "designer,collection"


def key(kind: str, number: int) -> str:
    """Its ids have fifteen letters and digits."""
    return f"{kind}{number:0{15 - len(kind)}d}"


# --- Standing -------------------------------------------------------------------------------------------------------
@contextmanager
def running(data: str, found: Asking) -> Iterator[Server]:
    folder = Path(data, "pocket")
    (folder / "hooks").mkdir(parents=True)
    (folder / "hooks" / "views.pb.js").write_text(HOOK, encoding="utf-8")
    where = [
        "--dir",
        str(folder / "data"),
        "--hooksDir",
        str(folder / "hooks"),
        "--migrationsDir",
        str(folder / "none"),
    ]
    subprocess.run([str(PROGRAM), "superuser", "upsert", BOSS, PASSWORD, *where], check=True, stdout=subprocess.DEVNULL)
    with serving(where, folder) as server:
        make_collections(server.port)
    write_rows(folder / "data" / "data.db")
    with serving(where, folder) as server:
        join(server.port, found)
        yield server


@contextmanager
def serving(where: list[str], folder: Path) -> Iterator[Server]:
    port, log = free_port(), folder / "log"
    with log.open("ab") as file:
        command = [str(PROGRAM), "serve", "--http", f"127.0.0.1:{port}", *where]
        process = subprocess.Popen(command, stdout=file, stderr=file)
    try:
        wait(port, process)
        yield Server(NAME, port, process, log)
    finally:
        stop(process)


def wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5)
            return
        time.sleep(0.1)
    raise RuntimeError(f"{NAMES[NAME]} did not start ({process.poll()})")


def call(port: int, path: str, body: dict[str, Any], token: str = "") -> Any:
    headers = {"Content-Type": "application/json", "Authorization": token}
    url = f"http://127.0.0.1:{port}/api/collections{path}"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


def boss(port: int) -> str:
    said = call(port, "/_superusers/auth-with-password", {"identity": BOSS, "password": PASSWORD})
    return str(said["token"])


def make_collections(port: int) -> None:
    token = boss(port)

    def make(name: str, fields: list[dict[str, Any]], **more: Any) -> str:
        facts = {"name": name, "type": "base", "fields": fields, "listRule": SIGNED_IN, "viewRule": SIGNED_IN}
        return str(call(port, "", {**facts, **more}, token)["id"])

    def fields(kind: str, names: Iterable[str]) -> list[dict[str, Any]]:
        return [{"name": name, "type": kind} for name in names]

    def leads(name: str, to: str, most: int) -> dict[str, Any]:
        return {"name": name, "type": "relation", "collectionId": to, "maxSelect": most}

    small = [*fields("number", ["num"]), *fields("text", ["slug", "name"])]
    makers, lines, terms = (make(name, small) for name in ("makers", "lines", "terms"))
    own = [*fields("text", TEXTS), *fields("number", NUMBERS), *fields("date", DATES), *fields("json", JSONS)]
    related = [leads("designer", makers, 1), leads("collection", lines, 1), leads("terms", terms, 50)]
    orders = [f"CREATE INDEX d_{name} ON designs (status, {name}, num)" for name in FIRST_COLUMNS]
    indexes = [*orders, "CREATE INDEX d_designer ON designs (designer_key)"]
    rule = f"{SIGNED_IN} && status = 'active'"
    ask_quietly(port, token)
    make("designs", [*own, *fields("bool", ["featured"]), *related], listRule=rule, viewRule=rule, indexes=indexes)


def ask_quietly(port: int, token: str) -> None:
    """Ours writes no line for a request here either."""
    headers = {"Content-Type": "application/json", "Authorization": token}
    body = json.dumps({"logs": {"maxDays": 0}}).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/settings", body, headers, method="PATCH")
    urllib.request.urlopen(asked).close()


# --- The same rows --------------------------------------------------------------------------------------------------
def write_rows(path: Path) -> None:
    from designs.models import Collection, Design, Maker, Term

    with sqlite3.connect(path) as base:
        for table, model, kind in (("makers", Maker, "m"), ("lines", Collection, "c"), ("terms", Term, "t")):
            named: Any = model
            rows = (
                (key(kind, pk), pk, slug, name) for pk, slug, name in named.objects.values_list("pk", "slug", "name")
            )
            base.executemany(f"INSERT INTO {table} (id, num, slug, name) VALUES (?, ?, ?, ?)", rows)  # noqa: S608
        columns = ("id", "num", *TEXTS, *NUMBERS[1:], *DATES, *JSONS, "featured", "designer", "collection", "terms")
        places = ", ".join("?" * len(columns))
        stored = Design.objects.values(
            "pk", "featured", "designer_id", "collection_id", *TEXTS, *NUMBERS[1:], *DATES, *JSONS
        )
        statement = f"INSERT INTO designs ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
        base.executemany(statement, map(a_row, stored.iterator(chunk_size=5_000)))
        base.executemany(
            "INSERT INTO users (id, email, tokenKey, verified) VALUES (?, ?, ?, TRUE)",
            ((key("p", n), f"person{n}@example.com", secrets.token_hex(25)) for n in range(asking.PEOPLE)),
        )
        base.execute("ANALYZE")


def a_row(one: dict[str, Any]) -> tuple[Any, ...]:
    texts = [one[name] or "" for name in TEXTS]
    numbers = [one[name] or 0 for name in NUMBERS[1:]]
    dates = [f"{one[name]:%Y-%m-%d %H:%M:%S.%f}Z" if one[name] else "" for name in DATES]
    related = [
        key(kind, one[name]) if one[name] else "" for kind, name in (("m", "designer_id"), ("c", "collection_id"))
    ]
    terms = json.dumps([key("t", number) for number in one["card"].get("term_ids", ())])
    jsons = [json.dumps(one[name]) for name in JSONS]
    return (key("d", one["pk"]), one["pk"], *texts, *numbers, *dates, *jsons, one["featured"], *related, terms)


def join(port: int, found: Asking) -> None:
    """As many people; each gets a token of its own kind, behind the tokens of ours."""
    token, a_day = boss(port), {"duration": 86_400}
    people, ours = [key("p", number) for number in range(asking.PEOPLE)], len(found.tokens)
    found.tokens += [str(call(port, f"/users/impersonate/{person}", a_day, token)["token"]) for person in people]
    found.plan |= translated(found.plan, ours)


# --- The same questions ---------------------------------------------------------------------------------------------
def translated(plan: Plan, first: int) -> Plan:
    """`first` is the place of its people's tokens."""
    known: dict[str, str] = {}
    return {
        f"{name}@{NAME}": [
            [(way, known.get(path) or known.setdefault(path, its(path)), first + token)]
            for ((way, path, token),) in plan[name]
        ]
        for name in SCENARIOS
        if name in plan
    }


def its(path: str) -> str:
    place, _, asked = path.partition("?")
    if (number := place.rsplit("/", 1)[1]).isdigit():
        return f"{RECORDS}/{key('d', int(number))}?expand={EXPAND}"
    query = dict(parse_qsl(asked))
    conditions = " && ".join(["status = 'active'", *conditions_of(query)])
    order = ORDERS[query.get("sort", "newest")]
    page = {"page": query.get("page", "1"), "perPage": "20", "sort": order, "filter": conditions, "expand": EXPAND}
    return f"{RECORDS}?{urlencode(page)}"


def conditions_of(query: dict[str, str]) -> Iterator[str]:
    from designs import vocabulary

    words = vocabulary.current()
    for kind in asking.TERMS:
        entries = [words.find(kind, slug) for slug in query.get(kind, "").split(",") if slug]
        numbers = [number for entry in entries if entry for number in words.with_children(entry)]
        if numbers:
            yield "(" + " || ".join(f"terms ~ '{key('t', number)}'" for number in numbers) + ")"
    if name := query.get("designer_name"):
        yield f"designer_key = '{name.lower()}'"
    if lowest := query.get("price_min"):
        yield f"price_to >= {lowest} && price_to != -1"
    if highest := query.get("price_max"):
        yield f"price_from <= {highest} && price_to != -1"
    if "featured" in query:
        yield "featured = true"


# --- The same answers -----------------------------------------------------------------------------------------------
def facts_of_page(body: Any) -> Any:
    """What both say, of ours or of PocketBase's."""
    if "items" in body:
        return {"total": min(body["totalItems"], 10_000), "rows": [facts_of_record(one) for one in body["items"]]}
    return {"total": body["total"], "rows": [facts_of_design(one) for one in body["designs"]]}


def facts_of_record(one: Any) -> list[Any]:
    maker = one.get("expand", {}).get("designer", {}).get("slug")
    counts = [one["num"], one["title"], one["like_count"], one["price_min"], one["price_max"]]
    return [*counts, one["card"]["terms"].get("colour", []), maker, one["published_at"][:19].replace(" ", "T")]


def facts_of_design(one: Any) -> list[Any]:
    maker = one["designer"] and one["designer"]["slug"]
    counts = [one["id"], one["title"], one["like_count"], one["price_min"] or 0, one["price_max"] or 0]
    return [*counts, one["colours"], maker, one["published_at"][:19]]


def facts_of_one(body: Any) -> Any:
    return facts_of_record(body) if "collectionName" in body else facts_of_design(body)
