"""Ours and its rivals on the same database, in turns, on this machine: `make bench`.

    python -m bench.against [--designs 100000] [--rounds 5] [--seconds 2] [--connections 16]
        [--only list,unlike,first,detail,hearts] [--keep postgresql://...] [--json FILE] [--memory]

Makes a PostgreSQL database of its own, fills it, starts the servers, sees whether all of them answer the same, and
drives them one after the other, round after round. A database named with --keep is filled when it is empty, and stays.
What the rivals do and do not: bench/rivals/README.md.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import asking, pocket, small, standing
from bench.agreeing import Agreement, ask
from bench.asking import SCENARIOS, Asking
from bench.driving import Driver, Told
from bench.standing import Meter, Server

FOLDED_AFTER = 11  # seconds: ours adds up the views of ten at once, and that is its work, too
PATIENCE = 1_500  # ms
WARM, WARM_UNITS = 1.0, 1_000  # before anything is measured: seconds, and from there to the end
TAKES_PART = {pocket.NAME: pocket.SCENARIOS, small.NAME: small.SCENARIOS}  # the others in everything
COLUMNS = ("requests/s", "p50 ms", "p99 ms", "CPU ms", "database ms", "CPU in all")


@dataclass
class Score:
    """Of one server in one scenario."""

    runs: list[Told] = field(default_factory=list)
    app: float = 0.0  # CPU seconds over all rounds, and what it did between them
    database: float = 0.0

    def is_known(self) -> bool:
        """Whoever takes so long for an answer is heard twice, not in every round."""
        return len(self.runs) > 1 and min(run.p50 for run in self.runs) > PATIENCE

    def figures(self) -> dict[str, float]:
        requests = sum(run.requests for run in self.runs)
        app, database = (1_000 * cpu / requests for cpu in (self.app, self.database))
        rates = [run.requests / run.seconds for run in self.runs]
        waits = [[run.p50 for run in self.runs], [run.p99 for run in self.runs]]
        medians = map(statistics.median, [rates, *waits])
        return dict(zip(COLUMNS, [*medians, app, database, app + database], strict=True))


class Contest:
    def __init__(self, servers: list[Server], driver: Driver, url: str, agreement: Agreement) -> None:
        self.servers, self.driver, self.agreement = servers, driver, agreement
        self.meter = Meter(url)

    def in_it(self, scenario: str) -> list[Server]:
        return [one for one in self.servers if scenario in TAKES_PART.get(one.name, SCENARIOS)]

    def warm(self, scenarios: list[str]) -> None:
        for scenario in scenarios:
            for server in self.in_it(scenario):
                self.driver.run(server.port, its_name(scenario, server), asking.UNITS - WARM_UNITS, WARM)

    def hold(self, scenario: str, rounds: int, seconds: float) -> dict[str, Score]:
        servers = self.in_it(scenario)
        scores = {server.name: Score() for server in servers}
        before = self.spent()
        for number in range(rounds):
            turn = number % len(servers)
            for server in [*servers[turn:], *servers[:turn]]:
                if scores[server.name].is_known():
                    continue
                start = number * asking.UNITS // rounds
                told = self.driver.run(server.port, its_name(scenario, server), start, seconds, self.meter.look)
                complain(server, scenario, told)
                scores[server.name].runs.append(told)
        if scenario in {"detail", "hot"}:
            time.sleep(FOLDED_AFTER)
        after = self.spent()
        for name, score in scores.items():
            score.app, score.database = (end - start for start, end in zip(before[name], after[name], strict=True))
        return scores

    def spent(self) -> dict[str, tuple[float, float]]:
        return {one.name: (standing.of_tree(one.process.pid), self.meter.of(one.name)) for one in self.servers}


def its_name(scenario: str, server: Server) -> str:
    return f"{scenario}@{server.name}" if server.name == pocket.NAME else scenario


def complain(server: Server, scenario: str, told: Told) -> None:
    if told.refused:
        print(f"  !! {server.title}, {scenario}: refused {told.refused} of {told.requests}")


# --- Telling ----------------------------------------------------------------------------------------------------------
def show(scenario: str, scores: dict[str, Score], agreement: Agreement) -> dict[str, Any]:
    figures = {name: score.figures() for name, score in scores.items()}
    print(f"\n{SCENARIOS[scenario]}\n  {'':34}{''.join(f'{name:>13}' for name in COLUMNS)}")
    for name, row in figures.items():
        print(f"  {standing.NAMES[name]:34}{''.join(map(cell, row.values()))}")
    rivals = [name for name in figures if name not in {"ours", small.NAME}]
    for own, rival in [(own, rival) for own in ("ours", small.NAME) if own in figures for rival in rivals]:
        title = f"{standing.NAMES[own]} / {standing.NAMES[rival]}"
        if against := agreement.speaks_against(scenario, rival) + agreement.speaks_against(scenario, own):
            print(f"  {title:34}  no ratio, the answers differ ({len(against)}): {against[0]}")
            continue
        print(f"  {title:34}{''.join(ratio(figures[own], figures[rival], name) for name in COLUMNS)}")
    return figures


def cell(value: float) -> str:
    return f"{value:13.2f}" if value else f"{'-':>13}"


def ratio(own: dict[str, float], rivals: dict[str, float], column: str) -> str:
    return f"{own[column] / rivals[column]:12.2f}x" if rivals[column] and own[column] else cell(0)


# --- Putting it together ----------------------------------------------------------------------------------------------
@contextlib.contextmanager
def all_standing(names: list[str], env: dict[str, str], url: str, token: str) -> Iterator[list[Server]]:
    uncounted = standing.tune(url)
    if not uncounted:
        print("Not a superuser of this database: rivals would count hearts twice, so hearts get no ratio.")
    names = [name for name in names if name != pocket.NAME]
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(standing.running(name, its_own(name, env, url), url, token, uncounted=uncounted))
            for name in names
        ]


def its_own(name: str, env: dict[str, str], url: str) -> dict[str, str]:
    if name != small.NAME:
        return env
    own = env | small.environment(env["DATA_DIR"])
    small.copy(url, os.environ | own)
    return own


def prepare(asked: argparse.Namespace, url: str) -> tuple[dict[str, str], Asking]:
    env = standing.environment(url)
    os.environ.update(env)
    import django

    django.setup()
    started = time.perf_counter()
    if not filled():
        standing.fill(asked.designs, asking.PEOPLE, asked.hearts)
        print(f"Filled with {asked.designs:,} designs in {time.perf_counter() - started:.0f} s.")
    else:
        forget_views()
    return env, asking.everything(seed=7, hot="hot" in getattr(asked, "only", ""))


def forget_views() -> None:
    """Of an earlier run, or nobody's view would count within the hour."""
    from designs import views_counter
    from designs.models import View

    views_counter.fold()
    View.objects.all().delete()


def filled() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('designs_design') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
    from designs.models import Design

    return Design.objects.exists()


def compete(asked: argparse.Namespace, url: str) -> dict[str, Any]:
    env, questions = prepare(asked, url)
    names = asked.servers.split(",")
    with contextlib.ExitStack() as stack:
        servers = stack.enter_context(all_standing(names, env, url, questions.tokens[0]))
        if pocket.NAME in names:
            servers.append(stack.enter_context(pocket.running(env["DATA_DIR"], questions)))
        driver = Driver(questions.write(env["DATA_DIR"]), asked.connections)
        try:
            return measure(asked, servers, driver, Agreement(questions, url), url)
        finally:
            driver.close()


def measure(
    asked: argparse.Namespace, servers: list[Server], driver: Driver, agreement: Agreement, url: str
) -> dict[str, Any]:
    scenarios = [name for name in SCENARIOS if name in asked.only.split(",")]
    for server in servers:
        standing.wait_until_quiet(server)
    size = len(json.dumps(ask(servers[0], "GET", "/api/designs", agreement.asking.tokens[0])[1]))
    most = driver.ceiling("list", size, asked.seconds)
    print(
        f"The driver takes {most.requests / most.seconds:,.0f} answers/s of {size // 1000} KB"
        " from a server that does nothing."
    )
    agreement.check(servers)
    tell(agreement)
    contest = Contest(servers, driver, url, agreement)
    contest.warm(scenarios)
    print(
        f"{asked.rounds} rounds of {asked.seconds} s in turns, {asked.connections} connections, "
        f"{standing.WORKERS} processes each. Medians over the rounds; CPU over all of them, per request."
    )
    if not contest.meter.works:
        print("The database runs on another machine: its CPU is not known.")
    return {name: show(name, contest.hold(name, asked.rounds, asked.seconds), agreement) for name in scenarios}


def tell(agreement: Agreement) -> None:
    for (scenario, name), found in agreement.found.items():
        if found:
            print(f"  !! {scenario}: {standing.NAMES[name]} answers differently ({len(found)}):")
            print("".join(f"       {each}\n" for each in found[:3]), end="")
    if not any(agreement.found.values()):
        print("All answers are equal: lists, designs, hearts, cursors, refused tokens (PocketBase: the facts it has).")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=100_000)
    parser.add_argument("--hearts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--only", default=",".join(SCENARIOS))
    parser.add_argument("--servers", default=",".join(standing.NAMES), help="ours comes first")
    parser.add_argument("--keep", default="", help="a database that is filled when it is empty, and stays")
    parser.add_argument("--json", default="", help="also write the figures there")
    parser.add_argument("--memory", action="store_true", help="only: ours before and after so many --requests")
    parser.add_argument("--requests", type=int, default=100_000)
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    if not standing.RIVALS_PYTHON.exists() and not asked.memory:
        sys.exit("The rivals have no environment yet: make bench, or .ci/venv .venv/bench requirements-bench.txt")
    with standing.database(asked.keep) as url:
        if asked.memory:
            from bench import growing

            env, questions = prepare(asked, url)
            figures = growing.memory(env, url, questions, asked.requests)
        else:
            figures = compete(asked, url)
    if asked.json:
        Path(asked.json).write_text(json.dumps(figures, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
