"""POST, PUT, PATCH and DELETE /api/designs: all or nothing, old scalars and new arrays, names made on first use."""

from typing import Any

import pytest

from accounts.models import User
from config.testing.cast import Phone
from config.testing.pictures import names_on, photo
from designs.models import Collection, Design, Maker, Moderation
from designs.serializers import FIELDS
from uploads import services as uploads
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DOOR = "/api/designs"


@pytest.fixture
def curator(phone: Phone, meera: User, shelf: LocalPictures) -> Phone:
    return phone.holding(meera)


def picture(colour: str = "crimson") -> Picture:
    return uploads.store(photo(colour, (400, 500)), category="designs", by=None)[0]


def make(phone: Phone, **facts: Any) -> Any:
    body = {"title": "Red Banarasi", "r2_object_key": picture().object_key, **facts}
    return phone.post(DOOR, body)


def test_a_design_is_made_from_a_title_and_a_picture(curator: Phone) -> None:
    answer = make(curator)
    body = answer.json()
    assert answer.status_code == 201
    assert list(body) == FIELDS, "the schema and the answer name the same fields in the same order"
    shown = Picture.objects.get()
    assert body | {"id": 1, "images": [], "published_at": "", "created_at": "", "updated_at": ""} == {
        **dict.fromkeys(FIELDS),
        "id": 1,
        "title": "Red Banarasi",
        "image_url": shown.url,
        "r2_object_key": shown.object_key,
        "thumbnail_url": shown.thumbnail_url,
        "images": [],
        **{name: [] for name in FIELDS if name.endswith("s") and name in LISTS},
        "tag_list": [],
        "sizes": [],
        "currency": "INR",
        "featured": False,
        "status": "active",
        "view_count": 0,
        "like_count": 0,
        "is_favorited": False,
        "published_at": "",
        "created_at": "",
        "updated_at": "",
    }
    assert body["images"] == [
        {
            "id": shown.pk,
            "url": shown.url,
            "thumbnail_url": shown.thumbnail_url,
            "width": 400,
            "height": 500,
            "thumbhash": shown.thumbhash,
            "dominant_colour": shown.dominant_colour,
            "alt": "Red Banarasi",
            "variants": shown.urls(),
        }
    ]


LISTS = {"categories", "styles", "colours", "fabrics", "occasions", "seasons", "weaves", "crafts", "motifs"}


class TestTerms:
    def test_names_synonyms_and_scripts_are_understood(self, curator: Phone) -> None:
        body = make(curator, category="Saari", colours=["laal", "Gold"], occasions=["wedding"]).json()
        assert (body["category"], body["categories"]) == ("saree", ["saree"])
        assert (body["colour"], body["colours"]) == ("red", ["red", "gold"])
        assert make(curator, category="साड़ी").json()["category"] == "saree"

    def test_an_unknown_word_is_refused_with_the_nearest(self, curator: Phone) -> None:
        answer = make(curator, category="sarree")
        assert (answer.status_code, answer.json()["details"][0]["code"]) == (400, "unknown_value")
        assert "aree" in answer.json()["message"]
        assert not Design.objects.exists()

    def test_read_modify_write_of_either_name_works(self, curator: Phone) -> None:
        body = make(curator, colours=["red", "gold"]).json()
        path = f"{DOOR}/{body['id']}"
        assert curator.put(path, body).json()["colours"] == ["red", "gold"]
        assert curator.put(path, {**body, "colour": "maroon"}).json()["colours"] == ["maroon", "gold"]
        body = curator.get(path).json()
        assert curator.put(path, {**body, "colours": ["teal"]}).json()["colour"] == "teal"
        assert curator.patch(path, {"colour": None}).json()["colours"] == []
        answer = curator.patch(path, {"colour": "red", "colours": ["gold"]})
        assert (answer.status_code, answer.json()["details"][0]["code"]) == (400, "contradiction")


class TestMakersAndPrices:
    def test_makers_and_collections_are_made_when_first_named(self, curator: Phone) -> None:
        first = make(curator, designer_name="Ritu Kumar", collection_name="Diwali 2026").json()
        again = make(curator, designer_name="ritu  KUMAR", collection_name="diwali 2026").json()
        assert (
            again["designer"]
            == first["designer"]
            == {"id": Maker.objects.get().pk, "slug": "ritu-kumar", "name": "Ritu Kumar"}
        )
        assert again["collection"] == first["collection"]
        assert again["designer_name"] == "Ritu Kumar"
        other = make(curator, designer_name="Sabyasachi", collection_name="Diwali 2026").json()
        assert other["collection"] != first["collection"], "a line belongs to its maker"
        assert Collection.objects.count() == 2

    def test_texts_become_numbers_and_stay(self, curator: Phone) -> None:
        body = make(
            curator, price_range="₹5,000 - 10k", size_available="S-L, Free Size", tags="silk, Wedding ,silk"
        ).json()
        assert (body["price_range"], body["price_min"], body["price_max"]) == ("₹5,000 - 10k", 500_000, 1_000_000)
        assert (body["size_available"], body["sizes"]) == ("S-L, Free Size", ["S", "M", "L", "Free Size"])
        assert (body["tags"], body["tag_list"]) == ("silk,Wedding", ["silk", "Wedding"])

    def test_numbers_win_over_the_text(self, curator: Phone) -> None:
        body = make(curator, price_range="about 5000", price_min=700_000).json()
        assert (body["price_min"], body["price_max"]) == (700_000, None)
        path = f"{DOOR}/{body['id']}"
        assert curator.patch(path, {"price_max": 1}).json()["details"][0]["field"] == "price_max"
        assert curator.patch(path, {"price_min": None}).json()["price_min"] is None


class TestPictures:
    def test_without_one_it_can_only_be_a_draft(self, curator: Phone) -> None:
        answer = curator.post(DOOR, {"title": "Sketch"})
        assert (answer.status_code, answer.json()["details"][0]["code"]) == (400, "picture_required")
        draft = curator.post(DOOR, {"title": "Sketch", "status": "draft"})
        assert (draft.status_code, draft.json()["image_url"]) == (201, None)
        answer = curator.patch(f"{DOOR}/{draft.json()['id']}", {"status": "active"})
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")

    def test_their_order_is_kept_and_the_first_is_the_cover(self, curator: Phone) -> None:
        red, blue, gold = (picture(colour) for colour in ("red", "navy", "gold"))
        body = make(curator, r2_object_key=None, image_ids=[blue.pk, red.pk]).json()
        assert [image["id"] for image in body["images"]] == [blue.pk, red.pk]
        path = f"{DOOR}/{body['id']}"
        assert curator.patch(path, {"r2_object_key": gold.object_key}).json()["image_url"] == gold.url
        body = curator.patch(path, {"image_ids": [red.pk, gold.pk]}).json()
        assert [image["id"] for image in body["images"]] == [red.pk, gold.pk]
        assert not Picture.objects.filter(pk=blue.pk).exists(), "nothing shows it any more"

    def test_a_key_that_was_only_put_is_completed(self, curator: Phone, shelf: LocalPictures) -> None:
        ticket = curator.post("/api/upload/presigned-url", {"filename": "a.jpg"}).json()
        curator.put(ticket["upload_url"], photo(), content_type="image/jpeg")
        body = make(curator, r2_object_key=ticket["object_key"]).json()
        assert body["image_url"] == ticket["public_url"]

    @pytest.mark.parametrize(
        ("facts", "code", "field"),
        [
            ({"r2_object_key": "designs/2026/01/nothing.webp"}, "picture_not_found", "r2_object_key"),
            ({"r2_object_key": "../../etc/passwd"}, "bad_object_key", "r2_object_key"),
            ({"r2_object_key": None, "image_ids": [999]}, "picture_not_found", "image_ids"),
        ],
    )
    def test_a_picture_that_is_not_there_is_told(self, curator: Phone, facts: Any, code: str, field: str) -> None:
        answer = make(curator, **facts)
        assert (answer.status_code, answer.json()["error"]) == (400, code)
        assert answer.json()["details"][0]["field"] == field
        assert not Design.objects.exists()

    def test_deleting_a_design_takes_its_pictures_along_unless_another_shows_them(
        self, curator: Phone, shelf: LocalPictures, django_capture_on_commit_callbacks: Any
    ) -> None:
        own, shared = picture("navy"), picture("gold")
        body = make(curator, r2_object_key=None, image_ids=[own.pk, shared.pk]).json()
        make(curator, r2_object_key=shared.object_key)
        with django_capture_on_commit_callbacks(execute=True):
            answer = curator.delete(f"{DOOR}/{body['id']}")
        assert answer.json() == {"message": "Design deleted successfully", "success": True}
        assert names_on(shelf) == sorted([*shared.all_keys, *Picture.objects.exclude(pk=shared.pk).get().all_keys])
        assert curator.get(f"{DOOR}/{body['id']}").status_code == 404

    def test_a_picture_in_use_cannot_be_deleted(self, curator: Phone) -> None:
        body = make(curator).json()
        assert curator.delete(f"/api/upload/image/{body['r2_object_key']}").status_code == 409
        (image,) = curator.get("/api/upload/images").json()["images"]
        assert image["used_by"] == [{"kind": "design", "id": body["id"]}]


class TestRules:
    def test_read_only_fields_are_ignored_and_unknown_ones_refused(self, curator: Phone) -> None:
        body = make(curator).json()
        path = f"{DOOR}/{body['id']}"
        kept = curator.put(path, {**body, "view_count": 99, "like_count": 99, "id": 7}).json()
        assert {name: kept[name] for name in ("id", "view_count", "like_count")} == {
            "id": body["id"],
            "view_count": 0,
            "like_count": 0,
        }
        answer = curator.patch(path, {"titel": "x"})
        assert (answer.status_code, answer.json()["error"]) == (400, "unknown_field")

    def test_a_tag_that_is_too_long_is_refused_in_words(self, curator: Phone) -> None:
        for facts in ({"tags": "x" * 61}, {"tag_list": ["x" * 61]}, {"tags": ",".join(map(str, range(51)))}):
            answer = make(curator, **facts)
            assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")

    def test_an_empty_change_is_refused(self, curator: Phone) -> None:
        path = f"{DOOR}/{make(curator).json()['id']}"
        assert [curator.put(path, {}).status_code, curator.patch(path, {}).status_code] == [400, 400]

    def test_an_external_id_is_unique_and_may_be_cleared(self, curator: Phone) -> None:
        first = make(curator, external_id="SKU-1").json()
        answer = make(curator, external_id="SKU-1")
        assert (answer.status_code, answer.json()["details"][0]["field"]) == (409, "external_id")
        assert curator.patch(f"{DOOR}/{first['id']}", {"external_id": None}).json()["external_id"] is None
        assert make(curator, external_id="SKU-1").status_code == 201

    def test_the_same_key_makes_one_design(self, curator: Phone) -> None:
        body = {"title": "Red", "r2_object_key": picture().object_key}
        first, again = (curator.post(DOOR, body, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert Design.objects.count() == 1

    def test_content_moves_updated_at_and_featuring_does_not(self, curator: Phone) -> None:
        body = make(curator).json()
        design = Design.objects.get()
        before = design.updated_at
        curator.patch(f"{DOOR}/{body['id']}", {"title": "Redder"})
        design.refresh_from_db()
        assert design.updated_at > before
        before = design.updated_at
        design.feature()
        design.refresh_from_db()
        assert (design.featured, design.updated_at) == (True, before)

    def test_who_moved_it_and_when_is_kept(self, curator: Phone, meera: User) -> None:
        path = f"{DOOR}/{make(curator).json()['id']}"
        curator.patch(path, {"status": "inactive"})
        curator.patch(path, {"status": "active", "featured": True})
        told = [(row.what, row.by) for row in Moderation.objects.all()]
        assert told == [("active", meera), ("inactive", meera), ("active", meera), ("featured", meera)]

    def test_hiding_and_showing_again_makes_nothing_new(self, curator: Phone) -> None:
        body = make(curator).json()
        path = f"{DOOR}/{body['id']}"
        curator.patch(path, {"status": "inactive"})
        assert curator.patch(path, {"status": "active"}).json()["published_at"] == body["published_at"]

    def test_people_without_the_right_write_nothing(self, phone: Phone, asha: User, curator: Phone) -> None:
        body = make(curator).json()
        asking = Phone().holding(asha)
        path = f"{DOOR}/{body['id']}"
        statuses = [
            asking.post(DOOR, {"title": "x"}).status_code,
            asking.put(path, {"title": "x"}).status_code,
            asking.patch(path, {"title": "x"}).status_code,
            asking.delete(path).status_code,
        ]
        assert statuses == [403] * 4
        assert Design.objects.get().title == "Red Banarasi"
