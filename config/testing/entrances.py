"""Who may enter which page of the admin: one row a page, held against the real pages and written into docs/roles.md.

A new page? Add its row to its desk below (or a new desk), then `make roles`. Doors of the API have their rows in
config/tests/test_doors.py.
"""

from collections.abc import Iterator

from accounts.permissions import BEHIND, GROUPS

PUBLIC, STAFF, SUPERUSER, NOBODY = "public", "staff", "superuser", "nobody"
APPROVED = "approved"  # in the words of test_doors
ROLES: dict[str, list[str]] = {
    "anonymous": [],
    "pending": [],
    "approved": [],
    "approver": GROUPS["Approvers"],
    "curator": GROUPS["Curators"],
    "manager": GROUPS["Managers"],
    "superuser": list(BEHIND),
}
WORKING = ("approver", "curator", "manager", "superuser")  # who gets past the admin's sign-in page
BRINGERS = "designs.edit + pictures.edit"
KEEPERS = "people.decide + people.manage"

Row = tuple[str, str]  # method, path


def desk(path: str, *, see: str, add: str = NOBODY, delete: str = NOBODY, **more: str) -> Iterator[tuple[Row, str]]:
    """Django's own pages of a model."""
    root, one = f"/admin/{path}/", f"/admin/{path}/<path:object_id>/"
    yield ("GET", root), see
    yield ("GET", f"{root}add/"), add
    yield ("GET", f"{one}change/"), more.get("page", see)
    yield ("GET", f"{one}history/"), see
    yield ("GET", f"{one}delete/"), delete


def pages(path: str, rows: dict[str, str]) -> Iterator[tuple[Row, str]]:
    """Ours beside them: `{"POST <int:pk>/sign-out/": "people.decide"}`."""
    for row, who in rows.items():
        method, _, rest = row.partition(" ")
        yield (method, f"/admin/{path}{rest}"), who


ADMIN: dict[Row, str] = dict(
    [
        *pages(
            "",
            {
                "GET login/": PUBLIC,
                "POST logout/": PUBLIC,
                "GET ": STAFF,
                "GET search/": STAFF,
                "GET password_change/": STAFF,
                "GET password_change/done/": STAFF,
                "GET jsi18n/": STAFF,
                "GET autocomplete/": NOBODY,
                "GET r/<path:content_type_id>/<path:object_id>/": STAFF,
                "GET ^(?P<app_label>)/$": STAFF,
                "GET figures/<slug:name>.csv": "stats.read",
                "GET switches/": "settings.edit",
            },
        ),
        *desk("accounts/user", see="people.decide"),
        *pages(
            "accounts/user/",
            {
                "GET decide/<str:verb>/": "people.decide",
                "POST <int:pk>/sign-out/": "people.decide",
                "POST <int:pk>/roles/": KEEPERS,
                "POST <int:pk>/export/": KEEPERS,
                "GET <int:pk>/erase/": KEEPERS,
                "POST <int:pk>/erase/": KEEPERS,
            },
        ),
        *desk("auth/group", see=SUPERUSER, add=SUPERUSER, delete=SUPERUSER),
        *desk("uploads/picture", see="pictures.edit", delete=STAFF),  # it only leads on to delete/
        *pages("uploads/picture/", {"GET upload/": "pictures.edit", "GET delete/": "pictures.edit"}),
        *desk("designs/design", see="designs.edit", add="designs.edit"),
        *pages(
            "designs/design/",
            {
                "GET quick/": BRINGERS,
                "GET export/": "designs.edit",
                "GET ask/<str:verb>/": "designs.edit",
                "GET suggest/<str:kind>/": "designs.edit",
                "POST <int:pk>/do/": "designs.edit",
                "POST <int:pk>/pictures/": "designs.edit",
                "GET <int:pk>/choose/": "designs.edit",
            },
        ),
        *desk("designs/import", see=BRINGERS, add=BRINGERS, page=STAFF),  # its page only leads on to the next row's
        *pages(
            "designs/import/",
            {
                "GET sample/": BRINGERS,
                "GET <int:pk>/": BRINGERS,
                "POST <int:pk>/photo/": BRINGERS,
                "POST <int:pk>/start/": BRINGERS,
                "GET <int:pk>/state/": BRINGERS,
                "GET <int:pk>/remarks/": BRINGERS,
            },
        ),
        *desk("designs/maker", see="designs.edit"),
        *pages("designs/maker/", {"GET <int:pk>/merge/": "designs.edit"}),
        *desk("designs/collection", see="designs.edit"),
        *pages("designs/collection/", {"GET <int:pk>/merge/": "designs.edit"}),
        *desk("designs/search", see="designs.edit", delete="designs.edit"),
        *pages(
            "designs/search/",
            {f"POST <int:pk>/{verb}/": "designs.edit" for verb in ("save", "settle", "reopen")},
        ),
        *desk("designs/term", see="designs.edit", add="designs.edit"),
        *pages(
            "designs/term/",
            {
                "POST <int:pk>/retire/": "designs.edit",
                "POST <int:pk>/restore/": "designs.edit",
                "GET <int:pk>/merge/": "designs.edit",
            },
        ),
        *pages("audit/entry/", {"GET ": "people.manage", "GET download/": "people.manage"}),
        *desk("django_tasks_database/dbtaskresult", see=SUPERUSER),
    ]
)


def may(role: str, who: str) -> bool:
    """Whether this row lets that role in."""
    if who in {STAFF, APPROVED, SUPERUSER, NOBODY}:
        return {
            STAFF: role in WORKING,
            APPROVED: role in {APPROVED, *WORKING},
            SUPERUSER: role == "superuser",
            NOBODY: False,
        }[who]
    return who == PUBLIC or all(right in ROLES[role] for right in who.split(" + "))
