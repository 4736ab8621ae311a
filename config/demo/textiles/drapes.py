"""Pictures of cloth: hanging in pleats, thrown, over a rod, folded on a table."""

# ruff: noqa: PLR2004 - a drawing is made of numbers

import math
import random
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw

from config.demo.textiles import borders, light, noise, patterns
from config.demo.textiles.colours import RGB, Inks, deeper, distance, lightness, mix
from config.demo.textiles.ground import Ground
from config.demo.textiles.light import TABLE, Folds, Net, Spot
from config.demo.textiles.motifs import fill


class Studio(NamedTuple):
    """What a picture is made with."""

    size: tuple[int, int]
    k: float
    seed: int
    pattern: str
    inks: Inks

    def px(self, units: float) -> int:
        return max(1, round(units * self.k))

    def chance(self, name: str) -> random.Random:
        return noise.stream(self.seed, name)

    @property
    def whole(self) -> light.Box:
        return 0, 0, *self.size

    @property
    def cell(self) -> int:
        return max(5, self.px(12))

    def cloth(self, width: float, height: float, scale: float, pattern: str = "") -> Ground:
        """A flat cloth with its pattern; `scale` is how large the pattern is drawn."""
        k = self.k * scale
        g = Ground((self.px(width), self.px(height)), k, self.chance("cloth" + pattern), self.inks)
        patterns.DRAWN[pattern or self.pattern](g)
        return g

    def plain(self, width: float, height: float, scale: float, colour: RGB) -> Ground:
        swapped = self.inks._replace(base=colour, deep=deeper(colour, 0.42), tint=mix(colour, self.inks.cream, 0.34))
        g = Ground((self.px(width), self.px(height)), self.k * scale, self.chance("plain"), swapped)
        g.mottle(1.0)
        return g

    def border(self) -> str:
        return self.chance("border").choice(borders.KINDS)

    def room(self) -> Image.Image:
        pale = lightness(self.inks.base) > 0.74
        return light.room(self.chance("room"), self.size, self.k, dark=pale)


def hung(folds: Folds, depth: tuple[float, float], glint: float) -> Image.Image:
    """The light of folds that deepen from top to bottom."""
    two = Image.new("L", (TABLE, 2))
    two.paste(folds.image(depth[0], glint * 0.6), (0, 0))
    two.paste(folds.image(depth[1], glint), (0, 1))
    return two.resize((TABLE, 256), Image.Resampling.BILINEAR)


class Drawn(NamedTuple):
    """Cloth drawn through a net: the picture, and the net to draw its outline with."""

    picture: Image.Image
    net: Net
    mesh: light.Mesh

    def outline(self, mask: Image.Image) -> Image.Image:
        return light.through(framed(mask), self.net, self.mesh)


def drawn(net: Net, g: Ground, folds: Folds, lit: Image.Image) -> Drawn:
    width, height = g.size

    def at_cloth(s: float, t: float) -> Spot:
        return folds.at(folds.cloth, s) * width if 0 <= s <= 1 else s * width, t * height

    def at_light(s: float, t: float) -> Spot:
        return min(max(s, 0.001), 0.999) * lit.width, min(max(t, 0.004), 0.996) * lit.height

    mesh = net.mesh(at_cloth)
    shadows = light.through(lit, net, net.mesh(at_light))
    return Drawn(light.shade(light.through(g.sheet, net, mesh), shadows, g.inks.base), net, mesh)


def framed(mask: Image.Image) -> Image.Image:
    """A thin empty rim, so that the edge is smooth when drawn through a net."""
    width, height = mask.size
    inside = Image.new("L", mask.size, 0)
    inside.paste(mask.crop((2, 2, width - 2, height - 2)), (2, 2))
    return inside


def glow(picture: Image.Image, rng: random.Random, strength: float = 1.0) -> Image.Image:
    """The slow light of the room over the whole cloth."""
    size = picture.size
    slow = noise.clouds(rng, size, (3, 4), round(128 - 26 * strength), round(128 + 22 * strength))
    fall = Image.linear_gradient("L").rotate(160).crop((50, 50, 206, 206)).resize(size, noise.BICUBIC)
    slow = ImageChops.overlay(slow, fall.point([round(128 + (v - 128) * 0.3 * strength) for v in range(256)]))
    return ImageChops.overlay(picture, Image.merge("RGB", (slow, slow, slow)))


def pleats(st: Studio) -> Image.Image:
    """A saree hanging in pleats, its border along the hem."""
    rng = st.chance("pleats")
    width, height = st.size
    g = st.cloth(1240, 1120, 0.8)
    borders.along_bottom(g, st.border(), rng.uniform(230, 330))
    g.woven(0.7)
    folds = Folds(rng, rng.choice((7, 8, 9)), ratio=0.55)
    hem, lean, bow = height * rng.uniform(0.9, 0.93), rng.uniform(-0.06, 0.06), rng.uniform(-0.03, 0.03)

    def where(x: float, y: float) -> Spot:
        down = y / hem
        middle = width * (0.5 + lean * (down - 0.5) + bow * math.sin(down * 2.6))
        s = 0.5 + (x - middle) / (width * (1.02 + 0.2 * down))
        foot = 1 + 0.028 * folds.at(folds.height, s) - 0.012
        return s, 0.01 + 0.99 * down / foot

    cloth = drawn(Net(st.whole, st.cell, where), g, folds, hung(folds, (0.85, 1.15), 0.45))
    picture, mask = glow(cloth.picture, rng), cloth.outline(Image.new("L", g.size, 255))
    scene = st.room()
    light.drop_shadow(scene, mask, (10 * st.k, 18 * st.k), 16 * st.k, 0.75)
    scene.paste(picture, (0, 0), mask)
    return light.vignette(scene)


def thrown(st: Studio, g: Ground, turn: float, count: float, name: str = "thrown") -> Image.Image:
    """Cloth that fills the picture, in long slanting folds that bend."""
    rng = st.chance(name)
    width, height = st.size
    folds = Folds(rng, count, soft=0.018, ratio=0.45)
    c, s_ = math.cos(turn), math.sin(turn)
    reach = abs(width * c) + abs(height * s_)
    long = abs(width * s_) + abs(height * c)
    swing, wave, start = rng.uniform(0.035, 0.06), rng.uniform(2.2, 3.6), rng.uniform(0, 6)

    def where(x: float, y: float) -> Spot:
        across = ((x - width / 2) * c + (y - height / 2) * s_) / reach
        along = (-(x - width / 2) * s_ + (y - height / 2) * c) / long
        s = 0.5 + (across + swing * math.sin(wave * along * 2 + start) + 0.12 * across * along) * 0.84
        t = 0.5 + along * 0.94 + 0.014 * folds.at(folds.height, s)
        return s, t

    net = Net(st.whole, max(5, st.px(15)), where, 1.4)
    return glow(drawn(net, g, folds, hung(folds, (1.15, 0.95), 0.4)).picture, rng, 1.2)


def drape(st: Studio) -> Image.Image:
    """A length of cloth thrown over a table, its border running along the folds."""
    rng = st.chance("drape")
    turn = rng.choice((-1, 1)) * rng.uniform(0.38, 0.62)
    g = st.cloth(1360, 1400, 0.86)
    beside = st.plain(g.size[0] / st.k * rng.uniform(0.2, 0.3), g.size[1] / st.k, 0.86, st.inks.accent)
    kind, tall = st.border(), rng.uniform(270, 340)
    end = g.part((g.size[0] - beside.size[0], g.size[1]))
    borders.along_side(end, kind, tall)
    g.sheet.paste(beside.sheet, (0, 0))
    g.sheet.paste(end.sheet, (beside.size[0], 0))
    under_edge(g, beside.size[0], st.px(70))
    if turn < 0:
        g.sheet = g.sheet.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    g.woven(0.7)
    return light.vignette(thrown(st, g, turn, rng.choice((4.0, 5.0, 6.0))), 0.42)


def under_edge(g: Ground, x: int, wide: int) -> None:
    """The shadow that a selvedge at x casts to its left."""
    fall = (
        Image.linear_gradient("L")
        .rotate(90)
        .resize((wide, g.size[1]))
        .point([round((v / 255) ** 2 * 190) for v in range(256)])
    )
    g.sheet.paste(mix(g.inks.accent_deep, light.SHADOW, 0.4), (x - wide, 0), fall)


def fringe(g: Ground, tall: float) -> Image.Image:
    """A mask of the cloth with tassels at its foot."""
    width, height = g.size
    high, gap = g.px(tall), g.px(15)
    mask = Image.new("L", g.size, 255)
    strand = Image.new("L", (gap * 4, high * 4), 0)
    pen = ImageDraw.Draw(strand)
    for index in range(5):
        x = gap * 4 * (0.28 + 0.11 * index)
        pen.line([(gap * 2, 0), (gap * 2, high * 0.9), (x, high * 3.8)], fill=255, width=max(1, round(gap * 0.38)))
    pen.ellipse((gap * 1.2, high * 0.5, gap * 2.8, high * 1.3), fill=255)
    mask.paste(fill(strand.reduce(4), (width, high)), (0, height - high))
    ink = g.gold.crop((0, 0, width, high))
    g.sheet.paste(ink, (0, height - high))
    return mask


class Panel(NamedTuple):
    """Where a hanging panel lies: its middle and half width above and below, its ends, its lean."""

    top: float
    foot: float
    middle: float
    above: float
    below: float
    lean: float = 0.0
    tilt: float = 0.0


def panel(scene: Image.Image, st: Studio, g: Ground, mask: Image.Image, folds: Folds, at: Panel) -> None:
    """Hangs a panel of cloth in the scene: folds, tassels, shadow."""
    width, height = st.size

    def where(x: float, y: float) -> Spot:
        top = at.top + at.tilt * (x / width - at.middle)
        down = (y / height - top) / (at.foot - top)
        half = at.above + (at.below - at.above) * max(0.0, down) ** 0.8
        s = 0.5 + (x / width - at.middle - at.lean * down) / (2 * half)
        return s, down / (1 + 0.022 * (folds.at(folds.height, s) - 0.5))

    left = min(at.middle - at.above, at.middle + at.lean - at.below) - 0.06
    right = max(at.middle + at.above, at.middle + at.lean + at.below) + 0.06
    box = light.within(st.size, (left * width, (at.top - 0.02) * height, right * width, (at.foot + 0.06) * height))
    cloth = drawn(Net(box, st.cell, where), g, folds, hung(folds, (0.8, 1.05), 0.4))
    picture, cut = cloth.picture, cloth.outline(mask)
    part = scene.crop(box)
    light.drop_shadow(part, cut, (14 * st.k, 16 * st.k), 18 * st.k, 0.65)
    rounded_top(picture, st, at, box)
    part.paste(picture, (0, 0), cut)
    scene.paste(part, box)


def rounded_top(picture: Image.Image, st: Studio, at: Panel, box: light.Box) -> None:
    """Cloth over a rod or a shoulder turns away from the light at its upper end."""
    if at.top < 0:
        return
    bend = Image.new("L", (1, 8))
    for index, value in enumerate((120, 60, 0, 36, 20, 8, 2, 0)):
        bend.putpixel((0, index), value)
    bend = bend.resize((picture.width, st.px(64)), noise.BICUBIC)
    top = round(at.top * st.size[1]) - box[1]
    ink = Image.new("RGB", bend.size, deeper(st.inks.deep, 0.4))
    picture.paste(ink, (0, top), bend)


def pallu(st: Studio) -> Image.Image:
    """The body of a saree, and its pallu falling across it."""
    rng = st.chance("pallu")
    side = rng.choice((-1, 1))
    body = st.cloth(1120, 1300, 0.74)
    g = body.part((st.px(680), st.px(1240)))
    body.woven(0.7)
    scene = thrown(st, body, -side * rng.uniform(0.3, 0.5), 5)
    borders.pallu(g, rng.uniform(520, 640))
    kind = st.border()
    borders.along_sides(g, kind, 96)
    g.woven(0.7)
    mask = fringe(g, 58)
    folds = Folds(rng, 5, ratio=0.4, soft=0.016)
    lean = side * rng.uniform(0.06, 0.13)
    at = Panel(-0.06, rng.uniform(0.9, 0.96), 0.5 - lean * 0.7, 0.2, 0.33, lean)
    panel(scene, st, g, mask, folds, at)
    return light.vignette(glow(scene, rng, 0.5), 0.3)


def rod(scene: Image.Image, st: Studio, y: float, *, metal: bool) -> None:
    """A rod across the picture, and its shadow on the wall."""
    tone: tuple[RGB, RGB, RGB] = (
        ((120, 84, 30), (226, 188, 96), (255, 240, 190)) if metal else ((72, 44, 28), (142, 96, 62), (190, 146, 108))
    )
    width, height = st.size
    thick = st.px(17)
    top = round(y * height)
    bar = Image.new("RGB", (1, 5))
    for index, colour in enumerate((tone[0], tone[1], tone[2], tone[1], tone[0])):
        bar.putpixel((0, index), colour)
    bar = bar.resize((width, thick), noise.BICUBIC)
    mask = Image.new("L", st.size, 0)
    mask.paste(255, (0, top, width, top + thick))
    light.drop_shadow(scene, mask, (0, 26 * st.k), 12 * st.k, 0.45)
    scene.paste(bar, (0, top))


def dupatta(st: Studio) -> Image.Image:
    """A dupatta over a rod: the near end long, the far end shorter behind it."""
    rng = st.chance("dupatta")
    scene = st.room()
    rod(scene, st, 0.1, metal=rng.random() < 0.6)
    kind = st.border()
    back = st.plain(620, 900, 0.8, mix(st.inks.base, st.inks.deep, 0.4))
    borders.along_bottom(back, kind, 170)
    back.woven(0.7)
    side = rng.choice((-1, 1))
    panel(
        scene,
        st,
        back,
        fringe(back, 46),
        Folds(rng, 4, ratio=0.45),
        Panel(0.1, 0.79, 0.5 + side * 0.17, 0.15, 0.2, side * 0.02),
    )
    g = st.cloth(900, 1080, 0.72)
    borders.along_sides(g, kind, 84)
    if rng.random() < 0.5:
        borders.pallu(g, 440)
    else:
        borders.along_bottom(g, kind, 240)
    g.woven(0.7)
    panel(
        scene,
        st,
        g,
        fringe(g, 46),
        Folds(rng, 6, ratio=0.45),
        Panel(0.097, rng.uniform(0.9, 0.94), 0.5 - side * 0.06, 0.21, 0.31, side * -0.01),
    )
    return light.vignette(scene)


def folded(st: Studio) -> Image.Image:
    """Two folded cloths on a table, seen from above."""
    rng = st.chance("folded")
    scene = st.room()
    kind = st.border()
    turn = rng.choice((-1, 1)) * rng.uniform(4, 9)
    under = st.plain(690, 900, 0.8, st.inks.accent)
    swap = under.inks._replace(accent=mix(st.inks.base, st.inks.deep, 0.2), accent_deep=st.inks.deep)
    if distance(swap.accent, swap.base) > 60:
        under.inks = swap
    borders.along_sides(under, "vine", 120)
    under.woven(0.7)
    lay_flat(scene, st, under, (0.55 if turn > 0 else 0.45, 0.47), -turn * 1.5, rng)
    g = st.cloth(620, 860, 0.74)
    borders.along_side(g, kind, 150)
    borders.along_bottom(g, kind, rng.uniform(190, 250))
    g.woven(0.7)
    lay_flat(scene, st, g, (0.48 if turn > 0 else 0.52, 0.53), turn, rng)
    return light.vignette(scene)


def lay_flat(scene: Image.Image, st: Studio, g: Ground, at: Spot, turn: float, rng: random.Random) -> None:
    """One folded cloth: its layers show at the edges, a few creases on its face."""
    width, height = g.size
    face = light.shade(g.sheet, creases(g.size, rng), g.inks.base)
    mask = Image.new("L", (width * 2, height * 2), 0)
    ImageDraw.Draw(mask).rounded_rectangle((2, 2, width * 2 - 3, height * 2 - 3), radius=st.px(16) * 2, fill=255)
    mask = mask.reduce(2).rotate(turn, Image.Resampling.BILINEAR, expand=True)
    face = face.rotate(turn, Image.Resampling.BILINEAR, expand=True)
    left, top = round(at[0] * st.size[0] - face.width / 2), round(at[1] * st.size[1] - face.height / 2)
    layers = 5
    full = Image.new("L", st.size, 0)
    full.paste(mask, (left + st.px(12), top + st.px(17)))
    light.drop_shadow(scene, full, (16 * st.k, 20 * st.k), 24 * st.k, 0.75)
    for index in range(layers, 0, -1):
        out = index * st.k * 3.4
        colour = mix(g.inks.deep, g.inks.base, 0.2 + 0.55 * (index % 2))
        scene.paste(colour, (round(left + out * 0.7), round(top + out)), mask)
    scene.paste(face, (left, top), mask)


def creases(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Flat cloth is never quite flat: soft swells, two pressed folds, a rounded rim."""
    swell = noise.clouds(rng, size, (4, 6), 104, 152)
    fine = noise.clouds(rng, size, (9, 14), 116, 140)
    swell = ImageChops.overlay(swell, fine)
    draw = ImageDraw.Draw(swell)
    width, height = size
    press = Image.new("L", (1, 9))
    for index, value in enumerate((128, 132, 142, 150, 120, 96, 112, 122, 128)):
        press.putpixel((0, index), value)
    del draw
    tall = max(3, round(height * 0.09))
    for share in (0.36, 0.7):
        box = (0, round(height * share), width, round(height * share) + tall)
        swell.paste(ImageChops.overlay(swell.crop(box), press.resize((width, tall), noise.BICUBIC)), box)
    rim = Image.new("L", size, 0)
    inset = max(1, round(width * 0.016))
    rim.paste(255, (inset, inset, width - inset, height - inset))
    rim = light.blurred(rim, width * 0.02)
    return ImageChops.multiply(swell, rim.point([round(150 + v * 105 / 255) for v in range(256)]))
