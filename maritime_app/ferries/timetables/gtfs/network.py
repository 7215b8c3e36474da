"""Agencies, lines by water, stops with their stations, and who publishes the feed."""

from collections import defaultdict
from dataclasses import replace
from itertools import islice

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.ferries.timetables.gtfs.model import Agency, FeedInfo, Line, Stop
from maritime_app.ferries.timetables.gtfs.tables import Row, Tables
from maritime_app.ferries.timetables.model import WATER_ROUTE_TYPES

_STATION, _BOARDING_AREA = 1, 4
_STOPPED_AT = (0, _BOARDING_AREA)
_DEEPEST = 3  # boarding area, platform, station
_MAX_ATTRIBUTIONS = 10
_NEAR_ORIGIN_DEGREES = 1.0


def agencies(tables: Tables) -> dict[str, Agency]:
    """Return the agencies by id; one without an id has the empty one."""
    found: dict[str, Agency] = {}
    name = "agency.txt"
    for row in tables.rows(name, "agency_name", "agency_timezone"):
        code, zone = row.get("agency_id", ""), fields.zone(row["agency_timezone"])
        if zone is None:
            tables.leave_out(name, "unknown time zone", "invalid_timezone")
        elif code in found:
            tables.leave_out(name, "id stands there twice", "duplicate_key")
        else:
            if zone != row["agency_timezone"]:
                tables.notices.note(f"{row['agency_timezone']} is read as {zone}")
            url, phone = row.get("agency_url", ""), row.get("agency_phone", "")
            found[code] = Agency(code, _text(tables, row["agency_name"]), zone, url, phone)
    if len({agency.timezone for agency in found.values()}) > 1:
        words = "its agencies are in several time zones; each trip runs in its agency's"
        tables.notices.note(words, "inconsistent_agency_timezone")
    return found


def lines(tables: Tables, known: dict[str, Agency]) -> dict[str, Line]:
    """Return the lines by water by id."""
    found: dict[str, Line] = {}
    name = "routes.txt"
    for row in tables.rows(name, "route_id", "route_type"):
        # A feed with one agency need not name it.
        agency = row.get("agency_id") or (next(iter(known)) if len(known) == 1 else "")
        kind = fields.integer(row["route_type"])
        if kind is None:
            tables.leave_out(name, "unreadable route_type", "invalid_integer")
        elif kind not in WATER_ROUTE_TYPES:
            tables.leave_out(name, "not by water")
        elif not row.get("agency_id") and len(known) > 1:
            tables.leave_out(name, "names none of the agencies", "missing_required_agency_id")
        elif agency not in known:
            tables.leave_out(name, "unknown agency", "foreign_key_violation")
        elif row["route_id"] in found:
            tables.leave_out(name, "id stands there twice", "duplicate_key")
        else:
            if not row["route_type"].isdigit():
                tables.notices.note(f"route_type {row['route_type']} is read as {kind}")
            found[row["route_id"]] = _line(tables, row, agency)
    return found


def stops(tables: Tables) -> dict[str, Stop]:
    """Return the places where boats stop, and stations, by id, in their language's names."""
    rows: dict[str, tuple[Row, int]] = {}
    name = "stops.txt"
    for row in tables.rows(name, "stop_id"):
        kind = fields.integer(row.get("location_type") or "0")
        if kind not in (*_STOPPED_AT, _STATION):
            tables.leave_out(name, "not a place where boats stop")
        elif len(row["stop_id"]) > fields.MAX_ID:
            tables.leave_out(name, "an id of more than 100 characters", "invalid_row_length")
        elif row["stop_id"] in rows:
            tables.leave_out(name, "id stands there twice", "duplicate_key")
        elif not _inherited(rows, row, "stop_name") and not row.get("parent_station"):
            tables.leave_out(name, "no stop_name", "missing_stop_name")
        elif not row.get("parent_station") and _position(tables, row) is None:
            words = "no readable position" if row.get("stop_lat") else "no position"
            tables.leave_out(name, words, "stop_without_location")
        else:
            rows[row["stop_id"]] = row, kind
    names = _translations(tables)
    read = {code: _stop(tables, rows, code, names) for code in rows}
    found = {code: stop for code, stop in read.items() if stop is not None}
    # A station that is left out is nobody's place.
    return {
        code: stop if stop.place_id in found else replace(stop, place_id=code)
        for code, stop in found.items()
    }


def info(tables: Tables) -> FeedInfo:
    """Return who publishes the feed and whom to name as its source."""
    said = list(tables.rows("feed_info.txt"))
    if len(said) > 1:
        words = "feed_info.txt has several rows: the first one is read"
        tables.notices.note(words, "more_than_one_entity")
    row = said[0] if said else {}
    credited = (row.get("organization_name", "") for row in tables.rows("attributions.txt"))
    return FeedInfo(
        publisher=row.get("feed_publisher_name", "")[: fields.MAX_NAME],
        publisher_url=row.get("feed_publisher_url", "")[: fields.MAX_NAME],
        language=row.get("feed_lang", "")[:20],
        version=row.get("feed_version", "")[: fields.MAX_NAME],
        first_day=fields.day(row.get("feed_start_date", "")),
        last_day=fields.day(row.get("feed_end_date", "")),
        attributions=tuple(
            name[: fields.MAX_NAME] for name in islice(filter(None, credited), _MAX_ATTRIBUTIONS)
        ),
    )


def _line(tables: Tables, row: Row, agency: str) -> Line:
    short, long = row.get("route_short_name", ""), row.get("route_long_name", "")
    if not (short or long):
        words = f"line {row['route_id']} has no name"
        tables.notices.note(words, "route_both_short_and_long_name_missing")
    colour = fields.colour(row.get("route_color", ""))
    return Line(row["route_id"], agency, _text(tables, short), _text(tables, long), colour)


def _stop(
    tables: Tables,
    rows: dict[str, tuple[Row, int]],
    code: str,
    names: dict[str, dict[str, str]],
) -> Stop | None:
    """Return a stop with what it takes from its station: position, time zone, wheelchairs."""
    row, kind = rows[code]
    station = _station(rows, row) if kind != _STATION else ""
    if kind == _STATION and row.get("parent_station"):
        words = "stations name other stations as theirs: each is a place of its own"
        tables.notices.note(words, "station_with_parent_station")
    parent = rows[station][0] if station else row
    place = _position(tables, row) or _position(tables, parent)
    name = row.get("stop_name") or parent.get("stop_name", "")
    if place is None or not name:
        words = "no name and position, and no station that has them"
        tables.leave_out("stops.txt", words, "stop_without_location")
        return None
    platform = row.get("platform_code", "")
    if station and not platform and name != parent.get("stop_name"):
        platform = name
    wheelchair = row.get("wheelchair_boarding") or "0"
    if wheelchair == "0":
        wheelchair = parent.get("wheelchair_boarding", "")
    zone = parent.get("stop_timezone", "")  # never one of its own
    _note_doubts(tables, row, rows, place, zone)
    return Stop(
        id=code,
        name=_text(tables, name),
        lat=place[0],
        lon=place[1],
        timezone=fields.zone(zone) or "",
        place_id=station or code,
        platform=_text(tables, platform),
        wheelchair=fields.yes_no(wheelchair),
        names=tuple(sorted({**names.get(f"={name}", {}), **names.get(code, {})}.items())),
    )


def _note_doubts(
    tables: Tables,
    row: Row,
    rows: dict[str, tuple[Row, int]],
    place: tuple[float, float],
    zone: str,
) -> None:
    """Say what is read of a stop, but can hardly be meant."""
    parent = row.get("parent_station", "")
    if parent and parent not in rows:
        words = "stops name stations that are not there"
        tables.notices.note(words, "foreign_key_violation")
    if zone and fields.zone(zone) is None:
        words = "stops have unknown time zones: their agency's holds"
        tables.notices.note(words, "invalid_timezone")
    if max(map(abs, place)) <= _NEAR_ORIGIN_DEGREES:
        tables.notices.note("stops lie where the equator meets Greenwich", "point_near_origin")


def _station(rows: dict[str, tuple[Row, int]], row: Row) -> str:
    """Return the id of the station above a stop; empty where there is none."""
    for _ in range(_DEEPEST):
        parent = row.get("parent_station", "")
        if parent not in rows:
            return ""
        row, kind = rows[parent]
        if kind == _STATION:
            return parent
    return ""


def _inherited(rows: dict[str, tuple[Row, int]], row: Row, column: str) -> str:
    parent = rows.get(row.get("parent_station", ""))
    return row.get(column) or (parent[0].get(column, "") if parent else "")


def _position(tables: Tables, row: Row) -> tuple[float, float] | None:
    lat = fields.degrees(row.get("stop_lat", ""), 90)
    lon = fields.degrees(row.get("stop_lon", ""), 180)
    if lat is None or lon is None:
        return None
    if "," in row["stop_lat"] + row["stop_lon"]:
        tables.notices.note("positions with decimal commas are read", "invalid_float")
    return lat, lon


def _translations(tables: Tables) -> dict[str, dict[str, str]]:
    """Return names of stops by language, under the stop's id or "=" and the name translated."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    name = "translations.txt"
    for row in tables.rows(name):
        language, text = row.get("language") or row.get("lang", ""), row.get("translation", "")
        if not (language and text):
            tables.leave_out(name, "no language or no translation", "missing_required_field")
            continue
        if row.get("trans_id"):  # as it was before 2020: of every name that reads so
            key = f"={row['trans_id']}"
        elif (row.get("table_name"), row.get("field_name")) == ("stops", "stop_name"):
            key = row.get("record_id") or f"={row.get('field_value', '')}"
        else:
            tables.leave_out(name, "not a name of a stop")
            continue
        found[key][language.lower()[:20]] = _text(tables, text)
    return found


def _text(tables: Tables, text: str) -> str:
    if len(text) <= fields.MAX_NAME:
        return text
    tables.notices.note(f"a name of {len(text):,} characters is cut to {fields.MAX_NAME}")
    return text[: fields.MAX_NAME]


def placed(stop: Stop, timezone: str) -> Stop:
    """Return the stop with that time zone if it has none."""
    return stop if stop.timezone else replace(stop, timezone=timezone)
