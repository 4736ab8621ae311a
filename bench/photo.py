"""A photo-like picture: woven texture, motifs, soft light; the same one every time."""

import io
import random
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

TWELVE_MEGAPIXELS = (4032, 3024)


@cache
def photo(size: tuple[int, int] = TWELVE_MEGAPIXELS, seed: int = 7) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - a pattern, not a secret
    image = light(size, chance)
    for scale, weight in ((1, 0.10), (3, 0.12), (9, 0.12)):
        image = Image.blend(image, noise(size, scale), weight)
    motifs(image, chance)
    buffer = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.2)).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def huge(seed: int) -> bytes:
    """As many pixels as may come in, in a format that cannot be decoded small."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").rotate(seed * 10).resize((8_000, 6_200)).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def light(size: tuple[int, int], chance: random.Random) -> Image.Image:
    small = Image.new("RGB", (64, 48))
    pixels = [tuple(chance.randrange(40, 220) for _ in range(3)) for _ in range(64 * 48)]
    small.putdata(pixels)
    return small.resize(size, Image.Resampling.BICUBIC)


def noise(size: tuple[int, int], scale: int) -> Image.Image:
    grain = Image.effect_noise((size[0] // scale, size[1] // scale), 60).resize(size, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (grain, grain, grain))


def motifs(image: Image.Image, chance: random.Random) -> None:
    draw = ImageDraw.Draw(image)
    for _ in range(2_500):
        x, y, size = chance.randrange(image.width), chance.randrange(image.height), chance.randrange(6, 60)
        gold = (chance.randrange(255), chance.randrange(200), 40)
        draw.ellipse((x, y, x + size, y + size // 2), outline=gold, width=3)
