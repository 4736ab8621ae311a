"""A page of the list by one statement that is compiled once for each shape of filters, order and size.

What it answers is what the plain QuerySet answers; a test compares the two over all shapes.
"""

from collections.abc import Sequence
from itertools import islice, repeat
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet

from accounts.models import User
from config import statements
from config.api.pagination import Keyset
from designs import cards, filters, views_counter
from designs.filters import Asked, Wanted
from designs.models import Design, Status


def found(asked: Asked, user: User) -> Any:
    """The plain QuerySet."""
    return chosen(filters.wanted(asked), user.pk)


def chosen(wanted: Wanted, user: int) -> Any:
    designs = wanted.among(Design.objects.for_cards(user))
    return designs if wanted.favorited is None else designs.hearted(yes=wanted.favorited)


def filled_up(numbers: Sequence[int]) -> list[int]:
    """To the next power of two, so that few lengths make few statements."""
    if not numbers:
        return []
    size: int = 1 << (len(numbers) - 1).bit_length()
    return [*numbers, *repeat(numbers[-1], size - len(numbers))]


def of_numbers(wanted: Wanted, user: User, numbers: Sequence[int]) -> dict[int, cards.Row]:
    """Those of these designs that pass the filters."""
    numbers = filled_up(numbers)

    def some(values: Sequence[Any]) -> QuerySet[Any, Any]:
        fresh = iter(values)
        user_id: int = next(fresh)
        return cards.read(chosen(wanted.with_values(fresh), user_id).filter(pk__in=list(fresh)))

    values = [user.pk, *wanted.values(), *numbers]
    found = statements.rows("designs by number", some, values, (wanted.shape, len(numbers)), keep_plan=True)
    return {row[0]: cards.Row(*row) for row in found}


class Cut(NamedTuple):
    """Of an ordered list. `after` is the sort value and the number of the row before, or nothing."""

    size: int
    skip: int = 0
    after: Sequence[Any] = ()


def rows(wanted: Wanted, user: User, keyset: Keyset, cut: Cut, among: Sequence[int] | None = None) -> list[cards.Row]:
    """`among` names all that could be found, where these are few."""
    if among is not None and not among:
        return []
    sort, named = keyset.sort, filled_up(among or ())

    def a_page(values: Sequence[Any]) -> QuerySet[Any, Any]:
        fresh = iter(values)
        user_id: int = next(fresh)
        designs = chosen(wanted.with_values(fresh), user_id)
        if named:
            designs = designs.filter(pk__in=list(islice(fresh, len(named))))
        return a_cut(designs, keyset, cut, list(fresh))

    parts = (wanted.shape, sort.name, len(named), bool(cut.after), cut.size, cut.skip)
    values = [user.pk, *wanted.values(), *named, *cut.after]
    return [cards.Row(*row) for row in statements.rows("page of designs", a_page, values, parts)]


def a_cut(designs: Any, keyset: Keyset, cut: Cut, after: Sequence[Any]) -> QuerySet[Any, Any]:
    ordered = keyset.ordered(keyset.behind(designs, *after) if after else designs)
    return cards.read(ordered)[cut.skip : cut.skip + cut.size]


def hearted(user: User, keyset: Keyset, cut: Cut, *, hidden: bool) -> list[cards.Row]:
    """What this person keeps; those that are hidden by now only for whoever may see them."""

    def a_page(values: Sequence[Any]) -> QuerySet[Any, Any]:
        user_id, *after = values
        designs = Design.objects.for_cards(user_id).hearted(yes=True)
        return a_cut(designs if hidden else designs.shown(), keyset, cut, after)

    parts = (hidden, keyset.sort.name, bool(cut.after), cut.size, cut.skip)
    found = statements.rows("hearted designs", a_page, [user.pk, *cut.after], parts)
    return [cards.Row(*row) for row in found]


def featured(user: User, most: int) -> list[cards.Row]:
    def first(values: Sequence[Any]) -> QuerySet[Any, Any]:
        designs = Design.objects.for_cards(values[0]).shown().filter(featured=True)
        return cards.read(designs.order_by("-featured_at", "-pk"))[:most]

    return [cards.Row(*row) for row in statements.rows("featured designs", first, [user.pk], most)]


# --- One design -------------------------------------------------------------------------------------------------
class One(NamedTuple):
    design: cards.Row
    waiting: int  # views that are not folded yet; they are counted in the design

    def shown(self) -> dict[str, Any]:
        return cards.shown(self.design)


def one(number: int, user: User) -> One | None:
    """If this person may see it."""
    found = statements.rows("one design", a_design, [user.pk, number], keep_plan=True)
    if not found:
        return None
    *columns, waiting = found[0]
    design = cards.Row(*columns)
    if design.status != Status.ACTIVE and not user.has_perm("designs.edit_designs"):
        return None
    return One(design._replace(view_count=design.view_count + waiting), waiting)


def a_design(values: Sequence[Any]) -> Any:
    user, number = values
    waiting = views_counter.unfolded(OuterRef("pk"))
    return cards.read(Design.objects.for_cards(user).filter(pk=number), waiting_views=waiting)
