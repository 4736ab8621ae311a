"""Zari borders with temple teeth, and pallu panels, as strips to be laid along an edge."""

import math
from collections.abc import Callable

from PIL import Image

from config.demo.textiles import motifs
from config.demo.textiles.colours import RGB, deeper, mix
from config.demo.textiles.ground import Ground
from config.demo.textiles.motifs import Pen, fill, lattice, moved, petal, round_petal, stamp

KINDS = ("temple", "vine", "paisley", "diamond", "lotus")
Row = Callable[[Pen, float], None]


def lotus(pen: Pen, h: float) -> None:
    for turn in (-1.15, -0.6, 0, 0.6, 1.15):
        pen.area(moved(petal(h * 0.62, h * 0.22), turn, 1, (0, h * 0.24)))
    pen.area([(-h * 0.36, h * 0.3), (h * 0.36, h * 0.3), (h * 0.28, h * 0.38), (-h * 0.28, h * 0.38)])
    for side in (-1, 1):
        pen.dot((side * h * 0.5, -h * 0.12), h * 0.06)


def vine(pen: Pen, h: float) -> None:
    w = h * 1.5
    wave = [(x / 30 * w - w / 2, math.sin(2 * math.pi * x / 30) * h * 0.24) for x in range(31)]
    pen.line(wave, h * 0.05)
    for side, at in ((-1, -w / 4), (1, w / 4)):
        for index in range(7):
            pen.area(moved(round_petal(h * 0.20, h * 0.08), 2 * math.pi * index / 7, 1, (at, -side * h * 0.14)))
        for turn in (0.8, -0.8):
            pen.area(
                moved(petal(h * 0.3, h * 0.11), turn + (math.pi if side > 0 else 0), 1, (at + w / 4, side * h * 0.06))
            )


def paisleys(pen: Pen, h: float) -> None:
    pen.area(moved(motifs.PAISLEY, 0.15, h * 0.40))
    pen.dot((h * -0.01, h * 0.13), h * 0.19, 0)
    motifs.flower(pen, 6, h * 0.15, h * 0.07, (h * -0.01, h * 0.13))
    for index in range(5):
        pen.dot((h * 0.52, h * (0.36 - index * 0.18)), h * 0.045)


def diamonds(pen: Pen, h: float) -> None:
    for size, ink in ((0.46, 255), (0.37, 0), (0.27, 255), (0.14, 0), (0.07, 255)):
        pen.area([(0, -h * size), (h * size, 0), (0, h * size), (-h * size, 0)], ink)
    for side in (-1, 1):
        for up in (-1, 1):
            pen.area([(side * h * 0.5, up * h * 0.42), (side * h * 0.3, up * h * 0.42), (side * h * 0.5, up * h * 0.2)])


def beads(pen: Pen, h: float) -> None:
    pen.dot((0, 0), h * 0.34)


def leaves(pen: Pen, h: float) -> None:
    for side in (-1, 1):
        pen.area(moved(petal(h * 0.8, h * 0.34), side * 0.75 + math.pi / 2, 1, (-h * 0.3, 0)))


def chevrons(pen: Pen, h: float) -> None:
    pen.line([(-h * 0.5, h * 0.3), (0, -h * 0.3), (h * 0.5, h * 0.3)], h * 0.22)


ROWS: dict[str, tuple[Row, float]] = {
    "temple": (diamonds, 1.0),
    "vine": (vine, 1.5),
    "paisley": (paisleys, 1.12),
    "diamond": (diamonds, 1.0),
    "lotus": (lotus, 1.2),
    "beads": (beads, 1.0),
    "leaves": (leaves, 0.8),
    "chevrons": (chevrons, 1.0),
}


class Strip:
    """A strip of woven border: lay rows from the top (the inner edge) down, then take the image."""

    def __init__(self, g: Ground, length: int, height: float, ground: RGB) -> None:
        self.g, self.length, self.height = g, length, g.px(height)
        cloth = g.part((length, self.height))
        self.gold = cloth.gold
        self.cloth = cloth
        cloth.sheet.paste(ground, (0, 0, length, self.height))

    def band(self, top: float, height: float, ink: RGB | None = None) -> None:
        box = (0, self.g.px(top) if top else 0, self.length, min(self.height, self.g.px(top + height)))
        if box[3] <= box[1]:
            return
        self.cloth.sheet.paste(ink or self.gold.crop(box), box)

    def row(self, name: str, top: float, height: float, ink: RGB | None = None) -> None:
        draw, aspect = ROWS[name]
        h = self.g.px(height)
        wide = max(2, round(h * aspect))
        one = stamp((wide + self.g.px(2), h), 1.0, lambda pen: draw(pen, h))
        mask = Image.new("L", self.cloth.size, 0)
        mask.paste(fill(lattice((wide, h), [(one, (0.5, 0.5))]), (self.length, h)), (0, self.g.px(top)))
        self.cloth.lay(mask, ink or self.gold, 0 if ink else 0.5)


def strip(g: Ground, kind: str, length: int, height: float) -> Image.Image:
    """One border: fine lines, a row of motifs, a broad zari selvedge."""
    made = Strip(g, length, height, g.inks.border)
    u = height / 100
    made.band(0, 5 * u)
    made.band(7.5 * u, 2 * u)
    made.row("beads", 11 * u, 8 * u)
    made.band(20.5 * u, 2 * u)
    made.row(kind, 25 * u, 40 * u)
    made.band(67 * u, 2 * u)
    made.row("leaves", 70 * u, 9 * u)
    made.band(80.5 * u, 14 * u)
    made.row("chevrons", 82.5 * u, 10 * u, deeper(g.inks.border, 0.4))
    made.band(97 * u, 1.4 * u, deeper(g.inks.border, 0.4))
    return made.cloth.sheet


def teeth(g: Ground, length: int, height: float, width: float) -> Image.Image:
    """The temple teeth: steep stepped points in a row, pointing up."""
    wide, high = g.px(width), g.px(height)

    def tooth(pen: Pen) -> None:
        w, h = wide / 2, high / 2
        outline = [(-w, h)]
        steps = 6
        for index in range(steps):
            x = -w + w * index / steps
            y = h - 2 * h * (index / steps) ** 0.9
            outline += [(x + w / steps * 0.35, y - 2 * h / steps * 0.4), (x + w / steps * 0.6, y - 2 * h / steps)]
        pen.area([*outline, (0, -h), *[(-x, y) for x, y in outline[::-1]]])

    return fill(stamp((wide, high), 1.0, tooth), (length, high))


def edge(g: Ground, kind: str, length: int, height: float) -> tuple[Image.Image, Image.Image]:
    """A border and its mask, inner edge on top; the teeth stand above it."""
    made = strip(g, kind, length, height)
    tall = min(46.0, height * 0.42) if kind in ("temple", "diamond", "lotus") else 0.0
    high = g.px(tall) if tall else 0
    image = Image.new("RGB", (length, made.height + high), g.inks.border)
    mask = Image.new("L", image.size, 255)
    if tall:
        mask.paste(teeth(g, length, tall, tall * 0.62), (0, 0))
        small = teeth(g, length, tall * 0.62, tall * 0.62)
        image.paste(
            g.gold.resize((length, small.height)),
            (0, high - small.height),
            small.point([v * 3 // 4 for v in range(256)]),
        )
    image.paste(made, (0, high))
    return image, mask


def along_bottom(g: Ground, kind: str, height: float) -> None:
    image, mask = edge(g, kind, g.size[0], height)
    g.sheet.paste(image, (0, g.size[1] - image.height), mask)


def along_side(g: Ground, kind: str, height: float) -> None:
    """A border down the left side, its selvedge outermost."""
    image, mask = (one.transpose(Image.Transpose.ROTATE_270) for one in edge(g, kind, g.size[1], height))
    g.sheet.paste(image, (0, 0), mask)


def along_sides(g: Ground, kind: str, height: float) -> None:
    """The same border down both sides."""
    image, mask = (one.transpose(Image.Transpose.ROTATE_270) for one in edge(g, kind, g.size[1], height))
    g.sheet.paste(image, (0, 0), mask)
    image, mask = (one.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for one in (image, mask))
    g.sheet.paste(image, (g.size[0] - image.width, 0), mask)


def pallu(g: Ground, height: float) -> None:
    """The end panel: rows upon rows of zari on the contrast colour, laid over the foot of the cloth."""
    made = Strip(g, g.size[0], height, mix(g.inks.border, deeper(g.inks.border, 0.4), 0.35))
    u = height / 400
    tall = 0.0
    for name, space in [
        ("", 12), ("beads", 14), ("", 4), ("vine", 62), ("", 10), ("chevrons", 18), ("", 4), ("paisley", 120), ("", 4),
        ("leaves", 20), ("", 10), ("lotus", 66), ("", 4), ("beads", 14), ("", 26),
    ]:  # fmt: skip
        if name:
            made.row(name, (tall + 3) * u, (space - 0) * u)
            tall += space + 6
        else:
            made.band(tall * u, space * u)
            tall += space
    top = g.size[1] - made.height
    g.sheet.paste(made.cloth.sheet, (0, top))
    points = teeth(g, g.size[0], 50 * u + 10, 32 * u + 6)
    g.sheet.paste(g.gold.crop((0, 0, g.size[0], points.height)), (0, top - points.height), points)
