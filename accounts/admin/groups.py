"""Groups: a name, and our rights as ticks. Superusers only, as Django's permissions say."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.groups import behind
from accounts.permissions import BEHIND, GROUPS
from config.audit import trail
from config.audit.desks import StaffDesk

admin.site.unregister(Group)  # Django's own: hundreds of technical permissions in two boxes


class RightsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    def label_from_instance(self, obj: Permission) -> str:
        return obj.name


class GroupForm(forms.ModelForm[Group]):
    rights = RightsField(
        queryset=Permission.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        label="What its people may do",
    )

    class Meta:
        model = Group
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rights: RightsField = self.fields["rights"]  # type: ignore[assignment] # declared above
        rights.queryset = behind(BEHIND).order_by("pk")
        if self.instance.pk:
            rights.initial = behind(BEHIND).filter(group=self.instance)


@admin.register(Group)
class GroupDesk(StaffDesk):
    form = GroupForm
    fields = ["name", "rights"]
    ordering = ["name"]
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> list[str]:
        return ["name"] if is_founding(obj) else []

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return not is_founding(obj) and super().has_delete_permission(request, obj)

    def save_related(self, request: HttpRequest, form: GroupForm, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Only our rights are set anew; any other permission stays as it was."""
        super().save_related(request, form, formsets, change)
        group, had = form.instance, rights_of(form.instance)
        group.permissions.remove(*behind(BEHIND))
        group.permissions.add(*form.cleaned_data["rights"])
        tell(group, form.initial.get("name", group.name) if change else "", had)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        trail.record("group.deleted", on=obj, changes={"rights": (rights_of(obj), None)})
        super().delete_model(request, obj)


def rights_of(group: Group) -> list[str]:
    """In the contract's words."""
    codes = behind(BEHIND).filter(group=group).values_list("content_type__app_label", "codename")
    held = {f"{label}.{code}" for label, code in codes}
    return [right for right, name in BEHIND.items() if name in held]


def tell(group: Group, name: str, had: list[str]) -> None:
    """`name`: what it was called; empty when it is new."""
    now = {"name": (name, group.name), "rights": (had, rights_of(group))}
    if changes := {field: pair for field, pair in now.items() if pair[0] != pair[1]}:
        trail.record("group.changed" if name else "group.added", on=group, changes=changes)


def is_founding(group: Group | None) -> bool:
    """The code asks for these by name."""
    return group is not None and group.name in GROUPS
