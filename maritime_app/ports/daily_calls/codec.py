"""Answers of PortWatch's ArcGIS services to days and disruptions.

Dates are built from `year`, `month` and `day`: the form of `date` differs between layers and files.
An error comes as HTTP 200 with `error` in it. `year` of the disruptions layer can be wrong and is
not read.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from maritime_app import clock
from maritime_app.ports.daily_calls.model import Day, Disruption, ShipType

PORTID: Final = re.compile(r"^(?:port|chokepoint)\d{1,7}$", re.ASCII)
FIELDS: Final = (
    "portid", "portname", "year", "month", "day", "portcalls", "portcalls_container",
    "portcalls_dry_bulk", "portcalls_general_cargo", "portcalls_roro", "portcalls_tanker",
    "import", "export", "ObjectId",
)  # fmt: skip
_MOST_CALLS: Final = 100_000
_MOST_TONS: Final = 1e9
_FIRST_YEAR: Final = 2015
_TEXT: Final = 300


class ServiceError(msgspec.Struct, frozen=True):
    """What went wrong, in the service's words."""

    code: int = 0
    message: str = ""


class Feature(msgspec.Struct, frozen=True):
    """A row of a layer."""

    attributes: dict[str, Any]


class Answer(msgspec.Struct, frozen=True, rename={"exceeded": "exceededTransferLimit"}):
    """One page of a layer; `exceeded`: there is more."""

    features: tuple[Feature, ...] | None = None
    exceeded: bool = False
    error: ServiceError | None = None


def day(row: Mapping[str, Any]) -> Day:
    """Return one day; raise ValueError in words for a row that is none."""
    try:
        when = date(int(row["year"]), int(row["month"]), int(row["day"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ValueError("no date") from None
    if when.year < _FIRST_YEAR:
        raise ValueError("no date")
    total = _count(row.get("portcalls"))
    if total is None:
        raise ValueError("no number of calls")
    types = {kind.value: _count(row.get(f"portcalls_{kind}")) for kind in ShipType}
    return Day(
        day=when,
        port_calls=total,
        container=types["container"],
        dry_bulk=types["dry_bulk"],
        general_cargo=types["general_cargo"],
        roro=types["roro"],
        tanker=types["tanker"],
        import_tons=_tons(row.get("import")),
        export_tons=_tons(row.get("export")),
    )


def has_ended(day: Day) -> bool:
    """Return whether that day is over (UTC): before, nobody can have counted its calls."""
    return day.day < clock.now().date()


def disruptions(rows: Iterable[Mapping[str, Any]]) -> list[Disruption]:
    """Return the events, the newest first; rows without id or begin are none."""
    found = {}
    for row in rows:
        since = _day_of(row.get("fromdate"))
        if since is not None and isinstance(row.get("eventid"), int):
            found[row["eventid"]] = Disruption(
                id=row["eventid"],
                kind=_text(row, "eventtype")[:8],
                name=_text(row, "eventname"),
                title=_text(row, "htmlname") or _text(row, "eventname"),
                alert_level=_text(row, "alertlevel")[:16],
                since=since,
                until=_day_of(row.get("todate")),
                severity=_text(row, "severitytext"),
                affected=tuple(
                    portid
                    for each in _text(row, "affectedports", most=20_000).split(";")
                    if PORTID.match(portid := each.strip())
                ),
            )
    return sorted(found.values(), key=lambda each: (each.since, each.id), reverse=True)


def _count(value: Any) -> int | None:
    number = _number(value)
    if number is None:
        return None
    if not 0 <= number <= _MOST_CALLS:
        raise ValueError("an impossible number of calls")
    return round(number)


def _tons(value: Any) -> float | None:
    number = _number(value)
    if number is None:
        return None
    if not 0 <= number <= _MOST_TONS:
        raise ValueError("an impossible number of tons")
    return round(number, 1)


def _number(value: Any) -> float | None:
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("an unreadable figure") from None
    if not math.isfinite(number):
        raise ValueError("an unreadable figure")
    return number


def _day_of(epoch_ms: Any) -> date | None:
    if not isinstance(epoch_ms, int | float) or not 0 < epoch_ms < 4e12:
        return None
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).date()


def _text(row: Mapping[str, Any], name: str, most: int = _TEXT) -> str:
    value = row.get(name)
    return value.replace("\x00", "")[:most].strip() if isinstance(value, str) else ""
