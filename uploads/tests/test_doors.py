"""Who may enter the doors of pictures, and what each asks of the database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config import switches
from config.testing.cast import Phone, decided, person
from config.testing.pictures import photo, upload
from uploads import services
from uploads.models import Picture
from uploads.storage import LocalPictures

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MAY = {"Curators", "Managers", "superuser"}
GUARDED = [
    ("post", "/api/upload/image"),
    ("get", "/api/upload/images"),
    ("get", "/api/upload/presigned-url"),
    ("post", "/api/upload/presigned-url"),
    ("post", "/api/upload/complete"),
    ("delete", "/api/upload/image/designs/a.webp"),
]


def somebody(role: str) -> Phone:
    user = person(role.lower(), is_superuser=role == "superuser", **decided(User.Status.APPROVED))
    user.groups.set(Group.objects.filter(name=role))
    return Phone().holding(user)


@pytest.mark.parametrize("role", ["user", "Approvers", *sorted(MAY)])
def test_each_role_at_each_door(role: str, shelf: LocalPictures) -> None:
    phone = somebody(role)
    refused = {door for door in GUARDED if getattr(phone, door[0])(door[1]).status_code == 403}
    assert refused == (set() if role in MAY else set(GUARDED))
    assert not Picture.objects.exists()


def test_everybody_approved_may_show_a_face(asha: User, shelf: LocalPictures) -> None:
    assert Phone().holding(asha).put("/api/auth/me/avatar", upload(), format="multipart").status_code == 200


Knock = Callable[[Phone], Any]
# What a door asks beside the session (1), the person's rights (2) and, where it counts in a table, its limit (1).
BUDGETS: dict[str, tuple[int, Knock]] = {
    # one insert, one look for the same bytes, in a savepoint (2)
    "upload": (4, lambda phone: phone.post("/api/upload/image", upload(photo("navy")), format="multipart")),
    "upload again": (1, lambda phone: phone.post("/api/upload/image", upload(photo("gold")), format="multipart")),
    # the page, and who uses its pictures: as a face, in a design
    "list": (3, lambda phone: phone.get("/api/upload/images")),
    "ticket": (1, lambda phone: phone.post("/api/upload/presigned-url", {"filename": "a.jpg"})),
    # the picture, what protects it (3), the row, in a transaction (2)
    "delete": (8, lambda phone: phone.delete(f"/api/upload/image/{Picture.objects.last()}")),
}


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize("door", BUDGETS)
def test_queries_do_not_grow_with_rows(door: str, rows: int, meera: User, shelf: LocalPictures) -> None:
    services.store(photo("gold"), category="designs", by=meera)
    facts = {"category": "designs", "size": 1, "width": 9, "height": 9, "edition": 1}
    Picture.objects.bulk_create(
        Picture(object_key=f"designs/{n}.webp", sha256=f"{n}", **facts) for n in range(rows - 1)
    )
    phone, (budget, knock) = Phone().holding(meera), BUDGETS[door]
    phone.get("/api/auth/me")
    switches.current()
    with CaptureQueriesContext(connection) as queries:
        assert knock(phone).status_code == 200
    mine = [query["sql"] for query in queries if "limits_counter" not in query["sql"]]
    expected = 1 + 2 + budget + (1 if door == "delete" else 0)
    assert len(mine) == expected, "\n".join(mine)
