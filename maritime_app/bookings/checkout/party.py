"""Pure: what the buttons of the booking form do to it: people, vehicles and cabins, one by one."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from maritime_app.bookings.checkout.form import CABIN_FIELD, rows
from maritime_app.ferries import residents
from maritime_app.ferries.model import PassengerKind, VehicleKind
from maritime_app.web.forms.numbers import whole_number

Entered = Mapping[str, Any]
_LISTS = ("passengers", "vehicles")


def acted(entered: Entered, act: str) -> dict[str, Any]:
    """Return the form after a button was pressed; as it is for a button that means nothing here.

    Buttons are "add:<kind of passenger or vehicle>", "remove:<list>:<number>" and
    "cabins:<leg>:<type>=<count>,...".
    """
    name, _colon, rest = act.partition(":")
    does: dict[str, Callable[[Entered, str], dict[str, Any]]] = {
        "add": _with_one_more,
        "remove": _without,
        "cabins": _with_cabins,
    }
    return does[name](entered, rest) if name in does else dict(entered)


def lodged(entered: Entered, acts: Iterable[str]) -> dict[str, Any]:
    """Return the form with the cabins that these buttons choose, one for each leg that has any."""
    found = dict(entered)
    for act in acts:
        found = acted(found, act)
    return found


def at_home(entered: Entered, area: str, count: int) -> dict[str, Any]:
    """Return the form with so many of its people living in that area, 0 for all: the same ones of
    whom a search thinks.
    """
    people = rows(entered, "passengers")
    some = sorted(people, key=_rank)[: count or None]
    claim = {id(row) for row in some}
    return {
        **entered,
        "passengers": [{**row, "resident_of": area} if id(row) in claim else row for row in people],
    }


def _rank(row: Mapping[str, Any]) -> tuple[int, int]:
    age = str(row.get("age") or "")
    return residents.rank(PassengerKind(row["kind"]), int(age) if age else None)


def _with_one_more(entered: Entered, kind: str) -> dict[str, Any]:
    """Return the form with an empty row more; how many are too many is pricing's to say."""
    if kind in list(PassengerKind):
        return {**entered, "passengers": [*rows(entered, "passengers"), {"kind": kind}]}
    if kind in list(VehicleKind):
        return {**entered, "vehicles": [*rows(entered, "vehicles"), {"kind": kind}]}
    return dict(entered)


def _without(entered: Entered, which: str) -> dict[str, Any]:
    """Return the form without that row; somebody has to travel."""
    name, _colon, text = which.partition(":")
    found, number = rows(entered, name) if name in _LISTS else [], whole_number(text)
    if number is None or number >= len(found):
        return dict(entered)
    left = [row for place, row in enumerate(found) if place != number]
    return {**entered, name: left} if left or name != "passengers" else dict(entered)


def _with_cabins(entered: Entered, which: str) -> dict[str, Any]:
    """Return the form with exactly these cabins on that leg."""
    text, _colon, cabins = which.partition(":")
    legs, number = rows(entered, "legs"), whole_number(text)
    if number is None or number >= len(legs):
        return dict(entered)
    plain = {name: value for name, value in legs[number].items() if not _of_cabins(name)}
    pairs = (part.partition("=")[::2] for part in cabins.split(",") if part)
    legs[number] = plain | {f"{CABIN_FIELD}{kind}": count for kind, count in pairs}
    return {**entered, "legs": legs}


def _of_cabins(name: str) -> bool:
    return name in ("cabin", "fewer_berths") or name.startswith(CABIN_FIELD)
