"""The pictures' desk in the admin: what it shows, what comes in and goes out, and who may not."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from config import switches
from config.testing.cast import decided, person
from config.testing.trail import told
from uploads import services
from uploads.admin import desk as picture_desk
from uploads.admin.tiles import short_name
from uploads.models import Avatar, Picture
from uploads.storage import pictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/admin/uploads/picture/"
UPLOAD = f"{LIST}upload/"


@pytest.fixture(autouse=True)
def _shelf(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.TASKS = {"default": {"BACKEND": "config.testing.errands.AtOnce"}}


@pytest.fixture
def curator(db: None) -> User:
    return staff("lila", "Curators")


@pytest.fixture
def desk(client: Client, curator: User) -> Client:
    client.force_login(curator)
    return client


def staff(username: str, group: str) -> User:
    someone = person(username, is_staff=True, **decided(User.Status.APPROVED))
    someone.groups.add(Group.objects.get(name=group))
    return someone


def photo(colour: str = "crimson", size: tuple[int, int] = (900, 1200)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def stored(colour: str = "crimson", by: User | None = None) -> Picture:
    return services.store(photo(colour), category="designs", by=by)[0]


def row(number: int, **facts: Any) -> Picture:
    """Without its bytes: where only the row is looked at."""
    told = {"size": 1, "width": 900, "height": 1200, "edition": 1, **facts}
    return Picture.objects.create(object_key=f"designs/2026/11/20261121_{number:032x}.webp", **told)


def used_as_face(picture: Picture, by: User) -> Picture:
    Avatar.objects.create(user=by, picture=picture)
    return picture


def file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def send(desk: Client, *files: SimpleUploadedFile) -> Any:
    return desk.post(UPLOAD, {"files": list(files)}, follow=True)


def delete_page(*chosen: Picture, **more: str) -> str:
    query = [*(f"picture={picture.pk}" for picture in chosen), *(f"{name}={value}" for name, value in more.items())]
    return f"{LIST}delete/?{'&'.join(query)}"


def sentences(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def shown(answer: Any) -> list[int]:
    return [tile.picture.pk for tile in answer.context["cl"].tiles]


def objects() -> set[str]:
    return {thing.key for thing in pictures().walk()}


class TestTheGrid:
    def test_the_newest_comes_first(self, desk: Client) -> None:
        old, new = row(1), row(2)
        assert shown(desk.get(LIST)) == [new.pk, old.pk]

    def test_a_tile_tells_name_size_age_who_and_whether_it_is_used(self, desk: Client, curator: User) -> None:
        picture = stored(by=curator)
        page = desk.get(LIST).content.decode()
        told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")
        assert short_name(picture.object_key) in told
        assert f"900 \N{MULTIPLICATION SIGN} 1200 {picture.size / 1024:.1f} KB just now lila Not used" in told

    def test_a_thumbnail_is_small_lazy_and_of_a_known_size(self, desk: Client) -> None:
        picture = stored()
        tag = re.search(r"<img [^>]*designs[^>]*>", desk.get(LIST).content.decode())
        assert tag
        assert f'src="/pictures/variants/1/320/{picture.object_key}.webp"' in tag[0]
        assert all(told in tag[0] for told in ['loading="lazy"', 'width="320"', 'height="427"', " 640w"])

    def test_its_place_has_its_colour_while_it_loads(self, desk: Client) -> None:
        picture = stored()
        assert f'style="background-color: {picture.dominant_colour}"' in desk.get(LIST).content.decode()

    def test_a_picture_without_variants_is_its_own_thumbnail(self, desk: Client) -> None:
        key = "old/Kanchi red.jpg"
        Picture.objects.create(object_key=key, status="adopted")
        page = desk.get(LIST).content.decode()
        assert 'src="/pictures/old/Kanchi%20red.jpg"' in page
        assert "Kanchi red.jpg</span>" in page

    @pytest.mark.parametrize(
        ("tab", "statuses"),
        [
            ("", {"ready", "adopted"}),
            ("incoming", {"incoming"}),
            ("broken", {"broken"}),
            ("all", {"ready", "adopted", "incoming", "broken"}),
            ("nonsense", {"ready", "adopted"}),
        ],
    )
    def test_each_status_has_its_tab(self, desk: Client, tab: str, statuses: set[str]) -> None:
        for number, status in enumerate(Picture.Status.values):
            row(number, status=status)
        found = desk.get(LIST, {"status": tab} if tab else {})
        assert {tile.picture.status for tile in found.context["cl"].tiles} == statuses

    def test_it_can_be_narrowed_to_what_is_used_or_not(self, desk: Client, asha: User) -> None:
        used, free = used_as_face(row(1), asha), row(2)
        assert shown(desk.get(LIST, {"used": "yes"})) == [used.pk]
        assert shown(desk.get(LIST, {"used": "no"})) == [free.pk]

    @pytest.mark.parametrize(("use", "newest", "oldest"), [("no", [6, 5, 4], [3, 1]), ("yes", [], [2])])
    def test_of_very_many_it_looks_at_the_newest_first_and_says_so(
        self, desk: Client, asha: User, monkeypatch: pytest.MonkeyPatch, use: str, newest: list[int], oldest: list[int]
    ) -> None:
        monkeypatch.setattr(picture_desk, "LOOKED_AT", 3)
        numbers = {row(number).pk: number for number in range(1, 7)}
        used_as_face(Picture.objects.order_by("pk")[1], asha)
        first = desk.get(LIST, {"used": use})
        assert [numbers[pk] for pk in shown(first)] == newest
        assert "Looked at the 3 newest pictures." in first.content.decode()
        rest = desk.get(f"{LIST}{first.context['cl'].older}")
        assert [numbers[pk] for pk in shown(rest)] == oldest
        assert "Looked at the oldest pictures.</p>" in rest.content.decode()

    @pytest.mark.parametrize("before", ["", "0", "x", "\u0661", "9" * 15, "9" * 30, "-1", "%00"])
    def test_an_odd_place_to_look_from_breaks_nothing(self, desk: Client, before: str) -> None:
        row(1)
        assert desk.get(f"{LIST}?used=no&before={before}").status_code == 200

    def test_it_can_be_narrowed_to_a_category(self, desk: Client) -> None:
        face = row(1, category="avatars")
        row(2)
        assert shown(desk.get(LIST, {"category__exact": "avatars"})) == [face.pk]

    def test_search_finds_by_a_part_of_the_key(self, desk: Client) -> None:
        wanted = row(0xABC)
        row(2)
        assert shown(desk.get(LIST, {"q": "0abc"})) == [wanted.pk]

    def test_fifty_are_on_a_page(self, desk: Client) -> None:
        for number in range(51):
            row(number)
        assert [len(shown(desk.get(LIST, {"p": page}))) for page in (1, 2)] == [50, 1]

    @pytest.mark.parametrize(
        ("query", "words"), [("", "upload some</a>."), ("?q=zzz", "No picture here fits."), ("?used=yes", "fits.")]
    )
    def test_an_empty_grid_says_so_kindly(self, desk: Client, query: str, words: str) -> None:
        assert words in desk.get(LIST + query).content.decode()

    @pytest.mark.parametrize("lookup", ["uploaded_by__password__startswith", "avatar__user__password__startswith"])
    def test_nobody_spells_out_a_password_by_filters(self, desk: Client, lookup: str) -> None:
        assert desk.get(LIST, {lookup: "md5"}).status_code == 400


class TestOnePicture:
    def test_it_shows_every_size_with_its_link(self, desk: Client) -> None:
        picture = stored()
        page = desk.get(f"{LIST}{picture.pk}/change/").content.decode()
        links = re.findall(r'href="(/pictures/[^"]+)"', page)
        assert links == [f"/pictures/{key}" for key in [*picture.variant_keys, picture.object_key]]
        assert [len(b"".join(desk.get(link))) > 0 for link in links] == [True] * 3

    def test_no_fact_can_be_changed(self, desk: Client) -> None:
        picture = stored()
        url = f"{LIST}{picture.pk}/change/"
        assert not re.search(
            r'<(input|select|textarea)[^>]* name="(object_key|status|category)"', desk.get(url).content.decode()
        )
        assert desk.post(url, {"object_key": "other", "status": "broken"}).status_code == 403
        assert Picture.objects.get() == picture
        assert Picture.objects.get().object_key == picture.object_key

    def test_nothing_is_added_by_hand(self, desk: Client) -> None:
        assert desk.get(f"{LIST}add/").status_code == 403

    def test_one_that_has_not_come_yet_says_so(self, desk: Client) -> None:
        page = desk.get(f"{LIST}{row(1, status='incoming').pk}/change/").content.decode()
        assert "nobody has sent it yet" in page
        assert "/pictures/" not in page

    def test_who_uses_it_is_named_with_a_way_there_for_those_who_may(
        self, desk: Client, client: Client, meera: User, asha: User
    ) -> None:
        url = f"{LIST}{used_as_face(row(1), asha).pk}/change/"
        page = desk.get(url).content.decode()
        assert "The face of asha" in page
        assert "cannot be deleted" in page
        assert f"/admin/accounts/user/{asha.pk}/" not in page
        client.force_login(meera)
        assert f"/admin/accounts/user/{asha.pk}/change/" in client.get(url).content.decode()

    def test_a_use_by_an_app_above_is_named_by_its_kind(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        from uploads import uses

        picture = row(1)
        monkeypatch.setitem(uses.finders, "design", lambda numbers: [(number, 7) for number in numbers])
        assert "Design 7" in desk.get(f"{LIST}{picture.pk}/change/").content.decode()


class TestDeleting:
    def test_looking_at_the_question_deletes_nothing(self, desk: Client) -> None:
        picture = stored()
        assert "for good" in desk.get(delete_page(picture)).content.decode()
        assert Picture.objects.exists()

    def test_the_answer_deletes_the_row_the_objects_and_leaves_a_line_in_the_log(
        self, desk: Client, curator: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        picture = stored()
        with django_capture_on_commit_callbacks(execute=True):
            answer = desk.post(delete_page(picture), follow=True)
        assert sentences(answer) == ["1 picture deleted."]
        assert (Picture.objects.count(), objects()) == (0, set())
        assert told() == [(curator.pk, "picture.deleted", str(picture.pk))]

    def test_one_in_use_stays_and_says_so(self, desk: Client, asha: User) -> None:
        picture = used_as_face(stored(), asha)
        asked = desk.get(delete_page(picture)).content.decode()
        assert "This picture is in use." in asked
        assert not re.search(r"<button[^>]*>Delete", asked)
        answer = desk.post(delete_page(picture), follow=True)
        assert sentences(answer) == [f"{short_name(picture.object_key)} was not deleted: This picture is in use."]
        assert Picture.objects.get() == picture
        assert set(picture.all_keys) == objects()
        assert told() == []

    def test_many_go_at_once_each_by_the_service(self, desk: Client, asha: User) -> None:
        free, used = [row(1), row(2), row(3)], used_as_face(row(4), asha)
        chosen = {"action": "delete_selected", "index": 0, "_selected_action": [p.pk for p in [*free, used]]}
        asked = desk.post(LIST, chosen, follow=True)
        assert re.search(r"<button[^>]*>Delete 3 pictures<", asked.content.decode())
        answer = desk.post(asked.redirect_chain[0][0], follow=True)
        assert sentences(answer) == [
            f"{short_name(used.object_key)} was not deleted: This picture is in use.",
            "3 pictures deleted.",
        ]
        assert Picture.objects.get() == used
        assert [what for _, what, _ in told()] == ["picture.deleted"] * 3

    def test_django_s_own_way_leads_to_the_same_question(self, desk: Client) -> None:
        picture = row(1)
        assert desk.get(f"{LIST}{picture.pk}/delete/")["Location"] == delete_page(picture)
        desk.post(f"{LIST}{picture.pk}/delete/", {"post": "yes"})
        assert Picture.objects.exists()

    def test_afterwards_one_is_back_where_one_was(self, desk: Client) -> None:
        url = delete_page(row(1), _changelist_filters="status%3Dall")
        assert desk.post(url)["Location"] == f"{LIST}?status=all"

    @pytest.mark.parametrize("back", ["//evil.example", "https://evil.example"])
    def test_the_way_back_never_leads_elsewhere(self, desk: Client, back: str) -> None:
        assert desk.post(delete_page(row(1), back=back, _changelist_filters=back))["Location"].startswith(LIST)

    @pytest.mark.parametrize("query", ["", "?picture=x", "?picture=999999", f"?picture={'9' * 30}"])
    def test_what_is_not_there_is_not_found(self, desk: Client, query: str) -> None:
        assert desk.get(f"{LIST}delete/{query}").status_code == 404

    def test_a_forged_form_deletes_nothing(self, curator: User) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(curator)
        assert strict.post(delete_page(row(1))).status_code == 403
        assert Picture.objects.exists()


class TestUploadingWithoutAScript:
    def test_each_file_is_answered_in_words(self, desk: Client, curator: User, settings: Any) -> None:
        switches.change({"max_upload_size": 100_000}, by=curator)
        good, broken, large = photo(), photo()[:400], photo("teal") + b"\0" * 100_000
        answer = send(desk, file("red.jpg", good), file("half.jpg", broken), file("huge.jpg", large))
        assert sentences(answer) == [
            "red.jpg: uploaded.",
            "half.jpg: The picture is damaged and cannot be opened.",
            "huge.jpg: The file is too large: 0.1 MB, and 0.1 MB is the most.",
        ]
        assert answer.redirect_chain == [(UPLOAD, 302)]
        picture = Picture.objects.get()
        assert (picture.uploaded_by, picture.category, picture.status) == (curator, "designs", "ready")
        assert objects() == set(picture.all_keys)

    def test_when_all_is_well_one_sees_them(self, desk: Client) -> None:
        answer = send(desk, file("red.jpg", photo()), file("teal.jpg", photo("teal")))
        assert answer.redirect_chain == [(LIST, 302)]
        assert len(shown(answer)) == 2

    def test_the_same_picture_again_is_here_already(self, desk: Client) -> None:
        answer = send(desk, file("red.jpg", photo()), file("again.jpg", photo()))
        assert sentences(answer) == ["red.jpg: uploaded.", "again.jpg: already here."]
        assert Picture.objects.count() == 1

    def test_nothing_chosen_says_so(self, desk: Client) -> None:
        assert sentences(desk.post(UPLOAD, follow=True)) == ["Choose at least one picture."]

    def test_a_name_is_only_text(self, desk: Client) -> None:
        page = send(desk, file("<script>x.jpg", b"no picture")).content.decode()
        assert "&lt;script&gt;x.jpg" in page
        assert "<script>x.jpg" not in page

    def test_it_counts_like_the_door_does(self, desk: Client, settings: Any) -> None:
        settings.LIMITS = {**settings.LIMITS, "curating": {"rate": 1, "store": "memory"}}
        answer = send(desk, file("red.jpg", photo()), file("teal.jpg", photo("teal")))
        assert sentences(answer)[1] == "teal.jpg: Too many requests. Please wait a moment."
        assert Picture.objects.count() == 1

    def test_a_forged_form_stores_nothing(self, curator: User) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(curator)
        assert send(strict, file("red.jpg", photo())).status_code == 403
        assert not Picture.objects.exists()

    def test_the_page_tells_the_limits_that_staff_have_set(self, desk: Client, curator: User) -> None:
        switches.change({"max_upload_size": 3 * 1024 * 1024, "allowed_file_types": ["image/png"]}, by=curator)
        page = desk.get(UPLOAD).content.decode()
        assert 'accept="image/png"' in page
        assert 'data-most="3145728"' in page
        assert "PNG, at most 3.0 MB each" in page


class TestTheDoorThatTheScriptUses:
    def test_the_cookie_of_the_admin_and_the_token_of_the_page_open_it(self, curator: User) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(curator)
        found = re.search(
            r'class="up-form".*?csrfmiddlewaretoken" value="(\w+)"', strict.get(UPLOAD).content.decode(), re.DOTALL
        )
        assert found
        headers = {"X-CSRFToken": found[1], "Idempotency-Key": "one-file"}
        answers = [
            strict.post("/api/upload/image", {"category": "designs", "file": file("a.jpg", photo())}, headers=headers)
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [200, 200], answers[0].content
        assert answers[0].json() == answers[1].json()
        assert Picture.objects.count() == 1


ROLES: dict[str, tuple[dict[str, Any], str]] = {
    "user": ({}, ""),
    "plain staff": ({"is_staff": True}, ""),
    "Approver": ({"is_staff": True}, "Approvers"),
    "Curator who is not staff": ({}, "Curators"),
    "Curator": ({"is_staff": True}, "Curators"),
    "Manager": ({"is_staff": True}, "Managers"),
    "superuser": ({"is_staff": True, "is_superuser": True}, ""),
}
MAY = {"Curator", "Manager", "superuser"}
OUTSIDE = {"anonymous", "user", "Curator who is not staff"}  # they are led to the sign-in page
CELLS = [(who, page) for who in ["anonymous", *ROLES] for page in ("list", "picture", "history", "upload", "delete")]


@pytest.fixture
def as_role(client: Client, db: None) -> Any:

    def enter(who: str) -> Client:
        if who != "anonymous":
            fields, group = ROLES[who]
            someone = person("somebody", **fields, **decided(User.Status.APPROVED))
            someone.groups.set(Group.objects.filter(name=group))
            client.force_login(someone)
        return client

    return enter


def address(page: str, picture: Picture) -> str:
    inside = {"picture": f"{picture.pk}/change/", "history": f"{picture.pk}/history/", "upload": "upload/"}
    return delete_page(picture) if page == "delete" else LIST + inside.get(page, "")


@pytest.mark.once
class TestWhoMay:
    @pytest.mark.parametrize(("who", "page"), CELLS)
    def test_look(self, as_role: Any, who: str, page: str) -> None:
        answer = as_role(who).get(address(page, row(1)))
        assert answer.status_code == (200 if who in MAY else 302 if who in OUTSIDE else 403)
        assert (who in OUTSIDE) == ("/admin/login/" in answer.get("Location", ""))

    @pytest.mark.parametrize("who", ["anonymous", *ROLES])
    def test_delete(self, as_role: Any, who: str) -> None:
        as_role(who).post(delete_page(row(1)))
        assert Picture.objects.exists() == (who not in MAY)

    @pytest.mark.parametrize("who", ["anonymous", *ROLES])
    def test_delete_in_bulk(self, as_role: Any, who: str) -> None:
        chosen = {"action": "delete_selected", "index": 0, "_selected_action": [row(1).pk]}
        answer = as_role(who).post(LIST, chosen)
        assert ("/delete/" in answer.get("Location", "")) == (who in MAY)

    @pytest.mark.parametrize("who", ["anonymous", *ROLES])
    def test_upload(self, as_role: Any, who: str) -> None:
        as_role(who).post(UPLOAD, {"files": [file("red.jpg", photo())]})
        assert Picture.objects.exists() == bool(objects()) == (who in MAY)

    @pytest.mark.parametrize("who", sorted(set(ROLES) - OUTSIDE))
    def test_see_it_in_the_menu(self, as_role: Any, who: str) -> None:
        sections = as_role(who).get("/admin/").context["sidebar_navigation"]
        assert (LIST in [item["link"] for section in sections for item in section["items"]]) == (who in MAY)


COOKIE, MAY_I = "cookie; me", "may I, by name; may I, by group"
WAITING = "designs and searches that wait"
BUDGETS = {
    "list": f"{COOKIE}; {MAY_I}; {WAITING}; how many; pictures; faces; designs",
    "list, what is used": f"{COOKIE}; {MAY_I}; {WAITING}; how far; how many; pictures; faces; designs",
    "picture": f"{COOKIE}; the picture; {MAY_I}; {WAITING}; faces; designs; their names; who uploaded it",
    "delete": f"{COOKIE}; {MAY_I}; {WAITING}; pictures; faces; designs",
    "upload": f"{COOKIE}; {MAY_I}; {WAITING}",
}


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize("page", BUDGETS)
def test_one_row_costs_as_many_queries_as_twenty(desk: Client, curator: User, page: str, rows: int) -> None:
    faces = [used_as_face(row(n, uploaded_by=curator), person(f"p{n}")) for n in range(rows)]
    if page == "delete":
        url = delete_page(*faces)
    else:
        url = f"{LIST}?used=yes" if page.endswith("used") else address(page, faces[0])
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(url).status_code == 200
    queries = [query["sql"] for query in asked]
    assert len(queries) == len(BUDGETS[page].split("; ")), "\n".join(queries)
