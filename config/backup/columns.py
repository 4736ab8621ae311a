"""What a value of each kind looks like in a line, and on its way out of and into each database.

Rows point at rights and content types by their names: migrations number them differently in each database.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignKey, Model

from config.backup.faults import BackupError

KINDS = {
    "AutoField": "number",
    "BigAutoField": "number",
    "BigIntegerField": "number",
    "BinaryField": "bytes",
    "BooleanField": "flag",
    "CharField": "text",
    "DateField": "day",
    "DateTimeField": "moment",
    "FloatField": "number",
    "GenericIPAddressField": "address",
    "IntegerField": "number",
    "JSONField": "json",
    "PositiveBigIntegerField": "number",
    "PositiveIntegerField": "number",
    "PositiveSmallIntegerField": "number",
    "SlugField": "text",
    "TextField": "text",
}
BY_NAME = {"content type", "right"}
Change = Callable[[Any], Any]
Row = Iterable[Any]


class Column(NamedTuple):
    name: str
    kind: str


def columns_of(model: type[Model]) -> list[Column]:
    return [Column(str(one.column), kind_of(one)) for one in model._meta.concrete_fields if not one.generated]


def kind_of(one: Field[Any, Any]) -> str:
    if isinstance(one, ForeignKey):
        by_name = {ContentType: "content type", Permission: "right"}.get(one.related_model)
        return by_name or kind_of(one.target_field)
    kind = one.get_internal_type()
    if kind not in KINDS:
        raise BackupError(f"{one} is a {kind}: say in config/backup/columns.py how it is written.")
    return KINDS[kind]


def changed(columns: list[Column], changes: dict[str, Change]) -> Callable[[Row], list[Any]]:
    """Only where there is something to change: most values go as they are."""
    places = [(place, changes[kind]) for place, (_, kind) in enumerate(columns) if kind in changes]

    def change(row: Row) -> list[Any]:
        values = list(row)
        for place, convert in places:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values

    return change


# --- Out: the same line from either database ------------------------------------------------------------------------
def outward() -> dict[str, Change]:
    """Both drivers hand over datetimes, dates and flags; JSON comes as text, with its keys in another order."""
    return {
        "json": lambda text: json.dumps(json.loads(text), sort_keys=True),
        "bytes": lambda data: b64encode(data).decode(),
        "content type": names_of_types().__getitem__,
        "right": names_of_rights().__getitem__,
    }


def names_of_types() -> dict[int, list[str]]:
    return {number: names for number, *names in ContentType.objects.values_list("pk", "app_label", "model")}


def names_of_rights() -> dict[int, list[str]]:
    asked = ("pk", "content_type__app_label", "content_type__model", "codename", "name")
    return {number: names for number, *names in Permission.objects.values_list(*asked)}


# --- In -------------------------------------------------------------------------------------------------------------
def inward(vendor: str, numbers: dict[tuple[str, ...], int]) -> dict[str, Change]:
    def number(names: list[str]) -> int:
        return numbers[tuple(names)]

    changes: dict[str, Change] = {"bytes": b64decode, "content type": number, "right": number}
    return changes if vendor == "postgresql" else {**changes, "moment": as_sqlite_has_it}


def as_sqlite_has_it(moment: str) -> str:
    """As Django writes it, or the order of texts would be another than that of moments."""
    return str(datetime.fromisoformat(moment).replace(tzinfo=None))


def number_of(names: tuple[str, ...]) -> int:
    """Of a model that is gone, too: its log lines stay."""
    label, model, *right = names
    kind, _ = ContentType.objects.get_or_create(app_label=label, model=model)
    if not right:
        return int(kind.pk)
    code, name = right
    found, _ = Permission.objects.get_or_create(content_type_id=kind.pk, codename=code, defaults={"name": name})
    return int(found.pk)
