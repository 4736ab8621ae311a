"""What designs hold of a person: what they made, moderated, brought and looked at."""

from collections.abc import Iterator
from typing import Any

from accounts.erasure import holds, nothing
from accounts.holdings import many
from accounts.models import User
from designs.models import Design, Import, Maker, Moderation, View


def made(user: User) -> Iterator[dict[str, Any]]:
    return many(Design.objects.filter(created_by=user).order_by("pk").values("id", "title", "status", "created_at"))


def moderated(user: User) -> Iterator[dict[str, Any]]:
    return many(Moderation.objects.filter(by=user).order_by("pk").values("design_id", "what", "at", "reason"))


def imported(user: User) -> Iterator[dict[str, Any]]:
    return many(Import.objects.filter(by=user).order_by("pk").values("name", "state", "created_at", "finished_at"))


def seen(user: User) -> Iterator[dict[str, Any]]:
    return many(View.objects.filter(user=user).order_by("pk").values("design_id", "at"))


def maker_of(user: User) -> dict[str, Any] | None:
    maker = Maker.objects.filter(user=user).first()
    return {"name": maker.name, "slug": maker.slug} if maker else None


def register() -> None:
    holds(
        "designs",
        export=made,
        erase=nothing,
        about="designs you brought into the gallery",
        stays="Designs they brought, without their name.",
        columns=("designs.Design.created_by",),
    )
    holds(
        "moderations",
        export=moderated,
        erase=nothing,
        about="what you decided about designs",
        stays="What they decided about designs, as nobody's decision.",
        columns=("designs.Moderation.by", "designs.Design.moderated_by"),
    )
    holds(
        "imports",
        export=imported,
        erase=nothing,
        about="catalogue files you brought",
        stays="Imports they ran, without their name.",
        columns=("designs.Import.by",),
    )
    holds(
        "maker",
        export=maker_of,
        erase=nothing,
        about="the maker you are in the gallery",
        stays="The maker that was theirs: its name is on designs.",
        columns=("designs.Maker.user",),
    )
    holds(
        "views",
        export=seen,
        erase=nothing,
        about="designs you looked at in the last hour; older ones are only counted",
        stays="What was looked at stays counted, and nobody can tell who looked.",
        columns=("designs.View.user",),
    )
