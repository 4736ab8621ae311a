"""The flat cloth that patterns are laid on."""

import copy
import random
from collections.abc import Callable

from PIL import Image, ImageChops

from config.demo.textiles import noise
from config.demo.textiles.colours import RGB, Inks, deeper, mix
from config.demo.textiles.motifs import fill

Ink = RGB | Image.Image


class Ground:
    """A flat cloth of one size; `k` is how many pixels one unit of a 900-wide picture takes."""

    def __init__(self, size: tuple[int, int], k: float, rng: random.Random, inks: Inks) -> None:
        self.size, self.k, self.rng, self.inks = size, k, rng, inks
        self.sheet = Image.new("RGB", size, inks.base)
        self.metal = noise.thread(rng, k, inks.thread)
        self.gold = fill(self.metal, size)

    def part(self, size: tuple[int, int]) -> "Ground":
        """A smaller cloth of the same pattern, cut from the upper left."""
        other = copy.copy(self)
        other.size = size
        other.sheet = self.sheet.crop((0, 0, *size))
        other.gold = fill(self.metal, size)
        return other

    def px(self, units: float) -> int:
        return max(1, round(units * self.k))

    def lay(self, mask: Image.Image, ink: Ink, lift: float = 0.0) -> None:
        """Colour where the mask is; a lift above 0 lets the thread stand up and cast a thin shadow."""
        if lift:
            fall = ImageChops.offset(mask, 0, self.px(1.6)).point([round(v * lift) for v in range(256)])
            self.sheet.paste(deeper(self.inks.deep, 0.45), (0, 0), fall)
        self.sheet.paste(ink, (0, 0), mask)

    def worn(self, mask: Image.Image, least: int = 170) -> Image.Image:
        """The mask as a hand-printed block leaves it: here fuller, there thinner."""
        width, height = self.size
        cells = (max(2, int(width / (9 * self.k))), max(2, int(height / (9 * self.k))))
        return ImageChops.multiply(mask, noise.clouds(self.rng, self.size, cells, least, 300))

    def mottle(self, strength: float = 0.5) -> None:
        """Uneven dye: slow blotches of the deep and of the light shade."""
        cells = (max(3, int(self.size[0] / (150 * self.k))), max(3, int(self.size[1] / (150 * self.k))))
        top = round(110 * strength)
        self.sheet.paste(
            mix(self.inks.base, self.inks.deep, 0.5), mask=noise.clouds(self.rng, self.size, cells, 0, top)
        )
        self.sheet.paste(
            mix(self.inks.base, self.inks.tint, 0.6), mask=noise.clouds(self.rng, self.size, cells, 0, top)
        )

    def woven(self, strength: float = 1.0) -> None:
        """The grain of warp and weft over all that is laid."""
        grain = fill(noise.weave(self.rng, self.k), self.size)
        grain = grain.point([max(0, min(255, round(128 + (v - 128) * strength))) for v in range(256)])
        self.sheet = ImageChops.overlay(self.sheet, Image.merge("RGB", (grain, grain, grain)))

    def shifted(self, image: Image.Image, step: int, shift: Callable[[int], float]) -> Image.Image:
        """Upright strips of the image, each moved up or down; what leaves comes back at the other end."""
        moved = Image.new(image.mode, image.size)
        for left in range(0, image.width, step):
            strip = image.crop((left, 0, min(image.width, left + step), image.height))
            moved.paste(ImageChops.offset(strip, 0, round(shift(left))), (left, 0))
        return moved
