"""Every desk answers on each database: all tabs, filters, orders and a search. What desks show and change runs once."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.testing.cast import decided, person
from config.testing.gallery import a_design, a_picture, hearts
from designs.models import Search, Status

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
ODD = ["red", "%", "'", "साड़ी", "7", "2026-11-21", "x" * 200]


@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    """A gallery with a row or more on every desk, and its manager."""
    for status in Status:
        hearts(a_design(title="Red saree", status=status), 2)
    a_picture()
    person("waits")
    person("gone", **decided(User.Status.BLOCKED))
    Search.objects.create(text="zebrani", found=0)
    Search.objects.create(text="silk", found=3)
    User.objects.filter(pk=meera.pk).update(is_superuser=True)
    client.force_login(get_user_model().objects.get(pk=meera.pk))
    return client


def links_of(page: str) -> set[str]:
    return {link.replace("&amp;", "&") for link in re.findall(r'href="(\?[^"]*)"', page)}


def desks() -> list[type[Model]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def test_every_desk_is_filtered_sorted_and_searched(desk: Client) -> None:
    followed = 0
    for model in desks():
        root = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        first = desk.get(root)
        assert first.status_code == 200, root
        for query in sorted(links_of(first.content.decode())) + [f"?q={odd}" for odd in ODD]:
            assert desk.get(root + query, follow=True).status_code == 200, root + query
            followed += 1
    assert followed > 100


def test_every_row_opens_with_its_history(desk: Client) -> None:
    opened = 0
    for model in desks():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        if row is not None:
            for page in ("change", "history"):
                assert desk.get(reverse(f"{name}_{page}", args=[row.pk]), follow=True).status_code == 200, (name, page)
            opened += 1
    assert opened >= 6
