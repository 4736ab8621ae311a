"""The figures as files for a spreadsheet."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.admin.deciding import staff_of
from accounts.permissions import BEHIND
from config.analytics import figures
from config.analytics.figures import Figures, Typed
from designs.importing.exporting import csv_lines, protected

Cells = list[Any]


def rows_of_days(found: Figures) -> Iterable[Cells]:
    yield ["date", "views", "hearts", "registrations"]
    for day in found.days:
        yield [day.day.isoformat(), day.views, day.hearts, day.registrations]


def rows_of_tops(found: Figures) -> Iterable[Cells]:
    yield ["id", "title", "maker", "views", "views_ever", "hearts"]
    for design, views in found.tops:
        yield [design.pk, design.title, design.designer_name, views, design.view_count, design.like_count]


def rows_of_shares(name: str) -> Callable[[Figures], Iterable[Cells]]:
    def rows(found: Figures) -> Iterable[Cells]:
        yield [name, "name", "designs"]
        for share in found.catalogue.shares[name]:
            yield [share.value, share.name, share.designs]

    return rows


def rows_of_searches(found: Iterable[Typed]) -> Iterable[Cells]:
    yield ["search", "times"]
    yield from ([one.text, one.times] for one in found)


TABLES: dict[str, Callable[[Figures], Iterable[Cells]]] = {
    "days": rows_of_days,
    "top_designs": rows_of_tops,
    "categories": rows_of_shares("category"),
    "colours": rows_of_shares("colour"),
    "makers": rows_of_shares("maker"),
    "top_searches": lambda found: rows_of_searches(found.searches),
    "searches_without_results": lambda found: rows_of_searches(found.searches_in_vain),
}


def table(request: HttpRequest, name: str) -> HttpResponse:
    user = staff_of(request)
    if not user.has_perm(BEHIND["stats.read"]):
        raise PermissionDenied
    if name not in TABLES:
        raise Http404
    found = figures.read(user, figures.length_of(request.GET.get("days", "")))
    lines = ([protected(str(cell)) for cell in cells] for cells in TABLES[name](found))
    file = f"{name}-{found.period.days}-days-{found.period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return HttpResponse(b"".join(csv_lines(lines)), content_type="text/csv; charset=utf-8", headers=headers)
