"""What the list shows of a person, cell by cell. Made for each request: the buttons depend on who looks."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from accounts.admin.deciding import open_verbs, staff_of
from accounts.models import User

Cell = Callable[[User], str]
KEPT = "_changelist_filters"  # Django's word for "the list as it was"


def age(moment: datetime) -> str:
    if (timezone.now() - moment).total_seconds() < 60:  # noqa: PLR2004 - a minute
        return "just now"
    return timesince(moment, depth=1).replace("\xa0", " ")


def moment_with_age(moment: datetime, words: str = "{}") -> SafeString:
    text = words.format(age(moment)).replace("just now ago", "just now")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        f"{timezone.localtime(moment):%d %B %Y, %H:%M}",
        text,
    )


def decide_url(verb: str, *people: int, **more: str) -> str:
    query = urlencode([("person", person) for person in people] + list(more.items()))
    return f"{reverse('admin:accounts_user_decide', args=[verb])}?{query}"


def status_mark(status: str) -> SafeString:
    return format_html('<span class="desk-status desk-{}">{}</span>', status, User.Status(status).label)


def name_cell(request: HttpRequest) -> Cell:
    kept = {KEPT: request.GET.urlencode()} if request.GET else {}

    @admin.display(description="Person", ordering="username")
    def person(row: User) -> str:
        url = reverse("admin:accounts_user_change", args=[row.pk]) + (f"?{urlencode(kept)}" if kept else "")
        words = ((text,) for text in (row.full_name, row.note) if text)
        lines = format_html_join("", '<span class="desk-line">{}</span>', words)
        return format_html('<a class="desk-name" href="{}">{}</a>{}{}', url, row.username, role_marks(row), lines)

    return person


def role_marks(row: User) -> SafeString:
    marks = [*(["Superuser"] if row.is_superuser else []), *row.roles]
    return format_html_join("", ' <span class="desk-role">{}</span>', ((mark,) for mark in marks))


@admin.display(description="Waiting since", ordering="date_joined")
def waiting(row: User) -> str:
    return moment_with_age(row.date_joined) if row.status == User.Status.PENDING else "-"


@admin.display(description="Status", ordering="status")
def standing(row: User) -> str:
    return status_mark(row.status)


@admin.display(description="Decided", ordering="decided_at")
def decided(row: User) -> str:
    if not row.decided_at:
        return "-"
    by = f"by {row.decided_by.username}, " if row.decided_by else ""
    return format_html("{}{}", by, moment_with_age(row.decided_at, "{} ago"))


def decide_cell(request: HttpRequest) -> Cell:
    kept = {KEPT: request.GET.urlencode()} if request.GET else {}

    @admin.display(description="Decide")
    def decide(row: User) -> str:
        buttons = (
            (verb, decide_url(verb, row.pk, **kept), verb.capitalize(), row.username, verb.capitalize())
            for verb in open_verbs(staff_of(request), row)
        )
        button = '<a class="desk-button desk-{}" href="{}" aria-label="{} {}">{}</a>'
        return format_html('<div class="desk-buttons">{}</div>', format_html_join("", button, buttons))

    return decide
