"""The desk of searches in the admin: what waits, what a colleague may make of it, and who may not."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config.audit.models import Entry
from config.testing.cast import decided, person
from config.testing.gallery import a_design
from config.testing.trail import told
from designs import cards, vocabulary
from designs.models import Design, DesignTerm, Search, Term

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/admin/designs/search/"
EVIL = "<script>alert('x')</script>"


def staff(username: str, group: str) -> User:
    someone = person(username, is_staff=True, **decided(User.Status.APPROVED))
    someone.groups.add(Group.objects.get(name=group))
    return someone


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(staff("lila", "Curators"))
    return client


def a_search(text: str, **facts: Any) -> Search:
    return Search.objects.create(**{"text": text, "found": 0, **facts})


def term(slug: str, kind: str = "category") -> Term:
    return Term.objects.get(kind=kind, slug=slug)


def design(*slugs: str, **facts: Any) -> Design:
    row = a_design(**facts)
    for position, slug in enumerate(slugs):
        DesignTerm.objects.create(design=row, term=term(slug), position=position)
    cards.write([row.pk])
    return row


def page(search: Search, action: str = "change") -> str:
    return f"{LIST}{search.pk}/{action}/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def texts(answer: Any) -> list[str]:
    return [row.text for row in answer.context["cl"].result_list]


def sentences(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def badge(answer: Any) -> Any:
    items = [item for group in answer.context["sidebar_navigation"] for item in group["items"]]
    (found,) = [item["badge"] for item in items if item["link"] == LIST]
    return found


def save(desk: Client, search: Search, chosen: object) -> Any:
    return desk.post(page(search, "save"), {"term": chosen}, follow=True)


def logged() -> list[tuple[str, str]]:
    return [(entry.name, entry.what) for entry in Entry.objects.order_by("pk")]


class TestTheList:
    def test_it_opens_on_what_waits_and_begins_with_what_is_asked_most(self, desk: Client) -> None:
        a_search("rare"), a_search("often", count=1_234), a_search("saree", found=3), a_search("nothing").settle()
        answer = desk.get(LIST)
        assert texts(answer) == ["often", "rare"]
        assert "1,234 times" in text(answer)
        assert "once" in text(answer)

    def test_the_other_tabs_show_what_found_something_and_what_is_settled(self, desk: Client) -> None:
        a_search("rare"), a_search("saree", found=3), a_search("nothing").settle()
        found = desk.get(LIST, {"show": "found"})
        assert (texts(found), "3 designs" in text(found)) == (["saree"], True)
        assert texts(desk.get(LIST, {"show": "settled"})) == ["nothing"]
        assert texts(desk.get(LIST, {"show": "smell"})) == ["rare"]
        assert "1 search<" in text(found)

    def test_the_sidebar_says_how_many_wait(self, desk: Client) -> None:
        assert badge(desk.get("/admin/")) == ""
        a_search("one"), a_search("two"), a_search("saree", found=3), a_search("nothing").settle()
        assert badge(desk.get("/admin/")) == "2"
        shown = text(desk.get(LIST))
        assert "Searches without results" in shown
        assert '<span class="desk-count">2</span>' in shown

    def test_each_shows_the_best_guess_that_leads_on(self, desk: Client) -> None:
        row, _ = a_search("lengha coli"), a_search("qqqq")
        shown = text(desk.get(LIST))
        assert re.findall(r'class="search-guess" href="([^"]+)"[^>]*>([^<]+)<', shown) == [
            (f"{page(row)}?term={term('lehenga').pk}", "Lehenga?")
        ]

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ({}, "What people searched for without finding a design will be listed here"),
            ({"show": "found"}, "something yet."),
            ({"show": "settled"}, "Nothing is settled yet."),
            ({"q": "zzz"}, "No search here holds that."),
        ],
    )
    def test_an_empty_one_says_what_it_is_for(self, desk: Client, query: dict[str, str], sentence: str) -> None:
        assert sentence in text(desk.get(LIST, query))

    def test_part_of_a_text_finds_it(self, desk: Client) -> None:
        a_search("red lehnga"), a_search("blue"), a_search("लहंगा चोली")
        assert texts(desk.get(LIST, {"q": " LEHN"})) == ["red lehnga"]
        assert texts(desk.get(LIST, {"q": "चोली"})) == ["लहंगा चोली"]
        assert desk.get(LIST, {"q": "a\0b"}).status_code == 200

    def test_nothing_is_added_or_changed_by_hand(self, desk: Client) -> None:
        row = a_search("lehnga")
        assert desk.get(f"{LIST}add/").status_code == 403
        desk.post(page(row), {"text": "other", "found": 9, "count": 9})
        row.refresh_from_db()
        assert (row.text, row.found, row.count) == ("lehnga", 0, 1)


class TestWhatTheyMeant:
    def test_it_guesses_over_all_kinds(self, desk: Client) -> None:
        shown = text(desk.get(page(a_search("banarsi dupata"))))
        assert re.findall(r'href="\?term=\d+">([^<]+)<', shown) == ["Banarasi (Weave)", "Dupatta (Category)"]
        assert '<option value="Kurta Set (Category)">' in shown

    def test_a_retired_term_is_not_offered(self, desk: Client) -> None:
        term("dupatta").retire()
        shown = text(desk.get(page(a_search("banarsi dupata"))))
        assert "Dupatta (Category)" not in shown

    def test_a_word_that_is_known_says_of_what(self, desk: Client) -> None:
        shown = text(desk.get(page(a_search("haldi"))))
        assert "It is a word of Haldi Yellow (Colour) and of Haldi (Occasion) already" in shown

    @pytest.mark.parametrize(
        "query", [{"called": "Lehenga"}, {"called": "lehenga (category)"}, {"called": "लहंगा"}, {"term": "{pk}"}]
    )
    def test_it_shows_what_would_be_found_and_does_nothing(self, desk: Client, query: dict[str, str]) -> None:
        design("lehenga", title="Old"), design("ghagra", title="Below it"), design("saree", title="Other")
        design("lehenga", title="A draft", status="draft")
        asked = {name: value.format(pk=term("lehenga").pk) for name, value in query.items()}
        shown = text(desk.get(page(a_search("lengha coli")), asked))
        assert "“lengha coli” will mean Lehenga (Category)." in shown
        assert "It would find 2 designs:" in shown
        assert re.findall(r'class="pic-open"[^>]*aria-label="([^"]+)"', shown) == ["Below it", "Old"]
        assert "lengha coli" not in term("lehenga").synonyms
        assert told() == []

    def test_it_shows_the_newest_dozen(self, desk: Client) -> None:
        for number in range(13):
            design("lehenga", title=f"Lehenga {number}")
        shown = text(desk.get(page(a_search("lengha coli")), {"called": "lehenga"}))
        assert "It would find 13 designs:" in shown
        titles = re.findall(r'class="pic-open"[^>]*aria-label="([^"]+)"', shown)
        assert titles == [f"Lehenga {number}" for number in range(12, 0, -1)]

    def test_a_term_that_nobody_carries_is_said_so(self, desk: Client) -> None:
        shown = text(desk.get(page(a_search("lengha coli")), {"called": "lehenga"}))
        assert "It would find no design yet" in shown
        assert "Save as a synonym" in shown

    def test_a_word_of_several_terms_asks_which(self, desk: Client) -> None:
        shown = text(desk.get(page(a_search("haldii")), {"called": "haldi"}))
        assert "Several terms are called so: choose one above." in shown
        assert re.findall(r'href="\?term=\d+">([^<]+)<', shown) == ["Haldi Yellow (Colour)", "Haldi (Occasion)"]

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ({"called": "sarre"}, "No term is called “sarre”. Did you mean Saree (Category)"),
            ({"called": "q\0q"}, "No term is called “qq”."),
            ({"called": EVIL}, "No term is called “&lt;script&gt;"),
            ({"term": "0"}, "That term is gone or retired."),
            ({"term": "9" * 5_000}, "That term is gone or retired."),
            ({"term": "one"}, "That term is gone or retired."),
            ({"called": "Saree"}, "“lengha coli” is a word of Lehenga already."),
        ],
    )
    def test_what_cannot_be_is_said(self, desk: Client, query: dict[str, str], sentence: str) -> None:
        lehenga = term("lehenga")
        if "Lehenga already" in sentence:
            lehenga.add_synonyms("lengha coli")
        shown = text(desk.get(page(a_search("lengha coli")), query))
        assert sentence in shown
        assert "Save as a synonym" not in shown

    def test_a_search_that_is_not_there(self, desk: Client) -> None:
        for number in ("1", "x", "_35", "9" * 30):
            assert desk.get(f"{LIST}{number}/change/").status_code == 404


class TestSaving:
    def test_the_next_one_who_asks_so_is_understood(self, desk: Client) -> None:
        row, lehenga = a_search("lengha coli"), term("lehenga")
        vocabulary.current()
        answer = save(desk, row, lehenga.pk)
        assert answer.redirect_chain == [(LIST, 302)]
        link = f'<a class="search-term" href="/admin/designs/term/{lehenga.pk}/change/">Lehenga</a>'
        assert sentences(answer) == [f"“lengha coli” means {link} from now on."]
        assert link in text(answer)
        found = vocabulary.current().find("category", "lengha coli")
        assert found
        assert found.slug == "lehenga"
        assert Search.objects.settled().get() == row
        assert logged() == [
            ("Lehenga", "term.synonyms_added"),
            ("", "search.settled"),
        ]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("lehnga", "“lehnga” is a word of Lehenga already."),
            ("saree", "“saree” is a word of Saree already."),
            ("red, blue", "A word of a term holds a letter, and no comma."),
            ("-", "A word of a term holds a letter, and no comma."),
            ("x" * 81, "is longer than 80 characters."),
        ],
    )
    def test_a_text_that_can_be_no_synonym_is_refused_in_words(self, desk: Client, typed: str, sentence: str) -> None:
        row = a_search(typed)
        (said,) = sentences(save(desk, row, term("saree").pk))
        assert sentence in said
        assert sentence in text(desk.get(page(row), {"term": term("saree").pk}))
        assert Search.objects.without_results().get() == row
        assert told() == []

    @pytest.mark.parametrize("chosen", ["retired", "0", "", "x", "9" * 5_000])
    def test_a_term_that_is_gone_is_refused(self, desk: Client, chosen: str) -> None:
        term("kurta").retire()
        row = a_search("lengha coli")
        answer = save(desk, row, term("kurta").pk if chosen == "retired" else chosen)
        assert sentences(answer) == ["That term is gone or retired. Choose another one."]
        assert Search.objects.without_results().exists()

    def test_a_term_takes_no_more_than_its_fill(self, desk: Client) -> None:
        Term.objects.filter(pk=term("kurta").pk).update(synonyms=[f"w{number}" for number in range(200)])
        assert sentences(save(desk, a_search("zzz"), term("kurta").pk)) == ["At most 200 words."]

    def test_looking_presses_no_button(self, desk: Client) -> None:
        row = a_search("lehnga")
        assert {desk.get(page(row, verb)).status_code for verb in ("save", "settle", "reopen")} == {405}


class TestSettling:
    def test_it_needs_nothing_and_is_put_back(self, desk: Client) -> None:
        row = a_search("asdf")
        assert "It needs nothing" in text(desk.get(page(row)))
        assert sentences(desk.post(page(row, "settle"), follow=True)) == ["“asdf” needs nothing."]
        assert texts(desk.get(LIST)) == []
        shown = text(desk.get(page(row)))
        assert (">Settled<" in shown, "It needs nothing" in shown) == (True, False)
        desk.post(page(row, "settle"))
        assert sentences(desk.post(page(row, "reopen"), follow=True))[-1:] == ["“asdf” waits again."]
        assert texts(desk.get(LIST)) == ["asdf"]
        assert logged() == [("", "search.settled"), ("", "search.reopened")]

    def test_what_found_something_has_nothing_to_settle(self, desk: Client) -> None:
        shown = text(desk.get(page(a_search("saree", found=3))))
        assert "The last time it found 3 designs." in shown
        assert "It needs nothing" not in shown


class TestDeleting:
    def test_it_asks_and_then_forgets_what_was_typed(self, desk: Client) -> None:
        row = a_search("my secret")
        desk.post(page(row, "settle"))
        assert "my secret" in text(desk.get(page(row, "delete")))
        answer = desk.post(page(row, "delete"), {"post": "yes"}, follow=True)
        assert answer.redirect_chain == [(LIST, 302)]
        assert not Search.objects.exists()
        assert {name for name, _ in logged()} == {""}


@pytest.mark.parametrize("show", ["waiting", "found", "settled"])
def test_what_people_typed_is_text(desk: Client, show: str) -> None:
    row = a_search(EVIL, found=int(show == "found"))
    if show == "settled":
        row.settle()
    for answer in (desk.get(LIST, {"show": show}), desk.get(page(row)), desk.get(page(row), {"called": "saree"})):
        assert "alert(" in text(answer)
        assert EVIL not in text(answer)
    answer = save(desk, row, term("saree").pk)
    assert EVIL not in text(answer)
    assert EVIL in term("saree").synonyms
    assert EVIL not in text(desk.get(page(row, "delete")))


@pytest.mark.parametrize("who", ["Approvers", "nobody's colleague", "a stranger"])
def test_who_may_not_edit_designs_sees_and_changes_nothing(client: Client, who: str) -> None:
    if who == "Approvers":
        client.force_login(staff("anil", who))
    elif who != "a stranger":
        client.force_login(person("asha", **decided(User.Status.APPROVED)))
    row, saree = a_search("lengha"), term("saree")
    asked = [client.get(url) for url in (LIST, page(row), f"{page(row)}?called=saree", page(row, "delete"))]
    pressed = [
        client.post(page(row, "save"), {"term": saree.pk}),
        client.post(page(row, "settle")),
        client.post(page(row, "reopen")),
        client.post(page(row, "delete"), {"post": "yes"}),
    ]
    assert {answer.status_code for answer in [*asked, *pressed]} == {403 if who == "Approvers" else 302}
    assert Search.objects.without_results().get() == row
    assert "lengha" not in term("saree").synonyms
    assert told() == []


@pytest.mark.parametrize("group", ["Curators", "Managers"])
def test_who_may_edit_designs_may_do_it_all(client: Client, group: str) -> None:
    client.force_login(staff("anil", group))
    row = a_search("lengha coli")
    assert {client.get(url).status_code for url in (LIST, page(row), page(row, "delete"))} == {200}
    save(client, row, term("lehenga").pk)
    assert "lengha coli" in term("lehenga").synonyms


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("rows", [1, 20])
def test_one_row_costs_as_many_queries_as_twenty(desk: Client, rows: int) -> None:
    for number in range(rows):
        a_search(f"lehnga {number}")
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(LIST).status_code == 200
    ours = [query["sql"] for query in asked if "designs_" in query["sql"]]
    assert len(ours) == len(["searches that wait", "how many", "designs that wait", "the searches"]), ours
