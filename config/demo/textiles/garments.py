"""Pictures of garments laid on a pale ground: lehenga, anarkali, kurta, sherwani."""

# ruff: noqa: PLR2004 - a drawing is made of numbers

import math
import random
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw

from config.demo.textiles import borders, light, motifs, noise
from config.demo.textiles.colours import RGB, deeper, mix
from config.demo.textiles.drapes import Panel, Studio, drawn, fringe, glow, hung, panel
from config.demo.textiles.ground import Ground
from config.demo.textiles.light import Folds, Net, Spot
from config.demo.textiles.motifs import curve, mirrored

Outline = list[Spot]
Cut = Callable[[light.Box], tuple[Image.Image, Image.Image]]


def on_picture(st: Studio, points: Outline) -> Outline:
    """From garment units (x from the middle, y from the top, 900 x 1200) to pixels."""
    width, height = st.size
    return [(width / 2 + x * width / 900, y * height / 1200) for x, y in points]


def both_sides(right: Outline) -> Outline:
    return right + mirrored(right)[::-1]


def bounds(st: Studio, points: Outline, margin: float) -> light.Box:
    spare = margin * st.k
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return light.within(st.size, (min(xs) - spare, min(ys) - spare, max(xs) + spare, max(ys) + spare))


def piece(scene: Image.Image, st: Studio, outline: Outline, cloth: Cut, *, rounded: float = 26) -> None:
    """One flat piece of a garment: cut out, rounded at its edges, casting a shadow. `cloth` fills its box."""
    points = on_picture(st, outline)
    box = bounds(st, points, 44)
    part = scene.crop(box)
    mask = light.soft_mask(part.size, [(x - box[0], y - box[1]) for x, y in points])
    rim = light.blurred(mask, rounded * st.k).point([max(0, min(255, round((v - 112) * 1.9))) for v in range(256)])
    sheet, lit = cloth(box)
    lit = ImageChops.multiply(lit, rim.point([round(158 + v * 97 / 255) for v in range(256)]))
    light.drop_shadow(part, mask, (10 * st.k, 12 * st.k), 13 * st.k, 0.6)
    part.paste(light.shade(sheet, lit, st.inks.base), (0, 0), mask)
    scene.paste(part, box)


def from_sheet(sheet: Image.Image, lit: Image.Image | int) -> Cut:
    """Cloth that lies over the whole picture; light as a picture or as one value."""

    def cut(box: light.Box) -> tuple[Image.Image, Image.Image]:
        part = sheet.crop(box)
        return part, lit.crop(box) if isinstance(lit, Image.Image) else Image.new("L", part.size, lit)

    return cut


def turned(g: Ground, lit: Image.Image, foot: Spot, angle: float) -> Cut:
    """A long cloth turned about the middle of its foot, which lies at `foot` of the picture."""

    def cut(box: light.Box) -> tuple[Image.Image, Image.Image]:
        c, s = math.cos(angle), math.sin(angle)
        dx, dy = box[0] - foot[0], box[1] - foot[1]
        data = (c, -s, g.size[0] / 2 + dx * c - dy * s, s, c, g.size[1] + dx * s + dy * c)
        size = (box[2] - box[0], box[3] - box[1])
        affine = Image.Transform.AFFINE
        return drawn_by(g.sheet, size, affine, data), drawn_by(lit, size, affine, data)

    return cut


def drawn_by(
    image: Image.Image, size: tuple[int, int], method: Image.Transform, data: tuple[float, ...]
) -> Image.Image:
    return image.transform(size, method, data, Image.Resampling.BILINEAR)


def soft_folds(st: Studio, name: str, depth: float) -> Image.Image:
    """Shallow upright folds over the whole picture."""
    folds = Folds(st.chance(name), 11, soft=0.03)
    width, height = st.size
    lit = hung(folds, (depth * 0.4, depth), 0.25).resize((width, height), Image.Resampling.BILINEAR)
    rng = st.chance(name + "turn")
    lit = lit.rotate(rng.uniform(-3, 3), Image.Resampling.BILINEAR, fillcolor=128)
    return ImageChops.overlay(lit, noise.clouds(rng, st.size, (8, 7), 100, 156))


class Skirt(NamedTuple):
    waist: float
    hem: float
    above: float
    below: float
    swell: float = 0.8


def skirt(scene: Image.Image, st: Studio, g: Ground, cut: Skirt, rng: random.Random, count: int) -> None:
    """A flared skirt: kalis open from the waist, the hem rises to the sides and ripples."""
    width, height = st.size
    k_x, k_y = width / 900, height / 1200
    folds = Folds(rng, count, ratio=0.35, soft=0.008)

    def where(x: float, y: float) -> Spot:
        down = max(0.0, (y / k_y - cut.waist) / (cut.hem - cut.waist))
        half = cut.above + (cut.below - cut.above) * down**cut.swell
        s = 0.5 + (x / k_x - 450) / (2 * half)
        side = min(1.3, abs(2 * s - 1))
        ripple = 0.020 * (folds.at(folds.height, s) - 0.5)
        return s, ((y / k_y - cut.waist) / (cut.hem - cut.waist)) / (
            1 - 0.075 * side * side + ripple * min(1.0, down * 1.5)
        )

    lit = hung(folds, (0.85, 1.0), 0.3)
    ends = Image.linear_gradient("L").rotate(90).resize(lit.size)
    ends = ends.point([round(255 - 120 * abs(v / 127.5 - 1) ** 3.2) for v in range(256)])
    edge = (cut.below + 40) * k_x
    box = light.within(st.size, (width / 2 - edge, (cut.waist - 30) * k_y, width / 2 + edge, (cut.hem + 60) * k_y))
    cloth = drawn(Net(box, st.cell, where), g, folds, ImageChops.multiply(lit, ends))
    picture, mask = cloth.picture, cloth.outline(Image.new("L", g.size, 255))
    part = scene.crop(box)
    light.drop_shadow(part, mask, (14 * st.k, 20 * st.k), 20 * st.k, 0.6)
    part.paste(picture, (0, 0), mask)
    scene.paste(part, box)


def kalis(g: Ground, count: int) -> None:
    """Seams between the panels of a skirt, piped with zari."""
    width, height = g.size
    wide = g.px(7)
    for index in range(1, count):
        x = round(width * index / count)
        box = (x - wide // 2, 0, x - wide // 2 + wide, height)
        g.sheet.paste(g.gold.crop(box), box)


def lehenga(st: Studio) -> Image.Image:
    """A choli and a flared skirt with a wide border."""
    rng = st.chance("lehenga")
    scene = st.room()
    g = st.cloth(960, 860, 0.6)
    if rng.random() < 0.6:
        kalis(g, 14)
    kind = st.border()
    borders.along_bottom(g, kind, rng.uniform(250, 330))
    g.woven(0.6)
    skirt(scene, st, g, Skirt(372, 1130, 98, 385, rng.uniform(0.78, 0.95)), rng, 13)
    choli(scene, st, kind)
    waistband(scene, st, g, 354, 104, 30)
    beads(scene, st, curve((-98, 371), (-50, 378), (50, 378), (98, 371)), 4.2, 14)
    if rng.random() < 0.55:
        over_shoulder(scene, st, rng, kind)
    return light.vignette(glow(scene, rng, 0.35), 0.26)


def waistband(scene: Image.Image, st: Studio, g: Ground, top: float, half: float, tall: float) -> None:
    outline = curve((-half, top), (-half / 2, top + 7), (half / 2, top + 7), (half, top)) + curve(
        (half + 3, top + tall), (half / 2, top + tall + 9), (-half / 2, top + tall + 9), (-half - 3, top + tall)
    )
    piece(scene, st, outline, from_sheet(zari(st, g, st.size), 132), rounded=8)


def choli(scene: Image.Image, st: Studio, kind: str) -> None:
    """A short blouse with elbow sleeves."""
    g = st.plain(900, 420, 0.5, st.inks.accent)
    sown(g, 74)
    borders.along_bottom(g, kind, 96)
    g.woven(0.6)
    sheet = Image.new("RGB", st.size, st.inks.accent)
    sheet.paste(g.sheet, (0, 0), None)
    shift = st.px(368) - g.size[1]
    sheet = ImageChops.offset(sheet, 0, shift)
    lit = soft_folds(st, "choli", 0.45)
    back = curve((-60, 97), (-34, 128), (34, 128), (60, 97)) + curve((60, 97), (60, 250), (-60, 250), (-60, 97))
    neck_back(scene, st, back, st.inks.accent_deep)
    arms = st.plain(170, 260, 0.5, st.inks.accent)
    sown(arms, 74)
    borders.along_bottom(arms, kind, 60)
    arms.woven(0.6)
    sleeves(scene, st, arms, Sleeve((118, 150), (96, 100), (196, 262), (134, 290)))
    body = both_sides(
        curve((0, 196), (34, 196), (56, 150), (60, 96))
        + curve((60, 96), (84, 96), (106, 104), (118, 116))
        + curve((118, 116), (104, 150), (102, 190), (112, 226))
        + curve((112, 226), (110, 270), (104, 310), (102, 362))
        + curve((102, 362), (60, 370), (30, 371), (0, 371))
    )
    piece(scene, st, body, from_sheet(sheet, lit), rounded=20)
    trim(scene, st, g, curve((-60, 96), (-56, 150), (-34, 196), (0, 196), (34, 196), (56, 150), (60, 96)), 11)


def sown(g: Ground, gap: float) -> None:
    one = motifs.stamp((g.px(34), g.px(34)), g.k, lambda pen: motifs.flower(pen, 6, 13, 6))
    g.lay(motifs.fill(motifs.half_drop((g.px(gap), g.px(gap)), one), g.size), g.gold, 0.5)


class Sleeve(NamedTuple):
    under: Spot  # the armpit
    shoulder: Spot  # where it meets the shoulder, under the front
    outer: Spot  # the cuff's outer corner
    inner: Spot


def sleeves(scene: Image.Image, st: Studio, g: Ground, cut: Sleeve) -> None:
    """Both sleeves; the cloth's foot, with its border, is the cuff."""
    for side in (-1, 1):
        outline = [(x * side, y) for x, y in arm(cut)]
        (ox, oy), (ix, iy), (sx, sy) = cut.outer, cut.inner, cut.shoulder
        ((fx, fy),) = on_picture(st, [((ox + ix) / 2 * side, (oy + iy) / 2 + 8)])
        angle = math.atan2(((ox + ix) / 2 - sx - 12) * side, (oy + iy) / 2 - sy)
        folds = Folds(st.chance(f"sleeve{side}"), 5, soft=0.04)
        lit = hung(folds, (0.45, 0.6), 0.2).resize(g.size, Image.Resampling.BILINEAR)
        piece(scene, st, outline, turned(g, lit, (fx, fy), angle), rounded=20)


def arm(cut: Sleeve) -> Outline:
    (ux, uy), (sx, sy), (ox, oy), (ix, iy) = cut
    return (
        curve((ux - 30, uy + 40), (ux - 40, uy - 20), (sx - 40, sy - 4), (sx, sy))
        + curve((sx, sy), (sx + 42, sy + 12), (sx + 58, sy + 48), (sx + (ox - sx) * 0.58, sy + (oy - sy) * 0.36))
        + [(ox, oy)]
        + curve((ox, oy), (ox - 18, oy + 12), (ix + 18, iy + 5), (ix, iy))
        + curve((ix, iy), (ix - 8, iy - (iy - uy) * 0.4), (ux + 4, uy + 90), (ux - 30, uy + 40))
    )


def trim(scene: Image.Image, st: Studio, g: Ground, path: Outline, wide: float) -> None:
    """A ribbon of zari along a path, with beads of light on it."""
    stroke(scene, st, path, wide, zari(st, g, st.size), 0.5)
    beads(scene, st, path, wide * 0.2, wide * 1.05)


def zari(st: Studio, g: Ground, size: tuple[int, int]) -> Image.Image:
    """A piece of the metal thread, in the given size."""
    gold = Image.new("RGB", size, st.inks.thread[1])
    gold.paste(g.gold, (0, 0))
    return gold


def beads(scene: Image.Image, st: Studio, path: Outline, radius: float, gap: float) -> None:
    draw = ImageDraw.Draw(scene)
    spots = evenly(on_picture(st, path), gap * st.k)
    r = max(0.6, radius * st.k)
    for x, y in spots:
        draw.ellipse((x - r, y - r, x + r, y + r), fill=deeper(st.inks.thread[0], 0.2))
        draw.ellipse((x - r * 0.9, y - r * 0.9, x + r * 0.4, y + r * 0.4), fill=st.inks.thread[2])


def evenly(path: Outline, gap: float) -> Outline:
    found, left = [], 0.0
    for (ax, ay), (bx, by) in pairwise(path):
        long = math.hypot(bx - ax, by - ay)
        while left < long:
            found.append((ax + (bx - ax) * left / long, ay + (by - ay) * left / long))
            left += max(gap, 1.0)
        left -= long
    return found


def over_shoulder(scene: Image.Image, st: Studio, rng: random.Random, kind: str) -> None:
    """A narrow dupatta hanging from one shoulder."""
    side = rng.choice((-1, 1))
    g = st.plain(420, 1040, 0.6, mix(st.inks.accent, st.inks.accent_deep, 0.25))
    sown(g, 96)
    borders.along_sides(g, "vine", 62)
    borders.along_bottom(g, kind, 190)
    g.woven(0.6)
    mask = fringe(g, 40)
    at = Panel(0.076, 0.86, 0.5 + side * 0.1, 0.042, 0.105, side * 0.13, side * 0.13)
    panel(scene, st, g, mask, Folds(rng, 4, ratio=0.4), at)


def sleeve_cloth(st: Studio, long: float, scale: float, cuff: float) -> Ground:
    g = st.cloth(220, long, scale)
    borders.along_bottom(g, st.border(), cuff)
    g.woven(0.6)
    return g


def body_sheet(st: Studio, g: Ground, foot: float) -> Image.Image:
    """The cloth laid on the picture so that its border ends at `foot`."""
    sheet = Image.new("RGB", st.size, g.inks.base)
    sheet.paste(g.sheet, ((st.size[0] - g.size[0]) // 2, round(foot * st.size[1] / 1200) - g.size[1]))
    return sheet


def neck_back(scene: Image.Image, st: Studio, outline: Outline, colour: RGB) -> None:
    """The inside of the back, seen through the neck; the deeper, the darker."""
    points = on_picture(st, outline)
    box = bounds(st, points, 4)
    part = scene.crop(box)
    mask = light.soft_mask(part.size, [(x - box[0], y - box[1]) for x, y in points])
    fall = Image.linear_gradient("L").resize(part.size).point([170 + v * 85 // 255 for v in range(256)])
    part.paste(colour, (0, 0), mask)
    part.paste(mix(colour, light.SHADOW, 0.8), (0, 0), ImageChops.multiply(mask, fall))
    scene.paste(part, box)


def hanger(scene: Image.Image, st: Studio, neck: float) -> None:
    """The hook of a wooden hanger above the neck, and its wood within."""
    wood = curve((-62, neck + 34), (-30, neck + 8), (-12, neck + 2), (0, neck)) + curve(
        (0, neck),
        (12, neck + 2),
        (30, neck + 8),
        (62, neck + 34),
    )
    hook = curve(
        (0, neck),
        (0, neck - 14),
        (0, neck - 22),
        (2, neck - 28),
        (8, neck - 40),
        (22, neck - 44),
        (20, neck - 60),
        (18, neck - 72),
        (-6, neck - 74),
        (-9, neck - 56),
    )
    for path, wide, dark, bright in (
        (wood, 15, (92, 58, 36), (168, 120, 80)),
        (hook, 4.6, (110, 84, 40), (226, 196, 120)),
    ):
        stroke(scene, st, path, wide, dark, 0.55)
        stroke(scene, st, [(x - 0.6, y - wide * 0.16) for x, y in path], wide * 0.5, bright, 0)


def stroke(scene: Image.Image, st: Studio, path: Outline, wide: float, ink: RGB | Image.Image, fall: float) -> None:
    """A smooth line along a path, with its shadow."""
    points = on_picture(st, path)
    box = bounds(st, points, wide + 20)
    part = scene.crop(box)
    mask = Image.new("L", (part.width * 2, part.height * 2), 0)
    line = [((x - box[0]) * 2, (y - box[1]) * 2) for x, y in points]
    ImageDraw.Draw(mask).line(line, fill=255, width=max(2, round(wide * st.k * 2)), joint="curve")
    mask = mask.reduce(2)
    if fall:
        light.drop_shadow(part, mask, (wide * 0.25 * st.k, wide * 0.4 * st.k), (2 + wide * 0.2) * st.k, fall)
    part.paste(ink if isinstance(ink, tuple) else ink.crop((0, 0, *part.size)), (0, 0), mask)
    scene.paste(part, box)


def coat(shoulder: float, waist: float, hem: float, top: float, foot: float) -> Outline:
    """The right half of a long garment's front, from the neck's side to the middle of the hem."""
    return (
        curve((56, top), (80, top + 6), (shoulder - 40, top + 20), (shoulder - 14, top + 38))
        + curve(
            (shoulder - 14, top + 38), (shoulder - 24, top + 90), (shoulder - 18, top + 130), (shoulder - 8, top + 176)
        )
        + curve((shoulder - 8, top + 176), (waist + 4, top + 260), (waist, top + 320), (waist + 2, top + 380))
        + curve((waist + 2, top + 380), (waist + 14, top + 520), (hem - 16, foot - 200), (hem, foot - 8))
        + curve((hem, foot - 8), (hem * 0.6, foot + 4), (hem * 0.3, foot + 6), (0, foot + 6))
    )


def kurta(st: Studio) -> Image.Image:
    """A straight kurta with a worked neck, borders at hem and cuffs."""
    rng = st.chance("kurta")
    scene = st.room()
    foot = rng.uniform(1060, 1110)
    g = st.cloth(860, 1120, 0.62)
    borders.along_bottom(g, st.border(), rng.uniform(130, 200))
    g.woven(0.6)
    sleeves(scene, st, sleeve_cloth(st, 520, 0.62, 96), Sleeve((188, 250), (150, 132), (312, 560), (226, 590)))
    neck_back(
        scene,
        st,
        curve((-58, 112), (-30, 96), (30, 96), (58, 112)) + curve((62, 112), (60, 280), (-60, 280), (-62, 112)),
        st.inks.deep,
    )
    hanger(scene, st, 104)
    front = curve((0, 216), (30, 210), (54, 160), (56, 110)) + coat(196, 168, 236, 110, foot)
    piece(scene, st, both_sides(front), from_sheet(body_sheet(st, g, foot + 6), soft_folds(st, "front", 0.75)))
    yoke(scene, st, g, rng)
    slits(scene, st, foot)
    return light.vignette(glow(scene, rng, 0.4), 0.26)


def yoke(scene: Image.Image, st: Studio, g: Ground, rng: random.Random) -> None:
    neck = curve((-57, 112), (-54, 160), (-30, 212), (0, 216), (30, 212), (54, 160), (57, 112))
    long = rng.uniform(330, 400)
    panel_of = both_sides([(0, 214), (30, 214), (30, long - 20), (0, long + 10)])
    sheet = Image.new("RGB", st.size, mix(st.inks.accent, st.inks.accent_deep, 0.2))
    gold = zari(st, g, st.size)
    one = motifs.stamp((st.px(22), st.px(22)), st.k, lambda pen: motifs.flower(pen, 6, 8, 3.6))
    sheet.paste(gold, (0, 0), motifs.fill(motifs.half_drop((st.px(30), st.px(30)), one), st.size))
    piece(scene, st, panel_of, from_sheet(sheet, 132), rounded=6)
    trim(scene, st, g, [(-30, 214), (-30, long - 20), (0, long + 10), (30, long - 20), (30, 214)], 7)
    trim(scene, st, g, neck, 13)
    buttons(scene, st, 0, 240, long - 30, 5)


def buttons(scene: Image.Image, st: Studio, x: float, top: float, foot: float, count: int) -> None:
    for index in range(count):
        y = top + (foot - top) * index / (count - 1)
        ((px, py),) = on_picture(st, [(x, y)])
        side = st.px(26)
        for radius, ink, dx, dy in (
            (8.0, light.SHADOW, 1.4, 2.2), (7.4, st.inks.thread[0], 0, 0), (6.2, st.inks.thread[1], -0.4, -0.5),
            (2.6, st.inks.thread[2], -1.8, -2.0),
        ):  # fmt: skip
            dot = motifs.stamp((side, side), st.k, lambda pen: pen.dot((dx, dy), radius))  # noqa: B023
            scene.paste(ink, (round(px - side / 2), round(py - side / 2)), dot)


def slits(scene: Image.Image, st: Studio, foot: float) -> None:
    """Side slits: a fine dark line from the hip down to the hem."""
    shade = Image.new("L", st.size, 0)
    pen = ImageDraw.Draw(shade)
    for side in (-1, 1):
        pen.line(
            on_picture(st, curve((side * 196, 720), (side * 204, 840), (side * 212, 960), (side * 218, foot))),
            fill=150,
            width=st.px(3),
        )
    scene.paste(deeper(st.inks.deep, 0.5), (0, 0), light.blurred(shade, 3 * st.k))


def sherwani(st: Studio) -> Image.Image:
    """A long coat with a stand collar, worked placket and buttons; at times a stole."""
    rng = st.chance("sherwani")
    scene = st.room()
    foot = rng.uniform(1060, 1105)
    g = st.cloth(860, 1120, 0.55)
    g.woven(0.6)
    sleeves(scene, st, sleeve_cloth(st, 660, 0.55, 110), Sleeve((186, 250), (150, 126), (306, 690), (228, 708)))
    neck_back(
        scene,
        st,
        curve((-52, 104), (-40, 74), (40, 74), (52, 104)) + curve((52, 104), (30, 150), (-30, 150), (-52, 104)),
        st.inks.deep,
    )
    hanger(scene, st, 84)
    front = [(0, 150), *curve((0, 150), (20, 140), (46, 120), (56, 104)), *coat(196, 158, 208, 104, foot)]
    piece(scene, st, both_sides(front), from_sheet(body_sheet(st, g, foot + 40), soft_folds(st, "front", 0.7)))
    opening(scene, st, g, foot)
    collar(scene, st, g)
    if rng.random() < 0.5:
        stole(scene, st, rng)
    return light.vignette(glow(scene, rng, 0.4), 0.26)


def opening(scene: Image.Image, st: Studio, g: Ground, foot: float) -> None:
    shade = Image.new("L", st.size, 0)
    ImageDraw.Draw(shade).line(on_picture(st, [(16, 150), (16, 640), (24, foot + 4)]), fill=210, width=st.px(5))
    scene.paste(deeper(st.inks.deep, 0.6), (0, 0), light.blurred(shade, 4 * st.k))
    trim(scene, st, g, [(-14, 150), (-14, 640), (-14, foot)], 8)
    trim(scene, st, g, [(14, 150), (14, 640), (14, foot)], 8)
    buttons(scene, st, 0, 172, 600, 8)


def collar(scene: Image.Image, st: Studio, g: Ground) -> None:
    gold = Image.new("RGB", st.size, mix(st.inks.deep, st.inks.base, 0.4))
    leaf = motifs.stamp((st.px(20), st.px(20)), st.k, lambda pen: motifs.flower(pen, 6, 8, 3.6))
    gold.paste(zari(st, g, st.size), (0, 0), motifs.fill(motifs.half_drop((st.px(24), st.px(24)), leaf), st.size))
    for side in (-1, 1):
        outline = (
            curve((side * 2, 156), (side * 24, 146), (side * 46, 126), (side * 58, 106))
            + curve((side * 58, 106), (side * 58, 96), (side * 55, 84), (side * 50, 74))
            + curve((side * 50, 74), (side * 40, 96), (side * 22, 112), (side * 2, 120))
        )
        piece(scene, st, outline, from_sheet(gold, 134), rounded=7)
        trim(scene, st, g, curve((side * 50, 74), (side * 40, 96), (side * 22, 112), (side * 2, 120)), 6)


def stole(scene: Image.Image, st: Studio, rng: random.Random) -> None:
    side = rng.choice((-1, 1))
    g = st.plain(330, 1120, 0.55, st.inks.accent)
    sown(g, 110)
    borders.along_sides(g, "vine", 60)
    borders.along_bottom(g, st.border(), 210)
    g.woven(0.6)
    mask = fringe(g, 48)
    at = Panel(0.089, 0.83, 0.5 + side * 0.121, 0.056, 0.082, side * 0.014, side * 0.27)
    panel(scene, st, g, mask, Folds(rng, 3, ratio=0.3), at)


def anarkali(st: Studio) -> Image.Image:
    """A fitted bodice over a long flared skirt."""
    rng = st.chance("anarkali")
    scene = st.room()
    g = st.cloth(860, 900, 0.55)
    if rng.random() < 0.5:
        kalis(g, 12)
    borders.along_bottom(g, st.border(), rng.uniform(210, 280))
    g.woven(0.6)
    top = st.cloth(320, 380, 0.45)
    top.woven(0.6)
    sleeves(scene, st, sleeve_cloth(st, 460, 0.45, 84), Sleeve((128, 190), (112, 98), (238, 470), (174, 492)))
    skirt(scene, st, g, Skirt(392, 1140, 106, 350, 0.95), rng, 12)
    neck_back(
        scene,
        st,
        curve((-48, 84), (-30, 68), (30, 68), (48, 84)) + curve((52, 84), (50, 240), (-50, 240), (-52, 84)),
        st.inks.deep,
    )
    hanger(scene, st, 76)
    bodice = (
        curve((0, 176), (26, 172), (44, 130), (48, 84))
        + curve((48, 84), (80, 88), (118, 98), (140, 116))
        + curve((140, 116), (126, 160), (124, 190), (132, 226))
        + curve((132, 226), (122, 290), (110, 340), (108, 398))
        + curve((108, 398), (60, 410), (30, 411), (0, 411))
    )
    piece(scene, st, both_sides(bodice), from_sheet(body_sheet(st, top, 420), soft_folds(st, "front", 0.4)), rounded=22)
    trim(scene, st, g, curve((-108, 396), (-50, 410), (50, 410), (108, 396)), 16)
    trim(scene, st, g, curve((-48, 84), (-44, 130), (-26, 174), (0, 176), (26, 174), (44, 130), (48, 84)), 12)
    return light.vignette(glow(scene, rng, 0.35), 0.26)
