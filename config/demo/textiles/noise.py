"""Seeded noise. Pillow's own effect_noise cannot be seeded."""

import random

from PIL import Image

BICUBIC = Image.Resampling.BICUBIC


def stream(seed: int, name: str) -> random.Random:
    """One stream of chance for each purpose, so a change in one leaves the others."""
    return random.Random(f"{seed}:{name}")  # noqa: S311


def clouds(
    rng: random.Random, size: tuple[int, int], cells: tuple[int, int], low: int = 0, high: int = 255
) -> Image.Image:
    """Soft blotches of `cells` across and down, valued low to high."""
    small = Image.frombytes("L", cells, rng.randbytes(cells[0] * cells[1]))
    ramp = [round(low + (high - low) * value / 255) for value in range(256)]
    return small.resize(size, BICUBIC).point(ramp)


def seamless(rng: random.Random, side: int, cells: tuple[int, int], low: int, high: int) -> Image.Image:
    """A square of clouds that joins itself on every side."""
    small = Image.frombytes("L", cells, rng.randbytes(cells[0] * cells[1]))
    wide = Image.new("L", (cells[0] + 4, cells[1] + 4))
    for dx in (2 - cells[0], 2, 2 + cells[0]):
        for dy in (2 - cells[1], 2, 2 + cells[1]):
            wide.paste(small, (dx, dy))
    table = ramp([low, high])
    return wide.resize((side, side), BICUBIC, box=(2, 2, 2 + cells[0], 2 + cells[1])).point(table)


def weave(rng: random.Random, k: float) -> Image.Image:
    """Warp and weft: a seamless square of fine threads both ways, around 128."""
    side = max(16, round(480 * k))
    fine, long = max(4, int(side / max(1, 1.4 * k))), 10
    warp = seamless(rng, side, (fine, long), 92, 164)
    weft = seamless(rng, side, (long, fine), 92, 164)
    return Image.blend(warp, weft, 0.5)


def thread(rng: random.Random, k: float, tones: tuple[tuple[int, int, int], ...]) -> Image.Image:
    """Metal thread: a seamless square of short glinting stitches under a slow shimmer."""
    side = max(16, round(480 * k))
    stitches = seamless(rng, side, (68, max(4, int(side / max(1.0, 1.7 * k)))), 20, 235)
    shimmer = seamless(rng, side, (5, 8), 30, 225)
    light = Image.blend(stitches, shimmer, 0.42)
    return Image.merge("RGB", [light.point(ramp([tone[band] for tone in tones])) for band in range(3)])


def ramp(stops: list[int]) -> list[int]:
    """A table of 256 values running through the stops."""
    parts = len(stops) - 1
    table = []
    for value in range(256):
        at = value / 255 * parts
        index = min(int(at), parts - 1)
        table.append(round(stops[index] + (stops[index + 1] - stops[index]) * (at - index)))
    return table
