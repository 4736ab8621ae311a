"""A 12-megapixel photo becomes a gallery picture, and a server under a thousand bad ones.

    python -m bench.pictures [render] [memory] [bad] [together]

`render` compares CPU time with plain Pillow, interleaved, medians of seven; `memory` the peak of a process of its own.
`bad` sends 1,000 bad files to a running server, `together` eight photos at once.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.testing.servers import Server

os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ENVIRONMENT": "test", "ENV_FILE": os.devnull}
if not os.environ.get("BENCH_KEPT"):
    os.environ |= {"DATA_DIR": tempfile.mkdtemp(prefix="gallery-bench-"), "BENCH_KEPT": "1"}

ROUNDS = 7
BAD_FILES = 1_000


# --- The contenders ---------------------------------------------------------------------------------------------
def ours(data: bytes) -> object:
    from uploads import variants

    return variants.render(data)


def ours_without_full(data: bytes) -> object:
    """What the full image costs: the same, its encoding left out."""
    from uploads import variants

    encoded = variants.encoded
    first: list[object] = []

    def spared(image: object) -> bytes:
        if first:
            return encoded(image)  # type: ignore[arg-type]
        first.append(image)
        return b""

    variants.encoded = spared
    try:
        return variants.render(data)
    finally:
        variants.encoded = encoded


def plain(data: bytes, longest: int = 2016) -> object:
    """Plain Pillow: each size from the full image, WebP at its default effort; the same sizes, hash and colour."""
    import io

    import thumbhash
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data)) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGB")
    made = []
    for width in (longest, 1280, 640, 320):
        small = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=80)
        made.append(buffer.getvalue())
    tiny = image.copy()
    tiny.thumbnail((48, 48))
    thumbhash.rgba_to_thumb_hash(*tiny.size, list(tiny.convert("RGBA").tobytes()))
    tiny.quantize(8).getcolors()
    return made


def plain_2560(data: bytes) -> object:
    return plain(data, 2560)


CONTENDERS: dict[str, Callable[[bytes], object]] = {
    "ours": ours,
    "ours without the full image": ours_without_full,
    "plain Pillow, same sizes": plain,
    "plain Pillow, full at 2560": plain_2560,
}
RIVAL = "plain Pillow, same sizes"


def set_up() -> None:
    """Django without a database: the switches have their defaults."""
    import django

    django.setup()
    from config import switches

    switches._cached = (time.monotonic() + 1e9, switches.Switches(**switches._defaults()))


# --- CPU time ---------------------------------------------------------------------------------------------------
def render() -> None:
    from bench.photo import photo

    set_up()
    data = photo()
    times: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(ROUNDS):
        for name, contender in CONTENDERS.items():
            started = time.process_time()
            contender(data)
            times[name].append(time.process_time() - started)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"CPU seconds for one 12-megapixel JPEG of {len(data) / 1e6:.1f} MB, median of {ROUNDS}:")
    for name, seconds in medians.items():
        print(f"  {name:30} {seconds:6.3f} s   {seconds / medians[RIVAL]:5.2f} x")
    sizes()


def sizes() -> None:
    from bench.photo import photo
    from uploads import variants

    made = variants.render(photo())
    mine = [len(made.full), *(len(data) for _, data in sorted(made.variants.items(), reverse=True))]
    theirs = [len(data) for data in plain(photo())]  # type: ignore[attr-defined]
    print(f"Files: full image {made.width} x {made.height}; each beside plain Pillow's:")
    print("  " + ", ".join(f"{a / 1024:.0f} KB ({a / b - 1:+.0%})" for a, b in zip(mine, theirs, strict=True)))


# --- Peak memory ------------------------------------------------------------------------------------------------
def memory() -> None:
    from bench.photo import photo

    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(photo())
        file.flush()
        peaks = {name: statistics.median(peak(name, file.name) for _ in range(3)) for name in CONTENDERS}
    print("Peak memory above the idle process, each in a process of its own, median of 3:")
    for name, megabytes in peaks.items():
        print(f"  {name:30} {megabytes:6.1f} MB  {megabytes / peaks[RIVAL]:5.2f} x")


def peak(name: str, path: str) -> float:
    command = [sys.executable, "-m", "bench.pictures", "--peak-of", name, path]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def tell_peak(name: str, path: str) -> None:
    from bench.photo import photo

    set_up()
    data = Path(path).read_bytes()
    CONTENDERS[name](photo((640, 480)))  # imports and codecs are warm
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark starts here
    before = memory_of(os.getpid(), "VmRSS")
    CONTENDERS[name](data)
    print(memory_of(os.getpid(), "VmHWM") - before)


def memory_of(pid: int, what: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024


# --- A running server -------------------------------------------------------------------------------------------
class Curator:
    """Signed in at a running server, sending files."""

    def __init__(self, url: str) -> None:
        self.url = url
        body = {"username": "meera", "password": "kanjeevaram-42"}
        answer = self.send("/api/auth/login", json_bytes(body), "application/json")
        self.token = str(answer[1]["access_token"])

    def upload(self, data: bytes) -> tuple[int, dict[str, object]]:
        edge = uuid.uuid4().hex
        head = f"--{edge}\r\nContent-Disposition: form-data; name=file; filename=x.jpg\r\n\r\n"
        body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
        return self.send("/api/upload/image", body, f"multipart/form-data; boundary={edge}")

    def send(self, path: str, body: bytes, kind: str) -> tuple[int, dict[str, object]]:
        import json
        import urllib.error
        import urllib.request

        headers = {"Content-Type": kind}
        if hasattr(self, "token"):
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.url + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def json_bytes(value: object) -> bytes:
    import json

    return json.dumps(value).encode()


def serving() -> AbstractContextManager["Server"]:
    from config.testing.servers import running

    return running(WEB_CONCURRENCY="1", LOG_LEVEL="WARNING", LIMIT_CURATING="100000", LIMIT_STANDARD="100000")


def worker_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return int(children[0])


def bad() -> None:
    set_up()
    from uploads.tests import hostile

    files = [made for odd in hostile.IMAGES.values() if odd.refused and len(made := odd.make()) < 12 * 2**20]
    with serving() as server:
        curator, worker = Curator(server.url), worker_of(server.process.pid)
        [curator.upload(data) for data in files]
        before, slowest = memory_of(worker, "VmRSS"), 0.0
        statuses: dict[str, int] = {}
        for number in range(BAD_FILES):
            started = time.perf_counter()
            status, answer = curator.upload(files[number % len(files)])
            slowest = max(slowest, time.perf_counter() - started)
            told = f"{status} {answer['error']}"
            statuses[told] = statuses.get(told, 0) + 1
        after = memory_of(worker, "VmRSS")
        left = [path for path in (server.data / "pictures").rglob("*") if path.is_file()]
    print(f"{BAD_FILES} bad files of {len(files)} kinds: {statuses}")
    print(f"  slowest {slowest:.2f} s, memory {before:.0f} -> {after:.0f} MB, objects left {len(left)}")


def together() -> None:
    from bench.photo import TWELVE_MEGAPIXELS, huge, photo

    eight_at_once("photos of 12 megapixels", [photo(TWELVE_MEGAPIXELS, seed) for seed in range(8)])
    eight_at_once("PNGs of 50 megapixels", [huge(seed) for seed in range(8)])


def eight_at_once(what: str, photos: list[bytes]) -> None:
    with serving() as server:
        curator, worker = Curator(server.url), worker_of(server.process.pid)
        before, answers = memory_of(worker, "VmRSS"), []
        threads = [threading.Thread(target=lambda d=data: answers.append(curator.upload(d))) for data in photos]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(f"8 {what} at once to one worker: {[status for status, _ in answers]}")
        print(f"  memory {before:.0f} MB idle, {memory_of(worker, 'VmHWM'):.0f} MB at most")


PARTS = {"render": render, "memory": memory, "bad": bad, "together": together}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them by default")
    parser.add_argument("--peak-of", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.peak_of:
        tell_peak(*asked.peak_of)
        return
    for name in asked.parts or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
