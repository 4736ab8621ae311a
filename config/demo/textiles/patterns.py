"""What covers a cloth, pattern by pattern."""

# ruff: noqa: PLR2004 - a drawing is made of numbers

import math
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from config.demo.textiles import motifs, noise
from config.demo.textiles.colours import RGB, deeper, lightness, mix
from config.demo.textiles.ground import Ground, Ink
from config.demo.textiles.motifs import Pen, curve, fill, half_drop, lattice, moved, petal, round_petal, stamp

YELLOW: RGB = (236, 180, 40)


def _stamp(g: Ground, size: float, draw: Callable[[Pen], None]) -> Image.Image:
    return stamp((g.px(size), g.px(size)), g.k, draw)


def _everywhere(g: Ground, tile: Image.Image) -> Image.Image:
    return fill(tile, g.size)


def _even(value: int) -> int:
    return value + value % 2


def bandhani(g: Ground) -> None:
    """Tied dots: rosettes of rings in half drop, and a field of small fours between."""
    g.mottle(0.9)
    period = g.px(236)
    disc = half_drop((period, period), _stamp(g, 190, lambda pen: pen.dot((0, 0), 70)))
    ring = half_drop((period, period), _stamp(g, 60, lambda pen: pen.dot((0, 0), 24)))
    pale = lightness(g.inks.base) > 0.72
    g.lay(_everywhere(g, _feathered(g, disc)), mix(g.inks.base, g.inks.accent, 0.24 if pale else 0.82))
    g.lay(_everywhere(g, _feathered(g, ring)), mix(g.inks.cream, YELLOW, 0.55))
    white, hole = _rosettes(g, period)
    g.lay(_everywhere(g, white), g.inks.cream)
    g.lay(_everywhere(g, hole), g.inks.deep)


Knot = tuple[motifs.Point, float]


def _rosettes(g: Ground, period: int) -> tuple[Image.Image, Image.Image]:
    """Two tiles: the undyed knots, and the dot of dye within each."""
    rose: list[Knot] = [((0, 0), 4.5)]
    for radius, count in [(15, 7), (33, 15), (51, 24), (84, 38)]:
        for index in range(count):
            angle = 2 * math.pi * index / count + radius
            x, y = g.rng.uniform(-1.4, 1.4), g.rng.uniform(-1.4, 1.4)
            place = (radius * math.cos(angle) + x, radius * math.sin(angle) + y)
            rose.append((place, 4.4 + g.rng.uniform(-0.5, 0.5)))
    four: list[Knot] = [((x, y), 3.6) for x, y in [(-9.0, 0.0), (9, 0), (0, -9), (0, 9)]]
    return _tied(g, period, rose, four, 1.0), _tied(g, period, rose, four, 0.3)


def _tied(g: Ground, period: int, rose: list[Knot], four: list[Knot], share: float) -> Image.Image:
    def knots(places: list[Knot]) -> Callable[[Pen], None]:
        def draw(pen: Pen) -> None:
            for place, radius in places:
                pen.dot(place, radius * share)

        return draw

    big, small = _stamp(g, 196, knots(rose)), _stamp(g, 40, knots(four))
    between = [(0.75, 0.25), (0.25, 0.75), (0.0, 0.5), (0.5, 0.0), (0.5, 0.5), (0.0, 0.0)]
    roses = [(big, (0.25, 0.25)), (big, (0.75, 0.75))]
    return lattice((period, period), [*roses, *[(small, place) for place in between]])


def _feathered(g: Ground, tile: Image.Image, most: float = 5.0, step: float = 3.0) -> Image.Image:
    """Dye that creeps along the threads: each thread of the tile a little higher or lower."""
    walk, wide = 0.0, g.px(step)
    shifts = []
    for _ in range(tile.width // wide + 1):
        walk = walk * 0.6 + g.rng.uniform(-most, most) * 0.7
        shifts.append((walk + g.rng.uniform(-most, most) * 0.5) * g.k)
    return g.shifted(tile, wide, lambda left: shifts[left // wide])


def ikat(g: Ground) -> None:
    """Nested diamonds whose edges run out along the warp."""
    g.mottle(0.6)
    width, height = _even(g.px(170)), _even(g.px(230))
    i = g.inks
    rings: list[tuple[float, RGB]] = [
        (1.0, i.deep), (0.86, i.cream), (0.72, i.accent), (0.50, i.base), (0.40, i.cream), (0.24, i.accent_deep),
    ]  # fmt: skip
    tile = Image.new("RGB", (width * 3, height * 3), i.base)
    draw = ImageDraw.Draw(tile)
    for size, colour in rings:
        _diamond(draw, (width * 1.5, height * 1.5), (width * 1.32 * size, height * 1.22 * size), colour)
    for x in (0, width * 3):
        for y in (0, height * 3):
            for size, colour in [(0.34, i.accent), (0.24, i.cream), (0.13, i.deep)]:
                _diamond(draw, (x, y), (width * 1.32 * size, height * 1.22 * size), colour)
    for y in (0, height * 3):
        for size, colour in [(0.2, i.cream), (0.12, i.accent)]:
            _diamond(draw, (width * 1.5, y), (width * 1.1 * size, height * size), colour)
    tile = tile.resize((width, height), Image.Resampling.BOX)
    feathered = _feathered(g, fill(tile, (width * 3, height)), 9, 2)
    g.sheet = Image.blend(fill(feathered, g.size), g.sheet, 0.12)


def _diamond(draw: ImageDraw.ImageDraw, at: tuple[float, float], half: tuple[float, float], colour: RGB) -> None:
    (x, y), (w, h) = at, half
    draw.polygon([(x, y - h), (x + w, y), (x, y + h), (x - w, y)], fill=colour)


def patola(g: Ground) -> None:
    """Stepped flowers in a grid, drawn thread by thread."""
    i = g.inks
    cells = 40
    art = Image.new("RGB", (cells, cells), i.base)
    put = art.putpixel
    for y in range(cells):
        for x in range(cells):
            put((x, y), _patola_thread(g, abs(x - 19.5), abs(y - 19.5)))
    side = g.px(208)
    tile = art.resize((side, side), Image.Resampling.NEAREST)
    g.sheet = fill(_feathered(g, fill(tile, (side * 2, side)), 1.8), g.size)


def _patola_thread(g: Ground, x: float, y: float) -> RGB:
    """The colour of one thread, x and y away from the middle of the flower."""
    i, edge, ray, far, across = g.inks, max(x, y), min(x, y), x + y, abs(x - y)
    rules = (
        (edge > 19, i.accent),
        (edge > 18, i.cream),
        (abs(17 - far) < 1 and ray > 2, i.cream),
        (edge < 2, mix(i.cream, YELLOW, 0.7)),
        (far < 5, i.accent_deep),
        (far < 12 and across < 3.5 - abs(edge - 5) * 0.6, i.cream),
        (far < 13 and ray < 2.6 - abs(edge - 8) * 0.5, i.accent),
        (20 < far < 30 and across < 3, i.accent if far % 4 < 2 else i.cream),
        (far < 16, i.deep),
    )
    return next((colour for holds, colour in rules if holds), i.base)


def paisley(g: Ground) -> None:
    """Ambi jaal: paisleys leaning both ways, joined by a fine creeper."""
    g.mottle(0.6)
    period, size = (g.px(176), g.px(236)), (g.px(170), g.px(200))
    body = stamp(size, g.k, lambda pen: pen.area(moved(motifs.PAISLEY, 0.18, 62)))
    # A blurred edge cut high is the same outline, drawn further in.
    inner = body.filter(ImageFilter.GaussianBlur(8 * g.k)).point([max(0, min(255, (v - 206) * 12)) for v in range(256)])
    layers: list[tuple[Image.Image, Ink, float]] = [
        (stamp(size, g.k, _paisley_outline), g.gold, 0.6),
        (body, g.inks.accent, 0.0),
        (inner, g.inks.deep, 0.0),
        (stamp(size, g.k, _paisley_heart), g.gold, 0.4),
        (stamp(size, g.k, lambda pen: motifs.flower(pen, 6, 11, 5, (-3, 19))), g.inks.accent_deep, 0.0),
    ]
    for one, ink, lift in layers:
        other = one.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        g.lay(_everywhere(g, half_drop(period, one, other)), ink, lift)


def _paisley_outline(pen: Pen) -> None:
    body = moved(motifs.PAISLEY, 0.18, 67)
    pen.area(body)
    for x, y in body[: len(body) - 24 : 7]:
        pen.dot((x * 1.08, y * 1.06), 3.4)
    vine = curve((20, 68), (50, 96), (78, 60), (70, 20), (64, -10), (80, -30), (84, -46))
    pen.line(vine, 2.2)
    for index in (8, 16, 24):
        pen.area(moved(petal(17, 8), 0.9 - index * 0.1, 1, vine[index]))


def _paisley_heart(pen: Pen) -> None:
    motifs.flower(pen, 8, 21, 8, (-3, 19))
    motifs.ring_of_dots(pen, 27, 12, 2.2, (-3, 19))
    for index in range(3):
        pen.dot((2 + index * 4.5, -14 - index * 9), 2.6 - index * 0.4)


def _jaal_net(pen: Pen) -> None:
    for sx in (-1, 1):
        for sy in (-1, 1):
            side = curve((0, -118.0 * sy), (4 * sx, -66 * sy), (84.0 * sx, -52 * sy), (84.0 * sx, 0))
            pen.line(side, 3.0)
            for index in (4, 7, 10):
                pen.area(moved(petal(15, 7), (0.9 if index == 7 else -0.4) * sx * sy, sy, side[index]))
    for x, y in [(0, -118.0), (0, 118.0), (84.0, 0), (-84.0, 0)]:
        pen.dot((x, y), 7)


def _jaal_lotus(pen: Pen) -> None:
    for turn in (-1.05, -0.55, 0, 0.55, 1.05):
        pen.area(moved(petal(44 - abs(turn) * 8, 15), turn, 1, (0, 14)))
    pen.line(curve((0, 14), (2, 30), (-3, 40), (0, 56)), 2.6)
    for sx in (-1, 1):
        pen.area(moved(petal(24, 9), 1.0 * sx, 1, (0, 40)))
        pen.line(curve((0, 14), (14 * sx, 22), (24 * sx, 18), (28 * sx, 8)), 2)


def _jaal_veins(pen: Pen) -> None:
    for turn in (-1.05, -0.55, 0, 0.55, 1.05):
        pen.area(moved(petal(24, 5.5), turn, 1, (0, 9)))


def jaal(g: Ground) -> None:
    """An ogee net of zari with a lotus in every mesh."""
    g.mottle(0.6)
    period = (g.px(168), g.px(236))
    grid = stamp(period, g.k, _jaal_net)
    bloom = stamp((g.px(110), g.px(130)), g.k, _jaal_lotus)
    inside = stamp((g.px(110), g.px(130)), g.k, _jaal_veins)
    g.lay(_everywhere(g, lattice(period, [(grid, (0.5, 0.5))])), g.gold, 0.5)
    g.lay(_everywhere(g, lattice(period, [(bloom, (0.5, 0.5)), (bloom, (0, 0))])), g.gold, 0.5)
    g.lay(_everywhere(g, lattice(period, [(inside, (0.5, 0.5)), (inside, (0, 0))])), g.inks.accent)


def _buti_sprig(pen: Pen) -> None:
    for turn in (-0.8, -0.4, 0, 0.4, 0.8):
        pen.area(moved(round_petal(24 - abs(turn) * 4, 7), turn, 1, (0, -3)))
    pen.line(curve((0, -3), (1, 8), (-3, 16), (3, 27)), 2.4)
    for sx in (-1, 1):
        pen.area(moved(petal(19, 7), 1.15 * sx, 1, (0, 14)))


def _buti_heart(pen: Pen) -> None:
    pen.area(moved(petal(12, 5.5), 0, 1, (0, -5)))
    pen.dot((0, -3), 3.2)


def _buti_dot(pen: Pen) -> None:
    motifs.flower(pen, 4, 6.5, 3.4)


def buti(g: Ground) -> None:
    """Small flowers of zari, sown in half drop over plain silk."""
    g.mottle(0.8)
    period = (g.px(104), g.px(148))
    one, inner, small = _stamp(g, 70, _buti_sprig), _stamp(g, 40, _buti_heart), _stamp(g, 20, _buti_dot)
    g.lay(_everywhere(g, half_drop(period, one)), g.gold, 0.55)
    g.lay(_everywhere(g, half_drop(period, inner)), g.inks.accent)
    g.lay(_everywhere(g, lattice(period, [(small, (0.75, 0.25)), (small, (0.25, 0.75))])), g.gold, 0.4)


def checks(g: Ground) -> None:
    """Kattam: crossing bands, double zari lines, a buti in every other square."""
    g.mottle(0.5)
    side = g.px(132)
    band, wide, fine = (Image.new("L", (side, side), 0) for _ in range(3))
    ImageDraw.Draw(band).rectangle((0, 0, round(side * 0.5), side), fill=120)
    pen = ImageDraw.Draw(wide)
    for share in (0.0, 0.5):
        at = round(side * share)
        pen.rectangle((at, 0, at + g.px(9) - 1, side), fill=190)
    pen = ImageDraw.Draw(fine)
    for share in (-0.055, 0.112, 0.445, 0.612):
        at = round(side * (share % 1))
        pen.rectangle((at, 0, at + g.px(2.2) - 1, side), fill=235)
    for mask, ink in ((band, mix(g.inks.base, g.inks.deep, 0.7)), (wide, g.inks.accent), (fine, g.gold)):
        g.lay(_everywhere(g, mask), ink)
        g.lay(_everywhere(g, mask.transpose(Image.Transpose.ROTATE_90)), ink)
    small = _stamp(g, 30, lambda pen: motifs.flower(pen, 6, 10, 4.4))
    g.lay(_everywhere(g, lattice((side, side), [(small, (0.285, 0.285)), (small, (0.785, 0.785))])), g.gold, 0.5)


def stripes(g: Ground) -> None:
    """Upright stripes of uneven width, edged with zari, a row of leaves in the broad ones."""
    g.mottle(0.5)
    i = g.inks
    period = g.px(168)
    row = Image.new("RGB", (period, 8), i.base)
    zari = Image.new("L", (period, 8), 0)
    paint, gild = ImageDraw.Draw(row), ImageDraw.Draw(zari)
    for left, width, colour in [
        (0, 44, i.accent), (60, 7, i.tint), (78, 30, i.deep),
        (118, 7, i.tint), (136, 3, i.accent), (144, 10, i.accent_deep),
    ]:  # fmt: skip
        paint.rectangle((round(left * g.k), 0, g.px(left + width), 8), fill=colour)
    for left in (3, 40, 76, 107):
        gild.rectangle((g.px(left), 0, g.px(left + 1.6), 8), fill=240)
    g.sheet = Image.blend(fill(row, g.size), g.sheet, 0.16)
    g.lay(_everywhere(g, zari), g.gold)

    def leaf(pen: Pen) -> None:
        for sx in (-1, 1):
            pen.area(moved(petal(20, 7), 0.7 * sx, 1, (0, 12)))
        pen.area(moved(petal(17, 6), 0, 1, (0, 0)))

    def dot(pen: Pen) -> None:
        motifs.flower(pen, 5, 7, 3)

    leaves = lattice(
        (period, g.px(44)), [(_stamp(g, 44, leaf), (22.5 / 168, 0.5)), (_stamp(g, 20, dot), (93 / 168, 0.5))]
    )
    g.lay(_everywhere(g, leaves), g.gold, 0.5)


def leheriya(g: Ground) -> None:
    """Waves: stripes of dye that run up and down across the cloth."""
    i = g.inks
    period = g.px(150)
    row = Image.new("RGB", (8, period), i.base)
    draw = ImageDraw.Draw(row)
    bands: list[tuple[float, float, RGB]] = [
        (0, 26, i.accent), (30, 5, i.cream), (39, 20, mix(i.base, i.tint, 0.8)), (63, 4, i.cream), (71, 8, i.deep),
        (84, 4, i.cream), (108, 4, i.cream), (116, 14, mix(i.accent, i.base, 0.45)), (134, 5, i.cream),
    ]  # fmt: skip
    for top, width, colour in bands:
        draw.rectangle((0, round(top * g.k), 8, round((top + width - 1) * g.k)), fill=colour)
    flat = fill(row, (g.size[0], max(1, g.size[1] // period + 1) * period))
    step, wave = g.px(2), g.px(190)
    jitter = [g.rng.uniform(-2.0, 2.0) * g.k for _ in range(g.size[0] // step + 2)]

    def shift(left: int) -> float:
        at = (left % wave) / wave
        zigzag = abs(at - 0.5) * 2
        smooth = zigzag - 0.04 * math.sin(2 * math.pi * zigzag)
        return smooth * 105 * g.k + jitter[left // step]

    g.sheet = g.shifted(flat, step, shift).crop((0, 0, *g.size))


def _block_stems(pen: Pen) -> None:
    pen.line(curve((0, -12), (10, 20), (-10, 44), (4, 84)), 3)
    for x, y, turn, length in [(3, 14, 1.0, 38), (0, 34, -1.1, 40), (-1, 52, 1.1, 34), (0, 66, -1.0, 28)]:
        pen.area(moved(petal(length, 15), turn, 1, (x, y)))
    for sx in (-1, 1):
        pen.line(curve((0, 6), (20 * sx, 0), (36 * sx, -16), (38 * sx, -34)), 2.2)


def _block_petals(pen: Pen) -> None:
    motifs.flower(pen, 8, 44, 17, (0, -38))
    for sx in (-1, 1):
        motifs.flower(pen, 5, 15, 8, (39 * sx, -40 + 26))


def _block_lines(pen: Pen) -> None:
    for index in range(8):
        angle = 2 * math.pi * index / 8
        pen.area(moved(petal(31, 5), angle, 1, (0, -38)))
    pen.dot((0, -38), 12)
    for sx in (-1, 1):
        pen.dot((39 * sx, -14), 4.5)


def _block_centres(pen: Pen) -> None:
    pen.dot((0, -38), 7)
    motifs.ring_of_dots(pen, 49, 16, 2.4, (0, -38))
    motifs.ring_of_dots(pen, 19, 8, 1.8, (0, -38))


def block(g: Ground) -> None:
    """Sanganer blocks: a flowering sprig in three printings, slightly out of register."""
    g.mottle(0.7)
    period = (g.px(176), g.px(236))
    i = g.inks
    leaf_ink = _leaf_green(g)
    size = (g.px(150), g.px(190))
    for ink, draw in (
        (leaf_ink, _block_stems),
        (i.accent, _block_petals),
        (i.accent_deep, _block_lines),
        (i.cream, _block_centres),
    ):
        one = stamp(size, g.k, draw)
        mask = _everywhere(g, half_drop(period, one, one.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
        mask = ImageChops.offset(mask, round(g.rng.uniform(-1.6, 1.6) * g.k), round(g.rng.uniform(-1.6, 1.6) * g.k))
        g.lay(g.worn(mask), ink)


def _leaf_green(g: Ground) -> RGB:
    green: RGB = (62, 104, 58) if lightness(g.inks.base) > 0.45 else (150, 178, 112)
    return mix(green, g.inks.cream, 0.1)


def _ajrakh_star(pen: Pen, reach: float, inner: float, points: int = 8) -> None:
    outline = []
    for index in range(points * 2):
        radius = reach if index % 2 == 0 else inner
        outline.append(moved([(0, -radius)], math.pi * index / points)[0])
    pen.area(outline)


def _ajrakh_white(pen: Pen) -> None:
    pen.dot((0, 0), 88)
    pen.dot((0, 0), 84, 0)
    _ajrakh_star(pen, 80, 55)
    motifs.ring_of_dots(pen, 94, 40, 1.8)


def _ajrakh_dark(pen: Pen) -> None:
    _ajrakh_star(pen, 74, 51)


def _ajrakh_red(pen: Pen) -> None:
    motifs.flower(pen, 8, 56, 17)


def _ajrakh_heart(pen: Pen) -> None:
    for index in range(8):
        pen.area(moved(petal(30, 6), math.pi * index / 4, 1, (0, 0)))
    motifs.ring_of_dots(pen, 38, 8, 2.6)
    pen.dot((0, 0), 14)


def _ajrakh_knot(pen: Pen) -> None:
    motifs.flower(pen, 4, 34, 12)
    pen.dot((0, 0), 8, 0)
    pen.dot((0, 0), 4)


def ajrakh(g: Ground) -> None:
    """Stars and rings in a strict grid, outlined with resist white."""
    g.mottle(0.7)
    side = g.px(188)
    i = g.inks
    whites = lattice((side, side), [(_stamp(g, 200, _ajrakh_white), (0.5, 0.5)), (_stamp(g, 80, _ajrakh_knot), (0, 0))])
    g.lay(g.worn(_everywhere(g, whites)), i.cream)
    for ink, draw in ((i.deep, _ajrakh_dark), (i.accent, _ajrakh_red), (i.cream, _ajrakh_heart)):
        g.lay(g.worn(_everywhere(g, lattice((side, side), [(_stamp(g, 170, draw), (0.5, 0.5))]))), ink)
    g.lay(
        _everywhere(g, lattice((side, side), [(_stamp(g, 40, lambda pen: pen.dot((0, 0), 8)), (0.5, 0.5))])),
        i.accent_deep,
    )


def _chikan_spray(pen: Pen) -> None:
    stem = curve((-30, 96), (40, 60), (-44, 10), (4, -40))
    pen.line(stem, 2.4)
    for index, turn in ((3, 1.2), (5, -0.9), (7, 1.2), (9, -1.2), (11, 1.0)):
        pen.area(moved(petal(26, 8), turn, 1, stem[index]))
    for index in range(6):
        pen.area(moved(round_petal(30, 11), math.pi * index / 3 + 0.2, 1, (4, -54)))


def _chikan_eyes(pen: Pen) -> None:
    for index in range(6):
        pen.area(moved(petal(17, 4), math.pi * index / 3 + 0.2, 1, (4, -54)))
    pen.dot((4, -54), 5)


def _chikan_specks(pen: Pen) -> None:
    pen.dot((0, 0), 3)
    motifs.ring_of_dots(pen, 9, 6, 2)


def chikan(g: Ground) -> None:
    """Tone on tone embroidery: trailing sprays with raised petals."""
    g.mottle(0.6)
    period = (g.px(200), g.px(260))
    pale = lightness(g.inks.base) > 0.72
    white = mix(g.inks.base, (255, 255, 255), 0.86 if pale else 0.72)
    size = (g.px(130), g.px(220))
    one, eye = stamp(size, g.k, _chikan_spray), stamp(size, g.k, _chikan_eyes)
    flip = Image.Transpose.FLIP_LEFT_RIGHT
    g.lay(_everywhere(g, half_drop(period, one, one.transpose(flip))), white, 0.42 if pale else 0.6)
    g.lay(
        _everywhere(g, half_drop(period, eye, eye.transpose(flip))),
        mix(g.inks.base, g.inks.deep, 0.35 if pale else 0.2),
    )
    small = _stamp(g, 30, _chikan_specks)
    g.lay(_everywhere(g, lattice(period, [(small, (0.75, 0.25)), (small, (0.25, 0.75))])), white, 0.4)


def _mirror_wheel(pen: Pen) -> None:
    for index in range(12):
        pen.area(moved(round_petal(52, 9), math.pi * index / 6))


def _mirror_chain(pen: Pen) -> None:
    motifs.ring_of_dots(pen, 59, 30, 3)
    pen.dot((0, 0), 31)


def _mirror_inner(pen: Pen) -> None:
    motifs.ring_of_dots(pen, 26, 18, 3.2)


def _mirror_silver(pen: Pen) -> None:
    pen.dot((0, 0), 19)


def _mirror_glint(pen: Pen) -> None:
    pen.area(curve((-15, -4), (-12, -14), (0, -17), (8, -14), (2, -6), (-6, -2), (-15, -4)))


def _mirror_cross(pen: Pen) -> None:
    motifs.flower(pen, 8, 22, 6)
    pen.dot((0, 0), 6, 0)


def mirror(g: Ground) -> None:
    """Kutch work: little mirrors in rings of coloured chain stitch."""
    g.mottle(0.6)
    side = g.px(190)
    i = g.inks
    bright: tuple[RGB, ...] = (i.accent, mix(YELLOW, i.cream, 0.1), i.cream)
    for ink, draw, lift in (
        (bright[0], _mirror_wheel, 0.5), (bright[1], _mirror_chain, 0.5),
        (i.deep, lambda pen: pen.dot((0, 0), 29), 0), (bright[2], _mirror_inner, 0.4),
        (deeper(i.thread[1], 0.5), lambda pen: pen.dot((0, 0), 21), 0),
        ((176, 186, 194), _mirror_silver, 0), ((248, 250, 252), _mirror_glint, 0),
    ):  # fmt: skip
        g.lay(_everywhere(g, half_drop((side, side), _stamp(g, 130, draw))), ink, lift)
    small = _stamp(g, 50, _mirror_cross)
    g.lay(_everywhere(g, lattice((side, side), [(small, (0.75, 0.25)), (small, (0.25, 0.75))])), bright[1], 0.5)


def plain(g: Ground) -> None:
    """Shot silk with pin dots of zari."""
    pale = lightness(g.inks.base) > 0.72
    g.mottle(0.5 if pale else 1.3)
    g.sheet.paste(mix(g.inks.base, g.inks.accent, 0.1 if pale else 0.3), mask=_shot(g))
    dot = _stamp(g, 12, lambda pen: pen.dot((0, 0), 2.5))
    g.lay(_everywhere(g, half_drop((g.px(54), g.px(54)), dot)), g.gold, 0.4)


def _shot(g: Ground) -> Image.Image:
    return noise.clouds(
        g.rng, g.size, (max(2, int(g.size[0] / (200 * g.k))), max(2, int(g.size[1] / (6 * g.k)))), 0, 90
    )


DRAWN: dict[str, Callable[[Ground], None]] = {
    "bandhani": bandhani,
    "ikat": ikat,
    "patola": patola,
    "paisley": paisley,
    "jaal": jaal,
    "buti": buti,
    "checks": checks,
    "stripes": stripes,
    "leheriya": leheriya,
    "block": block,
    "ajrakh": ajrakh,
    "chikan": chikan,
    "mirror": mirror,
    "plain": plain,
}
