"""What staff had switched there is switched here, where a switch has that name and may have that value."""

import json
from typing import Any

from django.conf import settings

from config import switches
from config.legacy import values
from config.legacy.reporting import Report

TABLE = "app_settings"
NO = {"0", "false", "no", "n", "f", "off"}


class WrongValueError(Exception):
    """Not of the switch's kind."""


def bring(rows: list[dict[str, Any]], before: dict[str, str], report: Report) -> dict[str, str]:
    """Only what differs from the last time: what staff switched here since stays. Answers how they stood there."""
    kept = {}
    for row in rows:
        name, said = values.text(row["key"]).strip(), values.text(row["value"]).strip()
        if name not in switches.NAMES or not said:
            report.left_out(TABLE, name, "no switch has this name, or it is empty", said)
        elif before.get(name) == said:
            report.tables[TABLE].there += 1
            kept[name] = said
        elif problem := switched(name, said):
            report.left_out(TABLE, name, "this switch cannot have this value", f"{said}: {problem}")
        else:
            report.tables[TABLE].brought += 1
            kept[name] = said
    return kept


def switched(name: str, said: str) -> str:
    """Why not; else it is done."""
    try:
        value = meant(said, settings.CONSTANCE_CONFIG[name][0])
    except WrongValueError as error:
        return str(error)
    if problems := switches.problems({name: value}):
        return problems[0].message
    switches.change({name: value}, by=None)
    return ""


def meant(said: str, default: Any) -> Any:
    """As a value of the same kind as the default."""
    said = said.strip('"') if not isinstance(default, list) else said
    if isinstance(default, bool):
        if said.lower() not in values.YES | NO:
            raise WrongValueError("neither yes nor no")
        return values.flag(said)
    if isinstance(default, int):
        if (number := values.whole(said)) is None:
            raise WrongValueError("no whole number")
        return number
    return listed(said) if isinstance(default, list) else said


def listed(said: str) -> list[str]:
    try:
        found = json.loads(said)
    except ValueError:
        found = said.split(",")
    if not isinstance(found, list) or not (kinds := [str(one).strip() for one in found if str(one).strip()]):
        raise WrongValueError("no list")
    return kinds
