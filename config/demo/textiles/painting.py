"""From what a picture shows to its pixels."""

import io
from collections.abc import Callable
from typing import NamedTuple

from PIL import Image

from config.demo.textiles import colours, drapes, garments, noise, patterns
from config.demo.textiles.drapes import Studio

DRAWN: dict[str, Callable[[Studio], Image.Image]] = {
    "saree": drapes.pleats,
    "pallu": drapes.pallu,
    "drape": drapes.drape,
    "lehenga": garments.lehenga,
    "anarkali": garments.anarkali,
    "kurta": garments.kurta,
    "sherwani": garments.sherwani,
    "dupatta": drapes.dupatta,
    "swatch": drapes.folded,
}
SHAPES: tuple[str, ...] = tuple(DRAWN)
PATTERNS: tuple[str, ...] = tuple(patterns.DRAWN)
WIDTH = 900


class Cloth(NamedTuple):
    """What a picture shows."""

    seed: int
    colour: str
    pattern: str
    shape: str
    second: str = ""
    zari: bool = True


def paint(cloth: Cloth, size: tuple[int, int] = (900, 1200)) -> Image.Image:
    """The same cloth gives the same pixels, always."""
    if cloth.pattern not in PATTERNS:
        raise ValueError(f"A pattern must be one of {', '.join(PATTERNS)}, not {cloth.pattern!r}.")
    if cloth.shape not in SHAPES:
        raise ValueError(f"A shape must be one of {', '.join(SHAPES)}, not {cloth.shape!r}.")
    inks = colours.inks(cloth.colour, cloth.second, noise.stream(cloth.seed, "inks"), zari=cloth.zari)
    return DRAWN[cloth.shape](Studio(size, size[0] / WIDTH, cloth.seed, cloth.pattern, inks))


def jpeg(cloth: Cloth, size: tuple[int, int] = (900, 1200), quality: int = 88) -> bytes:
    file = io.BytesIO()
    paint(cloth, size).save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


def contact_sheet(pictures: list[Image.Image], columns: int, width: int = 220) -> Image.Image:
    """All pictures on one, as small ones in rows."""
    gap = 6
    tall = max(round(width * picture.height / picture.width) for picture in pictures)
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) + gap, rows * (tall + gap) + gap), (250, 248, 244))
    for index, picture in enumerate(pictures):
        small = picture.resize((width, round(width * picture.height / picture.width)), Image.Resampling.LANCZOS)
        sheet.paste(small, (gap + index % columns * (width + gap), gap + index // columns * (tall + gap)))
    return sheet
