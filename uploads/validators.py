"""Believe the bytes, not the label; the cheapest question comes first."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from importlib.util import find_spec
from io import BytesIO

from django.conf import settings
from PIL import Image

from config import switches
from config.api.errors import Refusal, detail

# Pillow's word for a format -> its media type. MPO is what some phones write: a JPEG with a second one behind it.
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "image/heic": lambda head: head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS,
}
HEAD = 30  # bytes that tell the format, and WebP's canvas
MOST_SCANS = 100  # real progressive JPEGs have about ten; each one costs a walk over the whole picture
# What surrounds the pixels costs Pillow time, piece by piece: ten megabytes of it took a minute.
MOST_SEGMENTS = 1_000
MOST_CHUNKS = 100  # each may unpack to a megabyte
MOST_PADDING = 64 * 1024
SEGMENT = re.compile(rb"\xff[\xc0-\xc7\xc9-\xcf\xd9-\xef\xfe]")  # those whose length Pillow and libjpeg believe
SCAN, END = b"\xff\xda", b"\xff\xd9"
PIXELS = {b"IDAT", b"fdAT", b"fcTL"}
HEIC_HINT = "This is a HEIC picture. Please send it as JPEG (iPhone: Settings > Camera > Formats > Most Compatible)."


def decodes_heic() -> bool:
    return find_spec("pillow_heif") is not None


def examine(data: bytes, field: str = "file") -> Image.Image:
    """The picture, opened but not decoded. Whatever is not one of ours is refused with its reason."""
    check_size(len(data), field)
    kind = check_format(data[:HEAD], field)
    if (check := BEFORE_OPENING.get(kind)) and not check(data):
        raise broken(field)
    if kind == "image/webp":
        check_pixels(*canvas(data[:HEAD]), 1, field)
    image = opened(data, kind, field)
    # Of a phone's MPO nobody decodes the second picture.
    frames = 1 if kind == "image/jpeg" else getattr(image, "n_frames", 1)
    check_pixels(*image.size, frames, field)
    return image


def check_size(size: int, field: str = "file") -> None:
    if size == 0:
        raise broken(field, "The file is empty.")
    if size > (limit := most_bytes()):
        message = f"The file is too large: {megabytes(size)}, and {megabytes(limit)} is the most."
        raise refusal("file_too_large", field, message)


def most_bytes() -> int:
    return switches.current().max_upload_size


def check_format(head: bytes, field: str = "file") -> str:
    kind = sniffed(head)
    check_type(kind, field)
    return kind


def check_type(kind: str, field: str) -> None:
    allowed = switches.current().allowed_file_types
    if kind == "image/heic" and not (kind in allowed and decodes_heic()):
        raise refusal("unsupported_format", field, HEIC_HINT)
    if kind not in allowed:
        raise refusal("unsupported_format", field, f"This is not a picture we can read. {spoken(allowed)} are welcome.")


def sniffed(head: bytes) -> str:
    return next((kind for kind, matches in SIGNATURES.items() if matches(head)), "")


def opened(data: bytes, kind: str, field: str) -> Image.Image:
    formats = [name for name, media_type in MEDIA_TYPES.items() if media_type == kind and name != "MPO"]
    try:
        with Image.open(BytesIO(data), formats=formats) as label:
            label.verify()  # checksums, where the format has some; the handle is of no use afterwards
        return Image.open(BytesIO(data), formats=formats)
    except Exception as error:
        raise broken(field) from error


def check_pixels(width: int, height: int, frames: int, field: str) -> None:
    pixels = width * height * max(1, frames)
    if pixels > settings.MAX_PIXELS:
        most = settings.MAX_PIXELS // 1_000_000
        message = f"The picture has {pixels / 1_000_000:,.0f} megapixels, and {most} are the most."
        raise refusal("image_too_many_pixels", field, message)


def canvas(head: bytes) -> tuple[int, int]:
    """WebP's decoder takes the memory for it when it is made, before anybody could ask how large it is."""
    if head[12:16] == b"VP8X":
        return little(head[24:27]) + 1, little(head[27:30]) + 1
    if head[12:16] == b"VP8L":
        bits = little(head[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return little(head[26:28]) & 0x3FFF, little(head[28:30]) & 0x3FFF


def little(number: bytes) -> int:
    return int.from_bytes(number, "little")


def is_sane_jpeg(data: bytes) -> bool:
    """Counted as the decoders walk: neither the video behind a motion photo nor a preview inside a note is a scan."""
    scans = segments = padding = 0
    for kind, before in segments_of(data):
        padding += 0 if scans else before
        scans += kind == SCAN
        segments += kind != SCAN
    return 0 < scans <= MOST_SCANS and segments <= MOST_SEGMENTS and padding <= MOST_PADDING


def segments_of(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Each with the number of bytes before it that belong to none; those of pixels are among them."""
    at = 2
    while (found := SEGMENT.search(data, at)) and found[0] != END:
        yield found[0], found.start() - at
        at = found.end() + max(2, int.from_bytes(data[found.end() : found.end() + 2]))


def is_sane_png(data: bytes) -> bool:
    kinds = Counter(chunks_of(data))
    return sum(number for kind, number in kinds.items() if kind not in PIXELS) <= MOST_CHUNKS


def chunks_of(data: bytes) -> Iterator[bytes]:
    at = 8
    while (kind := data[at + 4 : at + 8]) not in {b"", b"IEND"}:
        yield kind
        at += 12 + int.from_bytes(data[at : at + 4])


BEFORE_OPENING = {"image/jpeg": is_sane_jpeg, "image/png": is_sane_png}


def broken(field: str, message: str = "The picture is damaged and cannot be opened.") -> Refusal:
    return refusal("image_broken", field, message)


def refusal(code: str, field: str, message: str) -> Refusal:
    return Refusal(code, message, details=[detail(field, code, message)])


def spoken(kinds: Collection[str]) -> str:
    names = [{"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/heic": "HEIC"}[k] for k in kinds]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def megabytes(size: int) -> str:
    return f"{size / (1024 * 1024):.1f} MB"
