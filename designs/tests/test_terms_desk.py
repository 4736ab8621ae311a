"""The desks of terms, makers and collections in the admin: what they show, what staff may change, and who may not."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config import switches
from config.testing.cast import decided, person
from config.testing.trail import changes_of, told
from designs import cards, vocabulary
from designs.models import Collection, Design, DesignTerm, Maker, Term

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST, MAKERS, COLLECTIONS = "/admin/designs/term/", "/admin/designs/maker/", "/admin/designs/collection/"


def staff(username: str, group: str) -> User:
    someone = person(username, is_staff=True, **decided(User.Status.APPROVED))
    someone.groups.add(Group.objects.get(name=group))
    return someone


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(staff("lila", "Curators"))
    return client


def term(slug: str, kind: str = "category") -> Term:
    return Term.objects.get(kind=kind, slug=slug)


def design(*slugs: str, of: Maker | None = None, line: Collection | None = None) -> Design:
    row = Design.objects.create(
        title="Red", designer=of, designer_name=of.name if of else "", collection=line, collection_name=str(line or "")
    )
    for position, slug in enumerate(slugs):
        DesignTerm.objects.create(design=row, term=term(slug), position=position)
    cards.write([row.pk])
    return row


def names(answer: Any) -> list[str]:
    return [row.name for row in answer.context["cl"].result_list]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def sentences(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def page(row: Any, action: str = "change") -> str:
    return f"/admin/designs/{row._meta.model_name}/{row.pk}/{action}/"


def form(row: Term, **changes: str) -> dict[str, str]:
    lines = [f"{language}: {', '.join(words)}" for language, words in row.native.items()]
    return {
        "name": row.name,
        "synonyms": "\r\n".join(row.synonyms),
        "native": "\r\n".join(lines),
        "hex": row.hex,
        "family": row.family,
        "audience": row.audience,
        "parent": str(row.parent_id or ""),
        "region": row.region,
        **changes,
    }


def save(desk: Client, row: Term, **changes: str) -> Any:
    return desk.post(page(row), form(row, **changes), follow=True)


class TestTheList:
    def test_it_opens_on_the_categories_in_their_order(self, desk: Client) -> None:
        assert names(desk.get(LIST))[:3] == ["Saree", "Lehenga", "Ghagra"]

    def test_each_kind_has_its_tab(self, desk: Client) -> None:
        assert names(desk.get(LIST, {"kind": "season"}))[0] == "Summer"
        assert desk.get(LIST, {"kind": "all"}).context["cl"].result_count == 342
        assert names(desk.get(LIST, {"kind": "smell"}))[0] == "Saree"

    @pytest.mark.parametrize("words", ["saadi", "SARE", "साड़ी", "சேலை", "half-sar"])
    def test_search_finds_by_any_word_in_any_script(self, desk: Client, words: str) -> None:
        found = names(desk.get(LIST, {"q": words}))
        assert {"Saree", "Half Saree"} & set(found)
        assert "Lehenga" not in found

    def test_a_search_without_a_find_says_so(self, desk: Client) -> None:
        assert names(desk.get(LIST, {"q": "spaceship"})) == []

    def test_it_shows_how_many_designs_carry_each(self, desk: Client) -> None:
        design("saree"), design("saree", "lehenga")
        shown = re.findall(
            r'class="desk-name" href="[^"]+">([^<]+)<.*?field-how_many[^>]*>\s*(\d+)', text(desk.get(LIST)), re.DOTALL
        )
        assert shown[:3] == [("Saree", "2"), ("Lehenga", "1"), ("Ghagra", "0")]

    def test_colours_show_themselves(self, desk: Client) -> None:
        assert "background-color: #C8102E" in text(desk.get(LIST, {"kind": "colour"}))

    def test_retired_and_merged_ones_are_marked(self, desk: Client) -> None:
        term("saree").retire()
        term("kurti").merge(term("kurta"))
        shown = text(desk.get(LIST))
        assert ">Retired<" in shown
        assert ">Merged into Kurta<" in shown


class TestOneTerm:
    def test_its_words_are_lines(self, desk: Client) -> None:
        shown = text(desk.get(page(term("saree"))))
        assert "sari\nsaari\nsarees" in shown
        assert "hi: साड़ी\n" in shown

    def test_saving_it_untouched_changes_nothing(self, desk: Client) -> None:
        before = term("saree")
        save(desk, before)
        after = term("saree")
        assert (after.synonyms, after.native, after.facts) == (before.synonyms, before.native, before.facts)
        assert told() == []

    def test_words_are_saved_tidied_and_logged(self, desk: Client) -> None:
        save(desk, term("saree"), synonyms=" nivi  style \r\n\r\nsari, saari\nsari", native="hi: साड़ी , सारी\n ta:சேலை")
        saree = term("saree")
        assert saree.synonyms == ["nivi style", "sari", "saari"]
        assert saree.native == {"hi": ["साड़ी", "सारी"], "ta": ["சேலை"]}
        assert [entry[1:] for entry in told()] == [("term.changed", str(saree.pk))]
        assert changes_of("term.changed").keys() == {"synonyms", "native"}

    def test_what_it_is_called_now_is_understood_at_once(self, desk: Client) -> None:
        vocabulary.current()
        save(desk, term("saree"), synonyms="nivi")
        found = vocabulary.current().find("category", "nivi")
        assert found
        assert found.slug == "saree"

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"synonyms": "Lehnga"}, "“Lehnga” is a word of Lehenga already."),
            ({"native": "hi: लहंगा"}, "“लहंगा” is a word of Lehenga already."),
            ({"native": "saree in Hindi"}, "does not begin with a language"),
            ({"synonyms": "x" * 81}, "is longer than 80 characters"),
            ({"synonyms": "\n".join(map(str, range(201)))}, "At most 200 words."),
            ({"name": ""}, "This field is required."),
        ],
    )
    def test_what_makes_no_sense_is_refused_in_words(
        self, desk: Client, changes: dict[str, str], sentence: str
    ) -> None:
        answer = save(desk, term("saree"), **changes)
        assert sentence in text(answer)
        assert "sari" in term("saree").synonyms
        assert told() == []

    def test_a_word_two_terms_share_already_may_stay(self, desk: Client) -> None:
        save(desk, term("kurta-set"), region="Lucknow")
        assert term("kurta-set").region == "Lucknow"

    def test_kind_and_slug_are_only_shown(self, desk: Client) -> None:
        answer = desk.post(page(term("saree")), form(term("saree"), slug="sari", kind="motif"), follow=True)
        assert answer.status_code == 200
        assert term("saree").name == "Saree"
        assert 'name="slug"' not in text(answer)

    def test_a_parent_is_one_of_its_kind_and_not_below_it(self, desk: Client) -> None:
        save(desk, term("saree"), parent=str(term("lehenga").pk))
        assert term("saree").parent == term("lehenga")
        answer = save(desk, term("lehenga"), parent=str(term("ghagra").pk))
        assert "Ghagra belongs below Lehenga already." in text(answer)
        save(desk, term("saree"), parent=str(term("red", "colour").pk))
        assert term("saree").parent == term("lehenga")

    @pytest.mark.parametrize(("value", "saved"), [("#aabbcc", "#AABBCC"), ("red", "#C8102E"), ("", "")])
    def test_a_colour_has_a_value_like_one(self, desk: Client, value: str, saved: str) -> None:
        save(desk, term("red", "colour"), hex=value)
        assert term("red", "colour").hex == saved

    def test_a_new_one_gets_its_slug_from_its_name(self, desk: Client) -> None:
        body = {"kind": "motif", "name": "Dancing Girl", "slug": "", "synonyms": "nartaki", "native": "hi: नर्तकी"}
        desk.post(f"{LIST}add/", body)
        made = term("dancing-girl", "motif")
        assert (made.name, made.synonyms, made.native) == ("Dancing Girl", ["nartaki"], {"hi": ["नर्तकी"]})

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            ({"kind": "category", "name": "Sari", "slug": ""}, "“Sari” is a word of Saree already."),
            ({"kind": "category", "name": "New One", "slug": "saree"}, "already"),
            ({"kind": "smell", "name": "Rose", "slug": ""}, "Select a valid choice."),
            ({"kind": "motif", "name": "", "slug": ""}, "This field is required."),
        ],
    )
    def test_a_new_one_that_makes_no_sense_is_refused(self, desk: Client, body: dict[str, str], sentence: str) -> None:
        assert sentence in text(desk.post(f"{LIST}add/", {**body, "synonyms": "", "native": ""}))
        assert Term.objects.count() == 342

    def test_what_else_is_known_and_what_lies_below_is_shown(self, desk: Client) -> None:
        assert "Muga Silk of Assam, Assam" in text(desk.get(page(term("muga-silk", "fabric"))))
        assert "Chaniya Choli" in text(desk.get(page(term("lehenga"))))


class TestRetiring:
    def test_a_term_retires_and_comes_back_and_each_is_logged_once(self, desk: Client) -> None:
        saree = term("saree")
        assert sentences(desk.post(page(saree, "retire"), follow=True)) == ["Saree was retired."]
        assert sentences(desk.post(page(saree, "retire"), follow=True)) == ["Saree is retired already."]
        assert not term("saree").is_active
        assert sentences(desk.post(page(saree, "restore"), follow=True)) == ["Saree was restored."]
        assert term("saree").is_active
        assert [what for _, what, _ in told()] == ["term.retired", "term.restored"]

    def test_looking_presses_no_button(self, desk: Client) -> None:
        assert desk.get(page(term("saree"), "retire")).status_code == 405


class TestMergingTerms:
    def test_it_asks_which_one_with_those_of_its_kind(self, desk: Client) -> None:
        shown = text(desk.get(page(term("kurti"), "merge")))
        assert '<option value="Kurta Set">' in shown
        assert '<option value="Maroon">' not in shown
        assert '<option value="Kurti">' not in shown

    @pytest.mark.parametrize("asked", ["Kurta", "kurtha", "कुर्ता"])
    def test_it_says_what_would_happen_and_does_nothing(self, desk: Client, asked: str) -> None:
        design("kurti"), design("kurti", "kurta")
        shown = text(desk.get(page(term("kurti"), "merge"), {"into": asked}))
        assert "Merge Kurti into Kurta?" in shown
        assert "2 designs will carry Kurta; 1 of them carry it already." in shown
        assert term("kurti").is_active

    def test_the_answer_merges_and_both_are_logged(self, desk: Client) -> None:
        row = design("kurti")
        answer = desk.post(page(term("kurti"), "merge"), {"into": "Kurta"}, follow=True)
        assert sentences(answer) == ["Kurti was merged into Kurta, with 1 design."]
        assert answer.redirect_chain == [(page(term("kurta")), 302)]
        row.refresh_from_db()
        assert (row.category, term("kurti").merged_into) == ("kurta", term("kurta"))
        both = [("term.merged", str(term("kurti").pk)), ("term.took_over", str(term("kurta").pk))]
        assert [entry[1:] for entry in told()] == both
        assert changes_of("term.merged")["merged_into"] == ["", "kurta"]
        assert changes_of("term.took_over") | {"synonyms": []} == {
            "took_over": [None, "kurti"],
            "designs": [None, 1],
            "synonyms": [],
        }

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ("sarre", "No other category is called “sarre”. Did you mean saree?"),
            ("Maroon", "No other category is called “Maroon”."),
            ("Kurti", "No other category is called “Kurti”."),
            ("x\x00y", "No other category is called “xy”."),
        ],
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_another_that_does_not_exist_is_said_so(self, desk: Client, asked: str, sentence: str, method: str) -> None:
        assert sentence in text(getattr(desk, method)(page(term("kurti"), "merge"), {"into": asked}))
        assert term("kurti").is_active

    def test_a_retired_one_takes_nothing(self, desk: Client) -> None:
        term("kurta").retire()
        answer = desk.post(page(term("kurti"), "merge"), {"into": "kurta"}, follow=True)
        assert sentences(answer) == ["Kurta is retired; restore it before something is merged into it."]
        assert [what for _, what, _ in told()] == ["term.retired"]


class TestMakers:
    def test_the_list_counts_designs_and_collections_and_is_searched(self, desk: Client) -> None:
        anokhi = Maker.objects.named("Anokhi")
        Collection.objects.named("Festive", anokhi)
        design(of=anokhi), design(of=anokhi), Maker.objects.named("Raw Mango")
        cells = re.findall(r"field-(lines|how_many)[^>]*>\s*(\d+)", text(desk.get(MAKERS, {"q": "NOKH"})))
        assert cells == [("lines", "1"), ("how_many", "2")]
        assert names(desk.get(MAKERS)) == ["Anokhi", "Raw Mango"]
        assert names(desk.get(COLLECTIONS, {"q": "fest"})) == ["Festive"]

    def test_a_new_name_goes_to_the_designs_and_is_logged(self, desk: Client) -> None:
        anokhi = Maker.objects.named("Anokhi")
        row = design(of=anokhi)
        desk.post(page(anokhi), {"name": " Anokhi  Jaipur"})
        row.refresh_from_db()
        anokhi.refresh_from_db()
        assert (anokhi.name, row.designer_name, row.designer_key) == ("Anokhi Jaipur", "Anokhi Jaipur", "anokhi jaipur")
        assert changes_of("maker.renamed") == {"name": ["Anokhi", "Anokhi Jaipur"]}

    def test_a_taken_name_offers_to_merge_the_two(self, desk: Client) -> None:
        one, _ = Maker.objects.named("Raw Mangoo"), Maker.objects.named("Raw Mango")
        shown = text(desk.post(page(one), {"name": "raw mango"}))
        assert "There is another one called Raw Mango." in shown
        assert f'href="{page(one, "merge")}?into=Raw+Mango">Merge into Raw Mango<' in shown
        one.refresh_from_db()
        assert one.name == "Raw Mangoo"

    def test_merging_two_makers_moves_their_designs_and_is_logged(self, desk: Client) -> None:
        one, two = Maker.objects.named("Raw Mangoo"), Maker.objects.named("Raw Mango")
        row, line, number = design(of=one), Collection.objects.named("Angadi", one), one.pk
        shown = text(desk.get(page(one, "merge"), {"into": "raw mango"}))
        assert "1 design will be of Raw Mango." in shown
        assert "1 of its collections will be of Raw Mango." in shown
        answer = desk.post(page(one, "merge"), {"into": "raw mango"}, follow=True)
        assert sentences(answer) == ["Raw Mangoo was merged into Raw Mango, with 1 design."]
        row.refresh_from_db()
        line.refresh_from_db()
        assert (row.designer, row.designer_name, line.maker) == (two, "Raw Mango", two)
        assert [entry[1:] for entry in told()] == [("maker.merged", str(number)), ("maker.took_over", str(two.pk))]

    def test_collections_merge_within_their_maker(self, desk: Client) -> None:
        of = Maker.objects.named("Anokhi")
        one, two = Collection.objects.named("Festive 26", of), Collection.objects.named("Festive", of)
        Collection.objects.named("Festive Night", Maker.objects.named("Other"))
        row = design(of=of, line=one)
        shown = text(desk.get(page(one, "merge")))
        assert '<option value="Festive">' in shown
        assert "Festive Night" not in shown
        desk.post(page(one, "merge"), {"into": "festive"})
        row.refresh_from_db()
        assert (row.collection, row.collection_name) == (two, "Festive")

    def test_a_name_taken_at_the_last_moment_is_said_so(self, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        one, _ = Maker.objects.named("One"), Maker.objects.named("Two")
        seen = Maker.namesakes
        answers = [Maker.objects.none()]
        monkeypatch.setattr(Maker, "namesakes", lambda row, name: answers.pop() if answers else seen(row, name))
        answer = desk.post(page(one), {"name": "two"}, follow=True)
        assert "There is another one called Two." in sentences(answer)
        one.refresh_from_db()
        assert one.name == "One"

    def test_they_are_made_by_naming_them_and_deleted_by_merging(self, desk: Client) -> None:
        one = Maker.objects.named("One")
        assert desk.get(f"{MAKERS}add/").status_code == 403
        assert desk.post(page(one, "delete"), {"post": "yes"}).status_code == 403
        assert Maker.objects.filter(pk=one.pk).exists()


@pytest.mark.parametrize("group", ["Approvers", None])
def test_who_may_not_edit_designs_sees_and_changes_nothing(client: Client, group: str | None) -> None:
    client.force_login(
        staff("anil", group) if group else person("asha", is_staff=False, **decided(User.Status.APPROVED))
    )
    saree, one = term("saree"), Maker.objects.named("One")
    asked = [
        client.get(url) for url in (LIST, page(saree), page(saree, "merge"), MAKERS, page(one), page(one, "merge"))
    ]
    pressed = [
        client.post(page(saree), form(saree, name="X")),
        client.post(page(saree, "retire")),
        client.post(page(saree, "restore")),
        client.post(page(saree, "merge"), {"into": "lehenga"}),
        client.post(page(one), {"name": "Two"}),
        client.post(f"{LIST}add/", {"kind": "motif", "name": "X"}),
    ]
    assert {answer.status_code for answer in [*asked, *pressed]} == {403 if group else 302}
    assert (term("saree").name, term("saree").is_active, Maker.objects.get().name) == ("Saree", True, "One")
    assert told() == []


def test_nobody_deletes_a_term(desk: Client) -> None:
    assert desk.post(page(term("saree"), "delete"), {"post": "yes"}).status_code == 403
    assert term("saree")


BUDGETS = {
    LIST: "how many; designs and searches that wait; the terms",
    f"{LIST}?q=sari": "how many; designs and searches that wait; the terms",
    f"{LIST}?kind=colour": "how many; designs and searches that wait; the terms",
    MAKERS: "how many; designs and searches that wait; the makers",
    COLLECTIONS: "how many; designs and searches that wait; the collections",
}


@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_costs_as_many_queries_as_twenty(desk: Client, rows: int, subtests: pytest.Subtests) -> None:
    for number in range(rows):
        of = Maker.objects.named(f"Maker {number}")
        line = Collection.objects.named("Festive", of)
        design("saree", of=of, line=line)
        Term.objects.create(kind="category", slug=f"t{number}", name=f"T{number}", parent=term("saree"))
    ContentType.objects.get_for_model(Term)
    for url, budget in BUDGETS.items():
        with subtests.test(url):
            switches.current()
            vocabulary.current()
            with CaptureQueriesContext(connection) as asked:
                assert desk.get(url).status_code == 200
            queries = [query["sql"] for query in asked]
            shared = [sql for sql in queries if "designs_" not in sql]
            assert len(queries) - len(shared) == len(budget.split("; ")), "\n".join(queries)
            assert len(shared) <= 5, "\n".join(shared)
