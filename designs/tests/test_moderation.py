"""Verbs of a design: allowed moves, who and why kept, one winner of many; rows that cannot be."""

import threading
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from config.testing.gallery import a_design
from designs import services
from designs.models import Collection, Design, DesignPicture, ForbiddenMoveError, Maker, Moderation, Status, Term

pytestmark = pytest.mark.once

VERBS = {"withdraw": "draft", "submit": "pending", "publish": "active", "hide": "inactive", "reject": "rejected"}


@pytest.mark.django_db
@pytest.mark.parametrize("was", Status.values)
@pytest.mark.parametrize("verb", VERBS)
def test_every_move_from_everywhere(was: str, verb: str, meera: User) -> None:
    design = a_design(status=was)
    changed = getattr(design, verb)(by=meera)
    design.refresh_from_db()
    assert design.status == VERBS[verb]
    assert changed == (was != VERBS[verb]), "what is so already is no change"
    assert Moderation.objects.count() == int(changed)
    if changed:
        assert (design.moderated_by, design.moderated_at is not None) == (meera, True)


@pytest.mark.django_db
def test_a_rejection_keeps_its_reason(meera: User) -> None:
    design = a_design(status="pending")
    design.reject(by=meera, reason="The picture is a catalogue page.")
    assert Design.objects.get().reason == Moderation.objects.get().reason == "The picture is a catalogue page."


@pytest.mark.django_db
def test_without_a_picture_it_stays_a_draft() -> None:
    design = Design.objects.create(title="Sketch")
    for verb in ("submit", "publish", "hide", "reject"):
        with pytest.raises(ForbiddenMoveError, match="needs a picture"):
            getattr(design, verb)()
    assert Design.objects.get().status == "draft"


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_of_twelve_who_decide_at_once_the_last_word_and_the_whole_history_agree(meera: User) -> None:
    design = a_design(status="pending")
    verbs = ["publish", "reject", "hide"] * 4

    def decide(verb: str) -> None:
        try:
            getattr(Design.objects.get(pk=design.pk), verb)(by=meera)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = list(Moderation.objects.values_list("what", flat=True))
    assert Design.objects.get().status == told[-1]
    assert all(before != after for before, after in pairwise(told)), "each was a change"


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_twenty_who_name_a_new_maker_at_once_name_one() -> None:
    found: list[int] = []

    def name(spelling: str) -> None:
        try:
            found.append(Maker.objects.named(spelling).pk)
        finally:
            connection.close()

    spellings = ["Ritu Kumar", "ritu kumar", " RITU  KUMAR "] * 7
    threads = [threading.Thread(target=name, args=(spelling,)) for spelling in spellings[:20]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert set(found) == {Maker.objects.get().pk}


IMPOSSIBLE: dict[str, Any] = {
    "design_status_known": {"status": "sold"},
    "design_shown_has_a_picture": {"status": "inactive", "cover": None},
    "design_active_was_published": {"status": "active", "published_at": None},
    "design_price_upwards": {"price_min": 2, "price_max": 1},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_rows_that_cannot_be(name: str) -> None:
    design = a_design()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Design.objects.filter(pk=design.pk).update(**IMPOSSIBLE[name])


@pytest.mark.django_db
def test_twins_that_cannot_be() -> None:
    design, maker = a_design(), Maker.objects.create(name="Ritu")
    shown, term = design.pictures.get(), Term.objects.first()
    assert term
    design.uses.create(term=term)
    Collection.objects.create(name="Diwali")
    for twin in (
        lambda: Maker.objects.create(name="RITU"),
        lambda: Collection.objects.create(name="diwali"),
        lambda: DesignPicture.objects.create(design=design, picture=shown.picture),
        lambda: design.uses.create(term=term),
        lambda: Term.objects.create(kind=term.kind, slug=term.slug, name="Twin"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            twin()
    assert Collection.objects.create(name="Diwali", maker=maker).slug == "diwali-2"


@pytest.mark.django_db
def test_a_failure_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "moderation_rows", failing)
    with pytest.raises(RuntimeError):
        services.create({"title": "Half", "designer_name": "Nobody", "status": "draft"}, by=None)
    assert not Design.objects.exists()
    assert not Maker.objects.exists()
