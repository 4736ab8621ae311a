"""The desk itself. Whoever may decide sees people and decides; nothing else about a person can be changed here."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.views import ChangeList

from accounts.admin import cells, personal, roles
from accounts.admin.deciding import VERBS, DecisionForm, decide_each, open_verbs, staff_of
from accounts.admin.pages import Capped
from accounts.models import User
from config.audit.desks import StaffDesk

QUEUE, EVERYBODY = "pending", "all"
TABS = {QUEUE: "Pending", "approved": "Approved", "rejected": "Rejected", "blocked": "Blocked", EVERYBODY: "All"}
COUNTED = "gallery.waiting"
SHOWN = 50  # decisions on a person's page, people on one page of the list


def may_decide(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.decide_people")


def waiting_people(request: HttpRequest) -> int:
    """Counted once for a page, which shows it at several places."""
    if COUNTED not in request.META:
        request.META[COUNTED] = User.objects.pending().count() if may_decide(request) else 0
    return int(request.META[COUNTED])


def tab_of(request: HttpRequest) -> str:
    asked = request.GET.get("status", QUEUE)
    return asked if asked in TABS else QUEUE


def bulk(verb: str) -> Callable[..., HttpResponse]:
    @admin.action(description=f"{verb.capitalize()} the chosen people")
    def ask(_: "PersonAdmin", request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse:
        kept = {cells.KEPT: request.GET.urlencode()} if request.GET else {}
        return redirect(cells.decide_url(verb, *chosen.values_list("pk", flat=True), **kept))

    ask.__name__ = verb
    return ask


class Desk(ChangeList):
    """`?status=` is a tab: without it the queue."""

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop("status", None)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[User]:
        found = super().get_queryset(request, exclude_parameters)
        tab = tab_of(request)
        self.is_queue = tab == QUEUE
        return found if tab == EVERYBODY else found.filter(status=tab)


@admin.register(User)
class PersonAdmin(StaffDesk):
    list_before_template = "admin/accounts/user/tabs.html"
    list_display_links = None
    list_filter = [("email_verified_at", admin.EmptyFieldListFilter), "is_staff"]
    list_filter_sheet = True
    list_select_related = ["decided_by"]
    list_per_page = SHOWN
    paginator = Capped
    list_max_show_all = SHOWN
    list_disable_select_all = True
    show_full_result_count = False
    search_fields = ["username", "full_name", "email"]
    search_help_text = "Name or e-mail"
    actions = [bulk(verb) for verb in VERBS]
    fields = ["username", "full_name", "address", "standing", "note", "date_joined", "last_login"]
    readonly_fields = fields

    # --- Who may -----------------------------------------------------------------------------------------------
    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_decide(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return may_decide(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """`?password__startswith=` would tell hashes letter by letter."""
        allowed = DjangoModelAdmin.lookup_allowed(self, lookup, value, request)  # type: ignore[arg-type]
        return allowed and not lookup.startswith("password")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    # --- The list ----------------------------------------------------------------------------------------------
    def waiting(self, request: HttpRequest) -> int:
        """Beside the desk's name in the sidebar."""
        return waiting_people(request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Desk

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return {QUEUE: ["date_joined", "pk"], EVERYBODY: ["-pk"]}.get(tab_of(request), ["-decided_at", "-pk"])

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        tab = tab_of(request)
        ages = {QUEUE: [cells.waiting], EVERYBODY: [cells.waiting, cells.decided]}.get(tab, [cells.decided])
        return [cells.name_cell(request), *ages, cells.standing, cells.decide_cell(request)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        search = {"q": request.GET["q"]} if request.GET.get("q") else {}
        tabs = [(name, TABS[name], urlencode({**search, "status": name}), name == tab_of(request)) for name in TABS]
        extra = {"title": "People", "tabs": tabs, "waiting": waiting_people(request)}
        answer: HttpResponse = super().changelist_view(request, extra | (extra_context or {}))
        return answer

    # --- A person's page ---------------------------------------------------------------------------------------
    @admin.display(description="E-mail")
    def address(self, person: User) -> str:
        if not person.email:
            return "-"
        return f"{person.email} ({'verified' if person.email_verified_at else 'not verified'})"

    @admin.display(description="Status")
    def standing(self, person: User) -> str:
        return cells.status_mark(person.status)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        person: User = kwargs["obj"]
        verbs = open_verbs(staff_of(request), person)
        sessions = list(person.sessions.live(timezone.now()).order_by("-rotated_at"))
        context |= {
            "title": "Person",
            "verbs": [(verb, cells.decide_url(verb, person.pk, back="person")) for verb in verbs],
            "decisions": person.decisions.select_related("by").order_by("-pk")[:SHOWN],
            "sessions": sessions,
            "may_sign_out": bool(sessions or person.is_staff) and may_sign_out(staff_of(request), person),
            **roles.shown_to(request, person),
            **personal.shown_to(request, person),
        }
        answer: HttpResponse = super().render_change_form(request, context, **kwargs)
        return answer

    # --- Decisions ---------------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        ours = [
            path("decide/<str:verb>/", guard(self.decide_view), name="accounts_user_decide"),
            path("<int:pk>/sign-out/", guard(require_POST(self.sign_out_view)), name="accounts_user_sign_out"),
            path("<int:pk>/roles/", guard(require_POST(self.roles_view)), name="accounts_user_roles"),
        ]
        return [*ours, *personal.urls(self), *super().get_urls()]

    def decide_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Asks first; only the answer, by POST, decides."""
        people = self.chosen_people(request, verb)
        form = DecisionForm(request.POST or None, verb=verb)
        if request.method == "POST" and form.is_valid():
            decide_each(request, people, verb, form.cleaned_data["reason"])
            return redirect(self.way_back(request, people))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{verb.capitalize()} {people[0].username if len(people) == 1 else f'{len(people)} people'}?",
            "verb": verb,
            "people": people,
            "form": form,
            "back": self.way_back(request, people),
        }
        return TemplateResponse(request, "admin/accounts/user/decide.html", context)

    def chosen_people(self, request: HttpRequest, verb: str) -> list[User]:
        if not may_decide(request):
            raise PermissionDenied
        numbers = [int(pk) for pk in request.GET.getlist("person") if pk.isdecimal() and len(pk) < 19]  # noqa: PLR2004
        people = list(User.objects.filter(pk__in=numbers[:SHOWN]).order_by("date_joined", "pk"))
        if verb not in VERBS or not people:
            raise Http404
        return people

    def way_back(self, request: HttpRequest, people: list[User]) -> str:
        if request.GET.get("back") == "person":
            return reverse("admin:accounts_user_change", args=[people[0].pk])
        kept = request.GET.get(cells.KEPT)
        return reverse("admin:accounts_user_changelist") + (f"?{kept}" if kept else "")

    def sign_out_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not may_decide(request):
            raise PermissionDenied
        person = get_object_or_404(User, pk=pk)
        if not may_sign_out(staff_of(request), person):
            raise PermissionDenied
        person.sign_out()
        messages.success(request, f"{person.username} is signed out everywhere.")
        return redirect("admin:accounts_user_change", pk)

    def roles_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        roles.change(request, get_object_or_404(User, pk=pk))
        return redirect("admin:accounts_user_change", pk)


def may_sign_out(staff: User, person: User) -> bool:
    return staff.is_superuser or not person.is_superuser
