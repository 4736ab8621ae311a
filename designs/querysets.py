"""Questions about designs, in the words that doors, admin and commands share."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import BooleanField, Case, Exists, F, FilteredRelation, OuterRef, Q, When

from accounts.models import User

if TYPE_CHECKING:
    from designs.models import Design  # noqa: F401 - named in a string below


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class DesignQuerySet(models.QuerySet["Design"]):
    def shown(self) -> Self:
        return self.filter(status="active")

    def visible_to(self, user: User) -> Self:
        """Lists and details agree on this."""
        return self.all() if user.has_perm("designs.edit_designs") else self.shown()

    def with_any(self, terms: list[int]) -> Self:
        """Designs that carry one of these terms."""
        from designs.models import DesignTerm  # noqa: PLC0415 - it needs this module

        return self.filter(Exists(DesignTerm.objects.filter(design=OuterRef("pk"), term__in=terms)))

    def for_cards(self, user: User | int) -> Self:
        """All that `designs.cards.shown` reads, in one query. Hearts lie above us: by the relation's name only."""
        hearts = FilteredRelation("favorites", condition=Q(favorites__user=user))
        is_favorited = Case(When(heart__isnull=False, then=True), default=False, output_field=BooleanField())
        with_hearts = self.annotate(heart=hearts, is_favorited=is_favorited, hearted_at=F("heart__created_at"))
        return with_hearts.select_related("designer", "collection")

    def hearted(self, *, yes: bool) -> Self:
        """After `for_cards`. A comparison rather than `IS NOT NULL`, which SQLite answers by walking every design."""
        return self.filter(hearted_at__gt=LONG_AGO) if yes else self.filter(hearted_at__isnull=True)

    def tagged(self, keys: list[str]) -> Self:
        from designs.models import DesignTag  # noqa: PLC0415 - it needs this module

        return self.filter(Exists(DesignTag.objects.filter(design=OuterRef("pk"), key__in=keys)))

    def priced(self, lowest: int | None, highest: int | None) -> Self:
        """Whose range meets the one asked for; unpriced designs meet none."""
        found = self
        if lowest is not None:
            found = found.filter(price_to__gte=lowest)
        if highest is not None:
            found = found.filter(price_from__lte=highest)
        return found if lowest is None and highest is None else found.filter(~Q(price_to=-1))
