"""Small drawings that patterns repeat: each is a mask, drawn large and reduced."""

import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw

Point = tuple[float, float]
FINE = 4


class Pen:
    """Draws on a mask whose middle is (0, 0) and whose unit is `unit` pixels."""

    def __init__(self, size: tuple[int, int], unit: float) -> None:
        self.image = Image.new("L", (size[0] * FINE, size[1] * FINE), 0)
        self.draw = ImageDraw.Draw(self.image)
        self.unit = unit * FINE
        self.middle = (size[0] * FINE / 2, size[1] * FINE / 2)

    def at(self, point: Point) -> Point:
        return self.middle[0] + point[0] * self.unit, self.middle[1] + point[1] * self.unit

    def area(self, points: Sequence[Point], fill: int = 255) -> None:
        self.draw.polygon([self.at(point) for point in points], fill=fill)

    def line(self, points: Sequence[Point], width: float, fill: int = 255) -> None:
        self.draw.line([self.at(p) for p in points], fill=fill, width=max(1, round(width * self.unit)), joint="curve")

    def dot(self, point: Point, radius: float, fill: int = 255) -> None:
        x, y = self.at(point)
        r = radius * self.unit
        self.draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def done(self) -> Image.Image:
        return self.image.reduce(FINE)


def stamp(size: tuple[int, int], unit: float, draw: Callable[[Pen], None]) -> Image.Image:
    pen = Pen((max(1, size[0]), max(1, size[1])), unit)
    draw(pen)
    return pen.done()


def curve(*points: Point, steps: int = 14) -> list[Point]:
    """Cubic Bezier pieces that share their ends: 4, 7, 10, ... points."""
    found: list[Point] = []
    for start in range(0, len(points) - 3, 3):
        a, b, c, d = points[start : start + 4]
        for step in range(steps + 1):
            t = step / steps
            w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            found.append(
                (
                    w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0],
                    w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1],
                )
            )
    return found


def moved(points: Sequence[Point], turn: float = 0.0, scale: float = 1.0, to: Point = (0, 0)) -> list[Point]:
    c, s = math.cos(turn) * scale, math.sin(turn) * scale
    return [(to[0] + x * c - y * s, to[1] + x * s + y * c) for x, y in points]


def mirrored(points: Sequence[Point]) -> list[Point]:
    return [(-x, y) for x, y in points]


def petal(length: float, width: float) -> list[Point]:
    """From (0, 0) up, pointed at the end."""
    right = curve((0, 0), (width * 0.75, -length * 0.25), (width * 0.7, -length * 0.7), (0, -length))
    return right + mirrored(right)[::-1]


def round_petal(length: float, width: float) -> list[Point]:
    right = curve((0, 0), (width * 0.35, -length * 0.3), (width * 1.1, -length), (0, -length))
    return right + mirrored(right)[::-1]


PAISLEY = curve(
    (0.52, -1.02),
    (0.10, -1.04), (-0.72, -0.42), (-0.70, 0.30),
    (-0.69, 0.74), (-0.36, 1.0), (0.0, 1.0),
    (0.40, 1.0), (0.70, 0.72), (0.70, 0.34),
    (0.70, 0.02), (0.36, -0.14), (0.30, -0.44),
    (0.27, -0.62), (0.36, -0.76), (0.52, -0.76),
    (0.68, -0.76), (0.70, -1.0), (0.52, -1.02),
)  # fmt: skip


def flower(pen: Pen, petals: int, length: float, width: float, to: Point = (0, 0)) -> None:
    for index in range(petals):
        pen.area(moved(round_petal(length, width), 2 * math.pi * index / petals, 1, to))


def ring_of_dots(pen: Pen, radius: float, count: int, dot: float, to: Point = (0, 0)) -> None:
    for index in range(count):
        angle = 2 * math.pi * (index + 0.5) / count
        pen.dot((to[0] + radius * math.cos(angle), to[1] + radius * math.sin(angle)), dot)


def lattice(period: tuple[int, int], stamps: Sequence[tuple[Image.Image, Point]]) -> Image.Image:
    """A tile of this period; each stamp is centred at a share of it and wraps round its edges."""
    tile = Image.new("L", period, 0)
    for image, (x, y) in stamps:
        left, top = round(x * period[0] - image.width / 2), round(y * period[1] - image.height / 2)
        for dx in (-period[0], 0, period[0]):
            for dy in (-period[1], 0, period[1]):
                lighten(tile, image, (left + dx, top + dy))
    return tile


def lighten(tile: Image.Image, image: Image.Image, at: tuple[int, int]) -> None:
    box = (max(0, at[0]), max(0, at[1]), min(tile.width, at[0] + image.width), min(tile.height, at[1] + image.height))
    if box[0] >= box[2] or box[1] >= box[3]:
        return
    part = image.crop((box[0] - at[0], box[1] - at[1], box[2] - at[0], box[3] - at[1]))
    tile.paste(ImageChops.lighter(tile.crop(box), part), box)


def half_drop(period: tuple[int, int], image: Image.Image, other: Image.Image | None = None) -> Image.Image:
    return lattice(period, [(image, (0.25, 0.25)), (other or image, (0.75, 0.75))])


def fill(tile: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The tile, again and again, over the size; the first row doubles until it is full."""
    sheet = Image.new(tile.mode, size)
    sheet.paste(tile, (0, 0))
    width, height = tile.size
    while width < size[0]:
        sheet.paste(sheet.crop((0, 0, width, min(tile.height, size[1]))), (width, 0))
        width *= 2
    while height < size[1]:
        sheet.paste(sheet.crop((0, 0, size[0], height)), (0, height))
        height *= 2
    return sheet
