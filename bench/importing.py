"""Catalogue files coming in: rows without pictures, and photos against their pipeline alone.

    python -m bench.importing [rows] [photos] [--rows 10000 50000] [--photos 500] [--database postgresql://...]

`rows` imports files of so many rows, each in a process and a database of its own (an empty database must be named for
PostgreSQL; it is used for the first file only), and prints time and the peak of the process. `photos` imports so many
rows with a 12-megapixel photo each; in turns the same photos go through the pipeline alone, on as many threads.
"""

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ENVIRONMENT": "test", "ENV_FILE": os.devnull}
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="gallery-bench-"))
os.environ.setdefault("LOG_LEVEL", "WARNING")

ROOT = Path(__file__).resolve().parent.parent
THREADS = 2
ROUNDS = 3
HEADER = [
    *("id", "title", "pictures", "category", "colours", "fabrics", "occasions", "crafts", "audience", "price"),
    *("designer", "collection", "tags", "size"),
]


def catalogue(path: Path, rows: int, *, pictures: bool = False, first: int = 0) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(lines(rows, pictures=pictures, first=first))
    return path


def lines(rows: int, *, pictures: bool, first: int) -> Iterator[list[str]]:
    chance = random.Random(1)  # noqa: S311 - to be repeated, not to be secret
    for number in range(first, first + rows):
        colour, fabric = (
            chance.choice(["red", "laal", "Blue", "maroon"]),
            chance.choice(["silk", "cotton", "georgette"]),
        )
        garment = chance.choice(["saree", "lehnga", "kurta", "sherwani"])
        yield [
            f"R{number}",
            f"{colour.title()} {fabric} {garment} {number}",
            f"{number}.jpg" if pictures else "",
            garment,
            f"{colour} | gold",
            fabric,
            " | ".join(chance.sample(["wedding", "haldi", "sangeet", "diwali"], 2)),
            chance.choice(["zardozi", "bandhani", "chikankari"]),
            "women",
            f"₹{chance.randint(1, 90)},000",
            f"Maker {chance.randint(1, 300)}",
            f"Line {chance.randint(1, 20)}",
            "festive, handmade",
            "S-XL",
        ]


# --- Rows ---------------------------------------------------------------------------------------------------------
def rows(sizes: list[int], database: str) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory() as where:
            path = catalogue(Path(where, "catalogue.csv"), size)
            env = {**os.environ, "DATA_DIR": where, **({"DATABASE_URL": database} if database else {})}
            manage = [sys.executable, "manage.py"]
            subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=env, check=True)
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run([*manage, "import_designs", str(path), "-v0"], cwd=ROOT, env=env, check=True)
            took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            peak = after.ru_maxrss / 1024  # of the largest child so far: sizes go upwards
            print(f"{size:7,} rows: {took:6.1f} s by the clock, {cpu:6.1f} s of CPU, peak {peak:4.0f} MB")
        database = ""


# --- Photos -------------------------------------------------------------------------------------------------------
def photos(how_many: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.photo import photo

    call_command("migrate", verbosity=0)
    share = max(1, how_many // ROUNDS)
    whole, alone = 0.0, 0.0
    for turn in range(ROUNDS):
        with tempfile.TemporaryDirectory() as where:
            paths = [Path(where, f"{turn * share + n}.jpg") for n in range(share)]
            for path in paths:
                path.write_bytes(marked(photo(), path.name))
            file = catalogue(Path(where, "catalogue.csv"), share, pictures=True, first=turn * share)
            alone += pipeline([marked_again(path) for path in paths])
            started = time.perf_counter()
            call_command("import_designs", str(file), images=Path(where), workers=THREADS, verbosity=0)
            whole += time.perf_counter() - started
    total = share * ROUNDS
    print(f"{total} photos of 12 megapixels: {whole:.1f} s imported, {alone:.1f} s by the pipeline alone")
    print(f"  {whole / alone:.2f} x, {whole / total:.2f} s a row")


def marked(data: bytes, name: str) -> bytes:
    """Other bytes, the same picture: a comment behind the first marker."""
    comment = name.encode()
    return data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + data[2:]


def marked_again(path: Path) -> bytes:
    return marked(path.read_bytes(), "alone")


def pipeline(files: list[bytes]) -> float:
    from django.db import connections

    from uploads import services

    def store(data: bytes) -> None:
        services.store(data, category="designs", by=None)
        connections.close_all()

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(store, files))
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=["rows", "photos"], help="both when nothing is said")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--database", default="", help="an empty one; SQLite by default")
    asked = parser.parse_args()
    if "rows" in asked.what:
        rows(sorted(asked.rows), asked.database)
    if "photos" in asked.what:
        photos(asked.photos)


if __name__ == "__main__":
    main()
