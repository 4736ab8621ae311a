"""Pictures nobody asked for, made in memory, and what becomes of each: rendered, or refused with a code.

One long module on purpose: the tables are the list of what was tried.
"""

import base64
import binascii
import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import pytest
import thumbhash
from django.conf import settings
from PIL import Image, ImageCms
from PIL.Image import Exif

from config import switches
from uploads import variants
from uploads.variants import Rendered

SIZE = (64, 48)
MIB = 1024 * 1024
TOO_LARGE, FOREIGN, TOO_MANY, BROKEN = (
    "file_too_large",
    "unsupported_format",
    "image_too_many_pixels",
    "image_broken",
)
CODES = {TOO_LARGE, FOREIGN, TOO_MANY, BROKEN}
SCRIPT = b"<html><script>alert(1)</script></html>"
PHP = b"<?php system($_GET['c']); ?>"


class Odd(NamedTuple):
    make: Callable[[], bytes]
    refused: str = ""
    size: tuple[int, int] = SIZE  # as it is shown, when it is
    filename: str = "picture.jpg"


# --- Tools --------------------------------------------------------------------------------------------------------
@cache
def scene(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Something with edges and colours; never changed by whoever gets it."""
    grey = Image.linear_gradient("L")
    colours = Image.merge("RGB", (grey, grey.rotate(90), Image.radial_gradient("L"))).resize(size)
    if mode in {"RGBA", "LA"}:
        colours.putalpha(grey.resize(size))
    return colours.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def blank(kind: str, size: tuple[int, int]) -> bytes:
    return saved(Image.new("RGB", size), kind)


def jpeg(mode: str = "RGB", size: tuple[int, int] = SIZE, **options: Any) -> bytes:
    return saved(scene(mode, size), "JPEG", **options)


def png(mode: str = "RGB", size: tuple[int, int] = SIZE, **options: Any) -> bytes:
    return saved(scene(mode, size), "PNG", **options)


def webp(mode: str = "RGB", size: tuple[int, int] = SIZE, **options: Any) -> bytes:
    return saved(scene(mode, size), "WEBP", **options)


def lossless(**options: Any) -> bytes:
    return webp("RGBA", lossless=True, **options)


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data, old
    return data.replace(old, new, 1)


def at(data: bytes, place: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


def padded(data: bytes, size: int) -> bytes:
    return data + bytes(size - len(data))


def shorn(whole: Callable[[], bytes]) -> bytes:
    return whole()[:-1]


def cut(whole: Callable[[], bytes], share: float) -> bytes:
    data = whole()
    return data[: int(len(data) * share)]


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("page.html", SCRIPT)
    return buffer.getvalue()


# --- PNG by hand --------------------------------------------------------------------------------------------------
MAGIC = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind: bytes, data: bytes = b"", length: int | None = None) -> bytes:
    return (
        struct.pack(">I", len(data) if length is None else length)
        + kind
        + data
        + struct.pack(">I", binascii.crc32(kind + data))
    )


def header(width: int, height: int, bits: int = 8, colour: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


def rows(width: int, height: int, bits: int = 8, colour: int = 2) -> bytes:
    row = b"\0" + bytes(n % 251 for n in range((width * bits * CHANNELS[colour] + 7) // 8))
    return zlib.compress(row * height)


def plain_png(
    width: int = 64, height: int = 48, *more: bytes, bits: int = 8, colour: int = 2, body: bytes | None = None
) -> bytes:
    """A PNG with `more` chunks before its pixels."""
    pixels = chunk(b"IDAT", rows(width, height, bits, colour) if body is None else body)
    return MAGIC + header(width, height, bits, colour) + b"".join(more) + pixels + END


def flat_png(width: int, height: int) -> bytes:
    """Black and white, so that many pixels take few bytes."""
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(bytes(1 + (width + 7) // 8)) for _ in range(height)) + packer.flush()
    return plain_png(width, height, bits=1, colour=0, body=body)


def with_chunk(*more: bytes) -> bytes:
    return plain_png(64, 48, *more)


def deflated(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + packer.flush()


def animated_png(frames: int, claimed: int | None = None) -> bytes:
    """Real frames, or many `claimed` ones."""
    body = rows(200, 150, 1, 0)
    still = struct.pack(">IIIIHHBB", 200, 150, 0, 0, 1, 10, 0, 0)
    turns = b"".join(
        chunk(b"fcTL", struct.pack(">I", 2 * n - 1) + still) + chunk(b"fdAT", struct.pack(">I", 2 * n) + body)
        for n in range(1, frames)
    )
    control = chunk(b"acTL", struct.pack(">II", frames if claimed is None else claimed, 0))
    first = chunk(b"fcTL", struct.pack(">I", 0) + still) + chunk(b"IDAT", body)
    return MAGIC + header(200, 150, 1, 0) + control + first + turns + END


def iccp(name: bytes, profile: bytes, method: bytes = b"\0\0") -> bytes:
    return with_chunk(chunk(b"iCCP", name + method + zlib.compress(profile)))


def in_crumbs(empty: int) -> bytes:
    """Nothing, often, before the pixels."""
    return MAGIC + header(64, 48) + chunk(b"IDAT") * empty + chunk(b"IDAT", rows(64, 48)) + END


def with_dimensions(width: int, height: int) -> bytes:
    return plain_png(width, height, body=rows(8, 8))


def crc_wrong(kind: bytes) -> bytes:
    data = with_chunk(chunk(b"tIME", b"\x07\xea\1\1\1\1\1"))
    place = data.index(kind) + 4 + struct.unpack_from(">I", data, data.index(kind) - 4)[0]
    return at(data, place, bytes((data[place] ^ 0xFF,)))


def interlaced() -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 1))
    return MAGIC + head + chunk(b"IDAT", zlib.compress(bytes(500))) + END


# --- JPEG by hand -------------------------------------------------------------------------------------------------
SOF, SOS, EOI = b"\xff\xc0", b"\xff\xda", b"\xff\xd9"


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def with_segment(*more: bytes) -> bytes:
    data = jpeg()
    return data[:2] + b"".join(more) + data[2:]


def sized_jpeg(width: int, height: int) -> bytes:
    data = jpeg()
    return at(data, data.index(SOF) + 5, struct.pack(">HH", height, width))


def without(marker: int, data: bytes) -> bytes:
    start = data.index(bytes((0xFF, marker)))
    return data[:start] + data[start + 2 + struct.unpack(">H", data[start + 2 : start + 4])[0] :]


def scanned_jpeg(scans: int) -> bytes:
    """The last scan of a progressive JPEG, told again and again."""
    data = jpeg(progressive=True)
    last = data[data.rindex(SOS) : -2]
    return data[:-2] + last * (scans - data.count(SOS)) + EOI


def icc_jpeg(*parts: tuple[int, int, bytes]) -> bytes:
    return with_segment(*(segment(0xE2, b"ICC_PROFILE\0" + bytes((n, of)) + part) for n, of, part in parts))


def ycck() -> bytes:
    data = jpeg("CMYK")
    return at(data, data.index(b"Adobe") + 11, b"\2")


def many_pictures() -> bytes:
    """What phones write when they keep a second view: nobody decodes the second."""
    return saved(Image.new("L", (25_100, 1_000)), "MPO", save_all=True, append_images=[Image.new("L", (8, 8))])


def garbled(marker: int, word: bytes = b"\xff\0", skip: int = 5) -> bytes:
    """The inside of a segment, overwritten."""
    data = jpeg()
    start = data.index(bytes((0xFF, marker)))
    return at(data, start + skip, word * 8)


def twice(marker: int) -> bytes:
    data = jpeg()
    start = data.index(bytes((0xFF, marker)))
    end = start + 2 + struct.unpack(">H", data[start + 2 : start + 4])[0]
    return data[:end] + data[start:]


def framed(place: int, word: bytes) -> bytes:
    data = jpeg()
    return at(data, data.index(SOF) + place, word)


def blurred() -> bytes:
    data = jpeg()
    return at(data, data.index(SOS) + 40, b"\x55\xaa" * 40)


# --- WebP by hand -------------------------------------------------------------------------------------------------
def riff(*parts: tuple[bytes, bytes], size: int | None = None) -> bytes:
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in parts
    )
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def parts_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 12
    while place + 8 <= len(data):
        kind, length = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        yield kind, data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def three(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def canvas(width: int, height: int, flags: int = 0x12) -> tuple[bytes, bytes]:
    return b"VP8X", bytes((flags, 0, 0, 0)) + three(width - 1) + three(height - 1)


def animated_webp(frames: int, width: int, height: int) -> bytes:
    """A small picture, `frames` times, in the corner of a canvas."""
    kind, pixels = next(parts_of(webp(lossless=True, size=(16, 16))))
    place = three(0) + three(0) + three(15) + three(15) + three(40) + b"\0"
    inner = kind + struct.pack("<I", len(pixels)) + pixels + b"\0" * (len(pixels) % 2)
    return riff(canvas(width, height), (b"ANIM", bytes(6)), *[(b"ANMF", place + inner)] * frames)


def sized_webp(width: int, height: int) -> bytes:
    data = lossless()
    bits = struct.unpack_from("<I", data, 21)[0] & ~0xFFFFFFF
    return at(data, 21, struct.pack("<I", bits | (width - 1) | (height - 1) << 14))


def broken_alpha() -> bytes:
    return riff(
        *((kind, b"\xff" * len(data) if kind == b"ALPH" else data) for kind, data in parts_of(webp("RGBA", quality=50)))
    )


# --- Metadata -----------------------------------------------------------------------------------------------------
def exif(**more: Any) -> bytes:
    notes = Exif()
    notes[0x010F] = "Kanjeevaram phones"
    notes.get_ifd(0x8825).update({1: "N", 2: (12.0, 58.0, 20.0), 3: "E", 4: (77.0, 35.0, 40.0)})
    for tag, value in more.items():
        notes[int(tag.removeprefix("tag"))] = value
    return notes.tobytes()


def turned(orientation: Any) -> bytes:
    return exif(tag274=orientation)


def tiff(*entries: tuple[int, int, int, int], follow: int = 0) -> bytes:
    """An EXIF block as its directory says: tag, type, count, value."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + body + struct.pack("<I", follow)


def facing(save: Callable[..., bytes], orientation: int) -> bytes:
    return save(exif=turned(orientation))


TURNED = (274, 3, 1, 6)
SCRAMBLED = {
    "garbage": b"Exif\0\0" + bytes(range(256)),
    "half": exif()[:40],
    "only-the-name": b"Exif\0\0",
    "no-name": bytes(30),
    "directory-beyond-the-end": b"Exif\0\0II*\0\xff\xff\xff\x7f",
    "65535-entries": b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(24),
    "a-value-of-4-gigabytes": tiff((0x010F, 2, 0xFFFFFFFF, 8)),
    "a-directory-within-itself": tiff((0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8), follow=8),
    "an-unknown-type": tiff((0x010F, 99, 1, 1)),
    "a-resolution-of-0-by-0": tiff((282, 5, 1, 8), (296, 3, 1, 2)),
}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><script>alert(1)</script></x:xmpmeta>'
BILLION_LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "' + b"&b;" * 1000 + b'"><!ENTITY d "' + b"&c;" * 1000 + b'">]>'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">&d;</x:xmpmeta>'
)


# --- Colour profiles ----------------------------------------------------------------------------------------------
P3 = {
    "wtpt": (0.9642, 1.0, 0.8249),
    "rXYZ": (0.51512, 0.24120, -0.00105),
    "gXYZ": (0.29198, 0.69225, 0.04189),
    "bXYZ": (0.15710, 0.06657, 0.78407),
}


def fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))


def curve(version: int) -> bytes:
    """sRGB's: as a formula, which profiles know since version 4, or as a table."""
    if version >= 4:
        return b"para\0\0\0\0\0\3\0\0" + b"".join(map(fixed, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
    table = [round(65535 * linear(step / 1023)) for step in range(1024)]
    return b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *table)


def linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def described(text: str, version: int) -> bytes:
    if version >= 4:
        return b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", 2 * len(text), 28) + text.encode("utf-16-be")
    return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text.encode() + b"\0" + bytes(78)


def tagged(tags: dict[str, bytes], version: int) -> bytes:
    index, body, place = b"", b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)  # noqa: PLW2901 - a tag begins at a multiple of four
        index += struct.pack(">4sII", name.encode(), place + len(body), len(data))
        body += data
    head = struct.pack(">I4xI4s4s4s12x4s28x", 0, version << 24, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    head += fixed(0.9642) + fixed(1.0) + fixed(0.8249) + bytes(48)
    whole = head + struct.pack(">I", len(tags)) + index + body
    return at(whole, 0, struct.pack(">I", len(whole)))


@cache
def display_p3(version: int = 4, name: str = "Display P3") -> bytes:
    points = {tag: b"XYZ \0\0\0\0" + b"".join(map(fixed, point)) for tag, point in P3.items()}
    curves = dict.fromkeys(("rTRC", "gTRC", "bTRC"), curve(version))
    words = {"desc": described(name, version), "cprt": described("Nobody", version)}
    return tagged({**words, **points, **curves}, version)


@cache
def made(space: Any) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()


def posing(place: int, word: bytes) -> bytes:
    """A profile that says of itself what it is not."""
    return at(display_p3(), place, word)


def profiled(save: Callable[..., bytes], make: Callable[[], bytes]) -> bytes:
    return save(icc_profile=make())


PROFILES: dict[str, Callable[[], bytes]] = {
    "srgb": partial(made, "sRGB"),
    "display-p3-of-version-2": partial(display_p3, 2),
    "display-p3-of-version-4": display_p3,
    "lab": partial(made, "LAB"),
    "xyz": partial(made, "XYZ"),
    "garbage": lambda: bytes(range(256)) * 4,
    "one-byte": lambda: b"\0",
    "truncated": lambda: display_p3()[:200],
    "only-its-head": lambda: display_p3()[:128],
    "cmyk-in-rgb": lambda: posing(16, b"CMYK"),
    "grey-in-rgb": lambda: posing(16, b"GRAY"),
    "a-device-link": lambda: posing(12, b"link"),
    "named-colours": lambda: posing(12, b"nmcl"),
    "abstract": lambda: posing(12, b"abst"),
    "version-99": lambda: posing(8, b"\x63"),
    "four-billion-tags": lambda: posing(128, b"\xff\xff\xff\xff"),
    "tags-beyond-the-end": lambda: posing(136, b"\x7f\xff\xff\xff"),
    "a-size-that-lies": lambda: posing(0, b"\xff\xff\xff\xff"),
    "a-name-with-a-script": lambda: display_p3(4, SCRIPT.decode()),
    "a-name-of-20000-letters": lambda: display_p3(4, "P" * 20_000),
}


# --- The tables ---------------------------------------------------------------------------------------------------
BOMBS = {
    "png-of-50001-by-1000": Odd(partial(flat_png, 50_001, 1_000), TOO_MANY),
    "png-of-1000-by-50001": Odd(partial(flat_png, 1_000, 50_001), TOO_MANY),
    "png-of-50000-by-1000": Odd(partial(flat_png, 50_000, 1_000), size=(2560, 51)),
    "png-of-2-to-31-squared": Odd(partial(plain_png, 2**31 - 1, 2**31 - 1, body=b""), TOO_MANY),
    "png-of-7000-squared-in-1-kilobyte": Odd(partial(plain_png, 7_000, 7_000, body=rows(64, 48)), BROKEN),
    "jpeg-of-65535-squared": Odd(partial(sized_jpeg, 65_535, 65_535), TOO_MANY),
    "jpeg-of-1800-squared-in-1-kilobyte": Odd(partial(sized_jpeg, 1_800, 1_800), size=(1800, 1800)),
    "webp-of-16383-squared": Odd(partial(sized_webp, 16_383, 16_383), TOO_MANY),
    "webp-of-7000-squared-in-1-kilobyte": Odd(partial(sized_webp, 7_000, 7_000), BROKEN),
    "webp-canvas-of-16383-squared": Odd(partial(animated_webp, 2, 16_383, 16_383), TOO_MANY),
    "webp-canvas-of-2-to-24-by-255": Odd(partial(animated_webp, 2, 2**24, 255), TOO_MANY),
    "apng-of-2000-frames": Odd(partial(animated_png, 2_000), TOO_MANY),
    "apng-that-claims-2-billion-frames": Odd(partial(animated_png, 1, 2**31), TOO_MANY),
    "animated-webp-of-1000-frames": Odd(partial(animated_webp, 1_000, 250, 250), TOO_MANY),
    "more-pixels-than-the-header-says": Odd(partial(plain_png, 64, 48, body=deflated(48 * MIB))),
    "text-of-48-megabytes-in-one-chunk": Odd(
        lambda: with_chunk(chunk(b"zTXt", b"Comment\0\0" + deflated(48 * MIB))), BROKEN
    ),
    "profile-of-48-megabytes-in-one-chunk": Odd(
        lambda: with_chunk(chunk(b"iCCP", b"P3\0\0" + deflated(48 * MIB))), BROKEN
    ),
    "20000-chunks-of-text": Odd(lambda: with_chunk(chunk(b"tEXt", b"Comment\0hello") * 20_000), BROKEN),
    "100000-chunks-of-nothing": Odd(lambda: with_chunk(chunk(b"noTe") * 100_000), BROKEN),
    "60-chunks-of-text": Odd(lambda: with_chunk(chunk(b"tEXt", b"Comment\0hello") * 60)),
    "9000-profiles-of-a-megabyte": Odd(
        lambda: with_chunk(chunk(b"iCCP", b"P\0\0" + zlib.compress(bytes(MIB - 1), 9)) * 9_000), BROKEN
    ),
    "20000-chunks-of-pixels": Odd(lambda: in_crumbs(20_000)),
    "jpeg-of-1000-scans": Odd(partial(scanned_jpeg, 1_000), BROKEN),
    "jpeg-of-101-scans": Odd(partial(scanned_jpeg, 101), BROKEN),
    "jpeg-of-100-scans": Odd(partial(scanned_jpeg, 100)),
    "jpeg-of-1000-scans-behind-padding": Odd(
        lambda: scanned_jpeg(1_000).replace(SOS, b"\xff\xff\xff\x01\xff\xff\xda"), BROKEN
    ),
    "jpeg-with-a-video-behind-it": Odd(lambda: jpeg() + SOS * 5_000),
    "jpeg-with-1000-scans-in-a-note": Odd(lambda: with_segment(segment(0xED, SOS * 1_000))),
    "jpeg-of-20000-comments": Odd(lambda: with_segment(segment(0xFE, b"hello") * 20_000), BROKEN),
    "jpeg-of-500-comments": Odd(lambda: with_segment(segment(0xFE, b"hello") * 500)),
    "jpeg-with-10-megabytes-of-padding": Odd(lambda: with_segment(b"\xff" * 10_000_000), BROKEN),
    "jpeg-with-10-megabytes-of-escaped-padding": Odd(lambda: with_segment(b"\xff\0" * 5_000_000), BROKEN),
    "jpeg-with-10-megabytes-of-padding-behind-its-end": Odd(
        lambda: b"\xff\xd8\xff\xd9" + b"\xff" * 10_000_000 + jpeg()[2:], BROKEN
    ),
    "jpeg-with-10-megabytes-of-padding-in-a-false-segment": Odd(
        lambda: with_segment((b"\xff\xd8\xff\xff" + b"\xff" * 65_532) * 150), BROKEN
    ),
    "jpeg-with-a-little-padding": Odd(lambda: with_segment(b"\xff" * 5_000)),
}


WHOLE: dict[str, Callable[[], bytes]] = {
    "jpeg": jpeg,
    "progressive-jpeg": partial(jpeg, progressive=True),
    "png": png,
    "webp": webp,
    "lossless-webp": lossless,
}
TRUNCATED = {
    f"{kind}-cut-at-{share:.0%}": Odd(partial(cut, whole, share), BROKEN)
    for kind, whole in WHOLE.items()
    for share in (0.1, 0.5, 0.9)
}
CUT_CLOSE = {
    f"{kind}-without-its-last-byte": Odd(partial(shorn, whole), BROKEN)
    for kind, whole in WHOLE.items()
    if kind != "png"  # of its last checksum
}


POLYGLOTS = {
    "jpeg-and-zip": Odd(lambda: jpeg() + archive()),
    "jpeg-and-html": Odd(lambda: jpeg() + SCRIPT, filename="page.html"),
    "jpeg-with-html-in-a-comment": Odd(lambda: with_segment(segment(0xFE, SCRIPT))),
    "jpeg-with-php-in-exif": Odd(lambda: jpeg(exif=exif(tag270=PHP.decode()))),
    "jpeg-with-a-jpeg-in-a-note": Odd(lambda: with_segment(segment(0xE5, jpeg()))),
    "jpeg-twice": Odd(lambda: jpeg() + jpeg(size=(32, 32))),
    "png-with-php-in-text": Odd(lambda: with_chunk(chunk(b"tEXt", b"Comment\0" + PHP)), filename="x.php"),
    "png-with-html-in-text": Odd(lambda: with_chunk(chunk(b"tEXt", b"Title\0" + SCRIPT))),
    "png-with-html-in-international-text": Odd(lambda: with_chunk(chunk(b"iTXt", b"T\0\0\0en\0T\0" + SCRIPT))),
    "png-with-php-in-its-palette": Odd(lambda: plain_png(64, 48, chunk(b"PLTE", (PHP * 28)[:768]), bits=8, colour=3)),
    "png-and-html": Odd(lambda: png() + SCRIPT),
    "webp-and-javascript": Odd(lambda: webp() + b"/*" + SCRIPT),
    "webp-with-an-unknown-chunk": Odd(lambda: riff(canvas(*SIZE, flags=0), *parts_of(webp()), (b"EVIL", SCRIPT))),
    "gif-and-javascript": Odd(lambda: b"GIF89a/*" + saved(scene("P"), "GIF")[8:] + b"*/=1;alert(1)", FOREIGN),
    "pdf-with-a-jpeg-inside": Odd(lambda: saved(scene(), "PDF"), FOREIGN),
    "html-before-a-jpeg": Odd(lambda: SCRIPT + jpeg(), FOREIGN),
    "space-before-a-png": Odd(lambda: b" " + png(), FOREIGN),
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-LIKE-TEST-FILE!$H+H*"
OTHERS: dict[str, Callable[[], bytes]] = {
    "svg": lambda: SVG,
    "svg-with-a-bom": lambda: b"\xef\xbb\xbf" + SVG,
    "svg-in-utf-16": lambda: SVG.decode().encode("utf-16"),
    "svgz": lambda: gzip.compress(SVG),
    "html-named-jpg": lambda: b"<!doctype html>" + SCRIPT,
    "xml": lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "virus-like-text": lambda: EICAR,
    "zip": archive,
    "program": lambda: b"\x7fELF" + bytes(200),
    "windows-program": lambda: b"MZ" + bytes(200),
    "shell-script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "postscript": lambda: saved(scene(), "EPS"),
    "imagemagick-script": lambda: b"push graphic-context\nfill 'url(https://example.com/x.jpg\"|ls \"-la)'\n",
    "bmp": lambda: saved(scene(), "BMP"),
    "tiff": lambda: saved(scene(), "TIFF"),
    "gif": lambda: saved(scene("P"), "GIF"),
    "animated-gif": lambda: saved(scene("P"), "GIF", save_all=True, append_images=[scene("L")]),
    "ico": lambda: saved(scene(), "ICO"),
    "psd": lambda: b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 48, 64, 8, 3) + bytes(12) + bytes(3 * 64 * 48 + 2),
    "avif": lambda: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + bytes(100),
    "heic": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100),
    "jpeg-2000": lambda: b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
    "jpeg-xl": lambda: b"\xff\x0a" + bytes(100),
    "video": lambda: b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(100),
    "sound-in-riff": lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(100),
    "jng": lambda: b"\x8bJNG\r\n\x1a\n" + bytes(100),
    "one-byte": lambda: b"\xff",
    "two-bytes": lambda: b"\xff\xd8",
    "half-the-magic-of-png": lambda: MAGIC[:4],
    "only-nul": lambda: bytes(5_000),
    "base64-of-a-jpeg": lambda: base64.b64encode(jpeg()),
    "data-url-of-a-jpeg": lambda: b"data:image/jpeg;base64," + base64.b64encode(jpeg()),
}
FOREIGNERS = {name: Odd(make, FOREIGN) for name, make in OTHERS.items()}
NEXT_TO_NOTHING = {
    "no-byte": Odd(bytes, BROKEN),
    "only-the-magic-of-jpeg": Odd(lambda: b"\xff\xd8\xff", BROKEN),
    "only-the-magic-of-png": Odd(lambda: MAGIC, BROKEN),
    "only-the-magic-of-webp": Odd(lambda: b"RIFF\4\0\0\0WEBP", BROKEN),
    "only-an-end-of-jpeg": Odd(lambda: b"\xff\xd8\xff\xd9", BROKEN),
    "only-an-end-of-png": Odd(lambda: MAGIC + END, BROKEN),
    "1-by-1-png": Odd(partial(png, size=(1, 1)), size=(1, 1)),
    "1-by-1-jpeg": Odd(partial(jpeg, size=(1, 1)), size=(1, 1)),
    "1-by-1-webp": Odd(partial(webp, size=(1, 1)), size=(1, 1)),
    "exactly-as-large-as-allowed": Odd(lambda: padded(jpeg(), settings.MAX_FILE_SIZE)),
    "one-byte-too-many": Odd(lambda: padded(jpeg(), settings.MAX_FILE_SIZE + 1), TOO_LARGE),
}
LONG = {
    f"{kind}-of-{size[0]}-by-{size[1]}": Odd(partial(blank, kind, size), size=shown)
    for kind in ("PNG", "JPEG")
    for size, shown in (((65_500, 1), (2560, 1)), ((1, 65_500), (1, 2560)), ((65_500, 7), (2560, 1)))
} | {"WEBP-of-16383-by-1": Odd(partial(blank, "WEBP", (16_383, 1)), size=(2560, 1))}
NOTES = {
    "gps-in-a-jpeg": Odd(lambda: jpeg(exif=exif())),
    "gps-in-a-png": Odd(lambda: png(exif=exif())),
    "gps-in-a-webp": Odd(lambda: webp(exif=exif())),
    "xmp-in-a-jpeg": Odd(lambda: jpeg(xmp=XMP)),
    "xmp-in-a-webp": Odd(lambda: webp(xmp=XMP)),
    "xmp-in-a-png": Odd(lambda: with_chunk(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP))),
    "xmp-with-a-billion-laughs": Odd(lambda: jpeg(xmp=BILLION_LAUGHS)),
    "exif-of-64-kilobytes": Odd(lambda: jpeg(exif=exif(tag37500=b"\0" * 65_000))),
    "exif-of-4-megabytes-in-a-png": Odd(lambda: png(exif=exif(tag37500=b"\0" * 4 * MIB))),
    "exif-in-hex-that-is-none": Odd(lambda: with_chunk(chunk(b"tEXt", b"Raw profile type exif\0\nexif\n  9\nzzzz"))),
    "photoshop-notes": Odd(lambda: with_segment(segment(0xED, b"Photoshop 3.0\0" + b"8BIM\xff" * 40))),
    "a-multi-picture-note-that-lies": Odd(lambda: with_segment(segment(0xE2, b"MPF\0" + bytes(range(200))))),
    **{
        f"scrambled-exif-{name}-in-{kind}": Odd(partial(save, exif=block))
        for name, block in SCRAMBLED.items()
        for kind, save in (("jpeg", jpeg), ("png", png))
    },
    **{
        f"turned-beside-scrambled-{name}": Odd(partial(jpeg, exif=tiff(TURNED, *entry)), size=SIZE[::-1])
        for name, entry in {
            "notes": [(0x9C9B, 1, 0xFFFFFFFF, 8)],
            "places": [(0x8825, 4, 1, 0xFFFFFF)],
            "makers": [(0x010F, 12, 1, 0x7FFFFFFF)],
            "numbers": [(0x011A, 5, 1, 2)],
            "bits": [(258, 4, 1, 70_000)],
            "compression": [(259, 1, 3, 8)],
        }.items()
    },
    **{
        f"orientation-{value}-in-{kind}": Odd(
            partial(facing, save, value),
            size=SIZE[::-1] if value > 4 else SIZE,
        )
        for value in range(1, 9)
        for kind, save in (("jpeg", jpeg), ("png", png), ("webp", webp))
    },
    **{f"orientation-{value}": Odd(partial(facing, jpeg, value)) for value in (0, 9, 65_535)},
    "orientation-in-words": Odd(lambda: jpeg(exif=tiff((274, 2, 4, 0x00353536)))),
    "orientation-of-two-numbers": Odd(lambda: jpeg(exif=tiff((274, 3, 2, 0x00060006))), size=SIZE[::-1]),
}
COLOURS = {
    **{f"profile-{name}-in-jpeg": Odd(partial(profiled, jpeg, make)) for name, make in PROFILES.items()},
    **{
        f"profile-{name}-in-png": Odd(partial(profiled, png, PROFILES[name]))
        for name in ("garbage", "cmyk-in-rgb", "lab")
    },
    "profile-in-a-webp": Odd(lambda: webp(icc_profile=display_p3())),
    "profile-in-a-webp-is-garbage": Odd(lambda: webp(icc_profile=bytes(500))),
    "profile-of-rgb-in-a-grey-png": Odd(lambda: png("L", icc_profile=display_p3())),
    "profile-of-rgb-in-a-grey-jpeg": Odd(lambda: jpeg("L", icc_profile=display_p3())),
    "profile-of-rgb-in-a-palette": Odd(lambda: png("P", icc_profile=display_p3())),
    "profile-of-rgb-in-cmyk": Odd(lambda: jpeg("CMYK", icc_profile=display_p3())),
    "profile-of-rgb-with-alpha": Odd(lambda: png("RGBA", icc_profile=display_p3())),
    "profile-without-bytes": Odd(lambda: iccp(b"empty\0", b"", b"\0")),
    "profile-with-a-name-of-80-letters": Odd(lambda: iccp(b"P" * 80, display_p3())),
    "profile-with-a-name-of-5000-letters": Odd(lambda: iccp(b"P" * 5_000, display_p3())),
    "profile-without-a-name": Odd(lambda: iccp(b"", display_p3())),
    "profile-with-a-name-without-end": Odd(lambda: with_chunk(chunk(b"iCCP", b"P" * 40)), BROKEN),
    "profile-chunk-without-bytes": Odd(lambda: with_chunk(chunk(b"iCCP")), BROKEN),
    "profile-packed-in-an-unknown-way": Odd(lambda: iccp(b"P3", display_p3(), b"\0\7"), BROKEN),
    "profile-that-does-not-unpack": Odd(lambda: with_chunk(chunk(b"iCCP", b"P3\0\0" + b"\xff" * 40))),
    "profile-twice": Odd(lambda: with_chunk(chunk(b"iCCP", b"P\0\0" + zlib.compress(display_p3())) * 2)),
    "profile-whose-second-half-is-missing": Odd(lambda: icc_jpeg((1, 2, display_p3()[:300]))),
    "profile-in-the-wrong-order": Odd(lambda: icc_jpeg((2, 2, display_p3()[300:]), (1, 2, display_p3()[:300]))),
    "profile-of-part-0-of-0": Odd(lambda: icc_jpeg((0, 0, display_p3()))),
    "profile-of-255-parts-that-are-one": Odd(lambda: icc_jpeg((1, 255, display_p3()))),
    "srgb-and-gamma-chunks": Odd(lambda: with_chunk(chunk(b"gAMA", b"\0\0\0\0"), chunk(b"sRGB", b"\xff"))),
    "chromaticities-of-0": Odd(lambda: with_chunk(chunk(b"cHRM", bytes(32)))),
}
KINDS = {
    "cmyk-jpeg": Odd(partial(jpeg, "CMYK")),
    "cmyk-jpeg-without-adobe": Odd(lambda: without(0xEE, jpeg("CMYK"))),
    "ycck-jpeg": Odd(ycck),
    "grey-jpeg": Odd(partial(jpeg, "L")),
    "progressive-jpeg": Odd(partial(jpeg, progressive=True)),
    "jpeg-with-restarts": Odd(partial(jpeg, restart_marker_blocks=1)),
    "jpeg-of-rgb-without-ycc": Odd(partial(jpeg, keep_rgb=True)),
    "mpo": Odd(lambda: saved(scene(), "MPO", save_all=True, append_images=[scene("L", (32, 24))])),
    "mpo-whose-pictures-are-more-than-50-megapixels": Odd(many_pictures, size=(2560, 102)),
    "16-bit-grey-png": Odd(partial(plain_png, bits=16, colour=0)),
    "16-bit-rgb-png": Odd(partial(plain_png, bits=16, colour=2)),
    "16-bit-grey-png-with-alpha": Odd(partial(plain_png, bits=16, colour=4)),
    "16-bit-rgb-png-with-alpha": Odd(partial(plain_png, bits=16, colour=6)),
    "1-bit-png": Odd(partial(png, "1")),
    "2-bit-grey-png": Odd(partial(plain_png, bits=2, colour=0)),
    "4-bit-palette": Odd(lambda: plain_png(64, 48, chunk(b"PLTE", bytes(48)), bits=4, colour=3)),
    "palette": Odd(partial(png, "P")),
    "palette-with-one-transparent-colour": Odd(partial(png, "P", transparency=3)),
    "palette-with-half-transparent-colours": Odd(partial(png, "P", transparency=bytes(range(256)))),
    "palette-shorter-than-its-pixels": Odd(lambda: plain_png(64, 48, chunk(b"PLTE", bytes(9)), colour=3)),
    "palette-missing": Odd(partial(plain_png, colour=3)),
    "palette-of-half-a-colour": Odd(lambda: plain_png(64, 48, chunk(b"PLTE", bytes(10)), colour=3)),
    "rgb-with-a-transparent-colour": Odd(partial(png, transparency=(0, 0, 0))),
    "grey-with-a-transparent-colour": Odd(partial(png, "L", transparency=7)),
    "1-bit-with-a-transparent-colour": Odd(partial(png, "1", transparency=1)),
    "16-bit-grey-with-a-transparent-colour": Odd(
        lambda: plain_png(64, 48, chunk(b"tRNS", b"\xff\xff"), bits=16, colour=0)
    ),
    "16-bit-rgb-with-a-transparent-colour": Odd(lambda: plain_png(64, 48, chunk(b"tRNS", b"\xff\xff" * 3), bits=16)),
    "transparency-of-half-a-colour": Odd(lambda: plain_png(64, 48, chunk(b"tRNS", b"\xff")), BROKEN),
    "grey-png-with-alpha": Odd(partial(png, "LA")),
    "png-with-alpha": Odd(partial(png, "RGBA")),
    "png-that-is-invisible": Odd(lambda: saved(Image.new("RGBA", SIZE), "PNG")),
    "animated-png-within-limits": Odd(partial(animated_png, 3), size=(200, 150)),
    "animated-png-of-no-frames": Odd(partial(animated_png, 1, 0), size=(200, 150)),
    "animated-png-with-a-frame-outside": Odd(
        lambda: replaced(animated_png(2), struct.pack(">I", 1) + struct.pack(">II", 200, 150), bytes(12)), BROKEN
    ),
    "animated-webp-within-limits": Odd(partial(animated_webp, 3, *SIZE)),
    "webp-with-alpha": Odd(partial(webp, "RGBA")),
    "webp-without-loss-with-alpha": Odd(lossless),
    "webp-with-broken-alpha": Odd(broken_alpha, BROKEN),
    "webp-in-a-jpg": Odd(webp, filename="saree.jpg"),
    "png-in-a-jpg": Odd(png, filename="saree.jpg"),
    "jpeg-in-a-png": Odd(jpeg, filename="saree.png"),
    "jpeg-in-a-php": Odd(jpeg, filename="saree.php"),
}


BENT: dict[str, Odd] = {
    **{f"png-of-{w}-by-{h}": Odd(partial(with_dimensions, w, h), BROKEN) for w, h in ((0, 0), (0, 48), (64, 0))},
    "png-of-minus-1-by-minus-1": Odd(partial(with_dimensions, 2**32 - 1, 2**32 - 1), TOO_MANY),
    "png-of-minus-2-to-31": Odd(partial(with_dimensions, 2**31, 2**31), TOO_MANY),
    **{f"jpeg-of-{w}-by-{h}": Odd(partial(sized_jpeg, w, h), BROKEN) for w, h in ((0, 0), (0, 48), (64, 0))},
    "webp-of-0-by-0": Odd(lambda: at(webp(), 26, bytes(4)), BROKEN),
    **{f"wrong-checksum-of-{kind.decode()}": Odd(partial(crc_wrong, kind), BROKEN) for kind in (b"IHDR", b"IDAT")},
    "wrong-checksum-of-a-note": Odd(partial(crc_wrong, b"tIME"), BROKEN),
    "wrong-checksum-of-the-end": Odd(lambda: png()[:-1] + b"\0"),
    "chunk-of-2-to-31-bytes": Odd(lambda: with_chunk(chunk(b"tEXt", b"x", 2**31 - 1)), BROKEN),
    "chunk-of-2-to-32-bytes": Odd(lambda: with_chunk(chunk(b"tEXt", b"x", 2**32 - 1)), BROKEN),
    "pixels-of-2-to-31-bytes": Odd(
        lambda: replaced(plain_png(), b"IDAT", b"IDAT")[:33] + b"\x7f\xff\xff\xffIDAT", BROKEN
    ),
    "chunk-of-an-unknown-critical-kind": Odd(lambda: with_chunk(chunk(b"EVIL", SCRIPT))),
    "chunk-whose-name-is-no-name": Odd(lambda: with_chunk(chunk(b"\0\1\2\3")), BROKEN),
    "png-without-a-header": Odd(lambda: MAGIC + chunk(b"IDAT", rows(64, 48)) + END, BROKEN),
    "png-with-two-headers": Odd(lambda: with_chunk(header(8, 8)), BROKEN),
    "png-with-a-header-of-5-bytes": Odd(lambda: MAGIC + chunk(b"IHDR", b"\0\0\0\1\0") + END, BROKEN),
    "png-without-pixels": Odd(lambda: MAGIC + header(64, 48) + END, BROKEN),
    "png-whose-pixels-are-no-bytes": Odd(partial(plain_png, body=b""), BROKEN),
    "png-whose-pixels-are-garbage": Odd(partial(plain_png, body=b"\xff" * 500), BROKEN),
    "png-with-too-few-rows": Odd(lambda: plain_png(64, 48, body=rows(64, 20))),
    "png-with-a-filter-nobody-knows": Odd(partial(plain_png, body=zlib.compress(b"\x09" * (48 * 193))), BROKEN),
    "png-of-3-bits": Odd(lambda: plain_png(64, 48, bits=3, colour=0), BROKEN),
    "png-of-colour-type-5": Odd(lambda: MAGIC + header(64, 48, 8, 5) + chunk(b"IDAT", rows(64, 48)) + END, BROKEN),
    "png-interlaced-by-its-header-only": Odd(interlaced, BROKEN),
    "jpeg-with-garbage-for-huffman-tables": Odd(partial(garbled, 0xC4), BROKEN),
    "jpeg-with-garbage-for-quantization": Odd(partial(garbled, 0xDB)),
    "jpeg-without-huffman-tables": Odd(lambda: without(0xC4, without(0xC4, without(0xC4, without(0xC4, jpeg()))))),
    "jpeg-without-quantization": Odd(lambda: without(0xDB, without(0xDB, jpeg())), BROKEN),
    "jpeg-without-a-frame": Odd(lambda: without(0xC0, jpeg()), BROKEN),
    "jpeg-with-two-frames": Odd(lambda: twice(0xC0), BROKEN),
    "jpeg-of-no-channels": Odd(lambda: framed(9, b"\0"), BROKEN),
    "jpeg-of-five-channels": Odd(lambda: framed(9, b"\5"), BROKEN),
    "jpeg-of-12-bits": Odd(lambda: framed(4, b"\x0c"), BROKEN),
    "jpeg-of-impossible-sampling": Odd(lambda: framed(11, b"\xff"), BROKEN),
    "jpeg-coded-arithmetically": Odd(lambda: replaced(jpeg(), SOF, b"\xff\xc9")),
    "jpeg-without-loss": Odd(lambda: replaced(jpeg(), SOF, b"\xff\xc3"), BROKEN),
    "jpeg-with-a-segment-beyond-the-end": Odd(lambda: jpeg()[:2] + b"\xff\xe1\xff\xff" + jpeg()[2:], BROKEN),
    "jpeg-with-a-segment-of-0-bytes": Odd(lambda: with_segment(b"\xff\xe1\0\0")),
    "jpeg-of-padding": Odd(lambda: b"\xff\xd8" + b"\xff" * 200_000, BROKEN),
    "jpeg-whose-pixels-are-garbage": Odd(blurred, ""),
    "webp-whose-size-lies-low": Odd(lambda: at(webp(), 4, b"\x10\0\0\0"), BROKEN),
    "webp-whose-size-lies-high": Odd(lambda: at(webp(), 4, b"\xff\xff\xff\x7f"), BROKEN),
    "webp-chunk-of-4-gigabytes": Odd(lambda: at(webp(), 16, b"\xff\xff\xff\xff"), BROKEN),
    "webp-of-an-unknown-kind": Odd(lambda: replaced(webp(), b"VP8 ", b"VP9 "), BROKEN),
    "webp-without-pixels": Odd(lambda: riff(canvas(*SIZE)), BROKEN),
    "webp-whose-frame-is-outside": Odd(partial(animated_webp, 2, 8, 8), BROKEN),
    "webp-of-no-frames": Odd(partial(animated_webp, 0, 64, 48), BROKEN),
    "webp-whose-pixels-are-garbage": Odd(lambda: at(lossless(), 25, b"\xff" * 40), BROKEN),
}


GROUPS: dict[str, dict[str, Odd]] = {
    "bombs": BOMBS,
    "cut": TRUNCATED | CUT_CLOSE,
    "polyglots": POLYGLOTS,
    "foreigners": FOREIGNERS,
    "next to nothing": NEXT_TO_NOTHING,
    "long": LONG,
    "notes": NOTES,
    "colours": COLOURS,
    "kinds": KINDS,
    "bent": BENT,
}
IMAGES: dict[str, Odd] = {name: odd for group in GROUPS.values() for name, odd in group.items()}
REFUSED = [name for name, odd in IMAGES.items() if odd.refused]
RENDERED = [name for name, odd in IMAGES.items() if not odd.refused]


# --- Judging ------------------------------------------------------------------------------------------------------
OURS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}  # so no EXIF, no XMP, no ICCP
COLOUR = re.compile(r"#[0-9a-f]{6}")


def assert_sound(rendered: Rendered) -> None:
    """What holds for everything we store, whatever it was made from."""
    width, height = rendered.width, rendered.height
    assert max(width, height) <= variants.LONGEST
    assert_ours(rendered.full, (width, height))
    assert list(rendered.variants) == sorted(variants.widths_of(width), reverse=True)
    for narrow, data in rendered.variants.items():
        assert_ours(data, (narrow, max(1, round(height * narrow / width))))
    assert COLOUR.fullmatch(rendered.dominant_colour)
    assert_placeholder(rendered.thumbhash, width / height)


def assert_ours(data: bytes, size: tuple[int, int]) -> None:
    assert {kind for kind, _ in parts_of(data)} <= OURS
    assert len(data) == struct.unpack_from("<I", data, 4)[0] + 8  # nothing rides along behind it
    with Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
        image.load()
        assert image.size == size
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)


def assert_placeholder(text: str, shape: float) -> None:
    numbers = list(base64.b64decode(text, validate=True))
    assert 5 <= len(numbers) <= 25
    ratio = thumbhash.thumb_hash_to_approximate_aspect_ratio(numbers)
    assert min(max(shape, 1 / 7), 7) == pytest.approx(ratio, rel=0.5)
    assert all(0 <= share <= 1 for share in thumbhash.thumb_hash_to_average_rgba(numbers))


def staff_changed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The switches as they come, without a database."""
    untouched = switches.Switches(**switches._defaults())
    monkeypatch.setattr(switches, "current", lambda: untouched)
