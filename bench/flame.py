"""Where the time of a list request goes: writes docs/flame.svg, to be opened in a browser.

    python -m bench.flame [--door "first page"] [--seconds 10] [--out docs/flame.svg]

py-spy (in .venv/bench) looks at a process that answers nothing but this door, a thousand times a second. Names of
functions are as wide as the share of time that was spent in them; hover to read, click to zoom.
"""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

from bench import inside
from bench.inside import Inside
from bench.standing import RIVALS_PYTHON, ROOT

LOOKER = RIVALS_PYTHON.with_name("py-spy")
RATE = 1_000
TITLE = re.compile(r"[^<>]*py-spy record[^<>]*")
PACKAGES = re.compile(r"[^\s<>]*/site-packages/")


def answer(door: str, seconds: float) -> None:
    inside.set_up()
    gallery = Inside()
    asks = inside.doors(gallery.user)[door]
    gallery.ask(next(asks))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        gallery.ask(next(asks))


def record(door: str, seconds: float, out: Path) -> None:
    if not LOOKER.exists():
        sys.exit("py-spy is not there: make bench, or .ci/venv .venv/bench requirements-bench.txt")
    command = [sys.executable, "-m", "bench.flame", "--answer", "--door", door, "--seconds", str(seconds + 2)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout  # noqa: S101 - it was asked for
        if process.stdout.readline() != "ready\n":
            sys.exit("The gallery did not answer.")
        look = [
            "--pid",
            str(process.pid),
            "--duration",
            str(round(seconds)),
            "--rate",
            str(RATE),
            "--gil",
            "--function",
        ]
        subprocess.run([str(LOOKER), "record", *look, "--format", "flamegraph", "--output", str(out)], check=True)
        process.kill()
    tidy(out, door)


def tidy(out: Path, door: str) -> None:
    """Paths of this machine say nothing to others."""
    text = TITLE.sub(f"CPU of a request: {door}", out.read_text(encoding="utf-8"))
    out.write_text(PACKAGES.sub("", text).replace(f"{ROOT}/", ""), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--door", default="first page", help="one of bench.inside.doors")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "flame.svg")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.answer:
        answer(asked.door, asked.seconds)
    else:
        record(asked.door, asked.seconds, asked.out)
        print(f"Written to {asked.out}.")


if __name__ == "__main__":
    main()
