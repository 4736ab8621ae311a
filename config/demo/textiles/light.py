"""Folds, their light, and the room around the cloth."""

# ruff: noqa: PLR2004 - a drawing is made of numbers

import math
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from config.demo.textiles import noise
from config.demo.textiles.colours import RGB, lightness

Spot = tuple[float, float]
SHADOW: RGB = (44, 30, 28)
TABLE = 1024
BILINEAR = Image.Resampling.BILINEAR


class Folds:
    """A row of folds across a cloth, from s=0 to s=1: how high, how lit, and how much cloth has gone by."""

    def __init__(
        self, rng: random.Random, count: float, *, soft: float = 0.012, ratio: float = 1.0, sharp: float = 0.85
    ) -> None:
        heights = [0.0] * TABLE
        self._ridges(rng, heights, count, 1.0, sharp)
        self._ridges(rng, heights, count * 2.6, 0.16, 1.0)
        self.height = smooth(heights, max(1, round(TABLE * soft)))
        slopes = [self.height[min(i + 3, TABLE - 1)] - self.height[max(i - 3, 0)] for i in range(TABLE)]
        steep = sorted(abs(slope) for slope in slopes)[int(TABLE * 0.92)] or 1.0
        self.slope = [max(-1.25, min(1.25, slope / steep)) for slope in slopes]
        gone, total = [], 0.0
        for slope in self.slope:
            gone.append(total)
            total += 1 + ratio * slope * slope
        self.cloth = [value / total for value in gone]

    @staticmethod
    def _ridges(rng: random.Random, heights: list[float], count: float, tall: float, sharp: float) -> None:
        widths = [rng.uniform(0.55, 1.5) for _ in range(max(1, round(count)) + 1)]
        share, at = TABLE / (sum(widths) - 0.6), -0.3 * TABLE / sum(widths)
        for width in widths:
            own, lean, up = width * share, rng.uniform(0.75, 1.4), tall * rng.uniform(0.55, 1.0) * (0.6 + 0.4 * width)
            for index in range(max(0, math.ceil(at)), min(TABLE, math.ceil(at + own))):
                part = min(1.0, max(0.0, (index - at) / own)) ** lean
                heights[index] += up * max(0.0, math.sin(math.pi * part)) ** sharp
            at += own

    def lit(self, depth: float = 1.0, glint: float = 0.35) -> list[int]:
        """128 is the cloth's own colour; light falls from the upper left."""
        row = []
        middle = sum(self.height) / TABLE
        for height, slope in zip(self.height, self.slope, strict=True):
            value = 58 * slope + 52 * (height - middle)
            if height < 0.34:
                value -= (0.34 - height) * 150
            value += glint * 90 * max(0.0, 1 - abs(slope - 0.55) / 0.45) ** 2 * min(1.0, height * 1.3)
            row.append(max(6, min(226, round(126 + depth * value))))
        return row

    def image(self, depth: float = 1.0, glint: float = 0.35) -> Image.Image:
        return Image.frombytes("L", (TABLE, 1), bytes(self.lit(depth, glint)))

    def at(self, table: list[float], s: float) -> float:
        place = min(max(s, 0.0), 1.0) * (TABLE - 1)
        low = min(int(place), TABLE - 2)
        return table[low] + (table[low + 1] - table[low]) * (place - low)


def smooth(values: list[float], reach: int) -> list[float]:
    for _ in range(2):
        sums, total = [0.0], 0.0
        padded = [values[0]] * reach + values + [values[-1]] * reach
        for value in padded:
            total += value
            sums.append(total)
        span = 2 * reach + 1
        values = [(sums[i + span] - sums[i]) / span for i in range(len(values))]
    return values


Box = tuple[int, int, int, int]
Mesh = list[tuple[Box, tuple[float, ...]]]


class Net:
    """A coarse net over a part of a picture; every knot knows where in fold space (s, t) it lies.

    Its meshes are `tall` times as high as wide, for folds mostly run down.
    """

    def __init__(self, box: Box, cell: int, where: Callable[[float, float], Spot], tall: float = 2) -> None:
        self.box = box
        self.size = (box[2] - box[0], box[3] - box[1])
        self.xs = [*range(0, self.size[0], cell), self.size[0]]
        self.ys = [*range(0, self.size[1], round(cell * tall)), self.size[1]]
        self.knots = [[where(x + box[0], y + box[1]) for x in self.xs] for y in self.ys]

    def mesh(self, to: Callable[[float, float], Spot]) -> Mesh:
        """What Pillow's MESH asks for; `to` says which pixel of a source lies at (s, t)."""
        knots = [[to(s, t) for s, t in row] for row in self.knots]
        data: Mesh = []
        for j in range(len(self.ys) - 1):
            upper, lower = knots[j], knots[j + 1]
            for i in range(len(self.xs) - 1):
                box = (self.xs[i], self.ys[j], self.xs[i + 1], self.ys[j + 1])
                data.append((box, (*upper[i], *lower[i], *lower[i + 1], *upper[i + 1])))
        return data


def through(image: Image.Image, net: Net, data: Mesh) -> Image.Image:
    return image.transform(net.size, Image.Transform.MESH, data, BILINEAR)


def within(size: tuple[int, int], box: tuple[float, float, float, float]) -> Box:
    """The box in whole pixels, kept inside the picture."""
    left, top = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
    return left, top, max(left + 1, min(size[0], math.ceil(box[2]))), max(top + 1, min(size[1], math.ceil(box[3])))


def shade(image: Image.Image, light: Image.Image, hue: RGB) -> Image.Image:
    """Light below 128 darkens, keeping the cloth's hue in its shadows; above, colour glows before it whitens."""
    top = max(*hue, 60)
    depth = 0.58 if lightness(hue) > 0.72 else 1.0
    shine = 1.1 * min(1.0, 1.12 - lightness(hue))
    bands = []
    for part, warm, cool in zip(hue, (1.0, 0.96, 0.88), (0.94, 1.0, 1.07), strict=True):
        keep, sheen = depth * cool * (1 - 0.18 * part / top), warm * (0.26 + 0.26 * part / top)
        bands.append(light.point([round(128 + (v - 128) * (keep if v < 128 else sheen)) for v in range(256)]))
    lit = ImageChops.hard_light(image, Image.merge("RGB", bands))
    glow = light.point([max(0, round((v - 128) * shine)) for v in range(256)])
    return ImageChops.add(lit, ImageChops.multiply(lit, Image.merge("RGB", (glow, glow, glow))))


def soft_mask(size: tuple[int, int], outline: list[Spot], fine: int = 2) -> Image.Image:
    mask = Image.new("L", (size[0] * fine, size[1] * fine), 0)
    ImageDraw.Draw(mask).polygon([(x * fine, y * fine) for x, y in outline], fill=255)
    return mask.reduce(fine)


def blurred(mask: Image.Image, radius: float) -> Image.Image:
    """Gauss at a quarter of the size: soft things need no detail."""
    if min(mask.size) < 16:
        return mask.filter(ImageFilter.GaussianBlur(radius))
    small = mask.reduce(4)
    return small.filter(ImageFilter.GaussianBlur(radius / 4)).resize(mask.size, noise.BICUBIC)


def drop_shadow(scene: Image.Image, mask: Image.Image, by: Spot, radius: float, strength: float) -> None:
    fall = Image.new("L", mask.size, 0)
    fall.paste(mask, (round(by[0]), round(by[1])))
    fall = blurred(fall, radius)
    scene.paste(SHADOW, (0, 0), fall.point([round(v * strength) for v in range(256)]))


WALLS: tuple[RGB, ...] = (
    (232, 224, 212), (222, 210, 196), (214, 205, 200), (206, 210, 202),
    (226, 206, 196), (202, 206, 212), (236, 228, 208),
)  # fmt: skip
DARK_WALLS: tuple[RGB, ...] = ((126, 104, 92), (104, 112, 108), (112, 98, 104), (150, 122, 100), (92, 100, 116))


def room(rng: random.Random, size: tuple[int, int], k: float, *, dark: bool) -> Image.Image:
    """A plaster wall in the light of a window."""
    wall = rng.choice(DARK_WALLS if dark else WALLS)
    scene = Image.new("RGB", size, wall)
    light = ImageChops.add(
        noise.clouds(rng, size, (4, 5), 102, 136),
        noise.clouds(rng, size, (34, 46), 0, 14),
    )
    grain = noise.clouds(rng, size, (max(2, size[0] // 2), max(2, size[1] // 2)), 120, 136)
    light = ImageChops.overlay(light, grain)
    fall = (
        Image.linear_gradient("L")
        .rotate(135, expand=False, fillcolor=128)
        .crop((40, 40, 216, 216))
        .resize(size, noise.BICUBIC)
    )
    light = ImageChops.overlay(light, fall.point([round(150 - (v - 128) * 0.28) for v in range(256)]))
    scene = ImageChops.overlay(scene, Image.merge("RGB", (light, light, light)))
    window(scene, rng, k)
    return scene


def window(scene: Image.Image, rng: random.Random, k: float) -> None:
    """Slanting bars of sun, far out of focus."""
    width, height = scene.size
    beam = Image.new("L", (width // 4 + 1, height // 4 + 1), 0)
    draw = ImageDraw.Draw(beam)
    lean, left = rng.uniform(0.32, 0.5), rng.uniform(-0.2, 0.25)
    for index in range(3):
        x = (left + index * 0.34) * width / 4
        draw.polygon(
            [
                (x, 0),
                (x + width * 0.065, 0),
                (x + width * 0.065 - lean * height / 4, height / 4),
                (x - lean * height / 4, height / 4),
            ],
            fill=120,
        )
    beam = beam.filter(ImageFilter.GaussianBlur(max(1.0, 7 * k))).resize(scene.size, noise.BICUBIC)
    scene.paste((255, 246, 226), (0, 0), beam.point([round(v * 0.42) for v in range(256)]))


def vignette(image: Image.Image, strength: float = 0.34) -> Image.Image:
    ring = Image.radial_gradient("L").crop((20, 20, 236, 236)).resize(image.size, noise.BICUBIC)
    dark = ring.point([round(255 - max(0, v - 84) * strength) for v in range(256)])
    return ImageChops.multiply(image, Image.merge("RGB", (dark, dark, dark)))
