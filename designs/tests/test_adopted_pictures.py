"""A picture of the older gallery is taken in: the cards that show it follow, and its old key still means it."""

import pytest
from django.core.management import call_command

from config.testing.gallery import a_design
from config.testing.pictures import photo
from designs import cards
from designs.importing.photos import by_key
from uploads import services
from uploads.models import Picture
from uploads.storage import LocalPictures

KEY = "designs/2024/03/साड़ी (1).JPG"


@pytest.mark.django_db
def test_its_card_follows_and_the_old_key_still_means_it(shelf: LocalPictures) -> None:
    shelf.put(KEY, photo(), "image/jpeg")
    adopted = Picture.objects.create(object_key=KEY, status="adopted")
    design = a_design(cover=adopted)
    cards.write([design.pk])
    design.refresh_from_db()
    image = cards.shown(design)["images"][0]
    assert (image["variants"], image["thumbnail_url"]) == ([], image["url"])
    call_command("regenerate_variants", verbosity=0)
    adopted.refresh_from_db()
    design.refresh_from_db()
    image = cards.shown(design)["images"][0]
    assert [variant["width"] for variant in image["variants"]] == [320, 640]
    assert image["url"].endswith(adopted.object_key)
    assert services.known(KEY, "object_key") == adopted
    assert by_key([KEY, adopted.object_key]) == {KEY: adopted, adopted.object_key: adopted}
