"""The broadcast warnings and piracy reports (ASAM) of the National Geospatial-Intelligence Agency.

Source: the JSON of msi.nga.mil, publications "broadcast-warn" and "asam". A warning's places stand
in its text: "12-34.5N 045-12.3E". Pure.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from maritime_app.vessels.warnings import geometry
from maritime_app.vessels.warnings.model import (
    TEXT_LETTERS,
    TITLE_LETTERS,
    Geometry,
    Reading,
    SeaWarning,
    WarningKind,
)
from maritime_app.vessels.warnings.told import is_for_ever, of_our_days, words

BROADCAST, PIRACY = "broadcast-warn", "asam"
PUBLISHER: Final = "National Geospatial-Intelligence Agency"
# An attack is told of for a year: how long is our choice, a report says nothing of it.
_PIRACY_FOR: Final = timedelta(days=365)
_PLACE = re.compile(
    r"(\d{1,2})-(\d{1,2}(?:\.\d+)?)(?:-(\d{1,2}(?:\.\d+)?))?\s*([NS])[\s,/]+"
    r"(\d{1,3})-(\d{1,2}(?:\.\d+)?)(?:-(\d{1,2}(?:\.\d+)?))?\s*([EW])"
)
_AREA = re.compile(r"\bBOUND(?:ED)?\s+BY\b|\bAREA[S]?\s+(?:WITHIN|BETWEEN)\b")
_WEATHER = re.compile(r"\b(?:GALE|STORM|HURRICANE|TYPHOON|CYCLONE)S?\b")
_PIRATES = re.compile(r"\b(?:PIRA(?:CY|TES?)|ARMED ROBBERY|HIJACK)")
_DANGEROUS = re.compile(r"\b(?:HAZARDOUS OPERATIONS|GUNNERY|MISSILE|ROCKET|MINE|FIRING)S?\b")
_ISSUED: Final = "%d%H%MZ %b %Y"  # in any case: 081653Z MAY 2024


def read(document: Mapping[str, Any], publisher: str) -> Reading:
    """Return the warnings of either publication."""
    reading = Reading()
    is_piracy = PIRACY in document
    for row in document.get(PIRACY if is_piracy else BROADCAST) or ():
        reading.rows += 1
        if not isinstance(row, dict):
            reading.leave_out("it is no record", f"row {reading.rows}")
            continue
        name = _reference(row, is_piracy=is_piracy)
        try:
            make = _attack if is_piracy else _broadcast
            reading.warnings.append(make(row, name, publisher or PUBLISHER))
        except ValueError as error:
            reading.leave_out(str(error), name)
    return reading


def _reference(row: Mapping[str, Any], *, is_piracy: bool) -> str:
    if is_piracy:
        return words(f"ASAM {row.get('reference')}")[:TITLE_LETTERS]
    name = f"{row.get('navArea')} {row.get('msgNumber')}/{row.get('msgYear')}"
    return words(name)[:TITLE_LETTERS]


def _broadcast(row: Mapping[str, Any], name: str, publisher: str) -> SeaWarning:
    text = words(row.get("text"))[:TEXT_LETTERS]
    if not text:
        raise ValueError("it says nothing")
    issued = of_our_days(_time(str(row.get("issueDate") or "")), "issueDate")
    cancelled = str(row.get("cancelDate") or "")
    ends = _time(cancelled) if cancelled else None
    return SeaWarning(
        publisher=publisher,
        reference=name,
        kind=_kind(text),
        title=f"{name}: {text.splitlines()[0]}"[:TITLE_LETTERS],
        body=text,
        area=_area(text),
        issued_at=issued,
        starts_at=issued,
        ends_at=None if ends is None or is_for_ever(ends) else of_our_days(ends, "cancelDate"),
        language="en",
    )


def _attack(row: Mapping[str, Any], name: str, publisher: str) -> SeaWarning:
    try:
        day = datetime.fromisoformat(str(row.get("date"))).replace(tzinfo=UTC)
        place = float(str(row.get("longitude"))), float(str(row.get("latitude")))
    except ValueError:
        raise ValueError("its date or its place is none") from None
    day = of_our_days(day, "date")
    said = [words(row.get(each)) for each in ("hostility", "victim")]
    title = ": ".join(each for each in said if each)
    return SeaWarning(
        publisher=publisher,
        reference=name,
        kind=WarningKind.PIRACY,
        title=(title or name)[:TITLE_LETTERS],
        body=words(row.get("description"))[:TEXT_LETTERS],
        area=geometry.points([place]),
        issued_at=day,
        starts_at=day,
        ends_at=day + _PIRACY_FOR,
        language="en",
    )


def _kind(text: str) -> WarningKind:
    told = text.upper()
    if _PIRATES.search(told):
        return WarningKind.PIRACY
    if _DANGEROUS.search(told):
        return WarningKind.DANGER_AREA
    return WarningKind.WEATHER if _WEATHER.search(told) else WarningKind.NAVIGATION


def _area(text: str) -> Geometry:
    """Return the places of a text: an area where it says that they bound one."""
    told = text.upper()
    places = list(_places(told))
    if _AREA.search(told) and len(places) > 2:
        return geometry.polygons([[*places, places[0]]])
    return geometry.points(places)


def _places(text: str) -> Iterable[geometry.LonLat]:
    for found in _PLACE.finditer(text):
        north, east = found.group(1, 2, 3), found.group(5, 6, 7)
        lat, lon = _degrees(*north), _degrees(*east)
        yield (
            -lon if found.group(8) == "W" else lon,
            -lat if found.group(4) == "S" else lat,
        )


def _degrees(degrees: str, minutes: str, seconds: str | None) -> float:
    return int(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), _ISSUED).replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f'"{text[:40]}" is no time such as 081653Z MAY 2024') from None
