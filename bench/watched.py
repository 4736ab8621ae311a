"""What figures and logs cost a whole server: two of ours in turns, one with both and one with neither.

    python -m bench.watched [--designs 20000] [--rounds 15] [--seconds 3] [--keep postgresql://...]

CPU of a request counts as elsewhere: the server's processes and its backends of the database. `bench.watching` looks at
the application alone. Told are the medians, of the ratios with the middle half of the rounds.
"""

import argparse
import contextlib
import statistics
from collections.abc import Iterator

from bench import against, asking, standing
from bench.driving import Driver
from bench.standing import Meter, Server

SCENARIOS = ("first", "list", "detail")
WATCHED = {"LOG_LEVEL": "INFO", "METRICS_TOKEN": "m" * 40}
MOST = 1.05  # wanted


class Bench:
    def __init__(self, servers: list[Server], driver: Driver, url: str, seconds: float) -> None:
        self.servers, self.driver, self.seconds, self.meter = servers, driver, seconds, Meter(url)

    def cost(self, server: Server, scenario: str, start: int) -> float:
        """Milliseconds of CPU for a request."""
        before = self.spent(server)
        told = self.driver.run(server.port, scenario, start, self.seconds, self.meter.look)
        against.complain(server, scenario, told)
        return 1_000 * (self.spent(server) - before) / told.requests

    def spent(self, server: Server) -> float:
        return standing.of_tree(server.process.pid) + self.meter.of(server.name)

    def rounds(self, scenario: str, many: int) -> Iterator[tuple[float, float]]:
        """Without and with."""
        for number in range(many):
            turns = self.servers if number % 2 else self.servers[::-1]
            found = {one.port: self.cost(one, scenario, number * asking.UNITS // many) for one in turns}
            yield found[self.servers[0].port], found[self.servers[1].port]


def show(scenario: str, found: list[tuple[float, float]]) -> None:
    plain, watched = (statistics.median(column) for column in zip(*found, strict=True))
    low, middle, high = statistics.quantiles([one / other for other, one in found], n=4)
    print(f"{scenario:8} {plain:6.2f} ms, with both {watched:6.2f} ms, {middle:.3f} x ({low:.3f} to {high:.3f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=20_000)
    parser.add_argument("--hearts", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--keep", default="", help="a database that is filled when it is empty, and stays")
    asked = parser.parse_args()
    with standing.database(asked.keep) as url, contextlib.ExitStack() as stack:
        env, questions = against.prepare(asked, url)
        ways = [env, env | WATCHED]
        servers = [stack.enter_context(standing.running("ours", way, url, questions.tokens[0])) for way in ways]
        driver = Driver(questions.write(env["DATA_DIR"]), asked.connections)
        stack.callback(driver.close)
        bench = Bench(servers, driver, url, asked.seconds)
        stack.callback(bench.meter.close)
        for server in servers:
            standing.wait_until_quiet(server)
        for scenario in SCENARIOS:
            for server in servers:
                bench.cost(server, scenario, asking.UNITS - 2_000)
            show(scenario, list(bench.rounds(scenario, asked.rounds)))
    print(f"Wanted: at most {MOST:.2f} x.")


if __name__ == "__main__":
    main()
