"""What a picture looks like once it is ours."""

import base64
import io
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import thumbhash
from django.core.files.storage import storages
from PIL import Image, ImageChops, ImageStat

from accounts.models import User
from config.r2 import r2_storage
from uploads import keys, services, variants
from uploads.models import Picture
from uploads.tests import hostile
from uploads.tests.hostile import display_p3, jpeg, linear, png, saved, scene, webp
from uploads.variants import QUALITY, Rendered, render
from uploads.watermark import Mark

pytestmark = pytest.mark.once

Colour = tuple[int, int, int]


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.staff_changed_nothing(monkeypatch)


def shown(data: bytes, mode: str = "RGB") -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert(mode)


def apart(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def middle(image: Image.Image) -> Any:
    return image.getpixel((image.width // 2, image.height // 2))


# --- Colours ------------------------------------------------------------------------------------------------------
FROM_P3 = ((1.2249401, -0.2249402, 0.0), (-0.0420569, 1.0420571, 0.0), (-0.0196376, -0.0786507, 1.0982884))
SILKS: dict[str, Colour] = {
    "red": (255, 0, 0),
    "sindoor": (200, 60, 40),
    "turmeric": (230, 170, 50),
    "leaf": (60, 140, 70),
    "peacock": (30, 110, 130),
    "indigo": (60, 50, 140),
    "rani-pink": (220, 40, 130),
}
TOLERANCE = 2


def as_srgb(colour: Colour) -> tuple[int, ...]:
    """Display P3 told in sRGB, by the book rather than by the library."""
    light = [linear(part / 255) for part in colour]
    mixed = (sum(share * part for share, part in zip(row, light, strict=True)) for row in FROM_P3)
    return tuple(round(255 * bent(min(1.0, max(0.0, part)))) for part in mixed)


def bent(share: float) -> float:
    return share * 12.92 if share <= 0.0031308 else float(1.055 * share ** (1 / 2.4) - 0.055)


def flat(colour: Colour) -> Image.Image:
    return Image.new("RGB", (96, 96), colour)


@pytest.mark.parametrize("version", [2, 4])
@pytest.mark.parametrize("silk", SILKS)
def test_a_display_p3_silk_keeps_its_colour(untouched: None, silk: str, version: int) -> None:
    rendered = render(saved(flat(SILKS[silk]), "PNG", icc_profile=display_p3(version)))
    assert apart(middle(shown(rendered.full)), as_srgb(SILKS[silk])) <= TOLERANCE


def test_without_the_conversion_it_would_be_another(untouched: None) -> None:
    assert max(apart(colour, as_srgb(colour)) for colour in SILKS.values()) > 10 * TOLERANCE


@pytest.mark.parametrize("silk", SILKS)
def test_a_silk_without_a_profile_keeps_its_colour(untouched: None, silk: str) -> None:
    for data in (saved(flat(SILKS[silk]), "PNG"), saved(flat(SILKS[silk]), "PNG", icc_profile=hostile.made("sRGB"))):
        assert apart(middle(shown(render(data).full)), SILKS[silk]) <= TOLERANCE


@pytest.mark.parametrize("silk", SILKS)
def test_the_dominant_colour_and_the_placeholder_are_of_the_silk(untouched: None, silk: str) -> None:
    rendered = render(saved(flat(SILKS[silk]), "PNG"))
    assert apart(tuple(bytes.fromhex(rendered.dominant_colour[1:])), SILKS[silk]) <= TOLERANCE
    average = thumbhash.thumb_hash_to_average_rgba(list(base64.b64decode(rendered.thumbhash)))
    assert apart(tuple(round(255 * part) for part in average[:3]), SILKS[silk]) <= 12


def test_a_thumbhash_decodes_to_a_small_picture(untouched: None) -> None:
    width, height, pixels = thumbhash.thumb_hash_to_rgba(list(base64.b64decode(render(jpeg()).thumbhash)))
    assert (width, height) == (32, 23)
    assert len(pixels) == width * height * 4


def test_inks_are_read_as_print_shops_write_them(untouched: None) -> None:
    red = Image.new("CMYK", (96, 96), (0, 255, 255, 0))
    assert apart(middle(shown(render(saved(red, "JPEG")).full)), (255, 0, 0)) <= 4


def test_16_bit_greys_keep_their_middle(untouched: None) -> None:
    grey = Image.new("I;16", (96, 96), 0x8000)
    assert apart(middle(shown(render(saved(grey, "PNG")).full)), (128, 128, 128)) <= TOLERANCE


# --- Upright ------------------------------------------------------------------------------------------------------
CORNERS: list[Colour] = [(230, 30, 30), (30, 200, 30), (30, 30, 230), (230, 230, 30)]  # clockwise from the upper left
AWRY = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def four_corners() -> Image.Image:
    image = Image.new("RGB", (160, 96))
    for colour, place in zip(CORNERS, [(0, 0), (80, 0), (80, 48), (0, 48)], strict=True):
        image.paste(colour, (*place, place[0] + 80, place[1] + 48))
    return image


def lying(orientation: int) -> Image.Image:
    """As a camera that was held so would have taken it."""
    turn = AWRY[orientation]
    return four_corners() if turn is None else four_corners().transpose(turn)


def corners(image: Image.Image) -> list[Any]:
    right, low = image.width - 20, image.height - 20
    return [image.getpixel(place) for place in ((20, 20), (right, 20), (right, low), (20, low))]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", AWRY)
def test_every_orientation_comes_out_upright(untouched: None, orientation: int, kind: str) -> None:
    data = saved(lying(orientation), kind, exif=hostile.turned(orientation), quality=95)
    image = shown(render(data).full)
    assert image.size == (160, 96)
    assert all(apart(*pair) < 20 for pair in zip(corners(image), CORNERS, strict=True))


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_also_when_a_phone_wrote_its_other_notes_wrongly(untouched: None) -> None:
    notes = hostile.tiff((258, 4, 1, 70_000), (259, 1, 3, 8), hostile.TURNED)
    image = shown(render(saved(lying(6), "JPEG", exif=notes, quality=95)).full)
    assert all(apart(*pair) < 20 for pair in zip(corners(image), CORNERS, strict=True))


# --- Sizes --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("size", "full", "widths"),
    [
        ((300, 200), (300, 200), []),
        ((320, 200), (320, 200), []),
        ((321, 200), (321, 200), [320]),
        ((1280, 100), (1280, 100), [640, 320]),
        ((2560, 100), (2560, 100), [1280, 640, 320]),
        ((2561, 100), (2560, 100), [1280, 640, 320]),
        ((100, 3000), (85, 2560), []),
    ],
)
def test_it_shrinks_and_never_grows(
    untouched: None, size: tuple[int, int], full: tuple[int, int], widths: list[int]
) -> None:
    rendered = render(saved(Image.new("RGB", size, "teal"), "PNG"))
    assert (rendered.width, rendered.height) == full
    assert list(rendered.variants) == widths
    hostile.assert_sound(rendered)


def test_a_large_jpeg_is_drafted_and_stays_large_enough(untouched: None) -> None:
    rendered = render(jpeg(size=(4000, 3000)))
    assert (rendered.width, rendered.height) == (2000, 1500)


def test_a_variant_of_a_variant_looks_like_one_of_the_original(
    untouched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variants, "encoded", lambda image: saved(image, "PNG"))
    image = scene("RGB", (1500, 1000))
    for width, data in render(saved(image, "PNG")).variants.items():
        direct = image.resize((width, round(1000 * width / 1500)), Image.Resampling.LANCZOS)
        assert max(ImageStat.Stat(ImageChops.difference(shown(data), direct)).mean) < 0.5


def test_transparency_stays(untouched: None) -> None:
    rendered = render(png("RGBA", (700, 500)))
    for data in (rendered.full, *rendered.variants.values()):
        alpha = shown(data, "RGBA").getchannel("A")
        direct = scene("RGBA", (700, 500)).getchannel("A").resize(alpha.size)
        assert ImageStat.Stat(ImageChops.difference(alpha, direct)).mean[0] < 2


def test_what_is_not_transparent_has_no_alpha(untouched: None) -> None:
    opaque = saved(Image.new("RGBA", (96, 96), (9, 9, 9, 255)), "PNG")
    with Image.open(io.BytesIO(render(opaque).full)) as image:
        assert image.mode == "RGB"


def test_an_avatar_is_the_square_of_its_middle(untouched: None) -> None:
    avatar = variants.render_avatar(saved(four_corners().resize((1600, 960)), "PNG"))
    assert (avatar.width, avatar.height, avatar.variants) == (512, 512, {})
    assert all(apart(*pair) < 20 for pair in zip(corners(shown(avatar.full)), CORNERS, strict=True))


def test_variants_made_anew_are_those_made_at_first(untouched: None) -> None:
    rendered = render(png(size=(700, 500)))
    anew = variants.render_variants(rendered.full, None)
    assert list(anew) == list(rendered.variants)
    difference = ImageChops.difference(shown(anew[640]), shown(rendered.variants[640]))
    assert max(ImageStat.Stat(difference).mean) < 2


# --- The mark -----------------------------------------------------------------------------------------------------
def logo(folder: Path) -> Mark:
    path = folder / "logo.png"
    Image.new("RGBA", (200, 80), (255, 255, 255, 255)).save(path)
    return Mark("", str(path))


MARKS: dict[str, Callable[[Path], Mark]] = {
    "text": lambda _: Mark("Design Gallery"),
    "devanagari": lambda _: Mark("साड़ी"),
    "nothing": lambda _: Mark(""),
    "very-long": lambda _: Mark("Kanjeevaram " * 40),
    "logo": logo,
}


def dark(mark: Mark | None, size: tuple[int, int] = (1400, 900)) -> Rendered:
    return render(saved(Image.new("RGB", size, (40, 20, 60)), "PNG"), mark)


@pytest.mark.parametrize("name", ["text", "logo"])
def test_the_mark_is_in_the_corner_of_large_variants_only(untouched: None, tmp_path: Path, name: str) -> None:
    marked, plain = dark(MARKS[name](tmp_path)), dark(None)
    assert marked.full == plain.full
    assert marked.variants[320] == plain.variants[320]
    for width in (640, 1280):
        assert_in_the_corner(shown(marked.variants[width]), shown(plain.variants[width]))


def assert_in_the_corner(marked: Image.Image, plain: Image.Image) -> None:
    difference = ImageChops.difference(marked, plain).convert("L")
    corner = (round(marked.width * 0.73), round(marked.height * 0.8), marked.width, marked.height)
    assert int(difference.crop(corner).getextrema()[1]) > 60  # type: ignore[arg-type] # one channel
    difference.paste(0, corner)
    assert int(difference.getextrema()[1]) <= TOLERANCE  # type: ignore[arg-type]


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_of_any_length_changes_nothing_else(untouched: None, tmp_path: Path, name: str) -> None:
    image = scene("RGB", (640, 400))
    changed = ImageChops.difference(MARKS[name](tmp_path).on(image), image).getbbox()
    assert changed is None or (changed[0] > 460 and changed[1] > 200 and changed[2] <= 622)


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_fits_on_a_picture_of_one_line(untouched: None, tmp_path: Path, name: str) -> None:
    hostile.assert_sound(dark(MARKS[name](tmp_path), (1400, 1)))


def test_a_mark_is_told_from_another_by_its_name(tmp_path: Path) -> None:
    names = [make(tmp_path).name for make in MARKS.values()]
    assert len(set(names)) == len(names)
    assert all(len(name) == 16 for name in names)


# --- Links --------------------------------------------------------------------------------------------------------
BUCKET = {
    "endpoint": "https://account.r2.example",
    "public_endpoint": "",
    "access_key": "key",
    "secret_key": "secret",
    "bucket_name": "gallery",
    "region": "auto",
    "public_url": "https://pictures.example",
}


def no_network(*args: Any, **kwargs: Any) -> NoReturn:
    raise AssertionError("somebody asked the network")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("where", ["folder", "bucket"])
def test_links_ask_neither_database_nor_network(offline: None, settings: Any, where: str, private: bool) -> None:
    settings.PICTURES_PRIVATE = private
    if where == "bucket":
        settings.R2 = BUCKET
        settings.STORAGES = {**settings.STORAGES, "default": r2_storage(BUCKET)}
    picture = Picture(object_key=keys.new(keys.DESIGNS), width=2000, height=1500, edition=1)
    urls = picture.urls()
    assert [(url["width"], url["height"]) for url in urls] == [(320, 240), (640, 480), (1280, 960)]
    assert picture.thumbnail_url == urls[1]["url"]
    assert len({url["url"] for url in urls} | {picture.url}) == 4
    assert all(("ignature=" in url["url"]) == private for url in urls)
    assert all(picture.object_key in url["url"] for url in urls)


def test_the_storage_is_the_folder_again_afterwards() -> None:
    assert type(storages["default"]).__name__ == "LocalPictures"


def test_a_small_picture_is_its_own_thumbnail(untouched: None) -> None:
    picture = Picture(object_key=keys.new(keys.DESIGNS))
    services.describe(picture, render(jpeg(size=(300, 200))), None)
    assert (picture.width, picture.height, picture.urls()) == (300, 200, [])
    assert picture.thumbnail_url == picture.url


# --- Again --------------------------------------------------------------------------------------------------------
def test_the_same_bytes_are_recognised(asha: User, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    data = webp(size=(700, 500))
    first, nothing = services.store(data, category=keys.DESIGNS, by=asha)
    again, same = services.store(data, category=keys.DESIGNS, by=asha)
    other, none = services.store(data + b"\0", category=keys.DESIGNS, by=asha)
    assert (nothing, again, same, none) == (None, first, first, None)
    assert other.pk != first.pk
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == len(first.all_keys + other.all_keys) == 6


def test_the_quality_is_worth_its_bytes(untouched: None) -> None:
    assert QUALITY == 80
    source = scene("RGB", (640, 400))
    stored = render(saved(source, "PNG")).full
    assert max(ImageStat.Stat(ImageChops.difference(shown(stored), source)).mean) < 2
    assert len(stored) < len(saved(source, "PNG")) / 2
