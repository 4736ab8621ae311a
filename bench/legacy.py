"""The older gallery moves in: 20,000 designs, 5,000 people, 100,000 hearts, as a dump in SQL.

    python -m bench.legacy [--designs 20000] [--people 5000] [--hearts 100000] [--database postgresql://...]

Imports the dump in a process of its own, into SQLite or into an empty database that is named, and prints seconds and
the peak of the process; then once more, which must change nothing. The pictures are files in a local folder.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ENVIRONMENT": "test", "ENV_FILE": os.devnull}
os.environ.setdefault("LOG_LEVEL", "WARNING")

ROOT = Path(__file__).resolve().parent.parent
HASH = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"
STORY = "Woven by hand in Varanasi; it's soft, and the border\nholds for years. " * 4
VALUES = {
    "category": ["saree", "Lehenga", "kurta", "sherwani", "Salwar Kameez", "saari"],
    "style": ["Traditional", "modern", "Festive look", ""],
    "colour": ["red", "laal", "Blue", "Maroon, Gold", "Peacock Blue"],
    "fabric": ["silk", "Georgete", "cotton", "Chiffon"],
    "occasion": ["wedding", "haldi", "Diwali", "Party"],
    "season": ["summer", "Winter", "All Season"],
}


def dump(path: Path, *, designs: int, people: int, hearts: int) -> Path:
    from config.testing.legacy import SCHEMA

    chance = random.Random(1)  # noqa: S311 - to be repeated, not to be secret
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("PRAGMA defer_foreign_keys=TRUE;\n" + SCHEMA)
        file.writelines(
            f'INSERT INTO "{row.partition(" ")[0]}" VALUES({row.partition(" ")[2]});\n'
            for row in (
                *persons(people),
                *garments(chance, designs),
                *kept(chance, designs, people, hearts),
                "app_settings 'maintenance_mode','false',''",
            )
        )
    return path


def persons(people: int) -> Iterator[str]:
    for number in range(1, people + 1):
        yield f"users {number},'Person {number}','{HASH}',{int(number < 4)},{int(number % 9 > 0)},{days(number)}"  # noqa: PLR2004


def garments(chance: random.Random, designs: int) -> Iterator[str]:
    for number in range(1, designs + 1):
        said = {name: chance.choice(values) for name, values in VALUES.items()}
        texts = [f"{said['colour']} {said['fabric']} {said['category']} {number}", STORY, "Soft", STORY, key(number)]
        shown = ["S-XL", f"₹{chance.randint(1, 90)},000 - 1 lakh", "silk,handmade"]
        head = ",".join(map(quoted, [*texts, *list(said.values())[:5], *shown]))
        tail = f"{int(number % 50 == 0)},'active',{number % 999},3,'Maker {number % 300}','Line {number % 20}'"
        yield f"designs {number},{head},{tail},{quoted(said['season'])},{days(number)}"


def kept(chance: random.Random, designs: int, people: int, hearts: int) -> Iterator[str]:
    """Most of them on few designs."""
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < hearts:
        pairs.add((chance.randint(1, people), int(designs * chance.random() ** 3) + 1))
    for number, (user, design) in enumerate(pairs, start=1):
        yield f"user_favorites {number},{user},{design},'2024-05-0{number % 9 + 1} 10:00:00'"


def key(number: int) -> str:
    return f"designs/2024/{number % 100:02}/{number}.jpg"


def days(number: int) -> str:
    moment = f"'2024-{number % 12 + 1:02}-{number % 28 + 1:02} 08:00:00'"
    return f"{moment},{moment}"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def pictures(folder: Path, designs: int) -> None:
    for number in range(1, designs + 1):
        path = folder / key(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--hearts", type=int, default=100_000)
    parser.add_argument("--database", default="", help="an empty one; SQLite by default")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gallery-bench-") as where:
        env = {**os.environ, "DATA_DIR": where, **({"DATABASE_URL": asked.database} if asked.database else {})}
        file = dump(Path(where, "gallery.sql"), designs=asked.designs, people=asked.people, hearts=asked.hearts)
        pictures(Path(where, "pictures"), asked.designs)
        print(f"a dump of {file.stat().st_size / 2**20:.0f} MB")
        manage(env, "migrate", "-v0")
        manage(env, "create_admin")
        for turn in ("first", "again"):
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            manage(env, "import_legacy", str(file), "-v0")
            took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            peak = after.ru_maxrss / 1024  # of the largest child so far
            print(f"{turn}: {took:.1f} s by the clock, {cpu:.1f} s of CPU, peak {peak:.0f} MB")


def manage(env: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    main()
