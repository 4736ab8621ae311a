"""From somebody's bytes to ours: upright, sRGB, without metadata, in the sizes that phones ask for."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import thumbhash
from PIL import ExifTags, Image, ImageCms, ImageOps

from uploads import memory, validators
from uploads.watermark import Mark

WIDTHS = (320, 640, 1280)
MARKED_FROM = 640
LONGEST = 2560
# A JPEG is decoded at a half, a quarter or an eighth when this much is left: a quarter of the time and the memory, and
# a 12-megapixel photo still fills the largest phone.
LONG_ENOUGH = 1920
QUALITY = 80
METHOD = 2  # WebP's effort: half the time of the default 4 for files 5 to 8 % larger
AVATAR_SIDE = 512
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
SMOOTH = Image.Resampling.LANCZOS
TURNS = {  # EXIF's orientation -> what undoes it
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Rendered:
    full: bytes
    variants: dict[int, bytes]  # by width
    width: int
    height: int
    thumbhash: str
    dominant_colour: str


def widths_of(width: int) -> list[int]:
    """Which variants a picture has: never one that would be larger than itself."""
    return [variant for variant in WIDTHS if variant < width]


def variant_key(key: str, width: int, edition: int) -> str:
    """Computed, so no row is needed; a new edition has new names because the old ones are cached for a year."""
    return f"variants/{edition}/{width}/{key}.webp"


def render(data: bytes, mark: Mark | None = None) -> Rendered:
    image = validators.examine(data)
    draft(image)
    with memory.room_for(image):
        full = ours(image)
        image.close()
        return Rendered(
            full=encoded(full),
            variants=dict(variants(full, mark)),
            width=full.width,
            height=full.height,
            thumbhash=placeholder(full),
            dominant_colour=dominant_colour(full),
        )


def render_avatar(data: bytes) -> Rendered:
    """A square of its middle, in one size."""
    image = validators.examine(data)
    draft(image, AVATAR_SIDE * 2)
    with memory.room_for(image):
        side = min(AVATAR_SIDE, *image.size)
        square = ImageOps.fit(ours(image), (side, side), SMOOTH)
        return Rendered(encoded(square), {}, side, side, placeholder(square), dominant_colour(square))


def render_variants(stored: bytes, mark: Mark | None) -> dict[int, bytes]:
    """Anew from a full image of ours."""
    with Image.open(BytesIO(stored)) as image, memory.room_for(image):
        return dict(variants(ours(image), mark))


def draft(image: Image.Image, enough: int = LONG_ENOUGH) -> None:
    """Let the JPEG decoder do the first halvings."""
    for times in (8, 4, 2):
        if max(image.size) // times >= enough:
            image.draft(None, (max(1, image.width // times), max(1, image.height // times)))
            return


def ours(image: Image.Image) -> Image.Image:
    """Shrunk first: turning and converting are cheaper on fewer pixels."""
    try:
        small = shrunk(resizable(image), LONGEST)
        return srgb(upright(small))
    except Exception as error:
        raise validators.broken("file") from error


def resizable(image: Image.Image) -> Image.Image:
    """Palettes and bits cannot be averaged; 16-bit greys would be cut off at 255."""
    image.load()
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda grey: grey / 256).convert("L")
    if image.mode in {"P", "PA"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L") if image.mode == "1" else image


def upright(image: Image.Image) -> Image.Image:
    """Not by ImageOps.exif_transpose: that writes all of the EXIF anew, and gives up where a phone wrote it wrongly."""
    try:
        turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - a scrambled EXIF block says nothing about the pixels
        return image
    return image if turn is None else image.transpose(turn)


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    if max(image.size) <= longest:
        return image
    ratio = longest / max(image.size)
    size = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
    return image.resize(size, SMOOTH, reducing_gap=2.0)


def srgb(image: Image.Image) -> Image.Image:
    """RGB or RGBA in the colours every phone assumes; the profile is applied, not dropped."""
    alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else None
    opaque = without_profile(image.convert(image.mode[:-1]) if alpha else image)
    if alpha and alpha.getextrema() != (255, 255):
        opaque.putalpha(alpha)
    return opaque


def without_profile(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile, or one of another colour space: read as sRGB, as browsers do
        else:
            return converted or image
    return image.convert("RGB")


def variants(full: Image.Image, mark: Mark | None) -> Iterator[tuple[int, bytes]]:
    """Each from the next larger one; the mark goes on last, or it would be shrunk along."""
    image = full
    for width in reversed(widths_of(full.width)):
        image = image.resize((width, max(1, round(full.height * width / full.width))), SMOOTH)
        yield width, encoded(mark.on(image) if mark and width >= MARKED_FROM else image)


def encoded(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=METHOD, icc_profile=None, exif=b"", xmp=b"")
    return buffer.getvalue()


def placeholder(image: Image.Image) -> str:
    """A thumbhash, in base64: some thirty characters that the app paints while it loads."""
    small = on_white(image, 32).convert("RGBA")
    return base64.b64encode(bytes(thumbhash.rgba_to_thumb_hash(*small.size, list(small.tobytes())))).decode()


def dominant_colour(image: Image.Image) -> str:
    palette = on_white(image, 64).quantize(8)
    _, most = max(palette.getcolors() or [(0, 0)])
    red, green, blue = (palette.getpalette() or [255] * 3)[int(most) * 3 :][:3]  # type: ignore[call-overload] # an index
    return f"#{red:02x}{green:02x}{blue:02x}"


def on_white(image: Image.Image, longest: int) -> Image.Image:
    small = image.copy() if max(image.size) <= longest else shrunk(image, longest)
    if small.mode != "RGBA":
        return small
    white = Image.new("RGB", small.size, "white")
    white.paste(small, mask=small.getchannel("A"))
    return white
