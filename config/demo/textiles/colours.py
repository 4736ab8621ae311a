"""Colours of a cloth: the asked one, and the inks that go with it."""

# ruff: noqa: PLR2004 - a drawing is made of numbers

import colorsys
import random
import re
from typing import NamedTuple

HEX = re.compile(r"#[0-9A-Fa-f]{6}")

RGB = tuple[int, int, int]

GOLD: RGB = (201, 162, 39)
CREAM: RGB = (250, 240, 218)
MAROON: RGB = (112, 18, 38)
MAGENTA: RGB = (176, 22, 98)
BOTTLE: RGB = (8, 78, 58)
NAVY: RGB = (20, 34, 92)
MUSTARD: RGB = (214, 150, 24)
PLUM: RGB = (86, 24, 88)
RED: RGB = (186, 24, 40)
TEAL: RGB = (0, 108, 112)
ORANGE: RGB = (224, 104, 30)

# Hue (degrees) up to which the partners are the traditional ones; weavers' pairs, not a colour wheel's.
PARTNERS: list[tuple[int, tuple[RGB, ...]]] = [
    (16, (BOTTLE, NAVY, MUSTARD, PLUM)),
    (38, (MAGENTA, BOTTLE, PLUM, MAROON)),
    (64, (MAROON, MAGENTA, BOTTLE, PLUM)),
    (170, (MAGENTA, MAROON, MUSTARD, ORANGE)),
    (205, (MAGENTA, PLUM, ORANGE, MAROON)),
    (250, (MAGENTA, MUSTARD, MAROON, ORANGE)),
    (310, (BOTTLE, MUSTARD, TEAL, MAGENTA)),
    (345, (BOTTLE, PLUM, TEAL, MUSTARD)),
    (361, (BOTTLE, NAVY, MUSTARD, PLUM)),
]
PALE_PARTNERS = (MAROON, BOTTLE, NAVY, MAGENTA, RED, TEAL)
DARK_PARTNERS = (RED, MAGENTA, MUSTARD, TEAL, BOTTLE)


class Inks(NamedTuple):
    base: RGB
    deep: RGB  # the base, darker
    tint: RGB  # the base, lighter
    accent: RGB
    accent_deep: RGB
    border: RGB  # the ground of zari borders: never itself the colour of gold
    cream: RGB  # undyed thread; on pale cloth a shade that can be seen
    thread: tuple[RGB, RGB, RGB]  # zari or plain silk: dark, middle, glint


def parse(hex_colour: str) -> RGB:
    if not HEX.fullmatch(hex_colour):
        raise ValueError(f"A colour must look like #7B1E2B, not {hex_colour!r}.")
    return int(hex_colour[1:3], 16), int(hex_colour[3:5], 16), int(hex_colour[5:7], 16)


def chroma(colour: RGB) -> int:
    return max(colour) - min(colour)


def mix(one: RGB, two: RGB, share: float) -> RGB:
    a, b, c = (round(p + (q - p) * share) for p, q in zip(one, two, strict=True))
    return a, b, c


def lightness(colour: RGB) -> float:
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255


def deeper(colour: RGB, share: float) -> RGB:
    """Darker and a little more saturated, as dye is; never grey."""
    if chroma(colour) < 60 and lightness(colour) > 0.7:
        return mix(colour, (128, 100, 78), share)
    h, l, s = colorsys.rgb_to_hls(*(c / 255 for c in colour))  # noqa: E741
    r, g, b = colorsys.hls_to_rgb(h, l * (1 - share), min(1.0, s * (1 + share * 0.3)))
    return round(r * 255), round(g * 255), round(b * 255)


def partner(base: RGB, rng: random.Random) -> RGB:
    hue, light, _ = colorsys.rgb_to_hls(*(c / 255 for c in base))
    if light > 0.78:
        tonal = deeper(base, 0.45)
        return rng.choice((*PALE_PARTNERS, tonal, tonal) if chroma(base) > 50 else PALE_PARTNERS)
    if light < 0.14 or chroma(base) < 24:
        return rng.choice(DARK_PARTNERS)
    choices = next(found for limit, found in PARTNERS if hue * 360 < limit)
    far = [one for one in choices if distance(one, base) > 110]
    return rng.choice(far or [MUSTARD])


def distance(one: RGB, two: RGB) -> int:
    return sum(abs(p - q) for p, q in zip(one, two, strict=True))


def golden(colour: RGB) -> bool:
    """Is zari hard to see on it?"""
    hue = colorsys.rgb_to_hls(*(c / 255 for c in colour))[0]
    return 0.055 < hue < 0.18 and chroma(colour) > 90 and lightness(colour) > 0.4


def inks(colour: str, second: str, rng: random.Random, *, zari: bool) -> Inks:
    base = parse(colour)
    accent = partner(base, rng)
    if second:
        accent = parse(second)
    light = lightness(base)
    if light < 0.09:
        base = mix(base, (46, 40, 44), 0.45)  # pure black shows no fold
    if light > 0.86:
        base = mix(base, (222, 210, 190), 0.24)  # and pure white has no highlight
    deep = deeper(base, 0.42) if light > 0.12 else mix(base, (0, 0, 0), 0.55)
    tint = mix(base, CREAM, 0.34)
    cream = CREAM if light < 0.72 else mix(accent, CREAM, 0.25)
    gold: tuple[RGB, RGB, RGB] = ((128, 88, 20), (206, 164, 56), (255, 240, 176))
    if golden(base):
        gold = (
            ((110, 62, 8), (166, 104, 16), (244, 206, 112))
            if light > 0.74
            else ((150, 104, 24), (250, 224, 142), (255, 252, 224))
        )
    plain = (deeper(tint, 0.4), mix(tint, CREAM, 0.5), (255, 250, 238))
    if light > 0.72:
        plain = (deeper(accent, 0.4), accent, mix(accent, CREAM, 0.4))
    border = accent
    if golden(accent):
        border = next((one for one in (MAROON, BOTTLE, PLUM) if distance(one, base) > 90), RED)
    return Inks(base, deep, tint, accent, deeper(accent, 0.4), border, cream, gold if zari else plain)
