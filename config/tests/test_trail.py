"""Who did what: one entry beside each change, true under a race, gone with a rollback, naming nobody."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from accounts import erasure
from accounts.models import User
from accounts.services import change_roles
from config import switches
from config.audit import actor, trail
from config.audit.models import Entry, WrittenOnceError
from config.audit.values import LONGEST, differences
from config.testing.cast import Phone, decided, person
from config.testing.gallery import a_design, a_picture
from config.testing.trail import changes_of, told
from designs import cards, services, tasks, vocabulary
from designs.models import Collection, Design, Import, Kind, Maker, Search, Term
from uploads import services as uploads

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def a_term(slug: str, kind: str = Kind.CATEGORY) -> Term:
    return Term.objects.create(kind=kind, slug=slug, name=slug.capitalize())


class TestEachVerbLeavesOneEntry:
    """By whom, and old and new."""

    @pytest.mark.parametrize(
        ("start", "verb", "what"),
        [
            ("pending", "approve", "approved"),
            ("pending", "reject", "rejected"),
            ("approved", "block", "blocked"),
            ("blocked", "reopen", "reopened"),
        ],
    )
    def test_decisions_on_people(self, meera: User, start: str, verb: str, what: str) -> None:
        someone = person("lila", **({} if start == "pending" else decided(User.Status(start))))
        getattr(someone, verb)(by=meera, reason="Her sister Lila Rao told us.")
        assert told() == [(meera.pk, f"person.{what}", str(someone.pk))]
        assert changes_of(f"person.{what}") == {"status": [start, someone.status]}
        assert getattr(someone, verb)(by=meera) is False
        assert len(told()) == 1

    @pytest.mark.parametrize(
        ("start", "verb", "what"),
        [
            ("draft", "publish", "published"),
            ("active", "hide", "hidden"),
            ("active", "reject", "rejected"),
            ("active", "withdraw", "withdrawn"),
            ("draft", "submit", "submitted"),
        ],
    )
    def test_moves_of_designs(self, meera: User, start: str, verb: str, what: str) -> None:
        design = a_design(status=start)
        getattr(design, verb)(by=meera)
        assert told() == [(meera.pk, f"design.{what}", str(design.pk))]
        assert changes_of(f"design.{what}") == {"status": [start, design.status]}
        assert getattr(design, verb)(by=meera) is False
        assert len(told()) == 1

    def test_featuring(self, meera: User) -> None:
        design = a_design()
        assert [design.feature(by=meera), design.feature(by=meera), design.feature(by=meera, on=False)] == [1, 0, 1]
        assert [what for _, what, _ in told()] == ["design.featured", "design.unfeatured"]
        assert changes_of("design.unfeatured") == {"featured": [True, False]}

    def test_a_design_is_made_changed_and_deleted(self, meera: User) -> None:
        facts: dict[str, Any] = {"title": "Old", "pictures": [a_picture()], "price_min": 450_000}
        design = services.create(facts, by=meera)
        services.change(design, {"title": "New", "price_min": 500_050, "designer_name": "Anokhi"}, by=meera)
        services.change(design, {"title": "New"}, by=meera)
        with trail.acting(meera):
            services.remove(design)
        number = str(Entry.objects.all()[0].key)
        assert told() == [(meera.pk, f"design.{what}", number) for what in ("created", "changed", "deleted")]
        assert changes_of("design.changed") == {
            "title": ["Old", "New"],
            "price_min": [4_500, 5_000.5],
            "designer_name": ["", "Anokhi"],
        }
        assert changes_of("design.deleted")["title"] == ["New", None]

    def test_terms_of_a_design_are_told_by_their_slugs(self, meera: User) -> None:
        design = a_design()
        cards.write([design.pk])
        entries = list(vocabulary.current().by_kind["colour"][:2])
        services.change(design, {"terms": {"colour": entries}}, by=meera)
        assert changes_of("design.changed") == {"colours": [[], [entry.slug for entry in entries]]}

    def test_status_and_words_at_once_are_two_entries(self, meera: User) -> None:
        design = a_design(status="draft")
        services.change(design, {"title": "New", "status": "active", "featured": True}, by=meera)
        assert [what for _, what, _ in told()] == ["design.changed", "design.published", "design.featured"]

    @pytest.mark.parametrize(
        ("do", "what", "changes"),
        [
            (lambda term: term.add_synonyms("zari"), "synonyms_added", {"synonyms": [[], ["zari"]]}),
            (lambda term: term.retire(), "retired", {"offered": [True, False]}),
            (lambda term: term.move_below(a_term("above")), "moved", {"parent": ["", "above"]}),
        ],
    )
    def test_verbs_of_terms(self, meera: User, do: Callable[[Term], Any], what: str, changes: Any) -> None:
        term = a_term("word")
        with trail.acting(meera):
            do(term)
        assert told() == [(meera.pk, f"term.{what}", str(term.pk))]
        assert changes_of(f"term.{what}") == changes

    def test_a_term_that_was_merged_takes_its_words_back(self) -> None:
        one, other = a_term("one"), a_term("other")
        one.merge(other)
        one.restore()
        assert [what for _, what, _ in told()] == ["term.merged", "term.took_over", "term.gave_back", "term.restored"]
        assert changes_of("term.restored")["merged_into"] == ["other", ""]

    def test_makers_and_collections(self) -> None:
        one, two = Maker.objects.named("Raw Mangoo"), Maker.objects.named("Raw Mango")
        Collection.objects.named("Spring", one), Collection.objects.named("Spring", two)
        assert (two.rename("Raw  Mangos"), two.rename("Raw Mangos")) == (True, False)
        one.merge(two)
        assert [what for _, what, _ in told()] == [
            "maker.renamed",
            *(f"collection.{what}" for what in ("merged", "took_over")),
            *(f"maker.{what}" for what in ("merged", "took_over")),
        ]
        assert changes_of("maker.renamed") == {"name": ["Raw Mango", "Raw Mangos"]}

    def test_searches_without_what_was_typed(self) -> None:
        search = Search.objects.create(text="lila rao's shop", found=0)
        assert [search.settle(), search.settle(), search.reopen(), search.reopen()] == [True, False, True, False]
        assert [what for _, what, _ in told()] == ["search.settled", "search.reopened"]
        assert "lila" not in everything()

    def test_roles_and_signing_out(self, meera: User, asha: User) -> None:
        change_roles(asha, give={"Curators"}, by=meera)
        with trail.acting(meera):
            asha.sign_out()
        assert told() == [(meera.pk, f"person.{what}", str(asha.pk)) for what in ("roles_changed", "signed_out")]
        assert changes_of("person.roles_changed") == {"roles": [[], ["Curators"]]}

    def test_a_picture_that_goes(self) -> None:
        picture = a_picture()
        number = picture.pk
        uploads.delete(picture)
        assert told() == [(None, "picture.deleted", str(number))]

    def test_switches(self, meera: User) -> None:
        assert switches.change({"app_name": "Rang Mahal", "registration_open": True}, by=meera) == {
            "app_name": "Rang Mahal"
        }
        assert told() == [(meera.pk, "switch.changed", "app_name")]
        assert changes_of("switch.changed") == {"value": ["Design Gallery", "Rang Mahal"]}


class TestImports:
    def test_the_list_tells_of_the_import_and_the_history_of_each_design(self, meera: User) -> None:
        data = b"title\nOne\nTwo\n"
        job = Import.objects.create(name="stock.csv", data=data, total=2, by=meera)
        with trail.acting(meera):
            job.start()
        tasks.run_import.call(number=job.pk)
        assert list(Entry.objects.told().order_by("pk").values_list("by", "what", "key")) == [
            (meera.pk, "import.started", str(job.pk)),
            (meera.pk, "import.finished", str(job.pk)),
        ]
        assert changes_of("import.finished") == {"added": [None, 2]}
        many = Entry.objects.filter(is_one_of_many=True)
        assert {(entry.by, entry.what) for entry in many} == {(meera.pk, "design.created")}
        assert {entry.key for entry in many} == {str(pk) for pk in Design.objects.values_list("pk", flat=True)}

    def test_the_designs_of_an_import_are_told_in_one_statement(self, django_assert_num_queries: Any) -> None:
        designs = [a_design() for _ in range(20)]
        with django_assert_num_queries(1):
            trail.record_each("design.created", on=designs)


class TestWhoActs:
    def test_a_door_knows_by_the_token(self, phone: Phone, meera: User, pooja: User) -> None:
        phone.holding(meera).post(f"/api/admin/users/{pooja.pk}/approve", {})
        assert told() == [(meera.pk, "person.approved", str(pooja.pk))]
        assert actor.who() is None

    def test_a_door_whose_verb_is_told_nobody_knows_all_the_same(self, phone: Phone, meera: User) -> None:
        design = a_design()
        phone.holding(meera).delete(f"/api/designs/{design.pk}")
        assert told() == [(meera.pk, "design.deleted", str(design.pk))]

    def test_a_page_knows_by_the_cookie(self, client: Client, meera: User, asha: User) -> None:
        client.force_login(meera)
        client.post(f"/admin/accounts/user/{asha.pk}/sign-out/")
        assert told() == [(meera.pk, "person.signed_out", str(asha.pk))]
        assert actor.who() is None

    def test_a_command_is_nobody(self, pooja: User, asha: User) -> None:
        call_command("approve_users", "pooja", verbosity=0)
        call_command("give_role", "asha", "curator", verbosity=0)
        call_command("sign_out", "asha", verbosity=0)
        assert [(by, what) for by, what, _ in told()] == [
            (None, "person.approved"),
            (None, "person.roles_changed"),
            (None, "person.signed_out"),
        ]

    def test_who_looks_leaves_nothing(self, phone: Phone, asha: User) -> None:
        design = a_design()
        phone.holding(asha).get(f"/api/designs/{design.pk}")
        phone.post(f"/api/designs/{design.pk}/favorite")
        assert told() == []


def everything() -> str:
    return "\n".join(str(row) for row in Entry.objects.values_list())


class TestPeopleAreNumbers:
    def test_after_erasure_of_actor_and_subject_nobody_is_named(self, phone: Phone, meera: User) -> None:
        facts = {"full_name": "Lila Raojibhai", "email": "lila@weaver.example", "note": "I weave at Paithan."}
        lila = person("lilavati", **facts)
        User.objects.create_superuser("root")  # the last manager is not erased
        lila.approve(by=meera, reason="Her cousin Savitri vouches.")
        change_roles(lila, give={"Curators"}, by=meera)
        design = a_design(status="draft", created_by=lila)
        design.publish(by=lila)
        numbers = (lila.pk, meera.pk)
        erasure.erase(lila)
        erasure.erase(meera)
        kept = everything().lower()
        for secret in ("lila", "weaver", "paithan", "savitri", "meera", "password", "argon"):
            assert secret not in kept
        assert {(by, key) for by, what, key in told() if what == "person.approved"} == {(numbers[1], str(numbers[0]))}
        assert {by for by, what, _ in told() if what == "design.published"} == {numbers[0]}
        assert [what for _, what, _ in told()].count("person.erased") == 2


class TestItHolds:
    def test_what_is_rolled_back_was_not_done(self, meera: User, pooja: User) -> None:
        design = a_design(status="draft")
        with pytest.raises(RuntimeError), transaction.atomic():
            pooja.approve(by=meera)
            services.change(design, {"title": "New"}, by=meera)
            switches.change({"app_name": "Never"}, by=meera)
            raise RuntimeError
        switches.forget()
        assert told() == []

    def test_a_refused_change_leaves_nothing(self, meera: User) -> None:
        a_design(external_id="taken")
        with pytest.raises(Exception, match="external_id"):
            services.change(a_design(), {"external_id": "taken"}, by=meera)
        assert told() == []

    def test_no_entry_is_changed_or_taken_away(self, meera: User, pooja: User) -> None:
        pooja.approve(by=meera)
        entry = Entry.objects.get()
        attempts: list[Callable[[], Any]] = [
            entry.save,
            entry.delete,
            Entry.objects.all().delete,
            lambda: Entry.objects.update(by=None),
            lambda: Entry.objects.bulk_update([entry], ["by"]),
        ]
        for attempt in attempts:
            with pytest.raises(WrittenOnceError):
                attempt()
        assert told() == [(meera.pk, "person.approved", str(pooja.pk))]

    @pytest.mark.parametrize("old", ["a" * 900, ""])
    def test_of_long_texts_the_place_where_they_differ_is_kept(self, old: str) -> None:
        found = differences({"text": old}, {"text": f"{old}{'b' * 300}"})["text"]
        assert all(len(one) <= LONGEST for one in found)
        assert found[1].rstrip("…").endswith("b")

    def test_of_long_lists_only_what_came_and_went_is_kept(self) -> None:
        words = [f"word{number}" for number in range(100)]
        assert differences({"synonyms": words}, {"synonyms": [*words[1:], "new"]}) == {"synonyms": [["word0"], ["new"]]}


class TestGroups:
    def test_rights_of_a_group_are_told(self, client: Client) -> None:
        root = User.objects.create_superuser("root")
        client.force_login(root)
        group = Group.objects.get(name="Curators")
        page = f"/admin/auth/group/{group.pk}/change/"
        rights = list(client.get(page).context["adminform"].form["rights"].value())
        client.post(page, {"rights": rights[:1]})
        client.post(page, {"rights": rights[:1]})
        assert told() == [(root.pk, "group.changed", str(group.pk))]
        old, new = changes_of("group.changed")["rights"]
        assert (old, len(new)) == (["designs.edit", "pictures.edit"], 1)

    def test_one_is_added_and_deleted(self, client: Client) -> None:
        client.force_login(User.objects.create_superuser("root"))
        client.post("/admin/auth/group/add/", {"name": "Helpers"})
        client.post(f"/admin/auth/group/{Group.objects.get(name='Helpers').pk}/delete/", {"post": "yes"})
        assert [what for _, what, _ in told()] == ["group.added", "group.deleted"]


def test_exports_are_told(client: Client, meera: User, tmp_path: Any) -> None:
    a_design()
    client.force_login(meera)
    client.get("/admin/designs/design/export/?status=active")
    call_command("export_designs", str(tmp_path / "all.csv"), verbosity=0)
    assert told() == [(meera.pk, "design.exported", ""), (None, "design.exported", "")]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_who_change_at_once_each_tell_the_truth() -> None:
    """Whoever comes second replaced what the first one wrote, not what both had read."""
    design = a_design(title="Start")
    together = threading.Barrier(2)

    def change(title: str) -> None:
        try:
            mine = Design.objects.get(pk=design.pk)
            together.wait(10)
            services.change(mine, {"title": title}, by=None)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=[title]) for title in ("Red", "Gold")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    first, second = (entry.changes["title"] for entry in Entry.objects.filter(what="design.changed").order_by("pk"))
    design.refresh_from_db()
    assert first[0] == "Start"
    assert second == [first[1], design.title]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_who_press_one_switch_at_once_each_tell_the_truth() -> None:
    together = threading.Barrier(2)

    def change(name: str) -> None:
        try:
            together.wait(10)
            switches.change({"app_name": name}, by=None)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=[name]) for name in ("Red", "Gold")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    first, second = (entry.changes["value"] for entry in Entry.objects.filter(what="switch.changed").order_by("pk"))
    switches.forget()
    assert first[0] == "Design Gallery"
    assert second == [first[1], switches.current().app_name]
