"""The pictures' desk as a curator meets it: many photos from a folder, and from a phone with a thumb."""

import io
import itertools
import math
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from config.testing.aside import Aside
from config.testing.browser import Tab, expect
from config.testing.servers import ADMIN, ADMIN_PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page, Route

pytestmark = pytest.mark.browser
LIST = "/admin/uploads/picture/"
UPLOAD = f"{LIST}upload/"
DOOR = "**/api/upload/image"
SILKS = [
    ("maroon-kanjivaram.jpg", "#7b1e2b", "#d9a441"),
    ("peacock-banarasi.jpg", "#0b5563", "#e2b85c"),
    ("mustard-paithani.jpg", "#c98a1b", "#5a1a6b"),
    ("rose-chikankari.jpg", "#e7b7bd", "#ffffff"),
    ("indigo-ajrakh.jpg", "#1d2b64", "#b3402e"),
]
serial = itertools.count(1)


def cloth(ground: str, gold: str, seed: int) -> bytes:
    """A folded saree, more or less: folds of light, a woven border, small butis."""
    width, height = 900, 1200
    chance = random.Random(seed)  # noqa: S311 - another cloth each time, nothing secret
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    for row, column in itertools.product(range(9), range(7)):
        x, y = 90 + column * 120 + 60 * (row % 2), 80 + row * 110
        draw.polygon([(x, y - 16), (x + 11, y), (x, y + 16), (x - 11, y)], fill=gold)
    draw.rectangle((0, height - 190, width, height - 30), fill=gold)
    for x in range(0, width, 60):
        draw.polygon([(x, height - 60), (x + 30, height - 160), (x + 60, height - 60)], fill=ground)
    folds = Image.new("L", (width // 6, height // 6))
    bend, phase = chance.uniform(0.05, 0.2), chance.uniform(0, 6)
    points = itertools.product(range(folds.height), range(folds.width))
    folds.putdata([int(41 + 41 * math.sin((x + y * bend) / 9 + phase)) for y, x in points])
    image.paste("black", mask=folds.resize(image.size, Image.Resampling.BICUBIC))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def photo(name: str, data: bytes) -> "FilePayload":
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def photos() -> "list[FilePayload]":
    return [photo(name, cloth(ground, gold, next(serial))) for name, ground, gold in SILKS]


BROKEN = photo("not-a-photo.jpg", b"<!doctype html><title>Sign in to this network</title>")


def tiny() -> "FilePayload":
    buffer = io.BytesIO()
    Image.new("RGB", (40, 50), (next(serial) % 256, next(serial) % 256, 90)).save(buffer, "JPEG")
    return photo("swatch.jpg", buffer.getvalue())


EMPTY = """
from django.apps import apps
from uploads.models import Picture
from uploads import services
apps.get_model("designs.Design").objects.all().delete()  # those of other tests hold pictures
for picture in Picture.objects.filter(avatar=None): services.delete(picture)
"""


@pytest.fixture
def _empty(aside: Aside) -> None:
    aside.run(EMPTY)


@pytest.fixture
def desk(tab: Tab) -> "Page":
    tab.sign_in(ADMIN, ADMIN_PASSWORD)
    return tab.page


def choose(page: "Page", *files: "FilePayload") -> None:
    page.locator("#files").set_input_files(list(files))


def told(page: "Page", sentence: str) -> None:
    expect(page.locator(".up-words")).to_have_text(sentence)


def card(page: "Page", name: str) -> "Locator":
    return page.locator(".up-card").filter(has_text=name)


def warns_before_leaving(page: "Page") -> bool:
    return not page.evaluate("window.dispatchEvent(new Event('beforeunload', { cancelable: true }))")


@pytest.mark.usefixtures("_empty")
def test_six_are_chosen_five_come_in_and_one_is_deleted_again(tab: Tab, desk: "Page") -> None:
    tab.open(LIST)
    expect(desk.get_by_text("No pictures here.")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    desk.get_by_role("link", name="Upload pictures").click()
    assert tab.small(desk.locator("label[for=files]")) == []
    assert tab.faults_in_light_and_dark() == []

    first, *others = photos()
    choose(desk, first, BROKEN, *others)
    told(desk, "5 of 6 uploaded, 1 failed")
    tab.forgive("status of 415")
    expect(desk.locator(".up-state").get_by_text("Done", exact=True)).to_have_count(5)
    expect(card(desk, "not-a-photo.jpg")).to_contain_text("This is not a picture we can read")
    expect(desk.locator("[data-state=done] img")).to_have_count(5)
    tab.wait_until_loaded("[data-state=done] img")
    assert tab.small(desk.locator("main .desk-button:visible")) == []
    assert tab.faults_in_light_and_dark() == []
    tab.picture("upload")

    desk.get_by_role("link", name="See the pictures").click()
    expect(desk.locator(".pic-frame img")).to_have_count(5)
    tab.wait_until_loaded(".pic-frame img")
    assert tab.small(*map(desk.locator, ("main .desk-button:visible", ".desk-tabs a", ".pic-choose"))) == []
    columns = desk.locator(".pic-grid").evaluate("grid => getComputedStyle(grid).gridTemplateColumns.split(' ').length")
    assert columns == (2 if tab.size == "phone" else 5)
    tab.picture("pictures")
    assert tab.faults_in_light_and_dark() == []

    desk.locator(".pic-open").first.click()
    assert desk.locator(".pic-large img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    assert tab.faults_in_light_and_dark() == []
    desk.get_by_role("link", name="Delete").click()
    expect(desk.get_by_role("button", name="Delete 1 picture")).to_be_visible()
    tab.wait_until_loaded(".pic-frame img")
    assert tab.faults_in_light_and_dark() == []
    desk.get_by_role("button", name="Delete 1 picture").click()
    desk.get_by_text("1 picture deleted.").wait_for()
    expect(desk.locator(".pic-tile")).to_have_count(4)


@pytest.mark.usefixtures("_empty")
def test_many_are_deleted_at_once(tab: Tab, desk: "Page") -> None:
    tab.open(UPLOAD)
    choose(desk, tiny(), tiny(), tiny())
    told(desk, "3 of 3 uploaded")
    tab.open(LIST)
    expect(desk.locator(".pic-tile")).to_have_count(3)
    expect(desk.get_by_role("button", name="Delete")).not_to_be_visible()
    for place in range(2):
        desk.locator(".pic-choose input").nth(place).check()
    expect(desk.get_by_role("status").get_by_text("2 pictures chosen")).to_be_visible()
    assert tab.faults_in_light_and_dark() == []
    desk.get_by_role("button", name="Delete").click()
    desk.get_by_role("button", name="Delete 2 pictures").click()
    desk.get_by_text("2 pictures deleted.").wait_for()
    expect(desk.locator(".pic-tile")).to_have_count(1)
    assert tab.faults() == []


def test_while_they_come_in_there_are_previews_bars_and_a_warning(tab: Tab, desk: "Page") -> None:
    waiting: list[Route] = []
    is_slow = True
    desk.route(DOOR, lambda route: waiting.append(route) if is_slow else route.continue_())
    tab.open(UPLOAD)
    files = [tiny() for _ in range(5)]
    choose(desk, *files)
    told(desk, "0 of 5 uploaded")
    expect(desk.locator("[data-state=sending]")).to_have_count(3)
    tab.until(lambda: len(waiting) == 3, "three are sent at once")
    tab.wait_until_loaded(".up-preview img")
    assert all(
        src.startswith("blob:") for src in desk.locator(".up-preview img").evaluate_all("all => all.map(i => i.src)")
    )
    expect(desk.get_by_role("progressbar", name="Upload of swatch.jpg")).to_have_count(5)
    assert [*tab.complaints, *tab.violations_as_it_stands()] == []
    assert len(waiting) == 3
    assert warns_before_leaving(desk)
    is_slow = False
    for route in waiting:
        route.continue_()
    told(desk, "5 of 5 uploaded")
    assert not warns_before_leaving(desk)


def test_the_same_photo_again_is_here_already(tab: Tab, desk: "Page") -> None:
    tab.open(UPLOAD)
    same = tiny()
    choose(desk, same)
    told(desk, "1 of 1 uploaded")
    choose(desk, same)
    told(desk, "2 of 2 uploaded")
    expect(desk.locator(".up-state")).to_have_text(["Done", "Already here"])


def test_what_is_too_large_is_not_even_sent(tab: Tab, desk: "Page", tmp_path: Path) -> None:
    tab.open(UPLOAD)
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.url))
    scan = tmp_path / "scan.jpg"  # by its path: as bytes it would take the driver seconds
    scan.write_bytes(b"\xff\xd8\xff" + b"\0" * (11 * 1024 * 1024))
    desk.locator("#files").set_input_files(scan)
    told(desk, "0 of 1 uploaded, 1 failed")
    expect(card(desk, "scan.jpg")).to_contain_text("The file is too large: 11.0 MB, and 10.0 MB is the most.")
    assert not [url for url in sent if "/api/" in url]
    desk.get_by_role("button", name="Remove scan.jpg").click()
    expect(desk.locator(".up-card")).to_have_count(0)


@pytest.mark.usefixtures("_empty")
def test_a_lost_answer_is_retried_and_nothing_is_stored_twice(tab: Tab, desk: "Page") -> None:
    tab.open(UPLOAD)
    keys: list[str] = []

    def lose_the_answer(route: "Route") -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    desk.route(DOOR, lose_the_answer)
    choose(desk, tiny())
    told(desk, "0 of 1 uploaded, 1 failed")
    tab.forgive("ERR_CONNECTION_RESET")
    expect(card(desk, "swatch.jpg")).to_contain_text("The connection was lost.")
    desk.get_by_role("button", name="Retry swatch.jpg").click()
    told(desk, "1 of 1 uploaded")
    expect(desk.locator(".up-state")).to_have_text(["Done"])
    assert [len(keys), len(set(keys))] == [2, 1]
    expect(tab.open(LIST).locator(".pic-tile")).to_have_count(1)


def test_when_there_are_too_many_it_waits_and_goes_on_by_itself(tab: Tab, desk: "Page") -> None:
    tab.open(UPLOAD)
    answers = itertools.chain([(429, {"Retry-After": "1"})], itertools.repeat(None))

    def busy(route: "Route") -> None:
        refused = next(answers)
        if refused:
            route.fulfill(status=refused[0], headers=refused[1], json={"message": "Too many requests."})
        else:
            route.continue_()

    desk.route(DOOR, busy)
    choose(desk, tiny(), tiny())
    told(desk, "2 of 2 uploaded")
    tab.forgive("status of 429")


def test_who_was_signed_out_signs_in_elsewhere_and_goes_on(tab: Tab, desk: "Page") -> None:
    tab.open(UPLOAD)
    desk.context.clear_cookies()
    choose(desk, tiny(), tiny())
    desk.get_by_role("alert").get_by_text("Please sign in again").wait_for()
    told(desk, "0 of 2 uploaded, 2 failed")
    assert tab.violations() == []
    with desk.expect_response(lambda answer: "/admin/login/" in answer.url) as asked:
        desk.get_by_role("button", name="Retry all").click()
    assert asked.value.ok
    desk.evaluate("fetch('/livez').then((answer) => answer.text())")  # so that the answer before it is dealt with
    told(desk, "0 of 2 uploaded, 2 failed")
    tab.sign_in(ADMIN, ADMIN_PASSWORD, anew=True)
    desk.get_by_role("button", name="Retry all").click()
    told(desk, "2 of 2 uploaded")
    expect(desk.get_by_role("alert")).not_to_be_visible()
    tab.forgive("status of 401", times=2)


DROP = """
([bytes, name]) => {
    const things = new DataTransfer();
    things.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: things, bubbles: true, cancelable: true }));
}
"""


def test_photos_can_be_dropped(tab: Tab, desk: "Page") -> None:
    tab.open(UPLOAD)
    desk.evaluate(DROP, [list(tiny()["buffer"]), "dropped.jpg"])
    told(desk, "1 of 1 uploaded")
    expect(card(desk, "dropped.jpg")).to_be_visible()


def test_the_keyboard_reaches_the_chooser_first_and_shows_it(tab: Tab, desk: "Page") -> None:
    tab.open(UPLOAD)
    tab.settle()
    for key, place in {"Tab": ".skip-link", "Enter": "main"}.items():
        desk.keyboard.press(key)
        tab.wait_for_focus(place)
    desk.keyboard.press("Tab")
    tab.wait_for_focus("#files:focus-visible")
    assert desk.locator("label[for=files]").evaluate("label => getComputedStyle(label).outlineStyle") == "solid"
    assert tab.violations() == []


@pytest.mark.usefixtures("desk")
def test_without_a_script_the_form_does_it(tab: Tab) -> None:
    with tab.without_script() as page:
        page.goto(f"{tab.base}{UPLOAD}")
        page.locator("#files").set_input_files([tiny(), BROKEN])
        page.get_by_role("button", name="Upload", exact=True).click()
        expect(page.get_by_text("swatch.jpg: uploaded.")).to_be_visible()
        sentence = re.compile(r"not-a-photo\.jpg: This is not a picture we can read\.")
        expect(page.get_by_text(sentence)).to_be_visible()
