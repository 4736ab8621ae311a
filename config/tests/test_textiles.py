"""The demo pictures: the same cloth the same pixels, every pattern and shape drawn, the asked colour seen."""

import hashlib
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from config.demo.textiles import PATTERNS, SHAPES, Cloth, contact_sheet, jpeg, of_design, paint

ROOT = Path(__file__).resolve().parent.parent.parent
SMALL = (60, 80)
ENTRIES = json.loads((ROOT / "designs/data/vocabulary.json").read_text())["entries"]
CATEGORIES = [entry["id"].split(":")[1] for entry in ENTRIES if entry["kind"] == "category"]
MAROON = Cloth(7, "#7B1E2B", "bandhani", "lehenga")


def digest(cloth: Cloth) -> str:
    return hashlib.sha256(paint(cloth, SMALL).tobytes()).hexdigest()


def test_the_same_cloth_gives_the_same_pixels() -> None:
    assert digest(MAROON) == digest(MAROON)
    assert digest(MAROON) != digest(MAROON._replace(seed=8))


def test_another_process_gives_the_same_pixels() -> None:
    program = (
        "import hashlib; from config.demo.textiles import Cloth, paint; "
        f"print(hashlib.sha256(paint({tuple(MAROON)!r} and Cloth(*{tuple(MAROON)!r}), {SMALL}).tobytes()).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest(MAROON)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_paints(pattern: str) -> None:
    for index, shape in enumerate(("saree", "kurta")):
        picture = paint(Cloth(index, "#006A4E", pattern, shape), SMALL)
        assert picture.mode == "RGB"
        assert picture.size == SMALL
        assert many_colours(picture)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("colour", ["#FFFFFF", "#101010"])
def test_every_shape_paints_pale_and_dark(shape: str, colour: str) -> None:
    assert many_colours(paint(Cloth(1, colour, "buti", shape, zari=colour == "#101010"), SMALL))


def many_colours(picture: Image.Image) -> bool:
    return len(picture.getcolors(picture.width * picture.height) or []) > 500


def nearest(cloth: Cloth) -> int:
    """How far the best of twelve parts of the picture is, in its mean, from the asked colour."""
    small = paint(cloth, SMALL).resize((3, 4), Image.Resampling.BOX).tobytes()
    asked = bytes.fromhex(cloth.colour[1:])
    return min(sum(abs(a - b) for a, b in zip(asked, small[at : at + 3], strict=True)) for at in range(0, 36, 3))


@pytest.mark.parametrize("colour", ["#7B1E2B", "#0B1F4B", "#D4A017", "#30D5C8", "#FAF9F0", "#101010"])
def test_the_asked_colour_is_seen(colour: str) -> None:
    for shape in ("saree", "drape", "kurta", "swatch"):
        assert nearest(Cloth(3, colour, "plain", shape)) < 120, shape


def test_a_second_colour_is_used() -> None:
    one = Cloth(3, "#FAF9F0", "stripes", "saree", second="#C8102E")
    assert nearest(one._replace(second="#006A4E", colour="#FAF9F0")) != nearest(one)


def test_a_full_picture_is_quick() -> None:
    start = time.process_time()
    assert paint(Cloth(5, "#6A1B9A", "jaal", "pallu")).size == (900, 1200)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("cloth", "sentence"),
    [
        (MAROON._replace(pattern="tartan"), "A pattern must be one of bandhani, .*, not 'tartan'."),
        (MAROON._replace(shape="kilt"), "A shape must be one of saree, .*, not 'kilt'."),
        (MAROON._replace(colour="red"), "A colour must look like #7B1E2B, not 'red'."),
        (MAROON._replace(second="#12"), "A colour must look like #7B1E2B, not '#12'."),
    ],
)
def test_unknown_names_are_refused(cloth: Cloth, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        paint(cloth, SMALL)


def test_a_jpeg_is_a_jpeg() -> None:
    with Image.open(io.BytesIO(jpeg(MAROON, SMALL))) as picture:
        assert (picture.format, picture.size) == ("JPEG", SMALL)


def test_a_contact_sheet_holds_all() -> None:
    sheet = contact_sheet([Image.new("RGB", (90, 120), "red")] * 5, 3, width=30)
    assert sheet.size == (3 * 36 + 6, 2 * 46 + 6)
    assert sheet.getpixel((8, 8)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("kinds", "patterns"),
    [
        ({"craft": "bandhani"}, {"bandhani"}),
        ({"weave": "gharchola"}, {"bandhani"}),
        ({"weave": "ikat"}, {"ikat"}),
        ({"weave": "pochampally", "motif": "floral"}, {"ikat"}),
        ({"weave": "patola"}, {"patola"}),
        ({"craft": "kalamkari"}, {"block"}),
        ({"craft": "ajrakh"}, {"ajrakh"}),
        ({"craft": "leheriya", "fabric": "georgette"}, {"leheriya"}),
        ({"craft": "chikankari", "fabric": "cotton"}, {"chikan"}),
        ({"craft": "mirror-work"}, {"mirror"}),
        ({"weave": "banarasi"}, {"jaal", "buti"}),
        ({"weave": "jamdani"}, {"buti"}),
        ({"weave": "kanjivaram"}, {"checks", "buti"}),
        ({"weave": "kanjivaram", "motif": "paisley"}, {"paisley"}),
        ({"motif": "stripes"}, {"stripes"}),
        ({"motif": "an unknown word"}, set(PATTERNS)),
        ({}, set(PATTERNS)),
    ],
)
def test_words_choose_the_pattern(kinds: dict[str, str], patterns: set[str]) -> None:
    assert {of_design(kinds, "#7B1E2B", seed).pattern for seed in range(12)} <= patterns


@pytest.mark.parametrize("category", [*CATEGORIES, "an unknown word"])
def test_every_category_has_a_shape(category: str) -> None:
    assert {of_design({"category": category}, "#7B1E2B", seed).shape for seed in range(8)} <= set(SHAPES)


def test_words_choose_the_shape() -> None:
    chosen = {
        (category, style): of_design({"category": category, "style": style}, "#7B1E2B", 1).shape
        for category, style in [("lehenga", ""), ("sherwani", ""), ("kurta", ""), ("kurta", "anarkali"), ("stole", "")]
    }
    assert list(chosen.values()) == ["lehenga", "sherwani", "kurta", "anarkali", "dupatta"]


def test_every_word_of_the_tables_chooses_what_can_be_drawn() -> None:
    for entry in ENTRIES:
        kind, slug = entry["id"].split(":")
        cloth = of_design({kind: slug}, "#7B1E2B", 4)
        assert cloth.pattern in PATTERNS
        assert cloth.shape in SHAPES


def test_matt_cloth_has_no_zari() -> None:
    assert of_design({"fabric": "silk"}, "#7B1E2B", 1).zari
    assert not of_design({"fabric": "khadi"}, "#7B1E2B", 1).zari
