"""The list at any size: what it counts it counts to ten thousand, and what has no index looks at the newest only.

A search finds words anywhere in the newest designs of a tab, and in the whole catalogue titles of active designs that
begin so, makers by any part of their name, and beginnings of external ids. Filters by category, maker, collection and
featuring ask everything.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

from designs import vocabulary
from designs.admin.catalogue.rows import Row
from designs.folding import folded
from designs.models import Design, DesignTerm, Maker, Status

MOST_COUNTED = 10_000
NEWEST = 10_000
NEWEST_COMPARED = 2_000  # each with all others
MOST_FOUND = 1_000
MOST_MAKERS = 50
LONGEST = 120
COUNTED = "gallery.designs"
ALL = "all"
TABS = {
    Status.PENDING.value: "Pending review",
    Status.DRAFT.value: "Drafts",
    Status.ACTIVE.value: "Active",
    Status.INACTIVE.value: "Hidden",
    Status.REJECTED.value: "Rejected",
    ALL: "All",
}
MISSING = {
    "picture": Q(cover__isnull=True),
    "category": Q(category=""),
    "colour": Q(colour=""),
    "occasion": Q(occasion=""),
    "price": Q(price_to=-1),
    "maker": Q(designer_key=""),
}
TEXTS = ("q", "category", "maker", "collection")
OURS = ("status", "category", "maker", "collection", "featured", "missing", "twice")


# --- Counting ---------------------------------------------------------------------------------------------------
def counts(request: HttpRequest) -> dict[str, int]:
    """Of every tab, in one statement; one more than the most means more. Counted once for a page."""
    if COUNTED not in request.META:
        request.META[COUNTED] = counted()
    found: dict[str, int] = request.META[COUNTED]
    return found


def counted() -> dict[str, int]:
    table = Design._meta.db_table
    one = f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE status = %s LIMIT {MOST_COUNTED + 1}) AS few"  # noqa: S608 - constants
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'({one})' for _ in Status.values)}", Status.values)
        found = dict(zip(Status.values, cursor.fetchone(), strict=True))
    return {**found, ALL: min(sum(found.values()), MOST_COUNTED + 1)}


def waiting(request: HttpRequest) -> str:
    """For review; on pages that show no tabs, nothing else is counted. Nothing waits: nothing is said."""
    if COUNTED in request.META:
        found = counts(request)[Status.PENDING]
    else:
        found = Design.objects.filter(status=Status.PENDING).order_by().values("pk")[: MOST_COUNTED + 1].count()
    return spoken(found) if found else ""


def spoken(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


class Capped(Paginator[Any]):
    """Nobody leafs through more than ten thousand: further down it takes a filter."""

    known: int | None = None

    @cached_property
    def counted(self) -> int:
        if self.known is not None:
            return self.known
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.counted, MOST_COUNTED)


# --- What is asked ----------------------------------------------------------------------------------------------
@dataclass
class Asked:
    tab: str
    q: str = ""
    category: str = ""
    maker: str = ""
    collection: str = ""
    missing: str = ""
    featured: bool = False
    twice: bool = False
    complaints: list[str] = field(default_factory=list)

    @property
    def is_narrow(self) -> bool:
        return bool(self.q) or self.is_filtered

    @property
    def is_filtered(self) -> bool:
        return any([self.category, self.maker, self.collection, self.missing, self.featured, self.twice])

    @property
    def looks_at(self) -> int:
        """How many of the newest; zero when it asks everything."""
        return NEWEST_COMPARED if self.twice else NEWEST if self.missing or self.q else 0


def read(request: HttpRequest) -> Asked:
    asked = request.GET
    texts = {name: asked.get(name, "").replace("\0", "").strip()[:LONGEST] for name in TEXTS}
    missing = asked.get("missing", "")
    return Asked(
        tab=tab_of(request),
        missing=missing if missing in MISSING else "",
        featured=asked.get("featured") == "1",
        twice=asked.get("twice") == "1",
        q=texts["q"],
        category=texts["category"],
        maker=texts["maker"],
        collection=texts["collection"],
    )


def tab_of(request: HttpRequest) -> str:
    """Opens on what waits; when nothing does, on what is shown."""
    first = Status.PENDING if counts(request)[Status.PENDING] else Status.ACTIVE
    asked = request.GET.get("status", "")
    return asked if asked in TABS else first.value


# --- Narrowing --------------------------------------------------------------------------------------------------
def narrowed(designs: QuerySet[Design], asked: Asked) -> QuerySet[Design]:
    found = in_tab(designs, asked.tab)
    if asked.maker:
        found = found.filter(designer__key=folded(asked.maker))
    if asked.collection:
        found = found.filter(collection__key=folded(asked.collection))
    if asked.featured:
        found = found.filter(featured=True)
    if asked.category:
        found = of_category(found, asked)
    if asked.missing:
        found = found.filter(pk__in=among_the_newest(asked.tab, MISSING[asked.missing], NEWEST))
    if asked.twice:
        found = found.filter(pk__in=among_the_newest(asked.tab, has_a_twin(), NEWEST_COMPARED))
    return found.filter(pk__in=searched(asked)) if asked.q else found


def in_tab(designs: QuerySet[Design], tab: str) -> QuerySet[Design]:
    return designs if tab == ALL else designs.filter(status=tab)


def order_of(tab: str) -> list[str]:
    """As the index of the desk has them."""
    return ["-pk"] if tab == ALL else ["-updated_at", "-pk"]


def newest(tab: str, most: int) -> QuerySet[Design, Any]:
    return in_tab(Design.objects.all(), tab).order_by(*order_of(tab)).values("pk")[:most]


def among_the_newest(tab: str, condition: Q, most: int) -> list[int]:
    """Asked once: counting and showing them would look at each again."""
    found = Design.objects.filter(condition, pk__in=newest(tab, most)).order_by(*order_of(tab))
    return list(found.values_list("pk", flat=True)[:MOST_FOUND])


def of_category(designs: QuerySet[Design], asked: Asked) -> QuerySet[Design]:
    words = vocabulary.current()
    entry = words.find("category", asked.category)
    if entry is None:
        near = words.nearest("category", asked.category)
        hint = f" Did you mean {near}?" if near else ""
        asked.complaints.append(f"There is no category {asked.category!r}.{hint}")
        return designs.none()
    carried = DesignTerm.objects.filter(design=OuterRef("pk"), term__in=words.with_children(entry))
    return designs.filter(Exists(carried))


def has_a_twin() -> Q:
    """Of active designs: shown under the same title by the same maker, or with the same cover."""
    others = Design.objects.filter(status=Status.ACTIVE).exclude(pk=OuterRef("pk"))
    same_title = others.filter(title_key=OuterRef("title_key"), designer_key=OuterRef("designer_key"))
    same_cover = Design.objects.filter(cover=OuterRef("cover")).exclude(pk=OuterRef("pk"))
    return Q(Exists(same_title)) | Q(Exists(same_cover))


def searched(asked: Asked) -> list[int]:
    """Each question by itself: together the database would read the whole table for them."""
    by_id = Design.objects.filter(external_id__startswith=asked.q)
    questions = [anywhere_in_the_newest(asked), by_id, by_makers(asked)]
    found = [number for question in questions for number in question.values_list("pk", flat=True)[:MOST_FOUND]]
    return list({*found, *beginning_so(asked)})


def anywhere_in_the_newest(asked: Asked) -> QuerySet[Design]:
    found = Design.objects.filter(pk__in=newest(asked.tab, NEWEST))
    for word in folded(asked.q).split():
        found = found.filter(Q(title_key__contains=word) | Q(designer_key__contains=word))
    return found


def by_makers(asked: Asked) -> QuerySet[Design]:
    """Makers are few, and their designs have an index."""
    makers = Maker.objects.filter(key__contains=folded(asked.q)).order_by("key")
    numbers = list(makers.values_list("pk", flat=True)[:MOST_MAKERS])
    return in_tab(Design.objects.filter(designer__in=numbers), asked.tab)


def beginning_so(asked: Asked) -> list[int]:
    """Titles in their order from this text on: any index does that, LIKE needs one of the right collation."""
    if asked.tab not in {ALL, Status.ACTIVE}:
        return []
    text = folded(asked.q)
    from_here = Design.objects.filter(status=Status.ACTIVE, title_key__gte=text).order_by("title_key", "pk")
    return [number for number, title in from_here.values_list("pk", "title_key")[:MOST_FOUND] if title.startswith(text)]


# --- The list ---------------------------------------------------------------------------------------------------
class Catalogue(ChangeList):
    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        for name in OURS:
            found.pop(name, None)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Design]:
        self.asked = read(request)
        found = super().get_queryset(request, exclude_parameters)
        return narrowed(found, self.asked).order_by(*order_of(self.asked.tab))

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.rows = [Row(design) for design in self.result_list]
        self.words = spoken(self.paginator.counted)
        self.is_large = counts(request)[self.asked.tab] > MOST_COUNTED
        self.is_cut = self.paginator.counted > MOST_COUNTED
        self.kept = urlencode({"_changelist_filters": request.GET.urlencode()}) if request.GET else ""

    @property
    def pages(self) -> dict[str, Any]:
        """Before and after: on a phone nobody presses page 117."""
        here, last = self.page_num, self.paginator.num_pages
        before = self.get_query_string({"p": here - 1}) if here > 1 else ""
        after = self.get_query_string({"p": here + 1}) if here < last else ""
        return {"number": here, "last": last, "before": before, "after": after}
