"""`make test`: every lane that this machine can run, and a loud line for each that it cannot.

    python -m config.testing.run [LANE ...] [-- arguments for pytest]

With CI=true a missing lane fails; with COVER=1 the coverage of all lanes is shown at the end.
"""

import contextlib
import importlib.util
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from config.testing import fleet, postgres, s3
from config.testing.browser import chromium

ON_BOTH = "(not once or both) and not plain and not fleet and not browser"
LANES = {
    "plain": "plain",
    "sqlite": f"{ON_BOTH} and not drill and not server",
    "postgres": f"{ON_BOTH} and not drill and not server",
    "once": "once and not both and not plain",
    "drills": f"{ON_BOTH} and (drill or server)",
    "drills-pg": f"{ON_BOTH} and (drill or server)",
    "fleet": "fleet",
    "browser": "browser",
}
ON_POSTGRES = {"postgres", "once", "drills-pg", "fleet"}
APART = re.compile(r"^pytestmark = .*mark\.(once|drill|server|browser|fleet)\b", re.MULTILINE)
UNCOVERED = {"drills", "fleet", "browser"}  # what they run is run by others, too
COVER = os.environ.get("COVER", "") == "1"
# Each worker would compile every test anew where the shell says PYTHONDONTWRITEBYTECODE.
COMPILED_ONCE = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(postgres.ROOT / "var" / "pycache")}
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


@dataclass
class Outcome:
    lane: str
    state: str  # passed, failed, missing
    seconds: float = 0.0
    why: str = ""


@contextlib.contextmanager
def ready(lane: str) -> Iterator[tuple[dict[str, str], str]]:
    """The variables a lane needs, or why it cannot run."""
    why = {"fleet": fleet.missing, "browser": missing_browser}.get(lane, str)()
    if why or lane not in ON_POSTGRES:
        yield {}, why
        return
    with postgres.server() as url:
        missing = "no server given (TEST_POSTGRES_URL), none on this machine, and no programs: apt install postgresql"
        yield ({"TEST_DATABASE_URL": url} if url else {}), "" if url or lane == "once" else missing


def missing_browser() -> str:
    there = chromium() and importlib.util.find_spec("playwright")
    return "" if there else "no Chromium found: apt install chromium, or set CHROMIUM=/path"


def arguments(lane: str) -> list[str]:
    if lane == "fleet":
        return ["-m", LANES[lane]]
    cover = ["--cov", "--cov-report="] if COVER and lane not in UNCOVERED else []
    # Between the databases a file stays with one worker: what it makes for all its tests is made once.
    quick = ["--dist", "loadfile", *apart()] if lane in {"sqlite", "postgres"} else ["--dist", "loadgroup"]
    return ["-m", LANES[lane], "-n", "2", *quick, *cover]


def apart() -> list[str]:
    """Modules that say that they belong to other lanes: to read them takes as long as to run many tests."""
    texts = {path: path.read_text("utf-8") for path in sorted(postgres.ROOT.glob("*/tests/test_*.py"))}
    return [f"--ignore={path}" for path, text in texts.items() if APART.search(text) and "mark.both" not in text]


def run(lane: str, more: list[str]) -> Outcome:
    print(f"\n=== {lane} lane", flush=True)
    with ready(lane) as (variables, why):
        if why:
            return Outcome(lane, "missing", why=why)
        started = time.monotonic()
        env = {**os.environ, **COMPILED_ONCE, "COVERAGE_FILE": f".coverage.{lane}", **variables}
        done = subprocess.run([sys.executable, "-m", "pytest", *arguments(lane), *more], env=env, check=False)
        return Outcome(lane, "passed" if done.returncode == 0 else "failed", time.monotonic() - started)


def missing_servers(lanes: list[str]) -> list[Outcome]:
    """What the tests in these lanes had to do without."""
    wanted = set(lanes) != {"browser"}
    return [Outcome("s3", "missing", why=s3.MISSING)] if wanted and not s3.rclone() else []


def show_coverage() -> None:
    combine = [sys.executable, "-m", "coverage", "combine", "--quiet"]
    subprocess.run(combine, check=False, capture_output=True)
    subprocess.run([sys.executable, "-m", "coverage", "report"], check=False)


def main() -> int:
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    lanes, more = words[:cut] or list(LANES), words[cut + 1 :]
    if unknown := set(lanes) - set(LANES):
        sys.exit(f"There is no lane {', '.join(sorted(unknown))}; there are {', '.join(LANES)}.")
    outcomes = [run(lane, more) for lane in lanes] + missing_servers(lanes)
    if COVER:
        show_coverage()
    print()
    for outcome in outcomes:
        note = f"{outcome.seconds:5.1f} s" if outcome.state != "missing" else f"NOT RUN: {outcome.why}"
        print(f"{outcome.lane:9} {outcome.state:8} {note}")
    bad = {"failed", "missing"} if IN_CI else {"failed"}
    return int(any(outcome.state in bad for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
