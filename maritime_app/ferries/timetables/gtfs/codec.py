"""Rows of a GTFS feed -> what is used of it, every row accounted for.

Pure but for the tables it is given.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from maritime_app.ferries.timetables.gtfs.model import (
    Agency,
    Call,
    Feed,
    Frequency,
    Line,
    Service,
    Stop,
    TableCount,
    Trip,
)
from maritime_app.ferries.timetables.gtfs.tables import Row, Tables

_USED = {"agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt", "calendar.txt",
         "calendar_dates.txt", "frequencies.txt"}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Basic type 4; extended types 1000-1021 (water transport) and 1200 (ferry service).
_WATER = {4, *range(1000, 1022), 1200}
_TIME = re.compile(r"^(\d{1,3}):([0-5]\d):([0-5]\d)$")
_BOOL = {"1": True, "2": False}
_NEVER_FIRST, _NEVER_LAST = date.max, date.min
_Stored = TypeVar("_Stored")


def read_feed(tables: Tables) -> Feed:
    """The feed with only what its ferry trips use."""
    agencies = _agencies(tables)
    lines = _lines(tables, agencies)
    services = _services(tables)
    stops = _stops(tables)
    calls = _calls(tables, stops)
    trips = _trips(tables, lines, services, calls, _frequencies(tables))
    tables.pass_over(_USED)
    used = {call.stop_id for trip in trips for call in trip.calls}
    kept_lines = _settle(
        tables, "routes.txt", lines, {trip.line_id for trip in trips}, "no trip that is used"
    )
    owners = {line.agency_id for line in kept_lines.values()}
    _settle_children(tables, trips, calls, services)
    return Feed(
        agencies=_settle(tables, "agency.txt", agencies, owners, "no route that is used"),
        stops=_settle(tables, "stops.txt", stops, used, "no trip that is used stops there"),
        lines=kept_lines,
        services={trip.service_id: services[trip.service_id][0] for trip in trips},
        trips=trips,
        account=tables.account,
    )


def seconds(text: str) -> int | None:
    """A GTFS time like 25:10:00 in seconds; None for anything that is no time."""
    match = _TIME.match(text)
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]) if match else None


def _agencies(tables: Tables) -> dict[str, Agency]:
    found: dict[str, Agency] = {}
    for row in tables.rows("agency.txt", "agency_name", "agency_timezone"):
        code = row.get("agency_id", "")
        zone = row["agency_timezone"]
        if not _is_zone(zone):
            tables.account["agency.txt"].left_out["unknown time zone"] += 1
        elif code in found:
            tables.account["agency.txt"].left_out["id stands there twice"] += 1
        else:
            url, phone = row.get("agency_url", ""), row.get("agency_phone", "")
            found[code] = Agency(code, row["agency_name"], zone, url, phone)
    return found


def _lines(tables: Tables, agencies: dict[str, Agency]) -> dict[str, Line]:
    found: dict[str, Line] = {}
    left_out = _count(tables, "routes.txt").left_out
    for row in tables.rows("routes.txt", "route_id", "route_type"):
        # A feed with one agency need not name it.
        agency = row.get("agency_id") or (next(iter(agencies)) if len(agencies) == 1 else "")
        kind = row["route_type"]
        if not kind.isdigit() or int(kind) not in _WATER:
            left_out["not by water"] += 1
        elif agency not in agencies:
            left_out["unknown agency"] += 1
        elif row["route_id"] in found:
            left_out["id stands there twice"] += 1
        else:
            names = (row.get("route_long_name"), row.get("route_short_name"), row["route_id"])
            found[row["route_id"]] = Line(
                row["route_id"], agency, next(name for name in names if name)
            )
    return found


def _services(tables: Tables) -> dict[str, tuple[Service, int, int]]:
    """Services with how many rows of calendar.txt and calendar_dates.txt made each."""
    spans: dict[str, tuple[frozenset[int], date, date]] = {}
    count = _count(tables, "calendar.txt")
    for row in tables.rows("calendar.txt", "service_id"):
        first, last = _day(row.get("start_date", "")), _day(row.get("end_date", ""))
        if first is None or last is None or last < first:
            count.left_out["unreadable dates"] += 1
        elif row["service_id"] in spans:
            count.left_out["id stands there twice"] += 1
        else:
            days = frozenset(
                number for number, name in enumerate(_WEEKDAYS) if row.get(name) == "1"
            )
            spans[row["service_id"]] = days, first, last
    dates: dict[str, dict[date, bool]] = defaultdict(dict)
    count = _count(tables, "calendar_dates.txt")
    for row in tables.rows("calendar_dates.txt", "service_id", "date"):
        day, kind = _day(row["date"]), row.get("exception_type")
        if day is None or kind not in _BOOL:
            count.left_out["unreadable exception"] += 1
        elif day in dates[row["service_id"]]:
            count.left_out["day stands there twice"] += 1
        else:
            dates[row["service_id"]][day] = _BOOL[kind]
    return {
        code: _service(code, spans.get(code), dates.get(code, {}))
        for code in spans.keys() | dates.keys()
    }


def _service(
    code: str, span: tuple[frozenset[int], date, date] | None, dates: dict[date, bool]
) -> tuple[Service, int, int]:
    days, first, last = span or (frozenset[int](), _NEVER_FIRST, _NEVER_LAST)
    added = frozenset(day for day, runs in dates.items() if runs)
    removed = frozenset(day for day, runs in dates.items() if not runs)
    return Service(code, days, first, last, added, removed), int(span is not None), len(dates)


def _stops(tables: Tables) -> dict[str, Stop]:
    found: dict[str, Stop] = {}
    count = _count(tables, "stops.txt")
    for row in tables.rows("stops.txt", "stop_id", "stop_name"):
        place, zone = _place(row), row.get("stop_timezone", "")
        if row.get("location_type", "") not in ("", "0"):
            count.left_out["not a place where boats stop"] += 1
        elif place is None:
            count.left_out["unreadable position"] += 1
        elif row["stop_id"] in found:
            count.left_out["id stands there twice"] += 1
        else:
            zone = zone if _is_zone(zone) else ""
            found[row["stop_id"]] = Stop(row["stop_id"], row["stop_name"], *place, zone)
    return found


def _calls(tables: Tables, stops: dict[str, Stop]) -> dict[str, list[Call]]:
    found: dict[str, dict[int, Call]] = defaultdict(dict)
    count = _count(tables, "stop_times.txt")
    for row in tables.rows("stop_times.txt", "trip_id", "stop_id", "stop_sequence"):
        arrives = seconds(row.get("arrival_time", ""))
        departs = seconds(row.get("departure_time", ""))
        arrives, departs = (
            (departs if arrives is None else arrives),
            (arrives if departs is None else departs),
        )
        order = row["stop_sequence"]
        if row["stop_id"] not in stops:
            count.left_out["unknown stop"] += 1
        elif arrives is None or departs is None:
            count.left_out["no time given"] += 1
        elif not order.isdigit() or int(order) in found[row["trip_id"]]:
            count.left_out["unreadable or repeated order"] += 1
        else:
            boards, alights = row.get("pickup_type") != "1", row.get("drop_off_type") != "1"
            found[row["trip_id"]][int(order)] = Call(
                row["stop_id"], arrives, departs, boards, alights
            )
    return {trip: [calls[order] for order in sorted(calls)] for trip, calls in found.items()}


def _frequencies(tables: Tables) -> dict[str, list[Frequency]]:
    found: dict[str, list[Frequency]] = defaultdict(list)
    count = _count(tables, "frequencies.txt")
    for row in tables.rows("frequencies.txt", "trip_id"):
        start, end = seconds(row.get("start_time", "")), seconds(row.get("end_time", ""))
        headway = row.get("headway_secs", "")
        if start is None or end is None or not headway.isdigit() or int(headway) < 60:
            count.left_out["unreadable times"] += 1
        else:
            exact = row.get("exact_times") == "1"
            found[row["trip_id"]].append(Frequency(start, end, int(headway), exact))
    return found


def _trips(
    tables: Tables,
    lines: dict[str, Line],
    services: dict[str, tuple[Service, int, int]],
    calls: dict[str, list[Call]],
    frequencies: dict[str, list[Frequency]],
) -> tuple[Trip, ...]:
    found: dict[str, Trip] = {}
    count = _count(tables, "trips.txt")
    for row in tables.rows("trips.txt", "trip_id", "route_id", "service_id"):
        code, stops = row["trip_id"], calls.get(row["trip_id"], [])
        if row["route_id"] not in lines:
            count.left_out["its route is left out"] += 1
        elif row["service_id"] not in services:
            count.left_out["unknown service"] += 1
        elif len(stops) < 2:
            count.left_out["fewer than two stops"] += 1
        elif not (pairs := tuple(_crossings(stops))):
            count.left_out["no crossing from one stop to another"] += 1
        elif code in found:
            count.left_out["id stands there twice"] += 1
        else:
            runs = tuple(frequencies.pop(code, ()))
            cars = _BOOL.get(row.get("cars_allowed", ""))
            found[code] = Trip(
                code, row["route_id"], row["service_id"], tuple(stops), pairs, runs, cars
            )
    _settle_rows(
        tables, "frequencies.txt", sum(map(len, frequencies.values())), "its trip is left out"
    )
    count.kept = count.rows - count.left_out.total()
    return tuple(found.values())


def _crossings(calls: list[Call]) -> Iterator[tuple[int, int]]:
    """What a traveller can take: from each stop to the next, and from the first to the last."""
    last = len(calls) - 1
    for a, b in [*pairwise(range(last + 1)), *([(0, last)] if last > 1 else [])]:
        start, end = calls[a], calls[b]
        # A round trip ends where it began, and a time that stands still is no crossing: neither is
        # a sailing.
        if (
            start.stop_id != end.stop_id
            and end.arrives > start.departs
            and start.boards
            and end.alights
        ):
            yield a, b


def _settle_children(
    tables: Tables,
    trips: Iterable[Trip],
    calls: dict[str, list[Call]],
    services: dict[str, tuple[Service, int, int]],
) -> None:
    used = {trip.id for trip in trips}
    idle = sum(len(rows) for trip, rows in calls.items() if trip not in used)
    _settle_rows(tables, "stop_times.txt", idle, "its trip is left out")
    running = {trip.service_id for trip in trips}
    for number, name in ((1, "calendar.txt"), (2, "calendar_dates.txt")):
        unused = [made[number] for code, made in services.items() if code not in running]
        _settle_rows(
            tables,
            name,
            sum(int(rows) for rows in unused if isinstance(rows, int)),
            "no trip uses it",
        )


def _settle(
    tables: Tables, name: str, found: dict[str, _Stored], used: set[str], reason: str
) -> dict[str, _Stored]:
    kept = {code: item for code, item in found.items() if code in used}
    _settle_rows(tables, name, len(found) - len(kept), reason)
    return kept


def _settle_rows(tables: Tables, name: str, unused: int, reason: str) -> None:
    count = _count(tables, name)
    if unused:
        count.left_out[reason] += unused
    count.kept = count.rows - count.left_out.total()


def _count(tables: Tables, name: str) -> TableCount:
    return tables.account.setdefault(name, TableCount())


def _place(row: Row) -> tuple[float, float] | None:
    try:
        lat, lon = float(row.get("stop_lat", "")), float(row.get("stop_lon", ""))
    except ValueError:
        return None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else None


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return False
    except KeyError:
        return False
    return True
