"""The catalogue's desk in the admin: what it shows, what it changes, what it counts, and who may not."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config.testing.cast import decided, person
from config.testing.pictures import names_on, photo
from config.testing.trail import changes_of, told
from designs import services, vocabulary
from designs.admin.catalogue import duplicates, listing
from designs.admin.catalogue.rows import grouped
from designs.models import Collection, Design, DesignTerm, Kind, Maker, Moderation, Status
from uploads import services as uploads
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/admin/designs/design/"
QUICK = f"{LIST}quick/"


@pytest.fixture
def curator(db: None) -> User:
    return staff("lila", "Curators")


@pytest.fixture
def desk(client: Client, curator: User, shelf: LocalPictures) -> Client:
    client.force_login(curator)
    return client


def staff(username: str, group: str) -> User:
    someone = person(username, is_staff=True, **decided(User.Status.APPROVED))
    someone.groups.add(Group.objects.get(name=group))
    return someone


def a_picture(**facts: Any) -> Picture:
    """Without its bytes: where only the row is looked at."""
    told = {"category": "designs", "size": 1, "width": 900, "height": 1200, "edition": 1, **facts}
    return Picture.objects.create(object_key=f"designs/{Picture.objects.count()}.webp", **told)


def design(title: str = "Red Banarasi", **facts: Any) -> Design:
    words = vocabulary.current()
    kinds = {kind: [words.find(kind, slug) for slug in facts.pop(kind)] for kind in Kind.values if kind in facts}
    told: dict[str, Any] = {"title": title, "terms": kinds, **facts}
    told["pictures"] = facts["pictures"] if "pictures" in facts else [a_picture()]
    return services.create(told, by=None)


def complete(title: str = "Red Banarasi", **facts: Any) -> Design:
    terms = {"category": ["saree"], "colour": ["red"], "occasion": ["wedding"]}
    told = {"designer_name": "Kanchi Silks", "price_range": "5000", "description": "Woven in Varanasi.", **terms}
    return design(title, **{**told, **facts})


def page_of(design: Design) -> str:
    return f"{LIST}{design.pk}/change/"


def text_of(answer: Any) -> str:
    page = answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")


def sentences(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def shown(answer: Any) -> list[str]:
    return [row.design.title for row in answer.context["cl"].rows]


def tabs(answer: Any) -> dict[str, str]:
    return {label: number for label, _, _, number in answer.context["tabs"]}


def run(desk: Client, verb: str, *designs: Design, query: str = "") -> Any:
    chosen = {"action": verb, "index": "0", "_selected_action": [design.pk for design in designs]}
    return desk.post(f"{LIST}{query}", chosen, follow=True)


def ask(desk: Client, verb: str, *designs: Design, reason: str = "Too blurred.", back: str = "") -> Any:
    chosen = "&".join(f"design={design.pk}" for design in designs)
    return desk.post(f"{LIST}ask/{verb}/?{chosen}&back={back}", {"reason": reason}, follow=True)


def written(desk: Client, design: Design, **changed: Any) -> dict[str, Any]:
    """The form of its page, as a browser would send it back."""
    form = desk.get(page_of(design)).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changed


def save(desk: Client, design: Design, **changed: Any) -> Any:
    answer = desk.post(page_of(design), written(desk, design, **changed), follow=True)
    design.refresh_from_db()
    return answer


class TestTheList:
    def test_it_opens_on_what_waits_and_else_on_what_is_shown(self, desk: Client) -> None:
        active = design("Shown")
        assert shown(desk.get(LIST)) == ["Shown"]
        design("Waiting", status="pending")
        assert shown(desk.get(LIST)) == ["Waiting"]
        assert shown(desk.get(LIST, {"status": "active"})) == [active.title]

    def test_each_status_has_its_tab_and_its_number(self, desk: Client) -> None:
        for status in Status.values:
            design(status, status=status)
        design("Another", status="rejected")
        assert tabs(desk.get(LIST)) == {
            "Pending review": "1",
            "Drafts": "1",
            "Active": "1",
            "Hidden": "1",
            "Rejected": "2",
            "All": "6",
        }
        for status in Status.values:
            assert status in shown(desk.get(LIST, {"status": status}))
        assert len(shown(desk.get(LIST, {"status": "all"}))) == 6

    def test_what_changed_last_comes_first(self, desk: Client) -> None:
        first, _ = design("First"), design("Second")
        services.change(first, {"description": "New"}, by=None)
        assert shown(desk.get(LIST)) == ["First", "Second"]

    def test_a_row_tells_what_one_has_to_know(self, desk: Client) -> None:
        shown_one = complete("Red <b>Banarasi</b>", price_range="5000 - 12k", collection_name="Bridal", featured=True)
        Design.objects.filter(pk=shown_one.pk).update(view_count=41)
        told = text_of(desk.get(LIST))
        for words in (
            "Kanchi Silks, Bridal",
            "Saree · Red",
            "Active",
            "Featured",
            "Complete",
            "5000 - 12k",
            "41 views",
            "0 hearts",
            "just now",
        ):
            assert words in told.replace(" visibility", "").replace("  ", " "), words
        assert "Red &lt;b&gt;Banarasi&lt;/b&gt;" in desk.get(LIST).content.decode()

    def test_a_row_tells_what_is_missing(self, desk: Client) -> None:
        complete(price_range="", occasion=[])
        assert "5 of 7: no occasion, no price" in text_of(desk.get(LIST))

    def test_a_thumbnail_is_small_lazy_and_of_a_known_size(self, desk: Client) -> None:
        design()
        tag = re.search(r"<img [^>]*designs[^>]*>", desk.get(LIST).content.decode())
        assert tag
        assert 'src="/pictures/variants/1/320/' in tag[0]
        assert all(told in tag[0] for told in ['loading="lazy"', 'width="900"', "srcset="])

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("status=pending", "Nothing waits for review."),
            ("status=draft", "No designs here. Look under another status"),
            ("q=zzz", "No design here fits"),
        ],
    )
    def test_an_empty_list_says_so_kindly(self, desk: Client, query: str, words: str) -> None:
        assert words in text_of(desk.get(f"{LIST}?{query}"))

    @pytest.mark.parametrize(
        "lookup", ["created_by__password__startswith", "moderated_by__password__regex", "designer__user__password"]
    )
    def test_nobody_spells_out_a_password_by_filters(self, desk: Client, lookup: str) -> None:
        assert desk.get(LIST, {lookup: "md5"}).status_code == 400


class TestFinding:
    @pytest.mark.parametrize("text", ["banarasi", "RED", "red banarasi", "varanasi silk", "SKU-7"])
    def test_by_words_of_the_title_of_the_maker_and_by_external_id(self, desk: Client, text: str) -> None:
        design("Red Banarasi", designer_name="Varanasi Silk House", external_id="SKU-77")
        design("Blue Paithani")
        assert shown(desk.get(LIST, {"q": text})) == ["Red Banarasi"]

    def test_what_is_far_down_is_found_by_its_beginning(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        design("Old Banarasi", designer_name="Varanasi Silk")
        design("New Paithani")
        monkeypatch.setattr(listing, "NEWEST", 1)
        assert shown(desk.get(LIST, {"q": "old ban"})) == ["Old Banarasi"]
        assert shown(desk.get(LIST, {"q": "varanasi"})) == ["Old Banarasi"]
        assert shown(desk.get(LIST, {"q": "banarasi"})) == []

    @pytest.mark.parametrize("text", ["saree", "Sarees", "साड़ी"])
    def test_by_category_in_any_spelling(self, desk: Client, text: str) -> None:
        design("Yes", category=["saree"]), design("No", category=["lehenga"])
        assert shown(desk.get(LIST, {"category": text})) == ["Yes"]

    def test_an_unknown_category_is_told_with_the_nearest(self, desk: Client) -> None:
        design()
        answer = desk.get(LIST, {"category": "lehengga"})
        assert shown(answer) == []
        assert "There is no category 'lehengga'. Did you mean lehenga?" in text_of(answer).replace("&#x27;", "'")

    def test_by_maker_collection_and_featuring(self, desk: Client) -> None:
        design("Yes", designer_name="Kanchi Silks", collection_name="Bridal", featured=True), design("No")
        for asked in ({"maker": "kanchi  silks"}, {"collection": "BRIDAL"}, {"featured": "1"}):
            assert shown(desk.get(LIST, asked)) == ["Yes"]

    @pytest.mark.parametrize("name", ["category", "colour", "occasion", "price", "maker"])
    def test_by_what_is_missing(self, desk: Client, name: str) -> None:
        complete("Whole")
        field = {"price": "price_range", "maker": "designer_name"}.get(name, name)
        complete("Lacking", **{field: [] if field == name else ""})
        assert shown(desk.get(LIST, {"missing": name})) == ["Lacking"]

    def test_a_missing_picture_is_among_the_drafts(self, desk: Client) -> None:
        design("With", status="draft"), design("Without", status="draft", pictures=[])
        assert shown(desk.get(LIST, {"status": "draft", "missing": "picture"})) == ["Without"]

    def test_duplicates_by_title_and_maker_and_by_picture(self, desk: Client) -> None:
        same = a_picture()
        design("Twin", designer_name="Kanchi"), design("twin", designer_name="KANCHI")
        design("One", pictures=[same]), design("Two", pictures=[same])
        design("Alone"), design("Twin", designer_name="Another")
        assert set(shown(desk.get(LIST, {"twice": "1"}))) == {"Twin", "twin", "One", "Two"}
        assert len(shown(desk.get(LIST, {"twice": "1"}))) == 4

    @pytest.mark.parametrize(
        "query", ["q=%00", "q=%25%27", "category=%00", "maker=%00x", "p=99", "missing=x&featured=x&status=x", "p=x"]
    )
    def test_odd_questions_break_nothing(self, desk: Client, query: str) -> None:
        design()
        assert desk.get(f"{LIST}?{query}").status_code in {200, 302}


class TestCounting:
    def test_more_than_the_most_is_said_to_be_more(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listing, "MOST_COUNTED", 2)
        for number in range(4):
            design(f"D{number}")
        answer = desk.get(LIST)
        assert (tabs(answer)["Active"], tabs(answer)["All"]) == ("2+", "2+")
        assert "2+ designs" in text_of(answer)

    def test_one_leafs_from_page_to_page(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("designs.admin.catalogue.desk.DesignDesk.list_per_page", 2)
        for number in range(5):
            design(f"D{number}")
        assert [shown(desk.get(LIST, {"p": page})) for page in (1, 2, 3)] == [["D4", "D3"], ["D2", "D1"], ["D0"]]
        assert "page 2 of 3" in text_of(desk.get(LIST, {"p": 2}))


class TestVerbsInBulk:
    def test_publishing_by_the_verb_row_by_row(self, desk: Client, curator: User) -> None:
        some = [design(f"D{number}", status="pending") for number in range(3)]
        Moderation.objects.all().delete()
        answer = run(desk, "publish", *some)
        assert sentences(answer) == ["3 designs published."]
        assert set(Design.objects.values_list("status", "moderated_by")) == {("active", curator.pk)}
        assert set(Moderation.objects.values_list("design", "what", "by")) == {
            (d.pk, "active", curator.pk) for d in some
        }
        assert set(told(besides="design.created")) == {(curator.pk, "design.published", str(d.pk)) for d in some}

    def test_a_refusal_has_its_sentence_and_the_others_go_on(self, desk: Client) -> None:
        bare, fine, already = (
            design("Bare", status="draft", pictures=[]),
            design("Fine", status="draft"),
            design("Shown"),
        )
        answer = run(desk, "publish", bare, fine, already, query="?status=all")
        assert set(sentences(answer)) == {
            "1 design published.",
            "1 design was so already.",
            "Bare was not published: A design needs a picture before it can leave the drafts.",
        }
        assert [Design.objects.get(pk=d.pk).status for d in (bare, fine)] == ["draft", "active"]

    def test_featuring_and_back(self, desk: Client) -> None:
        one = design()
        before = one.updated_at
        assert sentences(run(desk, "feature", one)) == ["1 design featured."]
        one.refresh_from_db()
        assert (one.featured, one.updated_at) == (True, before)
        assert sentences(run(desk, "unfeature", one)) == ["1 design taken out of the featured."]

    def test_rejecting_asks_for_a_reason_first(self, desk: Client, curator: User) -> None:
        some = [design(f"D{number}") for number in range(2)]
        asked = run(desk, "reject", *some, query="?status=active")
        assert [row.design for row in asked.context["rows"]] == some
        assert set(Design.objects.values_list("status", flat=True)) == {"active"}
        answer = desk.post(asked.redirect_chain[0][0], {"reason": "Too blurred."}, follow=True)
        assert answer.redirect_chain == [(f"{LIST}?status=active", 302)]
        assert sentences(answer) == ["2 designs rejected."]
        assert set(Design.objects.values_list("status", "reason", "moderated_by")) == {
            ("rejected", "Too blurred.", curator.pk)
        }

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
    def test_a_reason_must_be_told_and_fit(self, desk: Client, reason: str) -> None:
        one = design()
        assert ask(desk, "reject", one, reason=reason).context["form"].errors
        one.refresh_from_db()
        assert (one.status, told(besides="design.created")) == ("active", [])

    def test_hiding_may_do_without_one(self, desk: Client) -> None:
        one = design()
        assert sentences(ask(desk, "hide", one, reason="")) == ["1 design hidden."]

    def test_looking_at_the_question_decides_nothing(self, desk: Client) -> None:
        one = design()
        assert desk.get(f"{LIST}ask/reject/?design={one.pk}").status_code == 200
        assert Design.objects.get().status == "active"

    @pytest.mark.parametrize(
        "path", ["ask/erase/?design=1", "ask/publish/?design=1", "ask/reject/", "ask/reject/?design=x"]
    )
    def test_an_unknown_verb_or_design_is_not_found(self, desk: Client, path: str) -> None:
        design()
        assert desk.get(LIST + path).status_code == 404

    @pytest.mark.parametrize("back", ["//evil.example", "https://evil.example"])
    def test_the_way_back_never_leads_elsewhere(self, desk: Client, back: str) -> None:
        url = f"{LIST}ask/hide/?design={design().pk}&back={back}&_changelist_filters={back}"
        assert desk.post(url, {"reason": ""})["Location"].startswith(LIST)


class TestADesignsPage:
    def test_it_shows_the_form_the_pictures_the_preview_and_the_history(self, desk: Client, curator: User) -> None:
        one = complete(status="pending")
        one.reject(by=curator, reason="Too blurred.")
        told = text_of(desk.get(page_of(one)))
        for words in (
            "Rejected by lila",
            "Too blurred.",
            "As a user sees it",
            "Kanchi Silks",
            "Complete",
            "Cover",
            "Saree Red Wedding",
        ):
            assert words in told, words

    def test_saving_what_nobody_changed_changes_nothing(self, desk: Client) -> None:
        one = complete(
            long_description="Line one\nLine two", tags=["silk", "bridal"], sizes=["S", "M"], audience="women"
        )
        before = Design.objects.values().get()
        assert sentences(save(desk, one, long_description="Line one\r\nLine two")) == ["Nothing was changed."]
        assert Design.objects.values().get() == before

    def test_it_is_saved_as_the_api_would(self, desk: Client) -> None:
        one = design()
        answer = save(
            desk,
            one,
            title="Blue Paithani",
            categories="Lehenga, साड़ी",
            colours="blue",
            designer_name="Yeola Weavers",
            collection_name="Monsoon",
            price_range="4500 - 12k",
            size_available="S-L",
            tags="Silk, bridal",
            audience="women",
        )
        assert sentences(answer) == ["Saved."]
        assert (one.title, one.category, one.colour, one.audience) == ("Blue Paithani", "lehenga", "blue", "women")
        assert one.card["terms"]["category"] == ["lehenga", "saree"]
        assert (one.designer, one.collection) == (Maker.objects.get(), Collection.objects.get())
        assert (one.price_min, one.price_max, one.sizes) == (450_000, 1_200_000, ["S", "M", "L"])
        assert set(one.tag_rows.values_list("key", flat=True)) == {"silk", "bridal"}
        assert changes_of("design.changed").keys() >= {"title", "designer_name", "price_min", "tags"}

    def test_the_order_of_terms_is_kept_and_the_first_is_the_main_one(self, desk: Client) -> None:
        one = design(category=["saree", "lehenga"])
        save(desk, one, categories="Lehenga, Saree")
        assert one.category == "lehenga"

    @pytest.mark.parametrize(
        ("field", "text", "words"),
        [
            ("categories", "Lehengga", "Did you mean lehenga?"),
            ("title", "", "may not be blank"),
            ("tags", "x" * 70, "no more than 60"),
        ],
    )
    def test_a_refusal_stands_beside_its_field_and_nothing_is_saved(
        self, desk: Client, field: str, text: str, words: str
    ) -> None:
        one = design()
        before = Design.objects.values().get()
        answer = save(desk, one, **{field: text, "description": "New"})
        assert words in str(answer.context["form"].errors), answer.context["form"].errors
        assert Design.objects.values().get() == before

    def test_a_taken_external_id_is_told(self, desk: Client) -> None:
        design("Other", external_id="SKU-1")
        answer = save(desk, one := design(), external_id="SKU-1")
        assert "external_id" in answer.context["form"].errors
        assert one.external_id is None

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self, desk: Client) -> None:
        one = design()
        old = written(desk, one, title="Mine")
        services.change(one, {"title": "Theirs"}, by=None)
        answer = desk.post(page_of(one), old)
        assert "Somebody else changed this design" in text_of(answer)
        assert Design.objects.get().title == "Theirs"

    @pytest.mark.parametrize(("verb", "status"), [("publish", "active"), ("submit", "pending"), ("withdraw", "draft")])
    def test_verbs_are_buttons(self, desk: Client, curator: User, verb: str, status: str) -> None:
        one = design(status="inactive")
        desk.post(f"{LIST}{one.pk}/do/", {"verb": verb})
        one.refresh_from_db()
        assert (one.status, one.moderated_by) == (status, curator)

    def test_without_a_picture_it_is_not_published_and_says_so(self, desk: Client) -> None:
        one = design(status="draft", pictures=[])
        answer = desk.post(f"{LIST}{one.pk}/do/", {"verb": "publish"}, follow=True)
        assert "A design needs a picture before it can leave the drafts." in sentences(answer)[0]
        assert Design.objects.get().status == "draft"

    @pytest.mark.parametrize("verb", ["reject", "hide", "save", "__class__", ""])
    def test_what_asks_for_a_reason_is_not_done_without_asking(self, desk: Client, verb: str) -> None:
        one = design()
        assert desk.post(f"{LIST}{one.pk}/do/", {"verb": verb}).status_code == 404
        assert Design.objects.get().status == "active"

    @pytest.mark.parametrize("path", ["0/change/", "99/change/", "x/change/", "99/choose/", f"{'9' * 30}/change/"])
    def test_one_that_is_not_there_is_not_found(self, desk: Client, path: str) -> None:
        assert desk.get(LIST + path).status_code == 404


class TestItsPictures:
    def order(self, one: Design) -> list[int]:
        one.refresh_from_db()
        return [place["id"] for place in one.card["pictures"]]

    def send(self, desk: Client, one: Design, **posted: Any) -> Any:
        return desk.post(f"{LIST}{one.pk}/pictures/", posted, follow=True)

    @pytest.fixture
    def three(self, desk: Client) -> tuple[Design, list[int]]:
        pictures = [a_picture() for _ in range(3)]
        return design(pictures=pictures), [picture.pk for picture in pictures]

    @pytest.mark.parametrize(
        ("do", "wanted"),
        [("up:1", [1, 0, 2]), ("down:1", [0, 2, 1]), ("first:2", [2, 0, 1]), ("up:0", [0, 1, 2]), ("remove:0", [1, 2])],
    )
    def test_buttons_move_and_remove(self, desk: Client, three: Any, do: str, wanted: list[int]) -> None:
        one, numbers = three
        verb, _, place = do.partition(":")
        self.send(desk, one, image=numbers, do=f"{verb}:{numbers[int(place)]}")
        assert self.order(one) == [numbers[place] for place in wanted]
        assert one.cover_id == numbers[wanted[0]]

    def test_the_order_of_the_page_is_taken(self, desk: Client, three: Any) -> None:
        one, numbers = three
        self.send(desk, one, image=numbers[::-1])
        assert self.order(one) == numbers[::-1]
        assert changes_of("design.changed") == {"pictures": [numbers, numbers[::-1]]}

    def test_what_came_meanwhile_stays_and_what_is_not_its_own_is_ignored(self, desk: Client, three: Any) -> None:
        one, numbers = three
        foreign = a_picture()
        self.send(desk, one, image=[foreign.pk, numbers[2], "x", "9" * 30])
        assert self.order(one) == [numbers[2], numbers[0], numbers[1]]

    def test_what_it_shows_is_written_and_kept_while_moving(self, desk: Client, three: Any) -> None:
        one, numbers = three
        self.send(desk, one, image=numbers, **{f"alt_{numbers[0]}": " The \0pallu "})
        self.send(desk, one, image=numbers[::-1])
        assert dict(one.pictures.values_list("picture_id", "alt"))[numbers[0]] == "The pallu"
        assert self.order(one)[-1] == numbers[0]
        assert one.card["pictures"][-1]["alt"] == "The pallu"

    def test_stored_ones_are_added(self, desk: Client, three: Any) -> None:
        one, numbers = three
        fresh = a_picture()
        offered = desk.get(f"{LIST}{one.pk}/choose/").context["tiles"]
        assert [tile.picture for tile in offered] == [fresh]
        self.send(desk, one, add=fresh.pk)
        assert self.order(one) == [*numbers, fresh.pk]

    def test_new_ones_are_uploaded_by_the_form(self, desk: Client, three: Any) -> None:
        one, numbers = three
        self.send(desk, one, files=[SimpleUploadedFile("saree.jpg", photo(), "image/jpeg")])
        assert self.order(one) == [*numbers, Picture.objects.order_by("-pk")[0].pk]

    def test_the_last_one_of_a_shown_design_stays(self, desk: Client) -> None:
        one = design()
        number = one.cover_id
        answer = self.send(desk, one, image=[number], do=f"remove:{number}")
        assert sentences(answer) == ["A design without a picture can only be a draft."]
        assert self.order(one) == [number]

    @pytest.mark.parametrize("number", ["99", "0"])
    def test_one_that_is_not_there_is_told(self, desk: Client, three: Any, number: str) -> None:
        one, numbers = three
        assert "There is no picture" in sentences(self.send(desk, one, add=number))[0]
        assert self.order(one) == numbers

    def test_more_than_it_may_show_are_refused(self, desk: Client, three: Any) -> None:
        one, numbers = three
        more = [a_picture().pk for _ in range(28)]
        assert sentences(self.send(desk, one, add=more)) == ["A design shows at most 30 pictures."]
        assert self.order(one) == numbers

    def test_nobody_uploads_without_the_right(self, client: Client, three: Any, shelf: LocalPictures) -> None:
        one, numbers = three
        plain = staff("plain", "Curators")
        plain.groups.clear()
        plain.user_permissions.add(permission("edit_designs"))
        client.force_login(plain)
        answer = self.send(client, one, files=[SimpleUploadedFile("saree.jpg", photo(), "image/jpeg")])
        assert sentences(answer) == ["You may not upload pictures."]
        assert (self.order(one), names_on(shelf)) == (numbers, [])
        assert client.get(QUICK).status_code == 403


def permission(code: str) -> Any:
    from django.contrib.auth.models import Permission

    return Permission.objects.get(codename=code)


class TestDuplicates:
    def warned(self, desk: Client, one: Design) -> list[tuple[str, str]]:
        return [(row.design.title, why) for row, why in desk.get(page_of(one)).context["twins"]]

    def test_the_same_picture(self, desk: Client) -> None:
        same = a_picture()
        design("One", pictures=[same])
        assert self.warned(desk, design("Two", pictures=[same])) == [("One", "the same picture")]

    def test_the_same_bytes_under_another_name(self, desk: Client) -> None:
        design("One", pictures=[a_picture(sha256="a" * 64)])
        two = design("Two", pictures=[a_picture(sha256="a" * 64, is_first=False)])
        assert self.warned(desk, two) == [("One", "the same picture")]

    @pytest.mark.parametrize("status", ["active", "draft"])
    def test_the_same_title_and_maker(self, desk: Client, status: str) -> None:
        design("Red Banarasi", designer_name="Kanchi", status=status)
        two = design("red banarasi", designer_name="KANCHI")
        assert self.warned(desk, two) == [("Red Banarasi", "the same title and maker")]

    def test_one_is_told_once_by_its_picture_first_and_five_at_most(self, desk: Client) -> None:
        same = a_picture()
        for number in range(4):
            design("Red", designer_name="Kanchi", status="draft" if number % 2 else "active")
        both, other = (design(title, designer_name="Kanchi", pictures=[same]) for title in ("Red", "Blue"))
        told = duplicates.of(design("Red", designer_name="Kanchi", pictures=[same]))
        assert [twin.design.pk for twin in told[:2]] == [both.pk, other.pk]
        assert [twin.why for twin in told] == ["the same picture"] * 2 + ["the same title and maker"] * 3

    def test_another_maker_has_another_design(self, desk: Client) -> None:
        design(designer_name="Kanchi")
        assert self.warned(desk, design(designer_name="Another")) == []


class TestQuickAdd:
    def add(self, desk: Client, colour: str = "crimson", **posted: Any) -> Any:
        files = {} if colour == "none" else {"camera": SimpleUploadedFile("saree.jpg", photo(colour), "image/jpeg")}
        return desk.post(
            QUICK, {"title": "", "category": "", "price_range": "", **files, "publish": "1", **posted}, follow=True
        )

    def test_a_photo_three_fields_and_it_is_published(self, desk: Client, curator: User) -> None:
        answer = self.add(desk, title="Red Banarasi", category="lehnga", price_range="5000")
        made = Design.objects.get()
        assert (made.status, made.title, made.category, made.price_min) == (
            "active",
            "Red Banarasi",
            "lehenga",
            500_000,
        )
        assert (made.created_by, made.moderated_by) == (curator, curator)
        assert "Published." in text_of(answer)
        assert "Add another" in text_of(answer)
        assert told() == [(curator.pk, "design.created", str(made.pk))]

    def test_a_photo_alone_is_enough(self, desk: Client) -> None:
        self.add(desk, category="Saree")
        assert re.fullmatch(r"Saree of \d+ \w+, \d\d:\d\d", Design.objects.get().title)

    def test_the_category_is_offered_again(self, desk: Client) -> None:
        self.add(desk, category="Saree")
        assert desk.get(QUICK).context["form"]["category"].value() == "Saree"

    def test_a_chosen_picture_does_as_well(self, desk: Client) -> None:
        self.add(desk, "none", photo=SimpleUploadedFile("saree.jpg", photo(), "image/jpeg"))
        assert Design.objects.get().cover is not None

    def test_without_a_picture_it_is_only_a_draft(self, desk: Client) -> None:
        assert "Take a photo first." in text_of(self.add(desk, "none", title="Red"))
        assert not Design.objects.exists()
        answer = desk.post(QUICK, {"title": "Red", "draft": "1"}, follow=True)
        assert "Kept as a draft." in text_of(answer)
        assert Design.objects.get().status == "draft"

    def test_a_mistake_keeps_the_photo(self, desk: Client) -> None:
        answer = self.add(desk, category="Lehengga")
        assert "Did you mean lehenga?" in text_of(answer)
        kept = Picture.objects.get()
        assert f'name="picture" value="{kept.pk}"' in answer.content.decode()
        self.add(desk, "none", category="Lehenga", picture=kept.pk)
        assert Design.objects.get().cover == kept

    def test_what_is_no_picture_is_told(self, desk: Client, shelf: LocalPictures) -> None:
        answer = desk.post(QUICK, {"camera": SimpleUploadedFile("x.jpg", b"nothing", "image/jpeg"), "publish": "1"})
        assert "x.jpg: This is not a picture we can read." in text_of(answer)
        assert not Design.objects.exists()
        assert names_on(shelf) == []

    @pytest.mark.parametrize("again", [{"colour": "crimson"}, {"colour": "navy", "title": "Red Banarasi"}])
    def test_a_duplicate_is_warned_of_before_it_is_published(self, desk: Client, again: dict[str, str]) -> None:
        self.add(desk, title="Red Banarasi")
        answer = self.add(desk, **again)
        assert Design.objects.count() == 1
        assert "In the catalogue already?" in text_of(answer)
        known = [row.design.pk for row, _ in answer.context["twins"]]
        picture = re.search(r'name="picture" value="(\d+)"', answer.content.decode())
        assert picture
        self.add(desk, "none", title=again.get("title", ""), picture=picture[1], known=known)
        assert Design.objects.count() == 2

    def test_somebody_elses_face_is_no_picture_of_a_design(self, desk: Client, asha: User) -> None:
        face = uploads.set_avatar(asha, photo())
        self.add(desk, "none", picture=face.pk)
        assert not Design.objects.exists()

    def test_when_saving_fails_it_says_so(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        from config.api.errors import Refusal

        def refuse(*_: Any, **__: Any) -> None:
            raise Refusal("conflict", "Not now.")

        monkeypatch.setattr(services, "create", refuse)
        assert "Not now." in sentences(self.add(desk))


class TestSuggestions:
    def offered(self, desk: Client, kind: str, term: str) -> list[str]:
        return [row["text"] for row in desk.get(f"{LIST}suggest/{kind}/", {"term": term}).json()["results"]]

    @pytest.mark.parametrize(
        ("text", "name"),
        [("lehnga", "Lehenga"), ("साड़ी", "Saree"), ("SAREE", "Saree"), ("leheng", "Lehenga"), ("leheengaa", "Lehenga")],
    )
    def test_terms_by_name_synonym_native_form_and_slip(self, desk: Client, text: str, name: str) -> None:
        assert self.offered(desk, "category", text)[0] == name

    def test_they_are_capped(self, desk: Client) -> None:
        assert len(self.offered(desk, "colour", "")) == 12

    def test_makers_and_collections_by_part_of_the_name(self, desk: Client) -> None:
        design(designer_name="Kanchi Silks", collection_name="Bridal 2026")
        assert self.offered(desk, "maker", "SILK") == ["Kanchi Silks"]
        assert self.offered(desk, "collection", "bri") == ["Bridal 2026"]

    @pytest.mark.parametrize("kind", ["category", "maker", "collection"])
    def test_odd_texts_break_nothing(self, desk: Client, kind: str) -> None:
        assert self.offered(desk, kind, "\0%_'\\" + "x" * 5_000) == []

    def test_anything_else_is_not_found(self, desk: Client) -> None:
        assert desk.get(f"{LIST}suggest/user/", {"term": "a"}).status_code == 404


ROLES = ["anonymous", "user", "approver", "curator", "manager", "superuser"]
MAY = {"curator", "manager", "superuser"}
OUTSIDE = {"anonymous", "user"}


@pytest.fixture
def as_role(client: Client, asha: User, request: pytest.FixtureRequest) -> Any:
    def signed_in(who: str) -> Client:
        people = {
            "user": lambda: asha,
            "approver": lambda: staff("anil", "Approvers"),
            "curator": lambda: staff("lila2", "Curators"),
            "manager": lambda: staff("mina", "Managers"),
            "superuser": lambda: User.objects.create_superuser("root"),
        }
        if who != "anonymous":
            client.force_login(people[who]())
        return client

    return signed_in


DOORS = ["", "quick/", "{pk}/change/", "{pk}/history/", "{pk}/choose/", "suggest/category/?term=a"]
DOORS += ["ask/reject/?design={pk}"]
WRITING: dict[str, dict[str, Any]] = {
    "": {"action": "feature", "_selected_action": "{pk}"},
    "{pk}/do/": {"verb": "withdraw"},
    "{pk}/pictures/": {"do": "up:1"},
    "{pk}/change/": {"title": "Pwned"},
    "ask/reject/?design={pk}": {"reason": "x"},
    "quick/": {"title": "X", "draft": "1"},
}


@pytest.mark.once
class TestWhoMay:
    @pytest.fixture
    def one(self, shelf: LocalPictures) -> Design:
        return design()

    def send(self, client: Client, door: str, one: Design) -> int:
        posted = {name: value.replace("{pk}", str(one.pk)) for name, value in WRITING[door].items()}
        return client.post(LIST + door.replace("{pk}", str(one.pk)), posted).status_code

    @pytest.mark.parametrize("door", DOORS)
    @pytest.mark.parametrize("who", ROLES)
    def test_look(self, as_role: Any, one: Design, who: str, door: str) -> None:
        status = as_role(who).get(LIST + door.replace("{pk}", str(one.pk))).status_code
        assert status == (200 if who in MAY else 302 if who in OUTSIDE else 403)

    @pytest.mark.parametrize("door", WRITING)
    @pytest.mark.parametrize("who", sorted(set(ROLES) - MAY))
    def test_strangers_change_nothing(self, as_role: Any, one: Design, who: str, door: str) -> None:
        before, said = list(Design.objects.values()), told()
        assert self.send(as_role(who), door, one) == (302 if who in OUTSIDE else 403)
        assert list(Design.objects.values()) == before
        assert told() == said

    @pytest.mark.parametrize("who", sorted(MAY))
    def test_who_may_decides(self, as_role: Any, one: Design, who: str) -> None:
        self.send(as_role(who), "{pk}/do/", one)
        assert Design.objects.get().status == "draft"

    def test_nobody_deletes_by_the_admins_own_door(self, as_role: Any, one: Design) -> None:
        assert as_role("superuser").post(f"{LIST}{one.pk}/delete/", {"post": "yes"}).status_code == 403
        assert Design.objects.exists()

    @pytest.mark.parametrize("door", WRITING)
    def test_a_forged_form_does_nothing(self, one: Design, door: str) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(staff("lila", "Curators"))
        before = list(Design.objects.values())
        assert self.send(strict, door, one) == 403
        assert list(Design.objects.values()) == before

    @pytest.mark.parametrize("door", ["do/", "pictures/"])
    def test_looking_does_nothing(self, as_role: Any, one: Design, door: str) -> None:
        assert as_role("curator").get(f"{LIST}{one.pk}/{door}").status_code == 405


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (999, "999"), (1000, "1,000"), (12345, "12,345"), (1250000, "12,50,000")]
)
def test_numbers_are_written_as_in_india(number: int, words: str) -> None:
    assert grouped(number) == words


COOKIE, MAY_I = "cookie; me", "may I, by name; may I, by group"
TABS, WAITING = "the tabs; searches that wait", "designs and searches that wait"
BUDGETS = {
    "": f"{COOKIE}; {MAY_I}; {TABS}; designs",
    "?status=all": f"{COOKIE}; {MAY_I}; {TABS}; designs",
    "?category=saree": f"{COOKIE}; {MAY_I}; {TABS}; how many; designs",
    "?q=kanchi": f"{COOKIE}; {MAY_I}; {TABS}; words; external ids; makers; theirs; titles; how many; designs",
    "?missing=colour": f"{COOKIE}; {MAY_I}; {TABS}; which; how many; designs",
    "change": f"{COOKIE}; {MAY_I}; {WAITING}; it; twins; decisions",
    "quick/": f"{COOKIE}; {MAY_I}; {WAITING}",
    "ask": f"{COOKIE}; {MAY_I}; {WAITING}; designs",
}


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_costs_as_many_queries_as_twenty(desk: Client, rows: int, subtests: pytest.Subtests) -> None:
    some = [complete(f"Red {number}", featured=True, colour=[]) for number in range(rows)]
    asked = "&".join(f"design={one.pk}" for one in some)
    urls = {"change": page_of(some[0]), "ask": f"{LIST}ask/hide/?{asked}"}
    for page, budget in BUDGETS.items():
        with subtests.test(page):
            with CaptureQueriesContext(connection) as counted:
                assert desk.get(urls.get(page, LIST + page)).status_code == 200
            queries = [query["sql"] for query in counted]
            assert len(queries) == len(budget.split("; ")), "\n".join(queries)


def test_terms_are_written_once(desk: Client) -> None:
    one = design(category=["saree"])
    save(desk, one, categories="Saree, saree, साड़ी")
    assert DesignTerm.objects.filter(design=one).count() == 1
