"""Do they all say the same? Parsed bodies must be equal; a scenario where they are not gets no ratio."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import psycopg

from bench import pocket, small
from bench.asking import Asking
from bench.standing import Server

IGNORED = {"next_cursor", "search"}
FEW, SOME = 20, 40
OK = 200
CURSOR_PAGES = 4
COUNTED = "(SELECT view_count FROM designs_design WHERE id = %(id)s)"
WAITING = "SELECT count(*) FROM designs_view WHERE design_id = %(id)s AND NOT folded"
Answer = tuple[int, Any]


def ask(server: Server, method: str, path: str, token: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    finally:
        connection.close()


def differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where two parsed bodies differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other} - IGNORED):
            if (name in one) != (name in other):
                yield f"{where}.{name} is only in {'the first' if name in one else 'the second'}"
            else:
                yield from differences(one[name], other[name], f"{where}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{where}[{at}]")
    elif one != other or type(one) is not type(other):
        yield f"{where}: {str(one)[:80]} and {str(other)[:80]}"


class Agreement:
    """What differs, by scenario and rival."""

    def __init__(self, asking: Asking, url: str) -> None:
        self.asking, self.url = asking, url
        self.found: dict[tuple[str, str], list[str]] = {}

    def compare(self, scenario: str, path: str, first: Server, own: Answer, rival: Server, answer: Answer) -> None:
        told = self.found.setdefault((scenario, rival.name), [])
        if own[0] != answer[0]:
            told.append(f"{path}: {own[0]} from {first.title}, {answer[0]} from {rival.title}")
        told += [f"{path}: {each}" for each in differences(own[1], answer[1])][:3]

    def check(self, servers: list[Server]) -> None:
        for one in servers:
            if one.name == pocket.NAME:
                self.roughly(servers[0], one)
        self.exactly([one for one in servers if one.name != pocket.NAME])

    def roughly(self, own: Server, other: Server) -> None:
        """The same designs in the same order, the same counts and some of the same facts."""
        plan, tokens = self.asking.plan, self.asking.tokens
        for scenario in pocket.SCENARIOS:
            told = self.found.setdefault((scenario, other.name), [])
            read = pocket.facts_of_one if scenario == "detail" else pocket.facts_of_page
            # The last ones: the first views are looked at more closely below.
            pairs = {
                unit[0][1]: (unit, its)
                for unit, its in zip(plan[scenario], plan[f"{scenario}@{other.name}"], strict=True)
            }
            for ((_, path, token),), ((_, its, its_token),) in list(pairs.values())[-SOME:]:
                bodies = [ask(own, "GET", path, tokens[token]), ask(other, "GET", its, tokens[its_token])]
                ours, theirs = (read(body) if status == OK else status for status, body in bodies)
                told += [f"{path}: {each}" for each in differences(ours, theirs)][:3]

    def exactly(self, servers: list[Server]) -> None:
        for scenario in ("list", "unlike", "first"):
            units = self.asking.plan[scenario]
            many = {unit[0][1]: unit[0] for unit in units[: 1 if scenario == "first" else 2_000]}
            for _, path, token in list(many.values())[: 60 if scenario == "list" else FEW]:
                self.ask_all(servers, scenario, "GET", path, token)
        same_rows = [server for server in servers if server.name != small.NAME]
        for unit in self.asking.plan["detail"][:FEW]:
            self.a_view(same_rows, *unit[0][1:])
        for unit in self.asking.plan["hearts"][:FEW]:
            self.a_heart(same_rows, unit[0][1], unit[0][2])
        self.cursors(same_rows)
        self.refusals(servers)

    def ask_all(self, servers: list[Server], scenario: str, method: str, path: str, token: int) -> None:
        answers = [ask(server, method, path, self.asking.tokens[token]) for server in servers]
        for rival, answer in zip(servers[1:], answers[1:], strict=True):
            self.compare(scenario, path, servers[0], answers[0], rival, answer)

    def a_view(self, servers: list[Server], path: str, token: int) -> None:
        """Each counts one more than there were; the rest is equal."""
        answers = []
        for server in servers:
            before = self.views(server, path)
            status, body = ask(server, "GET", path, self.asking.tokens[token])
            counted = body.pop("view_count", 0) if body else 0
            if not before < counted <= self.views(server, path):
                self.found.setdefault(("detail", server.name), []).append(f"{path}: {counted} views, {before} before")
            answers.append((status, body))
        for rival, answer in zip(servers[1:], answers[1:], strict=True):
            self.compare("detail", path, servers[0], answers[0], rival, answer)

    def views(self, server: Server, path: str) -> int:
        """Ours also shows those that wait to be added."""
        number = int(path.rsplit("/", 1)[1])
        statement = COUNTED if server.name != "ours" else f"{COUNTED} + ({WAITING})"
        with psycopg.connect(self.url) as connection:
            row = connection.execute(f"SELECT {statement}", {"id": number}).fetchone()
        return int(row[0]) if row else 0

    def a_heart(self, servers: list[Server], path: str, token: int) -> None:
        """One after the other: kept, kept again, taken away, taken away again."""
        steps = ("POST", "POST", "DELETE", "DELETE")
        answers = [[ask(one, step, path, self.asking.tokens[token]) for step in steps] for one in servers]
        for rival, theirs in zip(servers[1:], answers[1:], strict=True):
            for own, answer in zip(answers[0], theirs, strict=True):
                self.compare("hearts", path, servers[0], own, rival, answer)

    def cursors(self, servers: list[Server]) -> None:
        """Ours and FastAPI scroll by a cursor; the designs must be the same, page for page."""
        scrolling = [server for server in servers if server.name in {"ours", "lean"}]
        for sort in ("newest", "price", "title"):
            pages = [list(self.scroll(server, sort)) for server in scrolling]
            for rival, theirs in zip(scrolling[1:], pages[1:], strict=True):
                told = self.found.setdefault(("cursor", rival.name), [])
                told += list(differences(pages[0], theirs, f"cursor, {sort}: "))[:3]

    def scroll(self, server: Server, sort: str) -> Iterator[list[Any]]:
        from urllib.parse import quote

        more = ""
        for _ in range(CURSOR_PAGES):
            status, body = ask(server, "GET", f"/api/designs?sort={sort}{more}", self.asking.tokens[0])
            if status != OK:
                yield [f"{server.title}: {status} to sort={sort}{more}"]
                return
            for design in body["designs"]:
                design.pop("view_count")  # the three counted views of the same designs a moment ago
            yield body["designs"]
            more = f"&cursor={quote(body['next_cursor'] or '')}"

    def refusals(self, servers: list[Server]) -> None:
        path = "/api/designs"
        for server in servers:
            for token, expected in zip(["nonsense", *self.asking.refused], ({401}, {401}, {401, 403}), strict=True):
                status, _ = ask(server, "GET", path, token)
                if status not in expected:
                    self.found.setdefault(("tokens", server.name), []).append(f"a token got {status}")

    def speaks_against(self, scenario: str, rival: str) -> list[str]:
        looked_at = "detail" if scenario == "hot" else scenario
        return [*self.found.get((looked_at, rival), ()), *self.found.get(("tokens", rival), ())]
